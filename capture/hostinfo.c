/*
 * hostinfo - the facts of the machine; see hostinfo.h.
 *
 * Everything is read from /proc, /sys and /etc, so a test can give another root, but the state of
 * NTP: it is asked for by adjtimex(2), and only at the real root.
 *
 * "cores" counts logical CPUs that are online, as nproc does; smt says whether several of them
 * share a core.  NTP state is the kernel's: a daemon that steers by frequency alone (chrony) shows
 * offset 0 there however far it is off, which is why the daemon's own estimate of its error is
 * kept beside it.
 */
#include "capture/hostinfo.h"

#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>

#include "capture/fact.h"
#include "capture/virt.h"
#include "core/alloc.h"
#include "core/file.h"
#include "core/str.h"
#include "core/tstamp.h"

#define CPU_DIR "sys/devices/system/cpu"
#define CPUS_MAX 65536

static void
add_fact(struct json *to, const char *key, const char *root, const char *path)
{
	char *text = fact_read(root, path);

	json_add_str(to, key, text);
	free(text);
}

/* ---- CPU and memory ---- */

/* What /proc/cpuinfo calls the CPU; the key differs between architectures. */
static void
add_cpu(struct json *host, const char *root)
{
	static const char *const keys[] = {
		"model name", "cpu model", "cpu", "Processor", "vendor_id", NULL};
	char *text = fact_read(root, "proc/cpuinfo"), *name = NULL;
	char *implementer = fact_of_key(text, "CPU implementer", ':');
	char *part = fact_of_key(text, "CPU part", ':');

	for (size_t i = 0; !name && keys[i]; i++)
		name = fact_of_key(text, keys[i], ':');
	if (!name && implementer && part)
		name = xasprintf("implementer %s part %s", implementer, part);
	json_add_str(host, "cpu", name);
	free(name);
	free(implementer);
	free(part);
	free(text);
}

/* Number of CPUs in a list as "0-3,8,10-11"; 0 when it is none. */
static int64_t
cpus_in_list(const char *list)
{
	struct slice part, from, rest = slice_of(list);
	int64_t n = 0;
	uint64_t a, b;

	while (slice_cut(&part, &rest, ',')) {
		if (!slice_cut(&from, &part, '-') || !slice_u64(from, &a))
			return 0;
		b = a;
		if (part.p && !slice_u64(part, &b))
			return 0;
		if (b < a || b >= CPUS_MAX)
			return 0;
		n += (int64_t)(b - a) + 1;
	}
	return n;
}

static void
add_cores(struct json *host, const char *root)
{
	char *list = fact_read(root, CPU_DIR "/online");
	int64_t n = list ? cpus_in_list(list) : 0;

	if (n > 0)
		json_add_i64(host, "cores", n);
	else
		json_add_null(host, "cores");
	free(list);
}

static void
add_smt(struct json *host, const char *root)
{
	char *active = fact_read(root, CPU_DIR "/smt/active");

	if (active)
		json_add_bool(host, "smt", strcmp(active, "1") == 0);
	else
		json_add_null(host, "smt");
	free(active);
}

static void
add_memory(struct json *host, const char *root)
{
	char *text = fact_read(root, "proc/meminfo"), *total = fact_of_key(text, "MemTotal", ':');
	struct slice word, rest = slice_of(total ? total : "");
	int64_t bytes;

	if (slice_word(&word, &rest) && slice_i64(word, &bytes) &&
		!__builtin_mul_overflow(bytes, 1024, &bytes) && bytes > 0)
		json_add_i64(host, "memory_bytes", bytes);
	else
		json_add_null(host, "memory_bytes");
	free(total);
	free(text);
}

/* Is it the name of a CPU's directory? */
static bool
is_cpu(const char *name)
{
	return strncmp(name, "cpu", 3) == 0 && name[3] >= '0' && name[3] <= '9';
}

