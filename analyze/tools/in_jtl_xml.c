/*
 * in_jtl_xml - JMeter's log (JTL) as XML, read by Expat.
 *
 * Each sample is an element <httpSample> or <sample> with its fields as attributes (manual, "XML
 * Log format 2.1": t elapsed, lt Latency, ct Connect, ts time stamp, s success, lb label, rc code,
 * rm message, tn thread, by bytes, sby sent bytes).  Samples inside a sample are its parts
 * (embedded resources, redirects), whose time it includes: counted, not used.  Inside a transaction
 * controller they are the samples, and the controller is not.
 *
 * A log that JMeter did not finish lacks its end tag; what precedes is used.
 */
#include <expat.h>
#include <limits.h>
#include <string.h>

#include "analyze/tools/jtl.h"
#include "analyze/tools/readers.h"

#define PART_MAX_BYTES ((size_t)1 << 20) /* that Expat gets at a time: its lengths are int */
#define DEPTH_MAX 256                    /* of elements; JMeter's own logs have some ten */

struct reading {
	struct toolout *o;
	XML_Parser parser;
	unsigned depth;  /* of elements */
	unsigned sample; /* depth of the sample that we are in; 0 none */
	bool too_deep;
	enum vstatus st;
	struct verr *err;
};

static const char *const attributes[JTL_N_FIELDS] = {
	[JTL_TIME_STAMP] = "ts",
	[JTL_ELAPSED] = "t",
	[JTL_LATENCY] = "lt",
	[JTL_CONNECT] = "ct",
	[JTL_SUCCESS] = "s",
	[JTL_LABEL] = "lb",
	[JTL_CODE] = "rc",
	[JTL_MESSAGE] = "rm",
	[JTL_THREAD] = "tn",
	[JTL_BYTES] = "by",
	[JTL_SENT_BYTES] = "sby",
};

static struct jtl_row
row_of(const XML_Char **pairs)
{
	struct jtl_row row = {{{NULL, 0}}};

	for (; pairs[0]; pairs += 2)
		for (int i = 0; i < JTL_N_FIELDS; i++)
			if (!strcmp(pairs[0], attributes[i]))
				row.field[i] = slice_of(pairs[1]);
	return row;
}

static void
begin_sample(struct reading *r, const XML_Char **pairs)
{
	struct jtl_row row = row_of(pairs);

	if (r->sample || jtl_is_controller(&row)) {
		r->o->counts[TOOL_COUNT_NESTED]++;
		return;
	}
	r->sample = r->depth;
	r->st = jtl_take(r->o, &row, XML_GetCurrentLineNumber(r->parser), r->err);
}

static void
on_start(void *ctx, const XML_Char *name, const XML_Char **pairs)
{
	struct reading *r = ctx;

	r->depth++;
	if (!strcmp(name, "httpSample") || !strcmp(name, "sample"))
		begin_sample(r, pairs);
	r->too_deep = r->depth > DEPTH_MAX;
	if (r->st != V_OK || r->too_deep)
		XML_StopParser(r->parser, XML_FALSE);
}

static void
on_end(void *ctx, const XML_Char *name)
{
	struct reading *r = ctx;

	(void)name;
	if (r->sample == r->depth)
		r->sample = 0;
	r->depth--;
}

/* JMeter declares no entities; what does is not its log. */
static void
on_entity(void *ctx, const XML_Char *name, int is_parameter, const XML_Char *value, int length,
	const XML_Char *base, const XML_Char *system, const XML_Char *public,
	const XML_Char *notation)
{
	struct reading *r = ctx;

	(void)name, (void)is_parameter, (void)value, (void)length, (void)base, (void)system;
	(void)public, (void)notation;
	XML_StopParser(r->parser, XML_FALSE);
}

static enum XML_Status
feed(XML_Parser p, struct slice text)
{
	enum XML_Status status = XML_STATUS_OK;

	do {
		size_t n = text.n < PART_MAX_BYTES ? text.n : PART_MAX_BYTES;

		status = XML_Parse(p, text.p, (int)n, n == text.n);
		text.p += n;
		text.n -= n;
	} while (status == XML_STATUS_OK && text.n);
	return status;
}

enum vstatus
in_jtl_xml(struct toolout *o, struct slice text, struct verr *err)
{
	struct reading r = {.o = o, .st = V_OK, .err = err};
	size_t start = slice_find(text, "<?xml");

	if (start == SIZE_MAX)
		start = slice_find(text, "<testResults");
	if (start != SIZE_MAX) { /* what a shell printed before it */
		text.p += start;
		text.n -= start;
	}
	r.parser = XML_ParserCreate(NULL);
	if (!r.parser)
		return verr_set(err, V_EIO, "%s: no memory for the XML parser", o->name);
	XML_SetUserData(r.parser, &r);
	XML_SetElementHandler(r.parser, on_start, on_end);
	XML_SetEntityDeclHandler(r.parser, on_entity);
	if (feed(r.parser, text) != XML_STATUS_OK && r.st == V_OK)
		toolout_problem(o, XML_GetCurrentLineNumber(r.parser), "%s; what precedes is used",
			r.too_deep ? "elements are nested too deeply"
				   : XML_ErrorString(XML_GetErrorCode(r.parser)));
	XML_ParserFree(r.parser);
	o->resolution_ns = NS_PER_MS;
	if (r.st == V_OK && !o->n_requests)
		return verr_set(err, V_EFORMAT, "%s: no sample in it", o->name);
	return r.st;
}
