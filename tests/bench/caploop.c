/*
 * caploop - the least that a compressing capture can cost: one thread, libpcap's loop, and zstd.
 *
 *   caploop INTERFACE FILE LEVEL SNAPLEN BUFFER_BYTES [FILTER]
 *
 * Writes the same nanosecond pcap in one Zstandard frame as vcap, without flushes, queue, rotation
 * or counters.  SIGTERM ends it; prints the number of packets.
 */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pcap/pcap.h>
#include <zstd.h>

#define INPUT_BYTES ((size_t)1 << 18)
#define MAGIC_NS 0xa1b23c4du

static pcap_t *pcap;

static struct {
	FILE *file;
	ZSTD_CCtx *zstd;
	size_t n;
	uint64_t n_packets;
	uint8_t input[INPUT_BYTES];
	uint8_t output[INPUT_BYTES];
} out;

static void
die(const char *what)
{
	fprintf(stderr, "caploop: %s\n", what);
	exit(1);
}

static void
compress(ZSTD_EndDirective end)
{
	ZSTD_inBuffer ib = {out.input, out.n, 0};
	size_t pending;

	do {
		ZSTD_outBuffer ob = {out.output, sizeof out.output, 0};

		pending = ZSTD_compressStream2(out.zstd, &ob, &ib, end);
		if (ZSTD_isError(pending))
			die(ZSTD_getErrorName(pending));
		if (fwrite(out.output, 1, ob.pos, out.file) != ob.pos)
			die("cannot write");
	} while (end == ZSTD_e_end ? pending > 0 : ib.pos < ib.size);
	out.n = 0;
}

static void
put(const void *p, size_t n)
{
	if (out.n + n > sizeof out.input)
		compress(ZSTD_e_continue);
	memcpy(out.input + out.n, p, n);
	out.n += n;
}

static void
take(u_char *user, const struct pcap_pkthdr *h, const u_char *data)
{
	const uint32_t header[] = {
		(uint32_t)h->ts.tv_sec, (uint32_t)h->ts.tv_usec, h->caplen, h->len};

	(void)user;
	put(header, sizeof header);
	put(data, h->caplen);
	out.n_packets++;
}

static void
stop(int signo)
{
	(void)signo;
	pcap_breakloop(pcap);
}

static void
open_capture(char **argv, const char *filter)
{
	char message[PCAP_ERRBUF_SIZE];
	struct bpf_program program;

	pcap = pcap_create(argv[1], message);
	if (!pcap)
		die(message);
	pcap_set_snaplen(pcap, atoi(argv[4]));
	pcap_set_buffer_size(pcap, atoi(argv[5]));
	pcap_set_timeout(pcap, 50);
	pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);
	if (pcap_activate(pcap) < 0 ||
		(filter &&
			(pcap_compile(pcap, &program, filter, 1, PCAP_NETMASK_UNKNOWN) != 0 ||
				pcap_setfilter(pcap, &program) != 0)))
		die(pcap_geterr(pcap));
}

int
main(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = stop};
	uint32_t header[] = {MAGIC_NS, 2 | 4 << 16, 0, 0, 0, 1};

	if (argc < 6)
		die("usage: caploop INTERFACE FILE LEVEL SNAPLEN BUFFER_BYTES [FILTER]");
	open_capture(argv, argc > 6 ? argv[6] : NULL);
	out.file = fopen(argv[2], "wb");
	out.zstd = ZSTD_createCCtx();
	if (!out.file || !out.zstd)
		die("cannot open the output");
	ZSTD_CCtx_setParameter(out.zstd, ZSTD_c_compressionLevel, atoi(argv[3]));
	ZSTD_CCtx_setParameter(out.zstd, ZSTD_c_checksumFlag, 1);
	header[4] = (uint32_t)atoi(argv[4]);
	put(header, sizeof header);
	sigaction(SIGTERM, &action, NULL);
	fprintf(stderr, "listening\n");
	pcap_loop(pcap, -1, take, NULL);
	compress(ZSTD_e_end);
	if (fclose(out.file) != 0)
		die("cannot write");
	printf("%llu\n", (unsigned long long)out.n_packets);
	pcap_close(pcap);
	return 0;
}
