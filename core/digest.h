#ifndef VANTAGE_CORE_DIGEST_H
#define VANTAGE_CORE_DIGEST_H
/*
 * digest - SHA-256 (FIPS 180-4) of bytes that come in pieces.
 *
 *   digest_init(&d);
 *   digest_add(&d, piece, n);      again and again
 *   digest_end(&d, hex);
 *
 * Needs no release and, after the program has begun, no system call, so it also works in a sandbox.
 */
#include <nettle/sha2.h>
#include <stddef.h>

#define SHA256_HEX_SIZE 65 /* 64 lower-case digits and the NUL */

struct digest {
	struct sha256_ctx state;
};

void digest_init(struct digest *d);
void digest_add(struct digest *d, const void *data, size_t n);
/* digest_end - the digest of all that was added; d may be used again after digest_init(). */
void digest_end(struct digest *d, char hex[SHA256_HEX_SIZE]);

#endif
