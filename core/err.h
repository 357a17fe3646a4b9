#ifndef VANTAGE_CORE_ERR_H
#define VANTAGE_CORE_ERR_H
/*
 * err - one error convention for the whole tree.
 *
 * A function that can fail returns enum vstatus, hands results out through its first pointers
 * and takes a struct verr last.  The message is written where the fault is seen and is left
 * untouched on success; each caller that knows more about *where* prepends it with verr_ctx().
 * Only a program's main() prints the result.
 */
#include <stddef.h>

enum vstatus {
	V_OK = 0,
	V_END,     /* not an error: the stream or list has no further element */
	V_EIO,     /* the system refused: I/O, memory, rights */
	V_EUSAGE,  /* the caller asked for something that does not exist */
	V_EFORMAT, /* the input is not what it claims to be; or it is cut short */
	V_ELIMIT,  /* beyond a limit that we state */
	V_EDOM,    /* the quantity is undefined for this input */
};

/* The programs' exit statuses (docs/DESIGN.md, "Exit status"). */
enum vexit {
	VEXIT_OK = 0,
	VEXIT_SYSTEM = 1,  /* the system refused */
	VEXIT_USAGE = 2,   /* wrong usage */
	VEXIT_NODATA = 3,  /* nothing usable in the input */
	VEXIT_PARTIAL = 4, /* finished, but something was damaged or left out */
};
#define VEXIT_NONE (-1) /* no status yet: nothing was done */

struct verr {
	char msg[1024];
};

/*
 * verr_set - record a failure; returns st so that "return verr_set(...)" reads well.
 *   err may be NULL when the caller does not want the text.
 */
enum vstatus verr_set(struct verr *err, enum vstatus st, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* verr_sys - as verr_set, with V_EIO and ": strerror(errno)" appended. */
enum vstatus verr_sys(struct verr *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* verr_ctx - put "context: " before the message that is already there. */
void verr_ctx(struct verr *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* vstatus_exit - the exit status that a program ends with for st. */
enum vexit vstatus_exit(enum vstatus st);

/*
 * vexit_add - the status of work in parts, from VEXIT_NONE on: that of all of them if they agree,
 * VEXIT_PARTIAL if they do not but one was of use, else VEXIT_SYSTEM.
 */
void vexit_add(int *sum, int part);

#endif
