/*
 * environment - see environment.h.
 *
 * A machine is the same only if all that was noted of it in words is the same.
 * The list of rows is searched from its end: neighbouring runs mostly share their machines, and
 * a dataset has few.
 *
 * Left out on purpose: clock discipline, mitigations, offloads and everything else that may
 * differ from run to run.  It stays in run.json, for who looks into a single run.
 */
#include "analyze/environment.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/str.h"

static const char *const texts[] = {/* of a host in run.json, which tell machines apart */
	"kernel", "os", "cpu", "clocksource", "virtualization", "hypervisor"};
#define N_TEXTS (sizeof texts / sizeof *texts)
#define N_BY (2 + N_TEXTS) /* behind dataset and host */

static const char *const numbers[] = {"cores", "memory_bytes"};
#define N_NUMBERS (sizeof numbers / sizeof *numbers)
/* A kernel's own size makes the memory of one machine differ by less than a hundredth. */
#define PERCENT 100

struct names { /* distinct texts in order of appearance, on the heap */
	char *items[ENVIRONMENT_NAMES_MAX];
	size_t n;
	bool more; /* than there is room for */
};

struct machine {
	const char *dataset;
	const char *host;
	const struct json *facts;                  /* the first run's object of it */
	int64_t least[N_NUMBERS], most[N_NUMBERS]; /* of its runs; both 0: not known */
	int64_t runs;
	struct names interfaces;
	struct names tools;
};

struct machines {
	struct machine *items;
	size_t n, cap;
};

/* names_take - add a heap text unless it is there already. */
static void
names_take(struct names *l, char *text)
{
	for (size_t i = 0; i < l->n; i++) {
		if (strcmp(l->items[i], text) == 0) {
			free(text);
			return;
		}
	}
	if (l->n < ENVIRONMENT_NAMES_MAX) {
		l->items[l->n++] = text;
		return;
	}
	l->more = true;
	free(text);
}

static void
names_release(struct names *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->items[i]);
}

static bool
is_machine(const struct machine *m, const char *dataset, const struct json *host)
{
	if (strcmp(m->dataset, dataset) != 0 ||
		strcmp(m->host, json_str(json_get(host, "name"), "")) != 0)
		return false;
	for (size_t i = 0; i < N_TEXTS; i++) {
		const char *a = json_str(json_get(m->facts, texts[i]), "");

		if (strcmp(a, json_str(json_get(host, texts[i]), "")) != 0)
			return false;
	}
	return true;
}

static void
take_numbers(struct machine *m, const struct json *host)
{
	for (size_t i = 0; i < N_NUMBERS; i++) {
		int64_t v;

		if (!json_i64(json_get(host, numbers[i]), &v) || v <= 0)
			continue;
		m->least[i] = m->least[i] == 0 || v < m->least[i] ? v : m->least[i];
		m->most[i] = v > m->most[i] ? v : m->most[i];
	}
}

static struct machine *
find_machine(struct machines *l, const char *dataset, const struct json *host)
{
	for (size_t i = l->n; i-- > 0;) {
		if (is_machine(&l->items[i], dataset, host))
			return &l->items[i];
	}
	GROW(l->items, l->n, l->cap);
	l->items[l->n] = (struct machine){
		.dataset = dataset, .host = json_str(json_get(host, "name"), ""), .facts = host};
	return &l->items[l->n++];
}

/* is_here - did it happen on that host?  With a single host there is no need to say so. */
static bool
is_here(const char *where, const char *host, size_t n_hosts)
{
	return where ? strcmp(where, host) == 0 : n_hosts == 1;
}

static void
take_interfaces(struct machine *m, const struct run *run, size_t n_hosts)
{
	const struct json *points = json_get(run->document, "points");

	for (const struct json *p = json_first(points); p; p = json_next(p)) {
		const char *driver = json_str(json_get(p, "driver"), NULL);
		int64_t mbps;

		if (!driver || !is_here(json_str(json_get(p, "host"), NULL), m->host, n_hosts))
			continue;
		if (json_i64(json_get(p, "speed_mbps"), &mbps) && mbps > 0)
			names_take(
				&m->interfaces, xasprintf("%s %" PRId64 " Mbit/s", driver, mbps));
		else
			names_take(&m->interfaces, xstrdup(driver));
	}
}

