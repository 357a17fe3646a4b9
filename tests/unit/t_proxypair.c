/*
 * t_proxypair - which request is a miss, which a hit, and what cannot be told.  Expected classes
 * follow by hand from the times in each case: an exchange behind the proxy belongs to a request
 * when it lies within it, and to nobody for certain as soon as it lies within two.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "analyze/proxypair.h"

#define SIDE_MAX 8
#define EXPIRY_NS 1000

/* end 0: never complete; status 0: 200; method NULL: GET; host NULL: no Host field */
struct req {
	int64_t start;
	int64_t end;
	const char *uri;
	const char *method;
	const char *host;
	uint16_t status;
	bool cut;
	bool failed;
};

struct case_row {
	const char *name;
	struct req inner[SIDE_MAX];
	struct req outer[SIDE_MAX];
	const char *classes;  /* a letter a request in front: m h u, t a tunnel, f failed */
	const char *partners; /* a digit or '-' each */
	unsigned unpaired_outer;
	unsigned undecidable_outer;
	double mean_difference; /* 0: undefined */
};

#define R(from, to, what, ...)                                       \
	{                                                            \
		.start = from, .end = to, .uri = what, ##__VA_ARGS__ \
	}
#define A "http://o.example/a"
#define B "http://o.example/b"

static const struct case_row cases[] = {
	{"nothing", {{0}}, {{0}}, "", "", 0, 0, 0},
	{"a miss", {R(10, 90, A)}, {R(20, 80, "/a")}, "m", "0", 0, 0, 0},
	{"the same instants", {R(10, 90, A)}, {R(10, 90, "/a")}, "m", "0", 0, 0, 0},
	{"a hit", {R(10, 90, A)}, {{0}}, "h", "-", 0, 0, 0},
	{"another path", {R(10, 90, A)}, {R(20, 80, "/b")}, "h", "-", 1, 0, 0},
	{"another method", {R(10, 90, A)}, {R(20, 80, "/a", .method = "HEAD")}, "h", "-", 1, 0, 0},
	{"began before", {R(10, 90, A)}, {R(9, 80, "/a")}, "u", "-", 1, 0, 0},
	{"ended after: refreshed behind its back", {R(10, 90, A)}, {R(20, 91, "/a")}, "h", "-", 1,
		0, 0},
	{"one after the other", {R(10, 90, A), R(100, 190, A), R(200, 210, A)},
		{R(20, 80, "/a"), R(110, 180, "/a")}, "mmh", "01-", 0, 0, 0},
	{"two paths at once", {R(10, 90, A), R(11, 91, B)}, {R(20, 80, "/a"), R(21, 81, "/b")},
		"mm", "01", 0, 0, 0},
	{"one path at once", {R(10, 90, A), R(11, 91, A)}, {R(20, 80, "/a"), R(21, 81, "/a")}, "uu",
		"--", 0, 2, 80 - 60},
	{"collapsed into one exchange", {R(10, 90, A), R(11, 91, A)}, {R(20, 80, "/a")}, "uu", "--",
		0, 1, 80 - 60},
	{"one that came later may have waited for it", {R(10, 90, A), R(30, 91, A)},
		{R(20, 80, "/a")}, "mu", "0-", 0, 0, 0},
	{"one that was answered before it ended did not", {R(10, 90, A), R(30, 50, A)},
		{R(20, 80, "/a")}, "mh", "0-", 0, 0, 0},
	{"asked twice", {R(10, 90, A)}, {R(20, 30, "/a"), R(40, 80, "/a")}, "u", "-", 0, 2,
		80 - (10 + 40) / 2.0},
	{"ahead of anybody", {R(10, 20, A)}, {R(30, 80, "/b")}, "h", "-", 1, 0, 0},
	{"a chain: none of it is certain", {R(10, 60, A), R(30, 100, A)},
		{R(35, 55, "/a"), R(70, 90, "/a")}, "uu", "--", 0, 2, 60 - 20},
	{"hosts differ", {R(10, 90, A), R(11, 91, "http://p.example/a")},
		{R(20, 80, "/a", .host = "p.example"), R(21, 81, "/a", .host = "O.EXAMPLE:80")},
		"mm", "10", 0, 0, 0},
	{"a reverse proxy renames the host", {R(10, 90, "/a", .host = "www.example")},
		{R(20, 80, "/a", .host = "backend:8080")}, "m", "0", 0, 0, 0},
	{"no path", {R(10, 90, "HTTP://o.example")}, {R(20, 80, "/", .host = "o.example")}, "m",
		"0", 0, 0, 0},
	{"cut in the path", {R(10, 90, "http://o.example/lo", .cut = true)}, {R(20, 80, "/long")},
		"m", "0", 0, 0, 0},
	{"cut in the path, which differs", {R(10, 90, "http://o.example/lo", .cut = true)},
		{R(20, 80, "/other")}, "h", "-", 1, 0, 0},
	{"cut in the host", {R(10, 90, "http://o.exa", .cut = true)}, {R(20, 80, "/long")}, "m",
		"0", 0, 0, 0},
	{"a head behind the proxy was lost", {R(10, 90, A)}, {R(20, 80, NULL, .method = "")}, "u",
		"-", 0, 1, 80 - 60},
	{"a head in front was lost", {R(10, 90, NULL, .method = ""), R(11, 91, A)},
		{R(20, 80, "/a")}, "uu", "--", 0, 1, 80 - 60},
	{"unanswered, with an exchange", {R(10, 0, A)}, {R(20, 0, "/a")}, "m", "0", 0, 0, 0},
	{"unanswered, without", {R(10, 0, A)}, {{0}}, "u", "-", 0, 0, 0},
	{"unanswered for longer than the expiry time", {R(10, 0, A)}, {R(1011, 1020, "/a")}, "u",
		"-", 1, 0, 0},
	{"denied", {R(10, 90, A, .status = 403)}, {{0}}, "u", "-", 0, 0, 0},
	{"gateway error", {R(10, 90, A, .status = 503)}, {{0}}, "u", "-", 0, 0, 0},
	{"not found, remembered", {R(10, 90, A, .status = 404)}, {{0}}, "h", "-", 0, 0, 0},
	{"revalidated", {R(10, 90, A)}, {R(20, 30, "/a", .status = 304)}, "m", "0", 0, 0, 0},
	{"POST is no hit", {R(10, 90, A, .method = "POST")}, {{0}}, "u", "-", 0, 0, 0},
	{"POST", {R(10, 90, A, .method = "POST")}, {R(20, 80, "/a", .method = "POST")}, "m", "0", 0,
		0, 0},
	{"a tunnel", {R(10, 90, "o.example:443", .method = "CONNECT"), R(20, 80, A)}, {{0}}, "th",
		"--", 0, 0, 0},
	{"no connection", {R(10, 0, NULL, .method = "", .failed = true), R(20, 80, A)},
		{R(30, 0, NULL, .method = "", .failed = true)}, "fh", "--", 0, 0, 0},
};

