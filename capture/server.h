#ifndef VANTAGE_CAPTURE_SERVER_H
#define VANTAGE_CAPTURE_SERVER_H
/*
 * server - the recording's end of the control socket, without ever waiting for a client.
 *
 * A client that asked to stop is kept and answered when the run is complete.
 */
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "capture/control.h"
#include "core/json.h"

#define SERVER_CLIENTS_MAX 8

struct server_client {
	int fd;     /* -1 free */
	bool waits; /* for the end of the run */
	struct strbuf line;
};

struct server {
	int listen_fd;
	uid_t owner; /* who may ask, beside root */
	struct server_client clients[SERVER_CLIENTS_MAX];
};

/*
 * What a request is answered with: a document, owned by the server then; NULL: keep the client
 * until server_answer_waiting().
 */
typedef struct json *(*server_fn)(void *arg, const struct control_request *r);

void server_init(struct server *s, int listen_fd, uid_t owner);
/* server_fds - what to poll for: 1 + SERVER_CLIENTS_MAX entries. */
void server_fds(const struct server *s, struct pollfd *fds);
/* server_serve - after poll(): accept, read, answer. */
void server_serve(struct server *s, const struct pollfd *fds, server_fn fn, void *arg);
void server_answer_waiting(struct server *s, const struct json *document);
void server_release(struct server *s);

/* server_refusal - {"ok": false, "message": ...}. */
struct json *server_refusal(const char *message);

#endif