static void
take_tools(struct machine *m, const struct run *run, size_t n_hosts)
{
	for (size_t i = 0; i < run->n_tools; i++) {
		const struct run_tool *t = &run->tools[i];

		if (t->name && is_here(t->host, m->host, n_hosts))
			names_take(&m->tools,
				xasprintf("%s%s%s", t->name, t->version ? " " : "",
					t->version ? t->version : ""));
	}
}

static void
take_run(struct machines *l, const struct study_run *sr)
{
	const struct json *hosts = json_get(sr->run->document, "hosts");
	size_t n_hosts = json_len(hosts);

	for (const struct json *h = json_first(hosts); h; h = json_next(h)) {
		struct machine *m = find_machine(l, sr->dataset->name, h);

		m->runs++;
		take_numbers(m, h);
		take_interfaces(m, sr->run, n_hosts);
		take_tools(m, sr->run, n_hosts);
	}
}

static void
set_names(struct table *t, size_t col, size_t row, const struct names *l)
{
	struct strbuf b;

	strbuf_init(&b);
	for (size_t i = 0; i < l->n; i++)
		strbuf_addf(&b, "%s%s", i ? "; " : "", l->items[i]);
	if (l->more)
		strbuf_adds(&b, "; and others");
	table_set_text(t, col, row, l->n ? b.p : NULL);
	strbuf_release(&b);
}

/* add_columns - behind those in `by`. */
static void
add_columns(struct table *t)
{
	for (size_t i = 0; i < N_NUMBERS; i++)
		table_add_column(t, numbers[i], COLUMN_INT);
	table_add_column(t, "runs", COLUMN_INT);
	table_add_column(t, "interfaces", COLUMN_TEXT);
	table_add_column(t, "tools", COLUMN_TEXT);
}

static void
add_number(struct analysis *a, size_t col, size_t row, const struct machine *m, size_t number)
{
	int64_t least = m->least[number], most = m->most[number];

	if (most == 0)
		return;
	table_set_int(&a->rows, col, row, most);
	if (most - least > most / PERCENT)
		analysis_note(a,
			"%s: %s between %" PRId64 " and %" PRId64 ", depending on the run.",
			m->host, numbers[number], least, most);
}

static void
add_row(struct analysis *a, const struct machine *m)
{
	struct table *t = &a->rows;
	size_t row = table_add_row(t), col = 0;

	table_set_text(t, col++, row, m->dataset);
	table_set_text(t, col++, row, m->host);
	for (size_t i = 0; i < N_TEXTS; i++) {
		const char *text = json_str(json_get(m->facts, texts[i]), NULL);

		table_set_text(t, col++, row, text && *text ? text : NULL);
	}
	for (size_t i = 0; i < N_NUMBERS; i++)
		add_number(a, col++, row, m, i);
	table_set_int(t, col++, row, m->runs);
	set_names(t, col++, row, &m->interfaces);
	set_names(t, col, row, &m->tools);
}

void
environment_add(struct results *r, const struct study *s)
{
	const char *by[N_BY] = {"dataset", "host"};
	struct machines l = {0};

	for (size_t i = 0; i < s->n_runs; i++)
		take_run(&l, &s->runs[i]);
	for (size_t i = 0; i < N_TEXTS; i++)
		by[2 + i] = texts[i];
	if (l.n) {
		struct analysis *a = results_add(r, "environment", NULL, by, N_BY);

		add_columns(&a->rows);
		for (size_t i = 0; i < l.n; i++)
			add_row(a, &l.items[i]);
	}
	for (size_t i = 0; i < l.n; i++) {
		names_release(&l.items[i].interfaces);
		names_release(&l.items[i].tools);
	}
	free(l.items);
}