/* The CPUs' frequency governors, each once. */
static void
add_governor(struct json *host, const char *root)
{
	char *dir = xasprintf("%s/" CPU_DIR, root), **names = NULL;
	struct strbuf all;
	size_t n = 0;

	strbuf_init(&all);
	if (file_list(&names, &n, dir, NULL) != V_OK)
		n = 0;
	for (size_t i = 0; i < n; i++) {
		char *path = xasprintf(CPU_DIR "/%s/cpufreq/scaling_governor", names[i]);
		char *governor = is_cpu(names[i]) ? fact_read(root, path) : NULL;

		if (governor && !fact_has_word(all.p ? all.p : "", governor))
			strbuf_addf(&all, "%s%s", all.n ? " " : "", governor);
		free(governor);
		free(path);
	}
	json_add_str(host, "governor", all.p);
	strbuf_release(&all);
	file_list_free(names, n);
	free(dir);
}

/* sys/devices/system/cpu/vulnerabilities as an object: name of the flaw, what is done about it. */
static void
add_mitigations(struct json *host, const char *root)
{
	char *dir = xasprintf("%s/" CPU_DIR "/vulnerabilities", root), **names;
	struct json *to;
	size_t n;

	if (file_list(&names, &n, dir, NULL) == V_OK) {
		to = json_add_object(host, "mitigations");
		for (size_t i = 0; i < n; i++) {
			char *path = xasprintf(CPU_DIR "/vulnerabilities/%s", names[i]);

			add_fact(to, names[i], root, path);
			free(path);
		}
		file_list_free(names, n);
	} else {
		json_add_null(host, "mitigations");
	}
	free(dir);
}

/* ---- clock ---- */

void
hostinfo_ntp(struct json *host, const struct timex *tx, int state)
{
	struct json *ntp = json_add_object(host, "ntp");
	int64_t unit_ns = tx->status & STA_NANO ? 1 : NS_PER_US;

	json_add_bool(ntp, "synchronized", state != TIME_ERROR && !(tx->status & STA_UNSYNC));
	json_add_i64(ntp, "offset_ns", tx->offset * unit_ns);
	json_add_i64(ntp, "estimated_error_ns", tx->esterror * NS_PER_US);
	json_add_i64(ntp, "maximum_error_ns", tx->maxerror * NS_PER_US);
	json_add_f64(ntp, "frequency_ppm", (double)tx->freq / 65536);
}

static void
add_ntp(struct json *host, const char *root)
{
	struct timex tx = {.modes = 0};
	int state = *root ? -1 : adjtimex(&tx);

	if (state < 0)
		json_add_null(host, "ntp");
	else
		hostinfo_ntp(host, &tx, state);
}

static void
add_clocksource(struct json *host, const char *root)
{
	add_fact(host, "clocksource", root,
		"sys/devices/system/clocksource/clocksource0/current_clocksource");
}

/* ---- virtualization ---- */

static void
add_virtualization(struct json *host, const char *root)
{
	char *hypervisor = virt_hypervisor(root), *container = virt_container(root);

	json_add_str(host, "virtualization", virt_name(root));
	json_add_str(host, "hypervisor", hypervisor);
	json_add_str(host, "container", container);
	free(hypervisor);
	free(container);
}

/* ---- kernel and system ---- */

static void
add_kernel(struct json *host, const char *root)
{
	add_fact(host, "kernel", root, "proc/sys/kernel/osrelease");
	add_fact(host, "kernel_build", root, "proc/sys/kernel/version");
}

static void
add_isolated(struct json *host, const char *root)
{
	add_fact(host, "isolated_cpus", root, CPU_DIR "/isolated");
}

static void
add_os(struct json *host, const char *root)
{
	char *text = fact_read(root, "etc/os-release"), *name;

	if (!text)
		text = fact_read(root, "usr/lib/os-release");
	name = fact_of_key(text, "PRETTY_NAME", '=');
	json_add_str(host, "os", name);
	free(name);
	free(text);
}

void
hostinfo_host(struct json *host, const char *root)
{
	static void (*const facts[])(struct json *, const char *) = {add_kernel, add_os, add_cpu,
		add_cores, add_smt, add_isolated, add_governor, add_memory, add_clocksource,
		add_ntp, add_mitigations, add_virtualization};

	for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++)
		facts[i](host, root);
}
