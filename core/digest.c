/*
 * digest - SHA-256 through nettle, the only file that calls it.
 *
 * Every file of a run is digested when its recording stops, so the speed counts as a cost of
 * recording: nettle takes the SHA instructions of the processor where there are any (0.6 ns a
 * byte), where portable C takes 3.8.  libcrypto is as fast, but reads a configuration file and sets
 * up tens of tables when it is first used.
 */
#include "core/digest.h"

void
digest_init(struct digest *d)
{
	sha256_init(&d->state);
}

void
digest_add(struct digest *d, const void *data, size_t n)
{
	sha256_update(&d->state, n, data);
}

void
digest_end(struct digest *d, char hex[SHA256_HEX_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	uint8_t bytes[SHA256_DIGEST_SIZE];

	sha256_digest(&d->state, sizeof bytes, bytes);
	for (size_t i = 0; i < sizeof bytes; i++) {
		hex[2 * i] = digits[bytes[i] >> 4];
		hex[2 * i + 1] = digits[bytes[i] & 15];
	}
	hex[2 * sizeof bytes] = '\0';
}
