#ifndef VANTAGE_CAPTURE_PRIV_H
#define VANTAGE_CAPTURE_PRIV_H
/*
 * priv - giving up rights for good, once everything is open.
 *
 *   priv_choose(&u, "--user's name or NULL", &err);
 *   ... open sockets, directory, counters as root ...
 *   priv_drop(&u, &err);      before any thread is started: user, groups, capabilities
 *   ... start threads ...
 *   priv_sandbox(&err);       all threads: only the system calls that recording needs
 */
#include <stdbool.h>
#include <sys/types.h>

#include "core/err.h"

struct priv_user {
	bool change; /* we are root, and become uid and gid */
	uid_t uid;
	gid_t gid;
	uid_t owner; /* who started us: owns what is made before the drop */
	gid_t owner_gid;
};

/*
 * priv_choose - whom to become: the named user; without a name whoever called sudo, else the user
 *   "vcap" if there is one, else "nobody".  Without being root nobody can be chosen: V_EUSAGE when
 *   a name was given, else the user stays who it is.  V_EUSAGE for an unknown user and for root.
 */
enum vstatus priv_choose(struct priv_user *u, const char *name, struct verr *err);

/*
 * priv_drop - become that user with no groups, no capabilities (bounding set included) and no way
 *   to new ones, and prove it: V_EIO when root can be regained.
 */
enum vstatus priv_drop(const struct priv_user *u, struct verr *err);

/*
 * priv_sandbox - from now on every thread may only read, write, wait, and name files; any other
 *   system call fails with EPERM: no sockets, no programs, no processes, no mounts, no namespaces,
 *   no tracing, no changing of users or modes.
 */
enum vstatus priv_sandbox(struct verr *err);

#endif
