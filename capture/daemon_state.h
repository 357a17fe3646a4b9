#ifndef VANTAGE_CAPTURE_DAEMON_STATE_H
#define VANTAGE_CAPTURE_DAEMON_STATE_H
/*
 * daemon_state - what the parts of a recording share: daemon_open makes it, daemon's loop drives
 * it, daemon_upkeep looks after it, daemon_answer tells of it.  Only the loop's thread touches it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "capture/clockwatch.h"
#include "capture/daemon.h"
#include "capture/point.h"
#include "capture/priv.h"
#include "capture/recording.h"
#include "capture/sampler.h"
#include "capture/server.h"
#include "core/json.h"

enum daemon_phase { DAEMON_OPENING, DAEMON_RECORDING, DAEMON_STOPPING };

struct daemon {
	const struct daemon_start *start;
	const struct settings *settings;
	enum daemon_phase phase;
	struct priv_user user;
	struct recording recording;
	struct point **points;
	size_t n_points;         /* that are open */
	struct sampler *sampler; /* NULL: --counters off */
	struct server server;
	struct clockwatch clock;
	int lock_fd, signal_fd, points_fd, notify_fd;
	pid_t parent;   /* who started us */
	bool dismissed; /* false: the command that we record for goes on, and will be told of */
	int64_t started_ns, deadline_ns; /* CLOCK_MONOTONIC; deadline 0: none */
	uint64_t n_samples;
	bool *point_warned; /* of its first drop */
	bool *point_mourned;
	struct json *warnings;
	size_t n_warnings;
	enum run_state state;
	struct verr reason; /* empty: none */
};

void daemon_init(struct daemon *d, const struct daemon_start *start);
void daemon_release(struct daemon *d);

/*
 * daemon_warn - something the user should know: on standard error, in the run, and in answers.
 * daemon_say_warnings - while opening, standard error waits for this: a refused start has one
 * message.
 */
void daemon_warn(struct daemon *d, const char *text);
void daemon_say_warnings(const struct daemon *d);
/* daemon_warn_now - the same at a moment that matters: also among the run's events. */
void daemon_warn_now(struct daemon *d, const char *text);

/* daemon_truncate - the run will not be complete; the first reason counts. */
void daemon_truncate(struct daemon *d, const char *reason);
/* daemon_stop - an end has come: the points drain their rings.  Only the first call counts. */
void daemon_stop(struct daemon *d);
/* daemon_all_ended - no point takes or writes packets any more. */
bool daemon_all_ended(const struct daemon *d);

/* daemon_check_signals - V_EIO when SIGTERM or SIGINT has come since the last call. */
enum vstatus daemon_check_signals(struct daemon *d, struct verr *err);

#endif
