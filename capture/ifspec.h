#ifndef VANTAGE_CAPTURE_IFSPEC_H
#define VANTAGE_CAPTURE_IFSPEC_H
/*
 * ifspec - where to capture, as --iface says it: IF[@NETNS][:POINT].
 */
#include "core/err.h"

struct ifspec {
	char *interface;
	char *netns; /* a name, a path or the PID of a process in it; NULL: our own */
	char *point; /* the interface's name unless given */
};

/*
 * ifspec_parse - pure.  V_EUSAGE when a part is empty, when the interface is no Linux interface
 *   name (15 bytes, no blank or slash), or when the point could not be the name of a file.
 *   Interfaces whose own name holds ':' or '@' cannot be said.
 */
enum vstatus ifspec_parse(struct ifspec *s, const char *text, struct verr *err);
void ifspec_release(struct ifspec *s);

/* ifspec_netns_label - as run.json names it: "pid:4711", a name or a path; NULL: our own.  Heap. */
char *ifspec_netns_label(const struct ifspec *s);

#endif
