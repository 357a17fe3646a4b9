#ifndef VANTAGE_CAPTURE_RECORDING_H
#define VANTAGE_CAPTURE_RECORDING_H
/*
 * recording - the run that is being recorded: its directory, and run.json from the first moment
 * ("recording") to the last ("complete", "truncated" or "failed").
 *
 *   recording_init(&r, settings, argc, argv);
 *   recording_describe(&r, i, ...);      facts of each point, in its network namespace
 *   recording_make_dir(&r, user, &err);  as root: DATASET/runs/ID, and go there
 *   recording_store(&r, &err);           whenever run.json is to be brought up to date
 *   recording_finish(&r, state, reason, &err);
 *
 * All file names are relative to the working directory, so that neither the path nor the rights of
 * the directories above matter after privileges are dropped.
 */
#include <stdbool.h>
#include <stdint.h>

#include "capture/point.h"
#include "capture/priv.h"
#include "capture/settings.h"
#include "core/err.h"
#include "core/json.h"
#include "core/run.h"

struct recording {
	const struct settings *settings;
	struct run run;
	struct json *points;   /* in run.document: what run_point has no field for */
	struct json *events;   /* in run.document */
	struct json *warnings; /* in run.document, of the recorder */
	size_t n_events;
	char *dir;      /* absolute; NULL before recording_make_dir() */
	size_t n_made;  /* of the directories above it: those that were made for it */
	struct sums known; /* digests of files, which need not be read again */
	int reserve_fd; /* space on the disk for the last run.json; -1 none */
	int hold_fd;    /* tells others that the run is being recorded; -1 could not */
};

#define RECORDING_EVENTS_MAX 10000

void recording_init(struct recording *r, const struct settings *s, int argc, char *const *argv);
void recording_release(struct recording *r);

/* recording_describe - the calling thread is in the point's namespace; true: packets get merged. */
bool recording_describe(struct recording *r, size_t i);
/* recording_opened - what is known of a point once it is open. */
void recording_opened(struct recording *r, size_t i, const struct point *p);
/*
 * recording_make_dir - create the run's directory ("-2" and so on when the name is taken), owned
 *   by the user who will write into it, with run.json; list it in the dataset's descriptor.
 *   After a failure nothing of it is there.
 */
enum vstatus recording_make_dir(struct recording *r, const struct priv_user *u, struct verr *err);

/* recording_event - V_ELIMIT when there are too many. */
enum vstatus
recording_event(struct recording *r, int64_t t_ns, const char *label, struct verr *err);
/* recording_tool - a load tool that ran: {"name", "version", "argv", "file", "exit"}. */
enum vstatus recording_tool(struct recording *r, const struct json *tool, struct verr *err);
/*
 * recording_files - the point has n files; true if there are more than before.  A file is listed
 *   when it exists, so that a run which is killed names none that is missing.
 */
bool recording_files(struct recording *r, size_t i, uint64_t n);
/* recording_count - the point's last numbers and files: until then the numbers are null. */
void recording_count(struct recording *r, size_t i, const struct point_counts *c);

/* recording_known - the digests of files that are complete; copied. */
void recording_known(struct recording *r, const struct sums *sums);

enum vstatus recording_store(struct recording *r, struct verr *err);
/*
 * recording_finish - the last run.json and SHA256SUMS, also on a full disk.  After a failure,
 *   err's message, r->run has the state that is left: "failed" when run.json could not be written
 *   (it still says "recording"), "truncated" when only the checksums could not.
 */
enum vstatus
recording_finish(struct recording *r, enum run_state state, const char *reason, struct verr *err);

#endif
