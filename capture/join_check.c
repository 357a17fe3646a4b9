/*
 * join_check - do parts belong together?  See join.h.
 */
#include <stdbool.h>
#include <string.h>

#include "capture/join_int.h"
#include "core/json.h"

/* The id without the "-2" that tells apart runs of one id in one dataset. */
static size_t
id_length(const char *id, const char *other)
{
	size_t n = strlen(other);
	const char *rest;

	if (strncmp(id, other, n) != 0 || id[n] != '-')
		return strlen(id);
	rest = id + n + 1;
	return *rest && rest[strspn(rest, "0123456789")] == '\0' ? n : strlen(id);
}

static bool
same_id(const char *a, const char *b)
{
	return (id_length(a, b) == strlen(b) && strncmp(a, b, strlen(b)) == 0) ||
		(id_length(b, a) == strlen(a) && strncmp(a, b, strlen(a)) == 0);
}

static bool
same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static enum vstatus
check_factors(const struct run *a, const struct run *b, struct verr *err)
{
	if (!same_text(a->platform, b->platform) || !same_text(a->driver, b->driver))
		return verr_set(
			err, V_EUSAGE, "%s and %s differ in platform or driver", a->path, b->path);
	for (size_t i = 0; i < b->n_factors; i++) {
		const char *level = run_factor(a, b->factors[i].name);

		if (level && strcmp(level, b->factors[i].value) != 0)
			return verr_set(err, V_EUSAGE, "%s and %s differ in the factor %s: %s, %s",
				a->path, b->path, b->factors[i].name, level, b->factors[i].value);
	}
	return V_OK;
}

static const struct json *
find_host(const struct run *r, const char *name)
{
	const struct json *hosts = json_get(r->document, "hosts");

	for (const struct json *h = json_first(hosts); h; h = json_next(h))
		if (same_text(json_str(json_get(h, "name"), NULL), name))
			return h;
	return NULL;
}

static enum vstatus
check_names(const struct run *a, const struct run *b, struct verr *err)
{
	const struct json *hosts = json_get(b->document, "hosts");

	for (const struct json *h = json_first(hosts); h; h = json_next(h)) {
		const char *name = json_str(json_get(h, "name"), "");

		if (find_host(a, name))
			return verr_set(err, V_EUSAGE,
				"%s and %s both have a host %s: record with --host-name", a->path,
				b->path, name);
	}
	for (size_t i = 0; i < a->n_points; i++)
		for (size_t k = 0; k < b->n_points; k++)
			if (strcmp(a->points[i].name, b->points[k].name) == 0)
				return verr_set(err, V_EUSAGE,
					"%s and %s both have a point %s: record with "
					"--iface IF:POINT",
					a->path, b->path, a->points[i].name);
	return V_OK;
}

enum vstatus
join_check(const struct run *parts, size_t n, const char *run_id, struct verr *err)
{
	enum vstatus st = V_OK;

	for (size_t k = 1; st == V_OK && k < n; k++)
		for (size_t i = 0; st == V_OK && i < k; i++) {
			if (!run_id && !same_id(parts[i].id, parts[k].id))
				st = verr_set(err, V_EUSAGE,
					"%s and %s were recorded under different ids: "
					"name the run with --run-id",
					parts[i].path, parts[k].path);
			if (st == V_OK)
				st = check_factors(&parts[i], &parts[k], err);
			if (st == V_OK)
				st = check_names(&parts[i], &parts[k], err);
		}
	return st;
}
