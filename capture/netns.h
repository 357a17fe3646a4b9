#ifndef VANTAGE_CAPTURE_NETNS_H
#define VANTAGE_CAPTURE_NETNS_H
/*
 * netns - doing things in another network namespace: a thread that lives there.
 *
 * A socket belongs to the namespace that it was opened in, whichever thread uses it later; so the
 * sockets are opened by the visitor and the visitor may leave.  What hangs on a *thread* is
 * /proc/TASK/net: while files are still to be opened in there, the visitor must stay.
 *
 *   netns_enter(&n, "guest", &err);      CAP_SYS_ADMIN
 *   netns_call(n, open_socket, &arg);    runs in the namespace, returns when it is done
 *   netns_leave(n);
 */
#include <stdbool.h>

#include "core/err.h"

struct netns;

/*
 * netns_enter - where: a PID (digits), a path (with a slash) or a name in /run/netns; NULL: the
 *   namespace of the calling process, netns_call() then runs in the calling thread.
 *   V_EIO names what could not be opened or entered.
 */
enum vstatus netns_enter(struct netns **out, const char *where, struct verr *err);
void netns_call(struct netns *n, void (*fn)(void *arg), void *arg);
/* netns_proc_net - directory descriptor of the namespace's /proc net; good until netns_leave(). */
int netns_proc_net(const struct netns *n);
/* netns_is_own - is it the namespace that the process is in, under whatever name? */
bool netns_is_own(const struct netns *n);
/* netns_leave - end the visit; NULL is allowed. */
void netns_leave(struct netns *n);

#endif
