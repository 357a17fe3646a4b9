/*
 * err - the one error convention: a status that a caller can branch on and a text for people.
 *
 * The text is built from the inside out.  The function that sees the fault says what is wrong
 * ("line 3: 3 of 7 fields read"), each caller that knows more about the place puts it in front
 * ("proc/net/dev: "), and main() prints the result once.
 *
 * A text longer than struct verr is cut at its end, where the least general part stands, and
 * never within a UTF-8 sequence.  There is no allocation here, so that "out of memory" can be
 * reported like anything else.
 */
#include "core/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Take an incomplete multi-byte character off the end. */
static void
drop_partial_char(char *s)
{
	size_t n = strlen(s);
	size_t tail = 0;
	unsigned char lead;
	size_t need;

	while (tail < 3 && tail < n && ((unsigned char)s[n - 1 - tail] & 0xc0) == 0x80)
		tail++;
	if (tail >= n)
		return;
	lead = (unsigned char)s[n - 1 - tail];
	need = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc0 ? 1 : 0;
	if (tail < need)
		s[n - 1 - tail] = '\0';
}

static void
store(struct verr *err, const char *text, const char *separator, const char *more)
{
	struct verr joined; /* the parts may lie in err itself */

	snprintf(joined.msg, sizeof joined.msg, "%s%s%s", text, separator, more);
	if (strlen(joined.msg) == sizeof joined.msg - 1) /* cut, here or before */
		drop_partial_char(joined.msg);
	*err = joined;
}

enum vstatus
verr_set(struct verr *err, enum vstatus st, const char *fmt, ...)
{
	char text[sizeof err->msg];
	va_list ap;

	if (!err)
		return st;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	store(err, text, "", "");
	return st;
}

enum vstatus
verr_sys(struct verr *err, const char *fmt, ...)
{
	int saved = errno;
	char text[sizeof err->msg];
	char reason[128];
	va_list ap;

	if (!err)
		return V_EIO;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	errno = saved;
	snprintf(reason, sizeof reason, "%m"); /* strerror() that any thread may call */
	store(err, text, ": ", reason);
	errno = saved;
	return V_EIO;
}

void
verr_ctx(struct verr *err, const char *fmt, ...)
{
	char text[sizeof err->msg];
	va_list ap;

	if (!err)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	store(err, text, ": ", err->msg);
}

enum vexit
vstatus_exit(enum vstatus st)
{
	switch (st) {
	case V_OK:
	case V_END:
		return VEXIT_OK;
	case V_EIO:
		return VEXIT_SYSTEM;
	case V_EUSAGE:
		return VEXIT_USAGE;
	case V_EFORMAT:
	case V_ELIMIT:
	case V_EDOM:
		return VEXIT_NODATA;
	}
	return VEXIT_SYSTEM;
}

static bool
of_use(int exit_status)
{
	return exit_status == VEXIT_OK || exit_status == VEXIT_PARTIAL;
}

void
vexit_add(int *sum, int part)
{
	if (*sum == VEXIT_NONE)
		*sum = part;
	else if (*sum != part)
		*sum = of_use(*sum) || of_use(part) ? VEXIT_PARTIAL : VEXIT_SYSTEM;
}
