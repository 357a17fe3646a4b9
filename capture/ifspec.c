/*
 * ifspec - IF[@NETNS][:POINT], cut at the first '@' and the last ':'.
 */
#include "capture/ifspec.h"

#include <net/if.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"
#include "core/file.h"

#define POINT_NAME_MAX_BYTES 64

void
ifspec_release(struct ifspec *s)
{
	free(s->interface);
	free(s->netns);
	free(s->point);
	*s = (struct ifspec){0};
}

static bool
interface_name_ok(const char *name)
{
	return *name && strlen(name) < IF_NAMESIZE && !strpbrk(name, "/ \t\n@:");
}

/* Files are named after the point, and its name is a column's and an option's. */
static bool
point_name_ok(const char *name)
{
	return *name && *name != '.' && strlen(name) <= POINT_NAME_MAX_BYTES &&
		file_name_is_local(name) && !strpbrk(name, "/ ,:=@");
}

static void
cut(struct ifspec *s, const char *text)
{
	const char *colon = strrchr(text, ':');
	size_t n = colon ? (size_t)(colon - text) : strlen(text);
	const char *at = memchr(text, '@', n);
	size_t n_interface = at ? (size_t)(at - text) : n;

	s->interface = xstrndup(text, n_interface);
	s->netns = at ? xstrndup(at + 1, n - n_interface - 1) : NULL;
	s->point = xstrdup(colon ? colon + 1 : s->interface);
}

enum vstatus
ifspec_parse(struct ifspec *s, const char *text, struct verr *err)
{
	enum vstatus st = V_OK;

	cut(s, text);
	if (!interface_name_ok(s->interface))
		st = verr_set(err, V_EUSAGE, "--iface %s: '%s' is no name of an interface", text,
			s->interface);
	else if (s->netns && !*s->netns)
		st = verr_set(err, V_EUSAGE, "--iface %s: no network namespace behind @", text);
	else if (!point_name_ok(s->point))
		st = verr_set(err, V_EUSAGE, "--iface %s: '%s' cannot be the name of a point", text,
			s->point);
	if (st != V_OK)
		ifspec_release(s);
	return st;
}

char *
ifspec_netns_label(const struct ifspec *s)
{
	if (!s->netns)
		return NULL;
	if (s->netns[strspn(s->netns, "0123456789")] == '\0')
		return xasprintf("pid:%s", s->netns);
	return xstrdup(s->netns);
}
