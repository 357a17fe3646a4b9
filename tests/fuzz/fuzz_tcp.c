/*
 * fuzz_tcp - capture files through the HTTP and TCP analyses: whatever trace and packet let pass.
 */
#include <stddef.h>
#include <stdint.h>

#include "analyze/http.h"
#include "analyze/httphead.h"
#include "analyze/tcprtt.h"
#include "core/trace.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
take_request(void *ctx, const struct http_sample *s)
{
	(void)ctx;
	(void)s;
}

static void
take_sample(void *ctx, const struct tcprtt_sample *s)
{
	(void)ctx;
	(void)s;
}

static void
take_flow(void *ctx, const struct tcprtt_flow *f)
{
	char text[FLOW_TEXT_SIZE];

	(void)ctx;
	flow_text(text, f->flow, f->client);
}

/* The pure functions over one line. */
static void
read_lines(const uint8_t *data, size_t size)
{
	struct slice line = {(const char *)data, size}, uri;
	struct httphead head;
	uint64_t chunk;

	httphead_sniff(data, size);
	if (!httphead_request(&head, &uri, line))
		httphead_status(&head, line);
	httphead_field(&head, line);
	http_chunk_size(&chunk, line);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct http_params hp = {.expiry_ns = HTTP_EXPIRY_NS, .keep_uri = true};
	struct tcprtt_params tp = {.sample = take_sample, .flow = take_flow};
	struct trace_record rec;
	struct packet p;
	struct trace *t;
	struct http *http;
	struct tcprtt *tcp;

	read_lines(data, size);
	if (trace_open_mem(&t, data, size, NULL) != V_OK)
		return 0;
	http = http_new(&hp, take_request, NULL);
	tcp = tcprtt_new(&tp);
	while (trace_next(t, &rec, NULL) == V_OK) {
		packet_decode(&p, rec.linktype, rec.data, rec.caplen, rec.len);
		http_add(http, rec.t_ns, &p);
		tcprtt_add(tcp, rec.t_ns, &p);
	}
	http_finish(http, 0);
	tcprtt_finish(tcp);
	http_free(http);
	tcprtt_free(tcp);
	trace_close(t);
	return 0;
}
