/*
 * control - sockets, locks and the request line.
 *
 * Only the user who started the recording and root may connect: the socket has mode 0600 and
 * belongs to whoever started the recording, also after the daemon has become somebody else; the
 * daemon looks at the peer's credentials besides.  Started through sudo, that is who called it: in
 * a directory of that user lock and socket are made as that user, not as root and given away, which
 * a link in that directory could turn into a gift of something else.
 */
#include "capture/control.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/alloc.h"
#include "core/file.h"

#define SYSTEM_DIR "/run"
#define BACKLOG 8
#define READ_BYTES 65536

struct verb {
	const char *name;
	bool needs_text;
};

static const struct verb verbs[] = {
	[CONTROL_STATUS] = {"status", false},
	[CONTROL_MARK] = {"mark", true},
	[CONTROL_TOOL] = {"tool", true},
	[CONTROL_STOP] = {"stop", false},
};

#define N_VERBS (sizeof verbs / sizeof verbs[0])

static bool
has_control_byte(struct slice text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] < ' ' || text.p[i] == 0x7f)
			return true;
	return false;
}

enum vstatus
control_parse(struct control_request *r, struct slice line, struct verr *err)
{
	struct slice rest = line, word = {line.p, 0};
	size_t i;

	if (has_control_byte(line))
		return verr_set(err, V_EFORMAT, "control byte in a request");
	if (line.n > 0)
		slice_cut(&word, &rest, ' ');
	for (i = 0; i < N_VERBS && !slice_eq(word, verbs[i].name); i++)
		;
	if (i == N_VERBS)
		return verr_set(err, V_EFORMAT, "unknown request '%.*s'",
			(int)(word.n < 32 ? word.n : 32), word.p);
	r->verb = (enum control_verb)i;
	r->text = rest.p && word.n < line.n ? slice_trim(rest) : (struct slice){"", 0};
	if (verbs[i].needs_text && r->text.n == 0)
		return verr_set(err, V_EFORMAT, "%s: no text", verbs[i].name);
	if (!verbs[i].needs_text && r->text.n > 0)
		return verr_set(err, V_EFORMAT, "%s: takes no text", verbs[i].name);
	return V_OK;
}

/* ---- paths ---- */

char *
control_dir(void)
{
	const char *base = getenv("XDG_RUNTIME_DIR");

	return file_join(base && *base == '/' ? base : SYSTEM_DIR, "vcap");
}

static char *
control_path(const char *name, const char *suffix)
{
	char *dir = control_dir();
	char *path = xasprintf("%s/%s%s", dir, name, suffix);

	free(dir);
	return path;
}

static enum vstatus
socket_address(struct sockaddr_un *a, const char *name, struct verr *err)
{
	char *path = control_path(name, ".sock");
	enum vstatus st = V_OK;

	*a = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (strlen(path) < sizeof a->sun_path)
		strcpy(a->sun_path, path);
	else
		st = verr_set(err, V_EUSAGE, "%s: too long for a socket's name", path);
	free(path);
	return st;
}

/* ---- asking ---- */

static enum vstatus
connect_to(int *fd, const char *name, struct verr *err)
{
	struct sockaddr_un a;
	enum vstatus st = socket_address(&a, name, err);

	if (st != V_OK)
		return st;
	*fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (*fd < 0)
		return verr_sys(err, "cannot open a socket");
	if (connect(*fd, (const struct sockaddr *)&a, sizeof a) == 0)
		return V_OK;
	if (errno == ENOENT || errno == ECONNREFUSED)
		verr_set(err, V_EIO, "no recording called %s is running%s", name,
			geteuid() ? " (one that root started is reached as root)" : "");
	else if (errno == EACCES)
		verr_set(err, V_EIO,
			"no access to %s: only root, and who started the recording %s, may reach it",
			a.sun_path, name);
	else
		verr_sys(err, "cannot reach the recording %s (%s)", name, a.sun_path);
	close(*fd);
	return V_EIO;
}

static enum vstatus
send_all(int fd, const char *p, size_t n, struct verr *err)
{
	while (n > 0) {
		ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return verr_sys(err, "cannot send the request");
		p += sent;
		n -= (size_t)sent;
	}
	return V_OK;
}

