/*
 * synth - see synth.h.  The generators' tools, kept apart from core/ on purpose: a fault in the
 * library that reads captures must not be able to hide in the program that writes them.
 */
#include "tests/gen/synth.h"

#include <err.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ECHO_BYTES (8 + SYNTH_PAYLOAD_BYTES)
#define NS_PER_S ((int64_t)1000000000)

static uint64_t
splitmix(uint64_t *x)
{
	uint64_t z = (*x += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

void
synth_seed(struct synth_rng *rng, uint64_t seed)
{
	for (int i = 0; i < 4; i++)
		rng->state[i] = splitmix(&seed);
}

static uint64_t
rotate_left(uint64_t x, int bits)
{
	return (x << bits) | (x >> (64 - bits));
}

uint64_t
synth_next(struct synth_rng *rng)
{
	uint64_t *s = rng->state;
	uint64_t result = rotate_left(s[1] * 5, 7) * 9;
	uint64_t shifted = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= shifted;
	s[3] = rotate_left(s[3], 45);
	return result;
}

double
synth_unit(struct synth_rng *rng)
{
	return ((double)(synth_next(rng) >> 11) + 0.5) * (1.0 / 9007199254740992.0);
}

double
synth_between(struct synth_rng *rng, double low, double high)
{
	return low + (high - low) * synth_unit(rng);
}

/* Box and Muller, one of the two values. */
static double
gauss(struct synth_rng *rng)
{
	double radius = synth_unit(rng);
	double angle = synth_unit(rng);

	return sqrt(-2 * log(radius)) * cos(6.283185307179586 * angle);
}

uint64_t
synth_lognormal(struct synth_rng *rng, double median, double sigma)
{
	return (uint64_t)(median * exp(sigma * gauss(rng)));
}

uint64_t
synth_hash(uint64_t x)
{
	return splitmix(&x);
}

void
synth_put16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

void
synth_put32(uint8_t *at, uint32_t value)
{
	synth_put16(at, value >> 16);
	synth_put16(at + 2, value & 0xffff);
}

uint64_t
synth_sum(uint64_t sum, const uint8_t *data, size_t len_bytes)
{
	for (; len_bytes > 1; data += 2, len_bytes -= 2)
		sum += (uint64_t)data[0] << 8 | data[1];
	return len_bytes ? sum + ((uint64_t)data[0] << 8) : sum;
}

uint16_t
synth_sum_finish(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* Returns where the ICMP header goes. */
static uint8_t *
put_ipv6(uint8_t *ip, const struct synth_echo *e)
{
	uint8_t *src = ip + (e->reply ? 24 : 8), *dst = ip + (e->reply ? 8 : 24);

	ip[0] = 0x60;
	synth_put16(ip + 4, ECHO_BYTES);
	ip[6] = 58;
	ip[7] = e->ttl;
	src[0] = dst[0] = 0xfd;
	synth_put32(src + 12, e->client);
	synth_put32(dst + 12, e->target);
	return ip + 40;
}

static uint8_t *
put_ipv4(uint8_t *ip, const struct synth_echo *e)
{
	ip[0] = 0x45;
	synth_put16(ip + 2, 20 + ECHO_BYTES);
	synth_put16(ip + 4, e->ip_id);
	ip[6] = e->reply ? 0 : 0x40;
	ip[8] = e->ttl;
	ip[9] = 1;
	synth_put32(ip + 12, e->reply ? e->target : e->client);
	synth_put32(ip + 16, e->reply ? e->client : e->target);
	synth_put16(ip + 10, synth_sum_finish(synth_sum(0, ip, 20)));
	return ip + 20;
}

/* iputils: seconds and microseconds, 8 bytes each, little-endian; then bytes that count. */
static void
put_payload(uint8_t *at, const struct synth_echo *e)
{
	uint64_t t_ns = (uint64_t)e->t_ns;
	uint64_t part[2] = {t_ns / 1000000000, t_ns % 1000000000 / 1000};

	if (e->constant) {
		memset(at, 0x55, SYNTH_PAYLOAD_BYTES);
		return;
	}
	for (unsigned i = 0; i < 16; i++)
		at[i] = (uint8_t)(part[i / 8] >> (8 * (i % 8)));
	for (unsigned i = 16; i < SYNTH_PAYLOAD_BYTES; i++)
		at[i] = (uint8_t)i;
}

static uint8_t
echo_type(const struct synth_echo *e)
{
	if (e->v6)
		return e->reply ? 129 : 128;
	return e->reply ? 0 : 8;
}

uint32_t
synth_echo_frame(uint8_t *frame, const struct synth_echo *e)
{
	uint8_t *ip = frame + 14, *icmp;
	uint64_t sum = 0;

	memset(frame, 0, SYNTH_FRAME_MAX_BYTES);
	frame[0] = frame[6] = 2;
	frame[5] = e->reply ? 1 : 2;
	frame[11] = e->reply ? 2 : 1;
	synth_put16(frame + 12, e->v6 ? 0x86dd : 0x0800);
	icmp = e->v6 ? put_ipv6(ip, e) : put_ipv4(ip, e);
	if (e->v6) /* RFC 4443 section 2.3: over the pseudo-header too */
		sum = synth_sum(0, ip + 8, 32) + ECHO_BYTES + 58;
	icmp[0] = echo_type(e);
	synth_put16(icmp + 4, e->id);
	synth_put16(icmp + 6, e->seq);
	put_payload(icmp + 8, e);
	synth_put16(icmp + 2, synth_sum_finish(synth_sum(sum, icmp, ECHO_BYTES)));
	return (uint32_t)(icmp - frame) + ECHO_BYTES;
}

static void
put_words(FILE *out, const uint32_t *word, size_t n)
{
	uint8_t bytes[6 * 4];

	for (size_t i = 0; i < n; i++) {
		for (int j = 0; j < 4; j++)
			bytes[4 * i + (size_t)j] = (uint8_t)(word[i] >> (8 * j));
	}
	fwrite(bytes, 4, n, out);
}

void
synth_pcap_open(struct synth_pcap *pcap, const char *path, uint32_t snaplen, int microseconds)
{
	const uint32_t header[6] = {
		microseconds ? 0xa1b2c3d4 : 0xa1b23c4d, 2 | 4 << 16, 0, 0, snaplen, 1};

	pcap->out = strcmp(path, "-") == 0 ? stdout : fopen(path, "wb");
	if (pcap->out == NULL)
		err(1, "%s", path);
	setvbuf(pcap->out, NULL, _IOFBF, 1 << 20);
	pcap->snaplen = snaplen;
	pcap->microseconds = microseconds;
	pcap->frames = 0;
	put_words(pcap->out, header, 6);
}

void
synth_pcap_add(struct synth_pcap *pcap, int64_t t_ns, const uint8_t *frame, uint32_t len_bytes)
{
	uint32_t caplen = len_bytes < pcap->snaplen ? len_bytes : pcap->snaplen;
	uint32_t fraction = (uint32_t)(t_ns % NS_PER_S);
	const uint32_t header[4] = {(uint32_t)(t_ns / NS_PER_S),
		pcap->microseconds ? fraction / 1000 : fraction, caplen, len_bytes};

	put_words(pcap->out, header, 4);
	fwrite(frame, 1, caplen, pcap->out);
	pcap->frames++;
}

void
synth_pcap_close(struct synth_pcap *pcap)
{
	int failed = ferror(pcap->out);

	if (fclose(pcap->out) != 0 || failed)
		err(1, "writing the capture");
}

void *
synth_alloc(size_t count, size_t size_bytes)
{
	void *p = calloc(count ? count : 1, size_bytes);

	if (p == NULL)
		err(1, "%zu times %zu bytes", count, size_bytes);
	return p;
}

uint64_t
synth_number(const char *text, const char *what, uint64_t low, uint64_t high)
{
	char *end;
	unsigned long long value;

	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno != 0 || end == text || *end != '\0' || *text == '-' || value < low ||
		value > high)
		errx(2, "%s: \"%s\" is not a whole number from %llu to %llu", what, text,
			(unsigned long long)low, (unsigned long long)high);
	return value;
}
