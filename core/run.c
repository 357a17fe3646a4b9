/*
 * run - one run as a struct: its life, its factors, and the parts that are added to it.
 * run.json is read in run_read.c and written in run_write.c.
 */
#include "core/run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/alloc.h"
#include "core/file.h"
#include "core/str.h"
#include "core/text.h"

static const char *const state_names[] = {
	[RUN_RECORDING] = "recording",
	[RUN_COMPLETE] = "complete",
	[RUN_TRUNCATED] = "truncated",
	[RUN_FAILED] = "failed",
};

/* What the columns of samples and statistics are called already (docs/DESIGN.md, "Samples"). */
static const char *const fixed_columns[] = {
	"bytes",
	"class",
	"connect_ns",
	"connection",
	"dataset",
	"delay_ns",
	"driver",
	"dst",
	"duration_ns",
	"end",
	"family",
	"flags",
	"handshake_ns",
	"host",
	"id",
	"inner",
	"kind",
	"latency_inner_ns",
	"latency_ns",
	"latency_outer_ns",
	"messages_err",
	"messages_ok",
	"method",
	"metric",
	"n",
	"name",
	"outer",
	"overhead_in_ns",
	"overhead_ns",
	"overhead_out_ns",
	"overhead_share_pct",
	"packets",
	"platform",
	"point",
	"position",
	"proto",
	"reordered",
	"request_bytes",
	"response_bytes",
	"retransmitted",
	"rtt_inner_ns",
	"rtt_ns",
	"rtt_outer_ns",
	"run",
	"seq",
	"side",
	"src",
	"status",
	"t_ns",
	"t_request_last_ns",
	"t_request_ns",
	"throughput_bps",
	"ttfb_ns",
	"uri",
	"value",
};

/* ---- life ---- */

void
run_init(struct run *r)
{
	*r = (struct run){.state = RUN_COMPLETE};
	r->path = xstrdup("");
	r->id = xstrdup("");
	r->platform = xstrdup("unknown");
}

static void
point_release(struct run_point *p)
{
	free(p->name);
	free(p->host);
	free(p->interface);
	free(p->netns);
	texts_free(p->files, p->n_files);
	free(p->filter);
	free(p->tstamp_type);
}

static void
tool_release(struct run_tool *t)
{
	free(t->name);
	free(t->version);
	texts_free(t->argv, t->n_argv);
	free(t->file);
	free(t->host);
}

void
run_release(struct run *r)
{
	free(r->path);
	free(r->id);
	free(r->platform);
	free(r->driver);
	for (size_t i = 0; i < r->n_factors; i++) {
		free(r->factors[i].name);
		free(r->factors[i].value);
	}
	free(r->factors);
	free(r->started);
	free(r->ended);
	for (size_t i = 0; i < r->n_points; i++)
		point_release(&r->points[i]);
	free(r->points);
	for (size_t i = 0; i < r->n_tools; i++)
		tool_release(&r->tools[i]);
	free(r->tools);
	for (size_t i = 0; i < r->n_counters; i++) {
		free(r->counters[i].file);
		free(r->counters[i].host);
		json_free(r->counters[i].columns);
	}
	free(r->counters);
	free(r->reason);
	json_free(r->document);
	*r = (struct run){0};
}

/* ---- building ---- */

struct run_point *
run_add_point(struct run *r, const char *name)
{
	struct run_point *p;
	int order = 0;

	for (size_t i = 0; i < r->n_points; i++)
		if (r->points[i].order >= order)
			order = r->points[i].order + 1;
	r->points = xrealloc(r->points, r->n_points + 1, sizeof *r->points);
	p = &r->points[r->n_points++];
	*p = (struct run_point){
		.name = xstrdup(name),
		.order = order,
		.linktype = RUN_NA,
		.snaplen = RUN_NA,
		.packets = RUN_NA,
		.dropped_by_kernel = RUN_NA,
		.dropped_by_interface = RUN_NA,
		.dropped_by_writer = RUN_NA,
	};
	return p;
}

void
run_point_add_file(struct run_point *p, const char *file)
{
	p->files = xrealloc(p->files, p->n_files + 1, sizeof *p->files);
	p->files[p->n_files++] = xstrdup(file);
}

struct run_tool *
run_add_tool(struct run *r, const char *name, const char *file)
{
	struct run_tool *t;

	r->tools = xrealloc(r->tools, r->n_tools + 1, sizeof *r->tools);
	t = &r->tools[r->n_tools++];
	*t = (struct run_tool){.name = xstrdup(name), .file = xstrdup(file), .exit = RUN_NA};
	return t;
}

