#ifndef VANTAGE_TESTS_GEN_SYNTH_H
#define VANTAGE_TESTS_GEN_SYNTH_H
/*
 * synth - what the capture generators share: random numbers, wire fields, pcap output.
 *
 * Same seed and same calls give the same bytes: no clock, no library generator, and doubles only
 * through sqrt, log, exp and cos, whose results no decision depends on beyond their rounding.
 * For tests only, so it ends the program (exit 1) when a file cannot be written.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define SYNTH_FRAME_MAX_BYTES 128

/* xoshiro256**, seeded through splitmix64 (Blackman and Vigna, prng.di.unimi.it). */
struct synth_rng {
	uint64_t state[4];
};
void synth_seed(struct synth_rng *rng, uint64_t seed);
/* synth_next - 64 random bits. */
uint64_t synth_next(struct synth_rng *rng);
/* synth_unit - uniform in the open interval (0, 1); synth_between - in (low, high). */
double synth_unit(struct synth_rng *rng);
double synth_between(struct synth_rng *rng, double low, double high);
/* synth_lognormal - a whole number, log-normal; sigma is that of the logarithm. */
uint64_t synth_lognormal(struct synth_rng *rng, double median, double sigma);
/* synth_hash - a well-mixed function of x, drawing nothing. */
uint64_t synth_hash(uint64_t x);

/* synth_put16, synth_put32 - big-endian, as on the wire. */
void synth_put16(uint8_t *at, uint32_t value);
void synth_put32(uint8_t *at, uint32_t value);
/* Internet checksum (RFC 1071): add up even-sized parts, then finish. */
uint64_t synth_sum(uint64_t sum, const uint8_t *data, size_t len_bytes);
uint16_t synth_sum_finish(uint64_t sum);

/* An ICMP or ICMPv6 echo message in an Ethernet frame, all checksums right. */
struct synth_echo {
	bool v6; /* the addresses become fd00::a.b.c.d */
	bool reply;
	uint32_t client; /* who asks: source of the request, destination of the reply */
	uint32_t target;
	uint16_t id;
	uint16_t seq;
	uint16_t ip_id; /* IPv4 only */
	uint8_t ttl;
	bool constant; /* payload all 0x55; else the time of sending, as iputils lays it out */
	int64_t t_ns;
};

#define SYNTH_PAYLOAD_BYTES 56

/* synth_echo_frame - returns its length; frame holds SYNTH_FRAME_MAX_BYTES. */
uint32_t synth_echo_frame(uint8_t *frame, const struct synth_echo *e);

/* One pcap file, little-endian, link type Ethernet. */
struct synth_pcap {
	FILE *out;
	uint32_t snaplen;
	int microseconds; /* 0: magic a1b23c4d, nanoseconds; else a1b2c3d4, stamps cut down */
	uint32_t frames;  /* written so far; so the number of the last one, from 1 */
};
/* synth_pcap_open - path "-" is standard output. */
void synth_pcap_open(struct synth_pcap *pcap, const char *path, uint32_t snaplen, int microseconds);
void
synth_pcap_add(struct synth_pcap *pcap, int64_t t_ns, const uint8_t *frame, uint32_t len_bytes);
void synth_pcap_close(struct synth_pcap *pcap);

/* synth_alloc - zeroed, or the program ends. */
void *synth_alloc(size_t count, size_t size_bytes);
/* synth_number - a decimal, octal or hexadecimal argument within [low, high], or exit 2. */
uint64_t synth_number(const char *text, const char *what, uint64_t low, uint64_t high);

#endif
