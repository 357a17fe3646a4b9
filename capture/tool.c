/*
 * tool - run a command and keep what it prints.
 *
 * A command is often wrapped ("ip netns exec guest ping ..."), so its name is the first of its
 * words that is a tool we know.  The version is asked in the same wrapping, with the words behind
 * the tool's name replaced by the option that prints it.
 *
 * The command is the only thing in vcap that is looked up in PATH.
 */
#include "capture/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/alloc.h"
#include "core/file.h"
#include "core/str.h"

#define COPY_BYTES 65536
#define VERSION_MAX_BYTES 4096
#define CANNOT_RUN 126
#define NOT_FOUND 127

struct known_tool {
	const char *name;
	const char *version_option; /* prints the version and does nothing else; NULL none */
	const char *suffix;         /* of the file for its output */
};

static const struct known_tool known_tools[] = {
	{"ping", "-V", ".txt"},
	{"fping", "-v", ".txt"},
	{"ab", "-V", ".txt"},
	{"netperf", "-V", ".txt"},
	{"iperf3", "-v", ".json"},
	{"wrk", NULL, ".txt"},
	{"curl", "-V", ".txt"},
	{"jmeter", "-v", ".txt"},
	{"mpstat", "-V", ".txt"},
	{"sar", "-V", ".txt"},
	{"vmstat", "-V", ".txt"},
	{NULL, NULL, NULL},
};

static const struct known_tool *
find_known(const char *word)
{
	const char *slash = strrchr(word, '/');

	for (const struct known_tool *k = known_tools; k->name; k++)
		if (strcmp(slash ? slash + 1 : word, k->name) == 0)
			return k;
	return NULL;
}

/* Index of the word that is a tool we know; 0 when there is none. */
static size_t
find_tool(const struct known_tool **known, char *const *argv)
{
	for (size_t i = 0; argv[i]; i++)
		if ((*known = find_known(argv[i])) != NULL)
			return i;
	return 0;
}

void
tool_recognise(struct tool *t, char *const *argv)
{
	const struct known_tool *known = NULL;
	const char *slash = strrchr(argv[0], '/');

	*t = (struct tool){.argv = argv, .exit = -1};
	find_tool(&known, argv);
	t->name = known ? known->name : slash ? slash + 1 : argv[0];
	t->file = xasprintf("%s%s", *t->name ? t->name : "command", known ? known->suffix : ".txt");
}

void
tool_release(struct tool *t)
{
	free(t->file);
	free(t->version);
	*t = (struct tool){.exit = -1};
}

/* ---- starting ---- */

static void
become(char *const *argv, int out_fd, int err_fd)
{
	if (dup2(out_fd, STDOUT_FILENO) >= 0 && (err_fd < 0 || dup2(err_fd, STDERR_FILENO) >= 0))
		execvp(argv[0], argv);
	_exit(errno == ENOENT ? NOT_FOUND : CANNOT_RUN);
}

/* *fd: where its standard output (and with_stderr its standard error) can be read. */
static enum vstatus
spawn(pid_t *pid, int *fd, char *const *argv, bool with_stderr, struct verr *err)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return verr_sys(err, "cannot open a pipe");
	*pid = fork();
	if (*pid == 0)
		become(argv, ends[1], with_stderr ? ends[1] : -1);
	close(ends[1]);
	*fd = ends[0];
	if (*pid > 0)
		return V_OK;
	close(ends[0]);
	return verr_sys(err, "cannot start a process");
}

static int
wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return CANNOT_RUN;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* ---- version ---- */

static char *
first_line_of(int fd)
{
	char text[VERSION_MAX_BYTES];
	struct slice rest, line;
	size_t n = 0;
	ssize_t got;

	while (n < sizeof text &&
		((got = read(fd, text + n, sizeof text - n)) > 0 || (got < 0 && errno == EINTR)))
		n += got > 0 ? (size_t)got : 0;
	rest = (struct slice){text, n};
	while (slice_line(&line, &rest)) {
		line = slice_trim(line);
		if (line.n > 0)
			return xstrndup(line.p, line.n);
	}
	return NULL;
}