static size_t
rows_of(struct httpobs_row *rows, const struct req *r)
{
	size_t n = 0;

	for (; n < SIDE_MAX && r[n].start; n++) {
		struct http_sample *s = &rows[n].s;

		*s = (struct http_sample){.t_request_ns = r[n].start,
			.latency_ns = r[n].end ? r[n].end - r[n].start : TSTAMP_NONE,
			.method = r[n].method ? r[n].method : "GET",
			.uri = r[n].uri,
			.host = r[n].host,
			.uri_cut = r[n].cut,
			.status = r[n].status ? r[n].status : 200,
			.connection = r[n].failed ? UINT32_MAX : (uint32_t)n};
	}
	return n;
}

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct case_row *c = &cases[i];
		struct httpobs_row inner[SIDE_MAX], outer[SIDE_MAX];
		size_t n_inner = rows_of(inner, c->inner), n_outer = rows_of(outer, c->outer);
		struct proxypair p;

		print_message("%s\n", c->name);
		proxypair_decide(&p, inner, n_inner, outer, n_outer, EXPIRY_NS);
		assert_int_equal(n_inner, strlen(c->classes));
		for (size_t k = 0; k < n_inner; k++) {
			assert_int_equal("mhutf"[p.class_of[k]], c -> classes[k]);
			assert_int_equal(
				p.outer_of[k] == PROXYPAIR_NONE ? '-' : '0' + p.outer_of[k],
				c->partners[k]);
		}
		assert_int_equal(p.unpaired_outer, c->unpaired_outer);
		assert_int_equal(p.undecidable_outer, c->undecidable_outer);
		if (c->mean_difference != 0)
			assert_true(p.mean_difference_ns == c->mean_difference);
		else
			assert_true(isnan(p.mean_difference_ns));
		proxypair_release(&p);
	}
}

/* More is open at a time than is followed: nothing of it may be decided. */
static void
test_crowd(void **state)
{
	enum { N = PROXYPAIR_OPEN_MAX + 100 };
	struct httpobs_row *inner = test_calloc(N, sizeof *inner);
	struct httpobs_row *outer = test_calloc(N, sizeof *outer);
	char(*uri)[40] = test_calloc(N, sizeof *uri);
	struct proxypair p;

	(void)state;
	for (int i = 0; i < N; i++) {
		struct http_sample s = {.method = "GET", .status = 200};

		snprintf(uri[i], sizeof *uri, "/%d", i);
		s.uri = uri[i];
		s.t_request_ns = 1000 + i;
		s.latency_ns = 1000000;
		inner[i].s = s;
		s.t_request_ns = 100000 + i;
		s.latency_ns = 1000;
		outer[i].s = s;
	}
	proxypair_decide(&p, inner, N, outer, N, EXPIRY_NS);
	assert_int_equal(p.n[PROXY_HIT], 0);
	assert_int_equal(p.n[PROXY_MISS], 0);
	assert_int_equal(p.n[PROXY_UNDECIDABLE], N);
	proxypair_release(&p);
	test_free(inner);
	test_free(outer);
	test_free(uri);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases), cmocka_unit_test(test_crowd)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
