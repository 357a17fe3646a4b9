/*
 * server - a few clients at once, each with one line to say.
 */
#include "capture/server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void
server_init(struct server *s, int listen_fd, uid_t owner)
{
	*s = (struct server){.listen_fd = listen_fd, .owner = owner};
	for (int i = 0; i < SERVER_CLIENTS_MAX; i++) {
		s->clients[i].fd = -1;
		strbuf_init(&s->clients[i].line);
	}
}

static void
drop_client(struct server_client *c)
{
	if (c->fd >= 0)
		close(c->fd);
	strbuf_release(&c->line);
	strbuf_init(&c->line);
	c->fd = -1;
	c->waits = false;
}

void
server_release(struct server *s)
{
	for (int i = 0; i < SERVER_CLIENTS_MAX; i++)
		drop_client(&s->clients[i]);
	if (s->listen_fd >= 0)
		close(s->listen_fd);
	s->listen_fd = -1;
}

void
server_fds(const struct server *s, struct pollfd *fds)
{
	fds[0] = (struct pollfd){.fd = s->listen_fd, .events = POLLIN};
	for (int i = 0; i < SERVER_CLIENTS_MAX; i++) /* poll() passes over negative descriptors */
		fds[1 + i] = (struct pollfd){.fd = s->clients[i].fd, .events = POLLIN};
}

struct json *
server_refusal(const char *message)
{
	struct json *o = json_object();

	json_add_bool(o, "ok", false);
	json_add_str(o, "message", message);
	return o;
}

static void
answer(struct server_client *c, const struct json *document)
{
	char *text = json_text(document);
	size_t n = strlen(text), sent = 0;

	while (sent < n) {
		ssize_t part = send(c->fd, text + sent, n - sent, MSG_NOSIGNAL);

		if (part < 0 && errno == EINTR)
			continue;
		if (part < 0)
			break; /* gone, or not reading: its loss */
		sent += (size_t)part;
	}
	free(text);
	drop_client(c);
}

/* Root, and whoever started the recording. */
static bool
may_ask(const struct server *s, int fd)
{
	struct ucred peer;
	socklen_t n = sizeof peer;

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) == 0 &&
		(peer.uid == 0 || peer.uid == s->owner);
}

static void
accept_client(struct server *s)
{
	int fd = accept4(s->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return;
	for (int i = 0; i < SERVER_CLIENTS_MAX && may_ask(s, fd); i++)
		if (s->clients[i].fd < 0) {
			s->clients[i].fd = fd;
			return;
		}
	close(fd);
}

static void
handle_line(struct server_client *c, struct slice line, server_fn fn, void *arg)
{
	struct control_request r;
	struct json *document;
	struct verr err;

	if (control_parse(&r, line, &err) == V_OK)
		document = fn(arg, &r);
	else
		document = server_refusal(err.msg);
	if (!document) {
		c->waits = true;
		return;
	}
	answer(c, document);
	json_free(document);
}

static void
read_client(struct server_client *c, server_fn fn, void *arg)
{
	char part[4096];
	ssize_t n = recv(c->fd, part, sizeof part, 0);
	const char *end;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0 || c->waits || c->line.n + (size_t)n > CONTROL_REQUEST_MAX_BYTES) {
		drop_client(c);
		return;
	}
	strbuf_add(&c->line, part, (size_t)n);
	end = memchr(c->line.p, '\n', c->line.n);
	if (end)
		handle_line(c, (struct slice){c->line.p, (size_t)(end - c->line.p)}, fn, arg);
}

void
server_serve(struct server *s, const struct pollfd *fds, server_fn fn, void *arg)
{
	for (int i = 0; i < SERVER_CLIENTS_MAX; i++)
		if (fds[1 + i].revents && s->clients[i].fd == fds[1 + i].fd)
			read_client(&s->clients[i], fn, arg);
	if (fds[0].revents)
		accept_client(s);
}

void
server_answer_waiting(struct server *s, const struct json *document)
{
	for (int i = 0; i < SERVER_CLIENTS_MAX; i++)
		if (s->clients[i].fd >= 0 && s->clients[i].waits)
			answer(&s->clients[i], document);
}