static void
ask_version(struct tool *t)
{
	const struct known_tool *known = NULL;
	size_t at = find_tool(&known, t->argv);
	char **argv, *option, *line = NULL;
	pid_t pid;
	int fd;

	if (!known || !known->version_option)
		return;
	option = xstrdup(known->version_option);
	argv = xcalloc(at + 3, sizeof *argv);
	memcpy(argv, t->argv, (at + 1) * sizeof *argv);
	argv[at + 1] = option;
	if (spawn(&pid, &fd, argv, true, NULL) == V_OK) {
		line = first_line_of(fd);
		close(fd);
		if (wait_for(pid) < CANNOT_RUN)
			t->version = line;
		else
			free(line);
	}
	free(argv);
	free(option);
}

/* ---- running ---- */

static volatile sig_atomic_t running; /* gets the signals that we get */

static void
pass_on(int signo)
{
	if (running > 0)
		kill((pid_t)running, signo);
}

/* SIGINT comes from a terminal, which sends it to the command by itself. */
static void
guard_signals(struct sigaction old[2])
{
	struct sigaction pass = {.sa_handler = pass_on}, ignore = {.sa_handler = SIG_IGN};

	sigaction(SIGTERM, &pass, &old[0]);
	sigaction(SIGINT, &ignore, &old[1]);
}

static enum vstatus
write_all(int fd, const char *p, size_t n, const char *name, struct verr *err)
{
	while (n > 0) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return verr_sys(err, "cannot write %s", name);
		p += done;
		n -= (size_t)done;
	}
	return V_OK;
}

/* Everything goes on to the command's end, whatever fails: it must not stall on a full pipe. */
static enum vstatus
copy_output(int from_fd, int file_fd, const char *file, struct verr *err)
{
	enum vstatus st = V_OK, shown = V_OK;
	char part[COPY_BYTES];
	ssize_t n;

	while ((n = read(from_fd, part, sizeof part)) > 0 || (n < 0 && errno == EINTR)) {
		if (n < 0)
			continue;
		if (st == V_OK)
			st = write_all(file_fd, part, (size_t)n, file, err);
		if (shown == V_OK)
			shown = write_all(STDOUT_FILENO, part, (size_t)n, "standard output", NULL);
	}
	return st;
}

static int
create_output(const char *path, const char *dir)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640);
	struct stat sb;

	if (fd >= 0 && geteuid() == 0 && stat(dir, &sb) == 0 && fchown(fd, sb.st_uid, sb.st_gid))
		(void)!fchmod(fd, 0644); /* then at least readable, for the checksum */
	return fd;
}

enum vstatus
tool_run(struct tool *t, const char *dir, struct verr *err)
{
	char *path = file_join(dir, t->file);
	int file_fd = create_output(path, dir), from_fd;
	struct sigaction old[2];
	enum vstatus st;
	pid_t pid;

	if (file_fd < 0) {
		st = verr_sys(err, "cannot create %s", path);
		free(path);
		return st;
	}
	ask_version(t);
	guard_signals(old);
	st = spawn(&pid, &from_fd, t->argv, false, err);
	if (st == V_OK) {
		running = pid;
		st = copy_output(from_fd, file_fd, path, err);
		t->exit = wait_for(pid);
		running = 0;
		close(from_fd);
	}
	sigaction(SIGTERM, &old[0], NULL);
	sigaction(SIGINT, &old[1], NULL);
	if (close(file_fd) != 0 && st == V_OK)
		st = verr_sys(err, "cannot write %s", path);
	free(path);
	return st;
}

/* A pretty-printed document on one line: breaks and indents are outside strings, where control
 * bytes are escaped. */
static void
flatten(char *text)
{
	for (char *c = text; *c; c++)
		if (*c == '\n' || *c == '\t')
			*c = ' ';
}

char *
tool_json(const struct tool *t)
{
	struct json *o = json_object(), *argv;
	char *text;

	json_add_str(o, "name", t->name);
	json_add_str(o, "version", t->version);
	argv = json_add_array(o, "argv");
	for (char *const *word = t->argv; *word; word++)
		json_add_str(argv, NULL, *word);
	json_add_str(o, "file", t->file);
	json_add_i64(o, "exit", t->exit);
	text = json_text(o);
	flatten(text);
	json_free(o);
	return text;
}
