/*
 * regress - run a fuzz target over files, without a fuzzer: link it with one fuzz_*.c and name
 * the corpus on the command line.  A crash or an abort is the failure; the name printed last is
 * the file that did it.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX_BYTES ((size_t)64 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The bytes in a block of just their size, so that a sanitizer sees a read past them. */
static int
run(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data;
	long size;
	int ok;

	if (f == NULL || fseek(f, 0, SEEK_END) != 0 || (size = ftell(f)) < 0 ||
		(size_t)size > FILE_MAX_BYTES || fseek(f, 0, SEEK_SET) != 0) {
		fprintf(stderr, "regress: cannot read %s: %s\n", path, strerror(errno));
		if (f != NULL)
			fclose(f);
		return 1;
	}
	data = malloc(size > 0 ? (size_t)size : 1);
	ok = data != NULL && fread(data, 1, (size_t)size, f) == (size_t)size;
	fclose(f);
	if (ok)
		LLVMFuzzerTestOneInput(data, (size_t)size);
	free(data);
	return !ok;
}

int
main(int argc, char **argv)
{
	int i, failed = 0;

	for (i = 1; i < argc; i++) {
		printf("%s\n", argv[i]);
		fflush(stdout);
		failed |= run(argv[i]);
	}
	return failed;
}
