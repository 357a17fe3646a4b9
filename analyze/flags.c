/*
 * flags - words for the flags of a sample; see flags.h.
 */
#include "analyze/flags.h"

const struct flag_word flag_words[] = {
	{FLAG_COPY, "copy", "the request was captured more than once; the first copy counts"},
	{FLAG_DUP, "dup", "further replies came after the first"},
	{FLAG_LATE, "late", "the reply came after the expiry time; no RTT"},
	{FLAG_LOST, "lost", "no reply within the expiry time"},
	{FLAG_UNFINISHED, "unfinished", "no reply yet when the capture ended"},
	{FLAG_AMBIGUOUS, "ambiguous", "the bytes cannot decide which request the reply answers"},
	{FLAG_REORDERED, "reordered", "the reply stands before its request in the file"},
	{FLAG_NEGATIVE, "negative", "the reply is older than its request: the clock stepped back"},
	{FLAG_DERIVED, "derived", "the send time was computed: time of printing minus RTT"},
	{FLAG_ERROR, "error", "an error message came instead, or a load tool calls it failed"},
	{FLAG_CORRUPT, "corrupt", "the reply's payload differs from the request's"},
	{FLAG_GAP, "gap", "bytes of the exchange are missing from the capture"},
	{FLAG_CUT, "cut", "headers were cut off: the end was found by turn-taking"},
	{FLAG_RETRANSMITTED, "retransmitted", "bytes were sent again"},
	{FLAG_PIPELINED, "pipelined", "sent before the answer to an earlier request was complete"},
	{FLAG_MERGED, "merged",
		"the segment is longer than any that can be on the wire (GRO, TSO)"},
	{FLAG_DELAYED, "delayed", "the acknowledgment waited for its timer"},
	{FLAG_REFUSED, "refused", "the connection was refused"},
	{FLAG_UNREACHABLE, "unreachable", "an ICMP error answered the connection attempt"},
	{FLAG_RESET, "reset", "the connection was reset before the answer was complete"},
	{FLAG_CLOSED, "closed", "the connection was closed before the answer was complete"},
	{FLAG_TIMEOUT, "timeout", "no complete answer within the expiry time"},
	{FLAG_REVALIDATED, "revalidated", "the origin told the proxy that its copy is still good"},
	{FLAG_INBOUND, "inbound", "the packet went from the outer point to the inner one"},
	{FLAG_TRANSLATED, "translated", "addresses or ports differ between the points"},
	{0, NULL, NULL},
};

uint32_t
flag_of(struct slice word)
{
	for (const struct flag_word *w = flag_words; w->word; w++)
		if (slice_eq(word, w->word))
			return w->flag;
	return 0;
}

void
flags_add(struct strbuf *out, uint32_t flags)
{
	bool first = true;

	for (const struct flag_word *w = flag_words; flags && w->word; w++) {
		if (!(flags & w->flag))
			continue;
		if (!first)
			strbuf_addc(out, '|');
		strbuf_adds(out, w->word);
		first = false;
		flags &= ~w->flag;
	}
}
