/*
 * loops - the least work that any reader of a capture must do, as a yardstick for speed.
 *
 *   loops pcap FILE   libpcap's pcap_next_ex()
 *   loops read FILE   read(2) into a buffer, then walk the record headers (pcap, not compressed)
 *   loops zstd FILE   libzstd's streaming decompression into the same buffer, then the same walk
 *   loops unzstd FILE the decompression alone
 *
 * Each touches the bytes of the packet that an echo probe is known by, so that they really come
 * from memory, and prints packets, bytes and a sum over them.  Little-endian pcap only, nothing is
 * checked beyond what keeps the walk inside the buffer: never a tool, only a measure.
 */
#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <pcap/pcap.h>
#include <zstd.h>

#define CHUNK_BYTES ((size_t)1 << 20)
#define INPUT_BYTES ((size_t)1 << 18)
#define RECORD_MAX_BYTES ((size_t)1 << 18)
#define FILE_HEADER_BYTES 24
#define RECORD_HEADER_BYTES 16

static uint64_t n_packets, n_bytes, sum;

static struct {
	uint8_t bytes[RECORD_MAX_BYTES + RECORD_HEADER_BYTES + CHUNK_BYTES];
	size_t fill;
	int past_header;
} window;

static void
touch(const uint8_t *frame, uint32_t caplen)
{
	n_packets++;
	n_bytes += caplen;
	if (caplen >= 42)
		sum += (uint64_t)frame[23] + ((uint64_t)frame[34] << 8 | frame[35]) +
			((uint64_t)frame[40] << 8 | frame[41]);
}

/* Takes the whole records out of the window and moves the rest to its front. */
static void
walk(void)
{
	size_t at = 0;
	uint32_t caplen;

	if (!window.past_header && window.fill >= FILE_HEADER_BYTES) {
		at = FILE_HEADER_BYTES;
		window.past_header = 1;
	}
	while (at + RECORD_HEADER_BYTES <= window.fill) {
		memcpy(&caplen, window.bytes + at + 8, sizeof caplen);
		if (caplen > RECORD_MAX_BYTES)
			errx(1, "a record of %" PRIu32 " bytes", caplen);
		if (at + RECORD_HEADER_BYTES + caplen > window.fill)
			break;
		touch(window.bytes + at + RECORD_HEADER_BYTES, caplen);
		at += RECORD_HEADER_BYTES + caplen;
	}
	window.fill -= at;
	memmove(window.bytes, window.bytes + at, window.fill);
}

static int
open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		err(1, "%s", path);
	return fd;
}

static void
loop_pcap(const char *path)
{
	char message[PCAP_ERRBUF_SIZE];
	pcap_t *pcap =
		pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, message);
	struct pcap_pkthdr *header;
	const u_char *frame;

	if (pcap == NULL)
		errx(1, "%s: %s", path, message);
	while (pcap_next_ex(pcap, &header, &frame) == 1)
		touch(frame, header->caplen);
	pcap_close(pcap);
}

static void
loop_read(const char *path)
{
	int fd = open_file(path);
	ssize_t got;

	while ((got = read(fd, window.bytes + window.fill, CHUNK_BYTES)) > 0) {
		window.fill += (size_t)got;
		walk();
	}
	close(fd);
}

static void
drop(void)
{
	n_bytes += window.fill;
	window.fill = 0;
}

static void
decompress(ZSTD_DStream *stream, ZSTD_inBuffer *in, void (*consume)(void))
{
	ZSTD_outBuffer out;
	size_t hint;

	do {
		out = (ZSTD_outBuffer){window.bytes + window.fill, CHUNK_BYTES, 0};
		hint = ZSTD_decompressStream(stream, &out, in);
		if (ZSTD_isError(hint))
			errx(1, "%s", ZSTD_getErrorName(hint));
		window.fill += out.pos;
		consume();
	} while (in->pos < in->size || out.pos == out.size);
}

static void
loop_zstd(const char *path, void (*consume)(void))
{
	static uint8_t input[INPUT_BYTES];
	int fd = open_file(path);
	ZSTD_DStream *stream = ZSTD_createDStream();
	ssize_t got;

	if (stream == NULL)
		errx(1, "no memory");
	while ((got = read(fd, input, sizeof input)) > 0) {
		ZSTD_inBuffer in = {input, (size_t)got, 0};

		decompress(stream, &in, consume);
	}
	ZSTD_freeDStream(stream);
	close(fd);
}

int
main(int argc, char **argv)
{
	if (argc != 3)
		errx(2, "usage: loops pcap|read|zstd|unzstd FILE");
	if (strcmp(argv[1], "pcap") == 0)
		loop_pcap(argv[2]);
	else if (strcmp(argv[1], "read") == 0)
		loop_read(argv[2]);
	else if (strcmp(argv[1], "zstd") == 0)
		loop_zstd(argv[2], walk);
	else if (strcmp(argv[1], "unzstd") == 0)
		loop_zstd(argv[2], drop);
	else
		errx(2, "%s: no such loop", argv[1]);
	printf("%" PRIu64 " %" PRIu64 " %" PRIu64 "\n", n_packets, n_bytes, sum);
	return 0;
}
