#ifndef VANTAGE_CAPTURE_CONTROL_H
#define VANTAGE_CAPTURE_CONTROL_H
/*
 * control - how the commands talk to a recording: one request line over a unix stream socket,
 * answered by one JSON document.
 *
 *   request   VERB [TEXT] \n      at most CONTROL_REQUEST_MAX_BYTES, TEXT without control bytes
 *   answer    {"ok": true, ...}   or {"ok": false, "message": "..."}, up to the end of the stream
 *
 * Sockets are called NAME.sock and lie, with a NAME.lock each, in $XDG_RUNTIME_DIR/vcap, or
 * /run/vcap without that variable.  The lock is held as long as the recording lives; so a socket
 * whose lock is free is a leftover.
 */
#include <stddef.h>
#include <sys/types.h>

#include "core/err.h"
#include "core/json.h"
#include "core/str.h"

#define CONTROL_REQUEST_MAX_BYTES ((size_t)64 << 10)
#define CONTROL_ANSWER_MAX_BYTES ((size_t)16 << 20)

enum control_verb { CONTROL_STATUS, CONTROL_MARK, CONTROL_TOOL, CONTROL_STOP };

struct control_request {
	enum control_verb verb;
	struct slice text; /* into the line */
};

/* control_parse - a request line without its \n.  V_EFORMAT says what was expected.  Pure. */
enum vstatus control_parse(struct control_request *r, struct slice line, struct verr *err);

/* control_dir - where the sockets are; heap. */
char *control_dir(void);

/*
 * control_ask - send a request to the recording called name and wait for its answer.
 *   *answer  the caller frees it; only when V_OK, and then "ok" is true
 *   text     without control bytes; NULL none
 *   V_EIO: there is no such recording, or it refused ("message"); V_EUSAGE: a control byte.
 */
enum vstatus control_ask(struct json **answer, const char *name, enum control_verb verb,
	const char *text, struct verr *err);

/* control_names - the recordings that have a socket, running or not; free with file_list_free. */
enum vstatus control_names(char ***names, size_t *n, struct verr *err);
/* control_forget - remove the socket of a recording that has ended, if its lock is free. */
void control_forget(const char *name);

/* control_note_run - write the run's directory into the lock, for control_last_run(). */
void control_note_run(int lock_fd, const char *dir);
/* control_last_run - directory of the present or last run of that name; heap; NULL not known. */
char *control_last_run(const char *name);

/*
 * control_listen - be the recording called name: take its lock, open its socket (0600).
 *   owner  to whom they are to belong where the directory is that user's; root may name another
 *   V_EIO: another one of that name runs; the directory cannot be made or written.
 */
enum vstatus
control_listen(int *listen_fd, int *lock_fd, const char *name, uid_t owner, struct verr *err);

#endif
