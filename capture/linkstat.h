#ifndef VANTAGE_CAPTURE_LINKSTAT_H
#define VANTAGE_CAPTURE_LINKSTAT_H
/*
 * linkstat - packets that an interface itself lost before the kernel saw them.
 */
#include <stdbool.h>
#include <stdint.h>

struct linkstat {
	int fd; /* rtnetlink socket in the interface's network namespace; -1 none */
	int ifindex;
	uint64_t before;
};

/* linkstat_open - in the namespace of the calling thread.  The counts start from here. */
void linkstat_open(struct linkstat *l, const char *interface);
/* linkstat_dropped - missed and FIFO errors since linkstat_open(); false: not available. */
bool linkstat_dropped(const struct linkstat *l, uint64_t *dropped);
void linkstat_close(struct linkstat *l);

#endif
