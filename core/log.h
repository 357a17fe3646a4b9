#ifndef VANTAGE_CORE_LOG_H
#define VANTAGE_CORE_LOG_H
/*
 * log - messages to standard error, and a progress bar that only a terminal gets.
 *
 * Thread-safe.  Messages read "vanalyze: text" (log_warn: "vanalyze: warning: text") and are
 * written in one piece; the bar is wiped before a message and redrawn.
 */
#include <stdbool.h>
#include <stdint.h>

void log_set_program(const char *name);
/* log_set_verbose - also print log_verbose messages. */
void log_set_verbose(bool on);
bool log_is_verbose(void);

void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_verbose(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* progress_start - begin a bar of `total` steps with a label; nothing unless stderr is a tty. */
void progress_start(const char *label, uint64_t total);
void progress_add(uint64_t steps);
void progress_stop(void);

#endif
