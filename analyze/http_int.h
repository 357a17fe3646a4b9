#ifndef VANTAGE_ANALYZE_HTTP_INT_H
#define VANTAGE_ANALYZE_HTTP_INT_H
/*
 * http_int - what http.c (connections), http_failure.c (those that never opened), http_request.c
 * (the list of requests), http_read.c (messages) and http_turn.c (their ends) share; nobody else
 * includes it.
 */
#include "analyze/flow.h"
#include "analyze/http.h"
#include "analyze/httphead.h"
#include "analyze/stream.h"

/* What a direction is reading. */
enum http_state {
	READ_START,      /* the next byte begins a message */
	READ_HEAD,       /* lines of the head */
	READ_BODY,       /* `left` bytes */
	READ_CHUNK_SIZE, /* a line */
	READ_CHUNK,      /* `left` bytes, the line end behind them included */
	READ_TRAILER,    /* lines */
	READ_TURN,       /* up to a turn or the end of the stream: the length is not known */
	READ_STRAY,      /* no message: up to where one begins */
	READ_TUNNEL,     /* no HTTP any more */
	READ_N_STATES,
};

/* A request, from its first line until its row is handed out. */
struct http_request {
	struct http_request *next;
	uint64_t answer_from; /* position in the server's stream when it was sent */
	int64_t t_ns;
	int64_t t_last_ns;
	int64_t t_first_ns; /* of the response; TSTAMP_NONE as those around it */
	int64_t t_done_ns;
	uint64_t request_bytes;
	uint64_t response_bytes;
	char *uri;         /* heap */
	char *host;        /* heap */
	uint32_t line_len; /* of the request line, as far as captured */
	uint32_t position;
	uint32_t flags;
	uint16_t status;
	bool uri_cut;   /* see struct http_sample */
	bool done;      /* nothing more will be learnt */
	bool open_end;  /* its head was cut: where it ends, and what follows, is not known */
	bool uncertain; /* unseen requests may stand before it in its turn */
	bool by_turn;   /* the response ended with the turn */
	bool opens;     /* nothing stands before it in the client's stream */
	char method[HTTP_METHOD_MAX + 1];
};

/* The message that a direction is reading. */
struct http_message {
	enum http_state state;
	bool first_line;   /* not read yet */
	bool gap;          /* bytes are missing from the capture */
	bool tail_missing; /* the last ones so far */
	bool cut;          /* of the head, by the snap length or a gap */
	bool until_close;  /* READ_TURN: as its head says */
	bool doubtful;     /* more than one message may be in it */
	bool waited;
	uint64_t start;
	uint64_t read_to;  /* what was read of it ends there */
	uint64_t other_at; /* READ_TURN: where another response began in it; 0 nowhere */
	uint64_t left;
	uint64_t answer_from; /* request: see struct http_request */
	int64_t t_first_ns;   /* TSTAMP_NONE: in a gap */
	int64_t t_last_ns;
	int64_t t_before_ns; /* a gap was filled before that; TSTAMP_NONE none */
	struct http_request *request;
	char *line; /* begun in an earlier piece; heap, reserved in the pool */
	uint32_t line_len;
	uint32_t line_cap;
	struct httphead head;
};

enum http_protocol { PROTO_UNKNOWN, PROTO_HTTP, PROTO_TLS, PROTO_HTTP2, PROTO_OTHER };

struct http_side {
	struct stream stream;
	struct http_message msg;
};

struct http_conn {
	struct flow flow; /* first */
	struct http_side side[2];
	uint8_t client; /* which end; 2 not known */
	uint8_t protocol;
	bool syn;       /* the client's was seen */
	bool accepted;  /* SYN/ACK seen */
	bool over;      /* rows are out; only late copies can come */
	bool pipelines; /* requests were sent before the answer to others was complete */
	bool holds;     /* rows wait for what the connection will show */
	bool late;      /* what the client sent first was missed, or is no request */
	uint32_t isn;
	uint32_t failure; /* flag: the handshake failed */
	uint32_t number;  /* UINT32_MAX: no request yet */
	uint32_t n_requests;
	uint32_t n_listed;
	uint64_t extra_min;  /* least bytes of a request of open end behind its first line */
	uint64_t client_fin; /* position in the server's stream when the client closed */
	uint64_t orphan_at;  /* where the last response without a request began; 0 none */
	int64_t t_syn_ns;
	int64_t t_connected_ns;
	struct http_request *first;   /* in order of position */
	struct http_request *waiting; /* the first that is not done */
	struct http_request *last;
};

/* What the connections of one client have shown so far. */
struct http_habit {
	uint8_t addr[16];
	uint8_t family;
	bool pipelines;
	uint64_t extra_min;
};

#define HTTP_HABITS 1024 /* a power of two; a client takes the place of another */

struct http_failure {
	int64_t t_ns;
	uint8_t addr[2][16]; /* client, server */
	uint16_t port[2];
	uint8_t family;
	uint32_t flag;
};

