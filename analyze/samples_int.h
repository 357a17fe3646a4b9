#ifndef VANTAGE_ANALYZE_SAMPLES_INT_H
#define VANTAGE_ANALYZE_SAMPLES_INT_H
/*
 * samples_int - what samples.c and samples_pairs.c share: the writer, and the cells of its rows.
 *
 * Private to these two files.
 */
#include <stdlib.h>

#include "analyze/flow.h"
#include "analyze/samples.h"
#include "core/table.h"
#include "core/tstamp.h"

#define FLUSH_BYTES ((size_t)256 << 10)

struct transits_job;

/* What the rows of one observation have in common. */
struct row_frame {
	struct strbuf start;
	char *end;
};

struct samples_writer {
	struct zwriter *out;
	char *path; /* where the file goes when it is complete */
	char *part; /* where it is until then; NULL: written in place */
	struct strbuf rows;
	const char **factors;
	size_t n_factors;
	const struct transits_job *job; /* whose frame this is */
	struct row_frame frame;
};

static inline void
row_frame_release(struct row_frame *f)
{
	strbuf_release(&f->start);
	free(f->end);
}

static inline enum vstatus
flush(struct samples_writer *w, size_t at_least, struct verr *err)
{
	enum vstatus st = V_OK;

	if (w->rows.n && w->rows.n >= at_least) {
		st = zwriter_write(w->out, w->rows.p, w->rows.n, err);
		strbuf_clear(&w->rows);
	}
	return st;
}

static inline void
add_time(struct strbuf *b, int64_t v)
{
	if (v != TSTAMP_NONE)
		strbuf_add_i64(b, v);
	strbuf_addc(b, ',');
}

static inline void
add_text(struct strbuf *b, const char *s)
{
	if (s)
		csv_add_field(b, s);
	strbuf_addc(b, ',');
}

/* ",platform,driver,factor,..." and the end of the line: the same for all rows of a run. */
static inline char *
row_end(const struct samples_writer *w, const struct run *r)
{
	struct strbuf b;

	strbuf_init(&b);
	strbuf_addc(&b, ',');
	add_text(&b, r->platform);
	if (r->driver)
		csv_add_field(&b, r->driver);
	for (size_t i = 0; i < w->n_factors; i++) {
		const char *level = run_factor(r, w->factors[i]);

		strbuf_addc(&b, ',');
		if (level)
			csv_add_field(&b, level);
	}
	strbuf_addc(&b, '\n');
	return strbuf_detach(&b);
}

static inline struct row_frame
row_frame(const struct samples_writer *w, const struct study_run *sr, const struct observation *o)
{
	struct row_frame f;

	strbuf_init(&f.start);
	add_text(&f.start, sr->run->id);
	add_text(&f.start, o->point);
	f.end = row_end(w, sr->run);
	return f;
}

static inline void
add_end(struct strbuf *b, unsigned family, const uint8_t *addr, uint16_t port)
{
	char text[FLOW_TEXT_SIZE];

	flow_address_text(text, (uint8_t)family, addr, port);
	strbuf_adds(b, text);
	strbuf_addc(b, ',');
}

static inline void
add_count(struct strbuf *b, uint64_t v)
{
	strbuf_add_u64(b, v);
	strbuf_addc(b, ',');
}

/* Texts from the wire: a byte that would end a line or spoil a terminal becomes "?". */
static inline void
add_wire_text(struct strbuf *b, const char *text)
{
	char *clean = text && *text ? xstrdup(text) : NULL;

	for (char *p = clean; p && *p; p++)
		if ((unsigned char)*p < ' ' || *p == 127)
			*p = '?';
	add_text(b, clean);
	free(clean);
}

#endif