static enum vstatus
receive_all(struct strbuf *b, int fd, struct verr *err)
{
	char part[READ_BYTES];

	for (;;) {
		ssize_t n = recv(fd, part, sizeof part, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return verr_sys(err, "no answer");
		if (n == 0)
			return V_OK;
		if (b->n + (size_t)n > CONTROL_ANSWER_MAX_BYTES)
			return verr_set(err, V_ELIMIT, "an answer of more than %zu bytes",
				CONTROL_ANSWER_MAX_BYTES);
		strbuf_add(b, part, (size_t)n);
	}
}

static enum vstatus
converse(struct json **answer, int fd, const char *request, struct verr *err)
{
	struct strbuf b;
	enum vstatus st = send_all(fd, request, strlen(request), err);

	strbuf_init(&b);
	if (st == V_OK)
		st = receive_all(&b, fd, err);
	if (st == V_OK && b.n == 0)
		st = verr_set(err, V_EIO, "the recording ended without an answer");
	if (st == V_OK)
		st = json_parse(answer, b.p, b.n, "answer", err);
	if (st == V_OK && !json_bool(json_get(*answer, "ok"), false)) {
		st = verr_set(err, V_EIO, "%s",
			json_str(json_get(*answer, "message"), "refused without a reason"));
		json_free(*answer);
		*answer = NULL;
	}
	strbuf_release(&b);
	return st;
}

enum vstatus
control_ask(struct json **answer, const char *name, enum control_verb verb, const char *text,
	struct verr *err)
{
	char *request = xasprintf("%s%s%s\n", verbs[verb].name, text ? " " : "", text ? text : "");
	enum vstatus st = V_OK;
	int fd;

	*answer = NULL;
	if (text && has_control_byte(slice_of(text))) /* a line feed would end the request */
		st = verr_set(err, V_EUSAGE, "a control byte (such as a line feed) in the text");
	else if (strlen(request) > CONTROL_REQUEST_MAX_BYTES)
		st = verr_set(err, V_ELIMIT, "%s: more than %zu bytes", verbs[verb].name,
			CONTROL_REQUEST_MAX_BYTES);
	if (st == V_OK)
		st = connect_to(&fd, name, err);
	if (st == V_OK) {
		st = converse(answer, fd, request, err);
		close(fd);
	}
	free(request);
	return st;
}

enum vstatus
control_names(char ***names, size_t *n, struct verr *err)
{
	char *dir = control_dir();
	size_t kept = 0;
	enum vstatus st = V_OK;

	*names = NULL;
	*n = 0;
	if (file_is_dir(dir))
		st = file_list(names, n, dir, err);
	for (size_t i = 0; i < *n; i++) {
		char *name = (*names)[i];

		if (slice_ends(slice_of(name), ".sock")) {
			name[strlen(name) - strlen(".sock")] = '\0';
			(*names)[kept++] = name;
		} else {
			free(name);
		}
	}
	*n = kept;
	free(dir);
	return st;
}

/* ---- being the recording ---- */

/* Is the directory of sockets root's, and are we somebody else? */
static bool
is_roots(void)
{
	return geteuid() != 0 && !getenv("XDG_RUNTIME_DIR");
}

static enum vstatus
not_allowed(const char *path, struct verr *err)
{
	return verr_set(err, V_EIO,
		"cannot make %s: run as root, or set XDG_RUNTIME_DIR to a directory of your own", path);
}

static enum vstatus
take_lock(int *fd, const char *name, struct verr *err)
{
	char *path = control_path(name, ".lock");
	enum vstatus st = V_OK;

	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (*fd < 0) {
		st = is_roots() ? not_allowed(path, err) : verr_sys(err, "cannot open %s", path);
	} else if (flock(*fd, LOCK_EX | LOCK_NB) != 0) {
		st = errno == EWOULDBLOCK
			? verr_set(err, V_EIO,
				  "a recording called %s is already running; stop it, or give another --name",
				  name)
			: verr_sys(err, "cannot lock %s", path);
		close(*fd);
	}
	free(path);
	return st;
}

void
control_forget(const char *name)
{
	struct sockaddr_un a;
	int fd;

	if (take_lock(&fd, name, NULL) != V_OK)
		return;
	if (socket_address(&a, name, NULL) == V_OK)
		unlink(a.sun_path);
	close(fd);
}

void
control_note_run(int lock_fd, const char *dir)
{
	size_t n = strlen(dir);

	if (ftruncate(lock_fd, 0) != 0 || pwrite(lock_fd, dir, n, 0) != (ssize_t)n)
		(void)!ftruncate(lock_fd, 0); /* nothing known is better than half a name */
}

char *
control_last_run(const char *name)
{
	char *path = control_path(name, ".lock"), *dir = NULL;
	size_t n;

	if (file_slurp(&dir, &n, path, NULL) == V_OK && *dir != '/') {
		free(dir);
		dir = NULL;
	}
	free(path);
	return dir;
}

static enum vstatus
open_socket(int *fd, const char *name, struct verr *err)
{
	struct sockaddr_un a;
	enum vstatus st = socket_address(&a, name, err);
	mode_t old;
	bool bound;

	if (st != V_OK)
		return st;
	*fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (*fd < 0)
		return verr_sys(err, "cannot open a socket");
	unlink(a.sun_path); /* a leftover: we hold the lock */
	old = umask(0177);
	bound = bind(*fd, (const struct sockaddr *)&a, sizeof a) == 0;
	umask(old);
	if (bound && listen(*fd, BACKLOG) == 0)
		return V_OK;
	verr_sys(err, "cannot open the control socket %s", a.sun_path);
	close(*fd);
	return V_EIO;
}

static enum vstatus
listen_as_we_are(int *listen_fd, int *lock_fd, const char *name, struct verr *err)
{
	char *dir = control_dir();
	enum vstatus st = file_mkdirs(dir, err);

	if (st != V_OK && is_roots())
		not_allowed(dir, err);
	free(dir);
	if (st == V_OK)
		st = take_lock(lock_fd, name, err);
	if (st != V_OK)
		return st;
	st = open_socket(listen_fd, name, err);
	if (st != V_OK)
		close(*lock_fd);
	return st;
}

/* May the effective user make what control_listen() makes? */
static bool
is_ours(const char *name)
{
	char *dir = control_dir(), *lock = control_path(name, ".lock");
	bool ours = file_mkdirs(dir, NULL) == V_OK && eaccess(dir, W_OK | X_OK) == 0 &&
		(eaccess(lock, R_OK | W_OK) == 0 || errno == ENOENT);

	free(dir);
	free(lock);
	return ours;
}

enum vstatus
control_listen(int *listen_fd, int *lock_fd, const char *name, uid_t owner, struct verr *err)
{
	const uid_t us = geteuid();
	enum vstatus st;
	bool ours;

	if (owner == us || seteuid(owner) != 0)
		return listen_as_we_are(listen_fd, lock_fd, name, err);
	ours = is_ours(name);
	if (!ours && seteuid(us) != 0)
		return verr_sys(err, "cannot become root again");
	st = listen_as_we_are(listen_fd, lock_fd, name, err);
	if (ours && seteuid(us) != 0)
		return verr_sys(err, "cannot become root again");
	return st;
}
