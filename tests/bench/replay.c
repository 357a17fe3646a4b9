/*
 * replay - the frames of a capture, sent out of an interface at a given rate.
 *
 *   replay INTERFACE FILE.pcap PPS [MAX]       PPS 0: as fast as possible
 *
 * For benchmarks: realistic bytes on a veth pair.  Reads pcap in this machine's byte order.  Frames
 * longer than they were captured, or than 1514 bytes, are sent as far as they go, those below 60
 * bytes are not.  The file is sent once, or as far as MAX frames go.  Prints on one line: frames
 * sent, seconds, frames a second.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define BATCH 64
#define FRAME_MIN 60
#define FRAME_MAX 1514
#define FILE_HEADER_BYTES 24
#define RECORD_HEADER_BYTES 16
#define NS_PER_S 1000000000.0

static void
die(const char *what)
{
	fprintf(stderr, "replay: %s: %s\n", what, strerror(errno));
	exit(1);
}

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

static int
open_interface(const char *name)
{
	struct sockaddr_ll a = {.sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(name)};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), one = 1;

	if (a.sll_ifindex == 0 || fd < 0 || bind(fd, (const struct sockaddr *)&a, sizeof a) != 0)
		die(name);
	setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof one);
	return fd;
}

static uint8_t *
map_file(const char *name, size_t *size)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	struct stat sb;
	void *p;

	if (fd < 0 || fstat(fd, &sb) != 0)
		die(name);
	*size = (size_t)sb.st_size;
	p = mmap(NULL, *size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	if (p == MAP_FAILED || *size < FILE_HEADER_BYTES)
		die(name);
	close(fd);
	return p;
}

/* The next records from *at on as messages; how many. */
static unsigned
next_batch(struct mmsghdr *messages, struct iovec *vectors, uint8_t *file, size_t size, size_t *at)
{
	unsigned n = 0;

	while (n < BATCH && size - *at > RECORD_HEADER_BYTES) {
		uint32_t caplen;
		size_t length;

		memcpy(&caplen, file + *at + 8, sizeof caplen);
		*at += RECORD_HEADER_BYTES;
		if (caplen > size - *at)
			break;
		length = caplen < FRAME_MAX ? caplen : FRAME_MAX;
		vectors[n] = (struct iovec){file + *at, length};
		messages[n].msg_hdr = (struct msghdr){.msg_iov = &vectors[n], .msg_iovlen = 1};
		*at += caplen;
		n += length >= FRAME_MIN;
	}
	return n;
}

int
main(int argc, char **argv)
{
	struct mmsghdr messages[BATCH];
	struct iovec vectors[BATCH];
	size_t size, at = FILE_HEADER_BYTES;
	double pps, start_s, took_s;
	uint64_t sent = 0, max = UINT64_MAX;
	uint8_t *file;
	unsigned n;
	int fd;

	if (argc != 4 && argc != 5) {
		fputs("usage: replay INTERFACE FILE.pcap PPS [MAX]\n", stderr);
		return 2;
	}
	fd = open_interface(argv[1]);
	file = map_file(argv[2], &size);
	pps = strtod(argv[3], NULL);
	if (argc == 5)
		max = strtoull(argv[4], NULL, 10);
	start_s = now_s();
	while (sent < max && (n = next_batch(messages, vectors, file, size, &at)) > 0) {
		int done = 0;

		if (pps > 0)
			sleep_until(start_s + (double)sent / pps);
		for (unsigned k = 0; k < n; k += (unsigned)done) {
			done = sendmmsg(fd, messages + k, n - k, 0);
			if (done < 0 && errno != ENOBUFS && errno != EINTR)
				die("cannot send");
			if (done < 0)
				done = 0;
		}
		sent += n;
	}
	took_s = now_s() - start_s;
	printf("%llu %.3f %.0f\n", (unsigned long long)sent, took_s, (double)sent / took_s);
	return 0;
}
