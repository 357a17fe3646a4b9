/*
 * udpblast - numbered UDP datagrams at a given rate, for tests and benchmarks of capture.
 *
 *   udpblast ADDRESS PORT PPS SECONDS [PAYLOAD [SEGMENTS]]
 *
 * Datagrams have PAYLOAD bytes (58, so that the Ethernet frame has 100) that begin with a 64-bit
 * little-endian number counting from 0.  PPS 0 is as fast as possible.  SEGMENTS above 1 hands the
 * kernel so many datagrams in one buffer (UDP_SEGMENT), which raises the highest rate of one core.
 * Datagrams go out in batches of 32, each batch not before it is due; up to 1000 pps one by one.
 * Prints on one line: datagrams sent, seconds, datagrams a second.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BATCH 32
#define SEGMENTS_MAX 64
#define PAYLOAD_MIN 8
#define PAYLOAD_MAX 1472
#define SLOW_PPS 1000.0
#define NS_PER_S 1000000000.0
#define UDP_SEGMENT_OPTION 103 /* linux/udp.h: UDP_SEGMENT */

struct blast {
	int fd;
	double pps, seconds;
	int payload, segments;
	uint8_t *buffer; /* BATCH buffers of payload * segments bytes */
	struct mmsghdr messages[BATCH];
	struct iovec vectors[BATCH];
};

static double
now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / NS_PER_S;
}

static void
sleep_until(double due_s)
{
	struct timespec ts = {(time_t)due_s, (long)((due_s - (double)(time_t)due_s) * NS_PER_S)};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL) == EINTR)
		;
}

static void
die(const char *what)
{
	fprintf(stderr, "udpblast: %s: %s\n", what, strerror(errno));
	exit(1);
}

static long
number(const char *text, long min, long max)
{
	char *end;
	long v = strtol(text, &end, 10);

	if (*end || end == text || v < min || v > max) {
		fprintf(stderr, "udpblast: %s is not between %ld and %ld\n", text, min, max);
		exit(2);
	}
	return v;
}

static void
connect_to(struct blast *b, const char *address, long port)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};

	if (inet_pton(AF_INET, address, &a.sin_addr) != 1) {
		fprintf(stderr, "udpblast: %s is no IPv4 address\n", address);
		exit(2);
	}
	b->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (b->fd < 0 || connect(b->fd, (const struct sockaddr *)&a, sizeof a) != 0)
		die("cannot open a socket");
	if (b->segments > 1 &&
		setsockopt(b->fd, IPPROTO_UDP, UDP_SEGMENT_OPTION, &b->payload,
			sizeof b->payload) != 0)
		die("cannot set UDP_SEGMENT");
}

static void
make_messages(struct blast *b)
{
	size_t size = (size_t)(b->payload * b->segments);

	b->buffer = malloc(BATCH * size);
	if (!b->buffer)
		die("no memory");
	memset(b->buffer, 'z', BATCH * size);
	for (int i = 0; i < BATCH; i++) {
		b->vectors[i] = (struct iovec){b->buffer + (size_t)i * size, size};
		b->messages[i].msg_hdr =
			(struct msghdr){.msg_iov = &b->vectors[i], .msg_iovlen = 1};
	}
}

/* Number the datagrams of n messages from `first` on. */
static void
set_numbers(struct blast *b, uint64_t first, int n)
{
	for (int i = 0; i < n * b->segments; i++) {
		uint8_t *p = b->buffer + (size_t)i * (size_t)b->payload;

		for (int k = 0; k < 8; k++)
			p[k] = (uint8_t)((first + (uint64_t)i) >> 8 * k);
	}
}

/* How many messages now: 0 when all are sent. */
static int
next_batch(const struct blast *b, uint64_t sent, uint64_t total)
{
	uint64_t left = (total - sent) / (uint64_t)b->segments;
	int batch = b->pps > 0 && b->pps <= SLOW_PPS ? 1 : BATCH;

	return left < (uint64_t)batch ? (int)left : batch;
}

static uint64_t
blast(struct blast *b, double start_s)
{
	uint64_t total = b->pps > 0 ? (uint64_t)(b->pps * b->seconds) : UINT64_MAX, sent = 0;
	int n;

	while ((n = next_batch(b, sent, total)) > 0) {
		int done;

		if (b->pps > 0)
			sleep_until(start_s + (double)sent / b->pps);
		else if (now_s() - start_s >= b->seconds)
			break;
		set_numbers(b, sent, n);
		done = sendmmsg(b->fd, b->messages, (unsigned)n, 0);
		if (done < 0 && errno != EINTR && errno != ENOBUFS && errno != ECONNREFUSED)
			die("cannot send");
		sent += done > 0 ? (uint64_t)(done * b->segments) : 0;
	}
	return sent;
}

int
main(int argc, char **argv)
{
	struct blast b = {.payload = 58, .segments = 1};
	double start_s, took_s;
	uint64_t sent;

	if (argc < 5) {
		fputs("usage: udpblast ADDRESS PORT PPS SECONDS [PAYLOAD [SEGMENTS]]\n", stderr);
		return 2;
	}
	b.pps = (double)number(argv[3], 0, 100000000);
	b.seconds = (double)number(argv[4], 1, 3600);
	if (argc > 5)
		b.payload = (int)number(argv[5], PAYLOAD_MIN, PAYLOAD_MAX);
	if (argc > 6)
		b.segments = (int)number(argv[6], 1, SEGMENTS_MAX);
	connect_to(&b, argv[1], number(argv[2], 1, 65535));
	make_messages(&b);
	start_s = now_s();
	sent = blast(&b, start_s);
	took_s = now_s() - start_s;
	printf("%" PRIu64 " %.3f %.0f\n", sent, took_s, (double)sent / took_s);
	free(b.buffer);
	close(b.fd);
	return 0;
}
