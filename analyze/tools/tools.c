/*
 * tools - see tools.h.
 */
#include "analyze/tools/tools.h"

#include "analyze/tools/readers.h"

typedef enum vstatus reader_fn(struct toolout *o, struct slice text, struct verr *err);

static reader_fn *const readers[LOAD_KINDS] = {
	[LOAD_AB] = in_ab_report,
	[LOAD_AB_REQUESTS] = in_ab_requests,
	[LOAD_AB_PERCENTILES] = in_ab_percentiles,
	[LOAD_JTL_CSV] = in_jtl_csv,
	[LOAD_JTL_XML] = in_jtl_xml,
	[LOAD_WRK] = in_wrk,
	[LOAD_WRK2] = in_wrk,
	[LOAD_NETPERF] = in_netperf,
	[LOAD_NETPERF_CSV] = in_netperf_csv,
	[LOAD_NETPERF_KEYVAL] = in_netperf_keyval,
	[LOAD_IPERF3_JSON] = in_iperf3,
	[LOAD_IPERF2_CSV] = in_iperf2_csv,
	[LOAD_HEY] = in_hey,
	[LOAD_HEY_CSV] = in_hey_csv,
};

bool
tools_can_read(enum load_kind kind)
{
	return readers[kind] != NULL;
}

enum vstatus
tools_read(struct toolout *o, const char *text, size_t len, const char *name, struct verr *err)
{
	struct loadtool t;

	toolout_init(o, name);
	if (!loadtool_recognise(&t, text, len, name))
		return verr_set(
			err, V_EFORMAT, "%s: no load tool that is known here printed this", name);
	o->kind = t.kind;
	o->tool = loadtool_name(t.kind);
	o->form = loadtool_form(t.kind);
	if (*t.version)
		o->version = xstrdup(t.version);
	if (!readers[t.kind])
		return verr_set(err, V_EFORMAT, "%s: output of %s (%s), which nothing here reads",
			name, o->tool, o->form);
	return readers[t.kind](o, (struct slice){text, len}, err);
}
