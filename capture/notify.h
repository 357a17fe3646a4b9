#ifndef VANTAGE_CAPTURE_NOTIFY_H
#define VANTAGE_CAPTURE_NOTIFY_H
/*
 * notify - telling a service manager how far we are: the datagrams of sd_notify(3), to the socket
 * that $NOTIFY_SOCKET names (a path, or "@name" in the abstract name space).
 */

/* notify_open - connect while sockets may still be opened; -1 when nobody listens. */
int notify_open(void);
/* notify_send - "READY=1", "STOPPING=1"; fd -1: nothing happens. */
void notify_send(int fd, const char *state);

#endif
