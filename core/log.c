/*
 * log - messages and a progress bar on standard error.
 *
 * Every message is put together first and written with one call, so that lines of several
 * threads or processes do not mix.  Text in a message often comes from an input (a file name,
 * a header field): control bytes in it are shown as '?', so that a hostile name cannot move the
 * cursor or recolour the terminal.  A message longer than MESSAGE_MAX_BYTES is cut.
 *
 * The bar exists only when standard error is a terminal that understands "erase to the end of
 * the line"; it is redrawn at most every REDRAW_NS, and wiped by progress_stop() and around
 * messages.  Its estimate of the time left assumes that all steps take equally long.
 */
#include "core/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define MESSAGE_MAX_BYTES 4096
#define REDRAW_NS INT64_C(100000000)
#define BAR_MAX 40
#define ERASE_LINE "\r\033[K"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char program[64] = "vantage";
static atomic_bool verbose;

/* The one bar; everything but `active` only under the lock. */
static struct {
	atomic_bool active;
	bool shown;
	char label[48];
	uint64_t total;
	uint64_t done;
	int64_t started_ns;
	int64_t drawn_ns;
	int columns;
} bar;

void
log_set_program(const char *name)
{
	pthread_mutex_lock(&lock);
	snprintf(program, sizeof program, "%s", name);
	pthread_mutex_unlock(&lock);
}

void
log_set_verbose(bool on)
{
	verbose = on;
}

bool
log_is_verbose(void)
{
	return verbose;
}

static int64_t
now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * INT64_C(1000000000) + ts.tv_nsec;
}

static void
write_all(const char *p, size_t n)
{
	fwrite(p, 1, n, stderr); /* if that fails there is nobody left to tell */
	fflush(stderr);
}

static void
wipe_bar(void)
{
	if (bar.shown)
		write_all(ERASE_LINE, sizeof ERASE_LINE - 1);
	bar.shown = false;
}

/* "[######....]  40 %  12 s left" for a known total. */
static void
describe_progress(char *text, size_t size, int64_t elapsed_ns)
{
	static const char full[] = "########################################";
	static const char rest[] = "........................................";
	double share = bar.done < bar.total ? (double)bar.done / (double)bar.total : 1;
	int room = bar.columns - (int)strlen(bar.label) - 24;
	int width = room < 0 ? 0 : room > BAR_MAX ? BAR_MAX : room;
	int filled = (int)(share * width);
	int used = snprintf(text, size, "[%.*s%.*s] %3d %%", filled, full, width - filled, rest,
		(int)(share * 100));

	if (share > 0 && elapsed_ns > INT64_C(2000000000) && used > 0 && (size_t)used < size)
		snprintf(text + used, size - (size_t)used, "  %.0f s left",
			(double)elapsed_ns * 1e-9 * (1 - share) / share);
}

static void
draw_bar(int64_t at_ns)
{
	char line[sizeof bar.label + 160];
	char state[120];
	int n;

	if (bar.total > 0)
		describe_progress(state, sizeof state, at_ns - bar.started_ns);
	else
		snprintf(state, sizeof state, "%llu", (unsigned long long)bar.done);
	n = snprintf(line, sizeof line, ERASE_LINE "%s  %s", bar.label, state);
	if (n > 0)
		write_all(line, (size_t)n < sizeof line ? (size_t)n : sizeof line - 1);
	bar.shown = true;
	bar.drawn_ns = at_ns;
}

/* Control bytes to '?', except the line ends of a message of several lines. */
static void
defuse(char *s)
{
	for (; *s; s++)
		if (((unsigned char)*s < ' ' && *s != '\n' && *s != '\t') || *s == 0x7f)
			*s = '?';
}

static void __attribute__((format(printf, 2, 0)))
print_message(const char *kind, const char *fmt, va_list ap)
{
	char text[MESSAGE_MAX_BYTES];
	char line[MESSAGE_MAX_BYTES + sizeof program + 16];
	int n;

	vsnprintf(text, sizeof text, fmt, ap);
	defuse(text);
	pthread_mutex_lock(&lock);
	wipe_bar();
	n = snprintf(line, sizeof line, "%s: %s%s\n", program, kind, text);
	if (n > 0)
		write_all(line, (size_t)n < sizeof line ? (size_t)n : sizeof line - 1);
	if (bar.active)
		draw_bar(now_ns());
	pthread_mutex_unlock(&lock);
}

void
log_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_message("", fmt, ap);
	va_end(ap);
}

void
log_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_message("warning: ", fmt, ap);
	va_end(ap);
}

void
log_info(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_message("", fmt, ap);
	va_end(ap);
}

void
log_verbose(const char *fmt, ...)
{
	va_list ap;

	if (!verbose)
		return;
	va_start(ap, fmt);
	print_message("", fmt, ap);
	va_end(ap);
}

static bool
terminal_can_erase(void)
{
	const char *term = getenv("TERM");

	return isatty(STDERR_FILENO) && term && *term && strcmp(term, "dumb") != 0;
}

void
progress_start(const char *label, uint64_t total)
{
	struct winsize size;

	if (!terminal_can_erase())
		return;
	pthread_mutex_lock(&lock);
	wipe_bar();
	snprintf(bar.label, sizeof bar.label, "%s", label);
	defuse(bar.label);
	bar.total = total;
	bar.done = 0;
	bar.columns = 80;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		bar.columns = size.ws_col;
	bar.started_ns = now_ns();
	bar.active = true;
	draw_bar(bar.started_ns);
	pthread_mutex_unlock(&lock);
}

void
progress_add(uint64_t steps)
{
	int64_t at_ns;

	if (!bar.active)
		return;
	pthread_mutex_lock(&lock);
	bar.done += steps;
	at_ns = now_ns();
	if (bar.active && at_ns - bar.drawn_ns >= REDRAW_NS)
		draw_bar(at_ns);
	pthread_mutex_unlock(&lock);
}

void
progress_stop(void)
{
	pthread_mutex_lock(&lock);
	wipe_bar();
	bar.active = false;
	pthread_mutex_unlock(&lock);
}
