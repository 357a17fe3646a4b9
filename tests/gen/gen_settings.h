#ifndef VANTAGE_TESTS_GEN_SETTINGS_H
#define VANTAGE_TESTS_GEN_SETTINGS_H
/*
 * gen_settings - the options of gen_icmp: one table row each, from which --help is printed.
 */
#include <stdint.h>

#define SENDERS_MAX 64

/* Whole numbers, all of them; probabilities in parts per million. */
enum setting {
	SET_PROBES,
	SET_SEED,
	SET_SNAPLEN,
	SET_SENDERS,
	SET_SHARED,
	SET_V6,
	SET_CONSTANT,
	SET_INTERVAL_NS,
	SET_RTT_NS,
	SET_FIRST_SEQ,
	SET_EXPIRY_NS,
	SET_LOSS_PPM,
	SET_DUP_PPM,
	SET_COPY_PPM,
	SET_SLOW_PPM,
	SET_LATE_PPM,
	SET_INVERT_PPM,
	SET_SWAP_PPM,
	SET_STEP_NS,
	SET_NOISE_PPM,
	SET_UNFINISHED,
	SET_TAIL_NS,
	SET_NAT,
	SET_OUT_NS,
	SET_IN_NS,
	SET_CLOCK_OFFSET_NS,
	SET_UNPAIRED_PPM,
	N_SETTINGS
};

struct gen_paths {
	const char *inner;
	const char *outer; /* NULL: one point only */
	const char *truth; /* NULL: none */
};

/* gen_settings_parse - fills set[N_SETTINGS] and paths, or ends the program (0 help, 2 usage). */
void gen_settings_parse(uint64_t *set, struct gen_paths *paths, int argc, char **argv);

#endif
