/*
 * gen_settings - see gen_settings.h.
 */
#include "tests/gen/gen_settings.h"

#include <err.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/gen/synth.h"

#define MS_NS ((uint64_t)1000000)

struct setting_row {
	const char *name;
	uint64_t preset;
	uint64_t low;
	uint64_t high;
	uint64_t mix; /* what --mix makes of it; 0: leaves it */
	const char *help;
};

static const struct setting_row settings[N_SETTINGS] = {
	[SET_PROBES] = {"probes", 1000, 1, 1 << 28, 0, "number of probes (-n)"},
	[SET_SEED] = {"seed", 1, 0, UINT64_MAX, 0, "of the random numbers (-s)"},
	[SET_SNAPLEN] = {"snaplen", 262144, 14, 262144, 0, "bytes kept of a frame (-l)"},
	[SET_SENDERS] = {"senders", 4, 1, SENDERS_MAX, 0, "senders, probing in turn"},
	[SET_SHARED] = {"shared", 2, 0, SENDERS_MAX, 0, "the first K share an id"},
	[SET_V6] = {"v6", 1, 0, SENDERS_MAX, 0, "the last K speak IPv6"},
	[SET_CONSTANT] = {"constant", 0, 0, SENDERS_MAX, 0, "K send a constant payload"},
	[SET_INTERVAL_NS] = {"interval", 10 * MS_NS, 100, UINT64_C(1) << 36, 0,
		"ns between one sender's probes"},
	[SET_RTT_NS] = {"rtt", MS_NS / 2, 1000, UINT64_C(1) << 32, 0, "median RTT in ns"},
	[SET_FIRST_SEQ] = {"first-seq", 1, 0, 65535, 0,
		"first sequence number (65500: wraps soon)"},
	[SET_EXPIRY_NS] = {"expiry", 10000 * MS_NS, 10 * MS_NS, UINT64_C(1) << 36, 0,
		"ns after which a reply is late"},
	[SET_LOSS_PPM] = {"loss", 0, 0, 1000000, 10000, "ppm of probes lost"},
	[SET_DUP_PPM] = {"dup", 0, 0, 1000000, 2000, "ppm answered twice or three times"},
	[SET_COPY_PPM] = {"copy", 0, 0, 1000000, 2000, "ppm whose request is recorded twice"},
	[SET_SLOW_PPM] = {"slow", 0, 0, 1000000, 2000,
		"ppm answered after 10 to 80 % of the expiry"},
	[SET_LATE_PPM] = {"late", 0, 0, 1000000, 1000, "ppm answered after the expiry time"},
	[SET_INVERT_PPM] = {"invert", 0, 0, 1000000, 500,
		"ppm answered within 10 us, the reply written first"},
	[SET_SWAP_PPM] = {"swap", 0, 0, 1000000, 1000, "ppm of neighbouring records exchanged"},
	[SET_STEP_NS] = {"step", 0, 0, UINT64_C(1) << 36, 0,
		"ns by which the clock steps back, half way"},
	[SET_NOISE_PPM] = {"noise", 0, 0, 100000000, 0,
		"ppm of TCP, UDP and ARP frames per record"},
	[SET_UNFINISHED] = {"unfinished", 0, 0, 1 << 20, 0,
		"the capture ends before the last K are answered"},
	[SET_TAIL_NS] = {"tail", 0, 0, UINT64_C(1) << 40, 0,
		"ns of silence at the end, closed by an ARP frame"},
	[SET_NAT] = {"nat", 0, 0, 1, 0, "1: address and id rewritten at the outer point"},
	[SET_OUT_NS] = {"out-ns", 20000, 1, UINT64_C(1) << 30, 0, "least delay inner to outer"},
	[SET_IN_NS] = {"in-ns", 30000, 1, UINT64_C(1) << 30, 0, "least delay outer to inner"},
	[SET_CLOCK_OFFSET_NS] = {"clock-offset", 0, 0, UINT64_C(1) << 50, 0,
		"ns that the outer clock is ahead"},
	[SET_UNPAIRED_PPM] = {"unpaired", 0, 0, 1000000, 0, "ppm missing at the outer point"},
};

static void
usage(FILE *out)
{
	fputs("usage: gen_icmp -o FILE.pcap -t TRUTH.csv [--outer FILE.pcap] [--mix] [--SETTING "
	      "N]\n",
		out);
	for (int i = 0; i < N_SETTINGS; i++)
		fprintf(out, "  --%-14s %s [%" PRIu64 "]\n", settings[i].name, settings[i].help,
			settings[i].preset);
}

enum { OPTION_MIX = 1000, OPTION_OUTER, OPTION_HELP };

static void
fill_options(struct option *option)
{
	static const struct option fixed[] = {
		{"mix", no_argument, NULL, OPTION_MIX},
		{"outer", required_argument, NULL, OPTION_OUTER},
		{"help", no_argument, NULL, OPTION_HELP},
		{NULL, 0, NULL, 0},
	};

	for (int i = 0; i < N_SETTINGS; i++)
		option[i] = (struct option){settings[i].name, required_argument, NULL, 256 + i};
	memcpy(option + N_SETTINGS, fixed, sizeof fixed);
}

static void
take_setting(uint64_t *set, enum setting which, const char *text)
{
	const struct setting_row *row = &settings[which];

	set[which] = synth_number(text, row->name, row->low, row->high);
}

static void
take_mix(uint64_t *set)
{
	for (int i = 0; i < N_SETTINGS; i++) {
		if (settings[i].mix > 0)
			set[i] = settings[i].mix;
	}
}

void
gen_settings_parse(uint64_t *set, struct gen_paths *paths, int argc, char **argv)
{
	struct option options[N_SETTINGS + 4];
	int c;

	for (int i = 0; i < N_SETTINGS; i++)
		set[i] = settings[i].preset;
	fill_options(options);
	while ((c = getopt_long(argc, argv, "o:t:n:s:l:", options, NULL)) != -1) {
		if (c >= 256 && c < 256 + N_SETTINGS)
			take_setting(set, (enum setting)(c - 256), optarg);
		else if (c == 'n')
			take_setting(set, SET_PROBES, optarg);
		else if (c == 's')
			take_setting(set, SET_SEED, optarg);
		else if (c == 'l')
			take_setting(set, SET_SNAPLEN, optarg);
		else if (c == 'o')
			paths->inner = optarg;
		else if (c == 't')
			paths->truth = optarg;
		else if (c == OPTION_OUTER)
			paths->outer = optarg;
		else if (c == OPTION_MIX)
			take_mix(set);
		else {
			usage(c == OPTION_HELP ? stdout : stderr);
			exit(c == OPTION_HELP ? 0 : 2);
		}
	}
	if (paths->inner == NULL || optind != argc) {
		usage(stderr);
		exit(2);
	}
	if (set[SET_STEP_NS] > set[SET_EXPIRY_NS] / 2)
		errx(2, "step: at most half of the expiry time");
}
