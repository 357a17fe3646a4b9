/*
 * script - see script.h.
 */
#include "capture/script.h"

#include <stdlib.h>
#include <string.h>

#include "capture/adopt_int.h"
#include "capture/echoed.h"
#include "core/alloc.h"
#include "core/file.h"
#include "core/loadtool.h"
#include "core/log.h"
#include "core/trace.h"
#include "core/tstamp.h"

/* ---- repetitions ---- */

struct setting {
	char *text; /* the factors of a part */
	size_t part;
};

static int
compare_settings(const void *a, const void *b)
{
	const struct setting *x = a, *y = b;
	int c = strcmp(x->text, y->text);

	return c ? c : (x->part > y->part) - (x->part < y->part);
}

static char *
setting_text(const struct transcript_part *p)
{
	struct strbuf b;
	struct run r;

	run_init(&r);
	strbuf_init(&b);
	echoed_factors(&r, p->program, p->argv, p->n_argv);
	strbuf_adds(&b, p->program);
	for (size_t i = 0; i < r.n_factors; i++)
		strbuf_addf(&b, "\n%s=%s", r.factors[i].name, r.factors[i].value);
	run_release(&r);
	return strbuf_detach(&b);
}

static void
number_repetitions(struct script *s)
{
	struct setting *settings = xcalloc(s->text.n_parts, sizeof *settings);
	uint32_t *repetition = xcalloc(s->text.n_parts, sizeof *repetition);
	size_t n = 0;
	bool repeated = false;

	for (size_t i = 0; i < s->text.n_parts; i++)
		if (s->text.parts[i].program)
			settings[n++] = (struct setting){setting_text(&s->text.parts[i]), i};
	qsort(settings, n, sizeof *settings, compare_settings);
	for (size_t i = 0; i < n; i++) {
		bool again = i && !strcmp(settings[i].text, settings[i - 1].text);

		repetition[settings[i].part] = again ? repetition[settings[i - 1].part] + 1 : 1;
		repeated = repeated || again;
	}
	for (size_t i = 0; i < n; i++)
		free(settings[i].text);
	free(settings);
	if (repeated)
		s->repetition = repetition;
	else
		free(repetition);
}

/* ---- reading ---- */

static bool
begins_with_command(const char *path)
{
	char *head = xmalloc(LOADTOOL_HEAD_BYTES);
	struct transcript t;
	size_t n;
	bool yes = false;

	if (file_head(head, &n, LOADTOOL_HEAD_BYTES, path, NULL) == V_OK) {
		transcript_split(&t, head, n, NULL);
		yes = t.n_tools > 0;
		transcript_release(&t);
	}
	free(head);
	return yes;
}

/* Its parts are not compressed any more. */
static char *
plain_name(const char *path)
{
	char *base = file_base(path);
	struct slice s = slice_of(base);

	if (slice_ends(s, ".gz"))
		base[s.n - 3] = '\0';
	else if (slice_ends(s, ".zst"))
		base[s.n - 4] = '\0';
	return base;
}

enum vstatus
script_load(struct script *s, const char *operand, struct verr *err)
{
	struct operand o = operand_parse(operand);
	size_t len;
	enum vstatus st;

	operand_release(&o);
	if (strcmp(o.path, "-") == 0 || trace_sniff(o.path) || !begins_with_command(o.path))
		return V_END;
	s->path = o.path;
	st = file_slurp(&s->bytes, &len, o.path, err);
	if (st == V_OK && (st = transcript_split(&s->text, s->bytes, len, err)) != V_OK)
		verr_ctx(err, "%s", o.path);
	if (st == V_OK && s->text.n_tools < 2)
		st = V_END;
	if (st != V_OK) {
		script_release(s);
		return st;
	}
	s->file = plain_name(o.path);
	number_repetitions(s);
	return V_OK;
}

void
script_release(struct script *s)
{
	transcript_release(&s->text);
	free(s->repetition);
	free(s->bytes);
	free(s->file);
	*s = (struct script){0};
}

/* ---- what is in no run ---- */

size_t
script_report(const struct script *s)
{
	struct loadtool tool;
	size_t n_others = s->text.n_parts - s->text.n_tools;
	bool output = loadtool_recognise(&tool, s->text.before.p, s->text.before.n, s->path);

	if (s->text.n_lines_before)
		log_warn("%s: %zu lines before the first command (line %zu) are in no run%s%s",
			s->path, s->text.n_lines_before, s->text.parts[0].line,
			output ? ": output of " : "", output ? loadtool_name(tool.kind) : "");
	for (size_t i = 0; i < s->text.n_parts; i++)
		if (!s->text.parts[i].program)
			log_verbose("%s: line %zu: no tool that is known: %s", s->path,
				s->text.parts[i].line, s->text.parts[i].argv[0]);
	if (n_others)
		log_info("%s: %zu commands that are no load tool's are in no run", s->path,
			n_others);
	return output;
}

/* ---- names and factors ---- */

char *
script_base_id(const char *run_id, const char *name)
{
	char stamp[TSTAMP_ISO_SIZE];

	if (run_id)
		return xstrdup(run_id);
	tstamp_compact(stamp, tstamp_now());
	return xasprintf("%s-%s", stamp, name);
}

char *
script_id(const struct script *s, size_t part, const char *base)
{
	int digits = snprintf(NULL, 0, "%zu", s->text.n_tools);

	return xasprintf("%s-%0*zu", base, digits, s->text.parts[part].number);
}

void
script_set_factors(struct run *r, const struct script *s, size_t part)
{
	const struct transcript_part *p = &s->text.parts[part];
	char number[16];

	echoed_factors(r, p->program, p->argv, p->n_argv);
	if (!s->repetition || run_factor(r, "repetition"))
		return;
	snprintf(number, sizeof number, "%u", s->repetition[part]);
	run_set_factor(r, "repetition", number);
}
