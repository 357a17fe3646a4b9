/*
 * machines - the table of the environment: one column for each machine, one row for each fact.
 *
 * A machine that several datasets describe in the same words is one machine; its interfaces,
 * tools and datasets are gathered.  Columns rather than rows, since a report has few machines and
 * much to say of each; four go into one table.
 */
#include <stdlib.h>
#include <string.h>

#include "report/lookup.h"
#include "report/tables.h"

#define MACHINES_PER_TABLE 4
#define MACHINE_TABLES_SHOWN 6
#define NAMES_MAX 12 /* in a list */

static const struct {
	const char *column; /* of the analysis "environment" */
	const char *title;
	bool gathered; /* a list from all its rows, not what tells machines apart */
} facts[] = {
	{"os", "Operating system", false},
	{"kernel", "Kernel", false},
	{"cpu", "CPU", false},
	{"cores", "Logical CPUs", false},
	{"memory_bytes", "Memory", false},
	{"interfaces", "Interfaces", true},
	{"clocksource", "Clock source", false},
	{"virtualization", "Virtualization", false},
	{"hypervisor", "Hypervisor", false},
	{"tools", "Load tools", true},
	{"dataset", "Datasets", true},
};
#define N_FACTS (sizeof facts / sizeof *facts)

struct machine {
	const char *host;
	const char *facts[N_FACTS]; /* NULL: not known */
	size_t n_named[N_FACTS];    /* in a list */
};

struct machines {
	struct machine *items;
	size_t n, cap;
};

/* memory_text - "23.5 GiB". */
static const char *
memory_text(struct doc *d, double bytes)
{
	const double gib = 1024.0 * 1024 * 1024;

	if (bytes >= gib)
		return doc_text(d, "%.1f GiB", bytes / gib);
	return doc_text(d, "%.0f MiB", bytes / (1024.0 * 1024));
}

static const char *
fact_text(struct doc *d, const struct table *t, const char *column, size_t row)
{
	size_t col = table_find(t, column);
	const char *text = lookup_text(d, t, col, row);

	if (!text || !*text)
		return NULL;
	if (strcmp(column, "memory_bytes") == 0 && t->columns[col].type != COLUMN_TEXT)
		return memory_text(d, table_real(t, col, row));
	return text;
}

static bool
same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static struct machine *
find_machine(struct machines *l, const struct machine *like)
{
	for (size_t i = 0; i < l->n; i++) {
		bool equal = strcmp(l->items[i].host, like->host) == 0;

		for (size_t f = 0; equal && f < N_FACTS; f++)
			equal = facts[f].gathered || same(l->items[i].facts[f], like->facts[f]);
		if (equal)
			return &l->items[i];
	}
	GROW(l->items, l->n, l->cap);
	l->items[l->n] = (struct machine){.host = like->host};
	for (size_t f = 0; f < N_FACTS; f++)
		l->items[l->n].facts[f] = facts[f].gathered ? NULL : like->facts[f];
	return &l->items[l->n++];
}

/* gather - one more name for a list, unless it is there. */
static void
gather(struct doc *d, struct machine *m, size_t fact, const char *name)
{
	const char *have = m->facts[fact], *found = have ? strstr(have, name) : NULL;
	char end = found ? found[strlen(name)] : '\0';

	if (found && (found == have || found[-1] == ' ') && (end == '\0' || end == ';'))
		return;
	if (m->n_named[fact]++ < NAMES_MAX)
		m->facts[fact] = doc_text(d, "%s%s%s", have ? have : "", have ? "; " : "", name);
	else if (m->n_named[fact] == NAMES_MAX + 1)
		m->facts[fact] = doc_text(d, "%s; and others", have);
}

static void
take_row(struct doc *d, struct machines *l, const struct table *t, size_t row)
{
	struct machine like = {.host = fact_text(d, t, "host", row)}, *m;

	if (!like.host)
		like.host = "without name";
	for (size_t f = 0; f < N_FACTS; f++)
		like.facts[f] = fact_text(d, t, facts[f].column, row);
	m = find_machine(l, &like);
	for (size_t f = 0; f < N_FACTS; f++) {
		if (facts[f].gathered && like.facts[f])
			gather(d, m, f, like.facts[f]);
	}
}

static void
table_of(struct doc *d, struct machines *l, size_t part)
{
	size_t from = part * MACHINES_PER_TABLE;
	size_t n = l->n - from < MACHINES_PER_TABLE ? l->n - from : MACHINES_PER_TABLE;
	size_t n_parts = (l->n + MACHINES_PER_TABLE - 1) / MACHINES_PER_TABLE;
	const char *id = n_parts > 1 ? doc_text(d, "environment-%zu", part + 1) : "environment";
	struct doc_table *t = doc_add_table(d, id, "Environment");
	struct doc_cell *row;

	t->section = DOC_DATA;
	t->csv_only = part >= MACHINE_TABLES_SHOWN;
	t->caption = n_parts > 1 ? doc_text(d,
					   "What run.json says of each machine. Part %zu of "
					   "%zu.",
					   part + 1, n_parts)
				 : "What run.json says of each machine.";
	doc_add_column(t, "fact", "Machine", DOC_LABEL);
	for (size_t i = 0; i < n; i++)
		doc_add_column(t, l->items[from + i].host, l->items[from + i].host, DOC_LABEL);
	for (size_t f = 0; f < N_FACTS; f++) {
		bool any = false;

		for (size_t i = 0; i < n; i++)
			any |= l->items[from + i].facts[f] != NULL;
		if (!any)
			continue;
		row = doc_add_row(t);
		(row++)->text = facts[f].title;
		for (size_t i = 0; i < n; i++)
			(row++)->text = l->items[from + i].facts[f];
	}
	doc_table_finish(t);
}

void
tables_environment(struct doc *d, const struct model *m)
{
	struct machines l = {0};

	for (size_t i = 0; i < m->n_docs; i++) {
		const struct results *r = &m->docs[i];

		for (size_t a = 0; a < r->n_analyses; a++) {
			const struct analysis *an = &r->analyses[a];

			for (size_t row = 0;
				strcmp(an->kind, "environment") == 0 && row < an->rows.n_rows;
				row++)
				take_row(d, &l, &an->rows, row);
		}
	}
	for (size_t part = 0; part * MACHINES_PER_TABLE < l.n; part++)
		table_of(d, &l, part);
	free(l.items);
}