struct http {
	struct http_params params;
	void (*sink)(void *ctx, const struct http_sample *sample);
	void *ctx;
	struct flows *flows;
	struct stream_pool pool;
	struct http_counts counts;
	struct http_request *spare; /* freed requests */
	uint64_t n_listed;          /* requests in memory */
	uint32_t n_connections;
	int64_t now_ns;
	struct http_failure *failures;
	size_t n_failures;
	size_t cap_failures;
	struct http_habit habits[HTTP_HABITS];
	uint64_t lone_min;        /* least extra_min of a connection that does not pipeline */
	uint8_t http_ports[8192]; /* bit set: servers at that port spoke HTTP */
};

static inline struct http_side *
server_of(struct http_conn *c)
{
	return &c->side[!c->client];
}

/* Ports of servers that spoke HTTP in this capture, and the usual ones. */
static inline void
http_port_set(struct http *h, uint16_t port)
{
	h->http_ports[port >> 3] |= (uint8_t)(1 << (port & 7));
}

static inline bool
http_port_known(const struct http *h, uint16_t port)
{
	return h->http_ports[port >> 3] >> (port & 7) & 1;
}

/* http.c */

/* http_give_up_hole - of the client's stream, if the server has acknowledged it; true if so. */
bool http_give_up_hole(struct http *h, struct http_conn *c);

/* http_failure.c */

/* http_failure_keep - the connection, which never opened, is over for that reason (a flag). */
void http_failure_keep(struct http *h, const struct http_conn *c, uint32_t flag);
/* http_failure_icmp - an ICMP error, perhaps about a connection that has not opened. */
void http_failure_icmp(struct http *h, const struct packet *p);
/* http_failures_hand_out - the rows of all that are kept. */
void http_failures_hand_out(struct http *h);

/* http_request.c */

/* http_request_new - append a request that the client's message m begins. */
struct http_request *
http_request_new(struct http *h, struct http_conn *c, const struct http_message *m);
/* http_request_uri - keep it with the request, and the length of the line it stood in; cut: that
 * line's end was not captured. */
void http_request_uri(
	struct http *h, struct http_request *r, struct slice uri, uint32_t line_len, bool cut);
/* http_request_host - keep the value of the Host field with the request; the first one counts. */
void http_request_host(struct http *h, struct http_request *r, struct slice host);
/* http_request_done - nothing more will be learnt about r; rows go out when their turn has come. */
void http_request_done(struct http *h, struct http_conn *c, struct http_request *r);
/* http_requests_orphaned - those that came to light when their response had passed have none. */
void http_requests_orphaned(struct http *h, struct http_conn *c);
/* http_requests_ready - hand out those at the front that are done. */
void http_requests_ready(struct http *h, struct http_conn *c);
/* http_hand_out - count a row and give it to the sink. */
void http_hand_out(struct http *h, const struct http_sample *s);

/* http_read.c */

/* http_read - the next bytes of one side, whose connection is known to be HTTP. */
void http_read(struct http *h, struct http_conn *c, int side, struct stream_piece *p);
void http_message_release(struct http_message *m, struct stream_pool *pool);

/* http_turn.c */

/* http_message_begin - with that piece, in that state. */
void
http_message_begin(struct http_message *m, const struct stream_piece *p, enum http_state state);
/* http_end_request, http_end_response - the message ends before the position `end`; complete: that
 * is its true end. */
void http_end_request(struct http_conn *c, struct http_message *m, uint64_t end);
void http_end_response(struct http *h, struct http_conn *c, struct http_message *m, uint64_t end,
	bool complete, uint32_t flags);
/*
 * http_end_misread - without its request a response to HEAD looks as if a body followed, and some
 *   servers go on though they gave no length.  Such a response ends where another one begins, if
 *   the client had everything up to there when it asked again.
 */
void http_end_misread(struct http *h, struct http_conn *c, const struct stream_piece *p);
/* http_end_interim - is it an interim response whose head was cut?  Then the final one begins. */
bool http_end_interim(struct http *h, struct http_message *m);
/* http_end_by_turn - a response of unknown length is over with the turn. */
void http_end_by_turn(struct http *h, struct http_conn *c, struct http_message *m, uint64_t end);
/* http_turn_end - where the turn ends that the response belongs to, as far as is known. */
uint64_t http_turn_end(const struct http_conn *c, const struct http_message *m);
/*
 * http_find_turn - another response begins there inside one of unknown length.  The turn may end
 *   there, by a request that was not known for want of a segment before it; else both are doubtful.
 */
void http_find_turn(struct http *h, struct http_conn *c, uint64_t at);
/* http_lose_head - it will not be read to its end, so the length is unknown. */
void http_lose_head(struct http *h, struct http_conn *c, int side, struct http_message *m);
/* http_read_turn - the client spoke, or closed, having got all of the server's stream up to there:
 * ends a response of unknown length. */
void http_read_turn(struct http *h, struct http_conn *c, uint64_t position);
/* http_read_is_short - a response of known length is not complete yet. */
bool http_read_is_short(const struct http_conn *c);
/* http_read_end - the stream of that side is complete. */
void http_read_end(struct http *h, struct http_conn *c, int side);
/* http_read_abandon - the connection is over: what is known of an incomplete response goes to its
 * request. */
void http_read_abandon(struct http *h, struct http_conn *c);

#endif
