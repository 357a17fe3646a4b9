#ifndef VANTAGE_CAPTURE_DAEMON_ANSWER_H
#define VANTAGE_CAPTURE_DAEMON_ANSWER_H
/*
 * daemon_answer - what a recording says to those who ask.
 */
#include "capture/daemon_state.h"

/* daemon_report - the answer to "status" and "stop"; the caller frees it. */
struct json *daemon_report(const struct daemon *d);

/* daemon_answer - a server_fn; arg is the struct daemon. */
struct json *daemon_answer(void *arg, const struct control_request *r);

#endif