bool
run_point_dropped(const struct run_point *p)
{
	return p->dropped_by_kernel > 0 || p->dropped_by_interface > 0 || p->dropped_by_writer > 0;
}

char *
run_file_path(const struct run *r, const char *file)
{
	return strcmp(file, "-") == 0 ? xstrdup(file) : file_join(r->path, file);
}

const char *
run_state_name(enum run_state s)
{
	return state_names[s];
}

/* ---- factors ---- */

bool
run_factor_name_ok(const char *name)
{
	if (!*name || strpbrk(name, ",=:"))
		return false;
	for (const char *c = name; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			return false;
	return !text_among(name, fixed_columns, sizeof fixed_columns / sizeof fixed_columns[0]);
}

const char *
run_factor(const struct run *r, const char *name)
{
	if (strcmp(name, "platform") == 0)
		return r->platform;
	if (strcmp(name, "driver") == 0)
		return r->driver;
	for (size_t i = 0; i < r->n_factors; i++)
		if (strcmp(r->factors[i].name, name) == 0)
			return r->factors[i].value;
	return NULL;
}

/* The factor called name, made at its place in the alphabet if there is none. */
static struct factor *
factor_slot(struct run *r, const char *name)
{
	size_t i = 0;
	int order = 1;

	while (i < r->n_factors && (order = strcmp(r->factors[i].name, name)) < 0)
		i++;
	if (i < r->n_factors && order == 0)
		return &r->factors[i];
	r->factors = xrealloc(r->factors, r->n_factors + 1, sizeof *r->factors);
	memmove(&r->factors[i + 1], &r->factors[i], (r->n_factors - i) * sizeof *r->factors);
	r->n_factors++;
	r->factors[i] = (struct factor){.name = xstrdup(name)};
	return &r->factors[i];
}

/* -?(0|[1-9][0-9]*)([.][0-9]+)? : what a person would call a number, and no leading zeros. */
static bool
is_plain_number(const char *text)
{
	size_t n;

	text += *text == '-';
	n = strspn(text, "0123456789");
	if (n == 0 || (*text == '0' && n > 1))
		return false;
	text += n;
	if (*text != '.')
		return !*text;
	n = strspn(++text, "0123456789");
	return n > 0 && !text[n];
}

/* The number's text as JSON will give it back; NULL if it cannot be held. */
static char *
number_text(const char *value)
{
	struct strbuf b;
	int64_t i;
	double f;

	strbuf_init(&b);
	if (slice_i64(slice_of(value), &i))
		strbuf_add_i64(&b, i);
	else if (strchr(value, '.') && slice_f64(slice_of(value), &f))
		strbuf_add_f64(&b, f);
	else
		return NULL;
	return strbuf_detach(&b);
}

void
run_set_factor(struct run *r, const char *name, const char *value)
{
	char *number = NULL;
	struct factor *f;

	if (strcmp(name, "platform") == 0) {
		text_replace(&r->platform, value);
	} else if (strcmp(name, "driver") == 0) {
		text_replace(&r->driver, value);
	} else {
		if (is_plain_number(value))
			number = number_text(value);
		f = factor_slot(r, name);
		f->numeric = number != NULL;
		text_replace(&f->value, number ? number : value);
		free(number);
	}
}

struct run_counters *
run_add_counters(struct run *r, const char *file)
{
	struct run_counters *c;

	r->counters = xrealloc(r->counters, r->n_counters + 1, sizeof *r->counters);
	c = &r->counters[r->n_counters++];
	*c = (struct run_counters){.interval_ns = RUN_NA};
	c->file = file ? xstrdup(file) : NULL;
	return c;
}

void
run_describe_column(struct run_counters *c, const char *column, const char *unit, const char *kind)
{
	struct json *o;

	if (!c->columns)
		c->columns = json_object();
	o = json_add_object(c->columns, column);
	json_add_str(o, "unit", unit);
	json_add_str(o, "kind", kind);
}

/* ---- being recorded ---- */

int
run_hold(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0 && flock(fd, LOCK_EX) != 0) { /* waits for those who only ask */
		close(fd);
		fd = -1;
	}
	return fd;
}

bool
run_is_held(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool held;

	if (fd < 0)
		return false;
	held = flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
	close(fd);
	return held;
}
