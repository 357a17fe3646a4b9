/*
 * linkstat - IFLA_STATS64 of one interface through a route netlink socket (rtnetlink(7)).
 *
 * The socket stays in the namespace where it was opened, needs no privileges to be asked, and
 * holds nothing of the file system, so it goes on working in the sandbox; sysfs would do neither.
 * Counted are rx_missed_errors (no room in the card's ring) and rx_fifo_errors (overrun in the
 * card), as libpcap does.  rx_dropped is left out: it counts packets that nobody wanted, which a
 * capture has seen.
 */
#include "capture/linkstat.h"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_MAX_BYTES 16384

static bool
ask(const struct linkstat *l)
{
	struct {
		struct nlmsghdr h;
		struct ifinfomsg link;
	} request = {
		.h = {.nlmsg_len = sizeof request,
			.nlmsg_type = RTM_GETLINK,
			.nlmsg_flags = NLM_F_REQUEST},
		.link = {.ifi_family = AF_UNSPEC, .ifi_index = l->ifindex},
	};

	return send(l->fd, &request, sizeof request, 0) == (ssize_t)sizeof request;
}

/* The statistics among the attributes of a link message. */
static bool
find_stats(struct rtnl_link_stats64 *stats, const struct nlmsghdr *h)
{
	const uint8_t *p =
		(const uint8_t *)h + NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(struct ifinfomsg));
	const uint8_t *end = (const uint8_t *)h + h->nlmsg_len;
	struct rtattr a;

	while ((size_t)(end - p) >= sizeof a && p < end) {
		memcpy(&a, p, sizeof a);
		if (a.rta_len < sizeof a || a.rta_len > (size_t)(end - p))
			return false;
		if (a.rta_type == IFLA_STATS64) {
			size_t n = a.rta_len - sizeof a;

			memset(stats, 0, sizeof *stats); /* older kernels send fewer fields */
			memcpy(stats, p + sizeof a, n < sizeof *stats ? n : sizeof *stats);
			return true;
		}
		if (RTA_ALIGN(a.rta_len) > (size_t)(end - p))
			return false;
		p += RTA_ALIGN(a.rta_len);
	}
	return false;
}

static bool
lost_so_far(const struct linkstat *l, uint64_t *lost)
{
	static _Thread_local union {
		struct nlmsghdr h;
		char bytes[ANSWER_MAX_BYTES];
	} answer;
	struct rtnl_link_stats64 stats;
	ssize_t n;

	if (l->fd < 0 || !ask(l))
		return false;
	n = recv(l->fd, &answer, sizeof answer, 0);
	if (n < (ssize_t)NLMSG_LENGTH(sizeof(struct ifinfomsg)) || answer.h.nlmsg_len > (size_t)n ||
		answer.h.nlmsg_type != RTM_NEWLINK || !find_stats(&stats, &answer.h))
		return false;
	*lost = stats.rx_missed_errors + stats.rx_fifo_errors;
	return true;
}

void
linkstat_open(struct linkstat *l, const char *interface)
{
	const struct timeval patience = {.tv_sec = 1};

	*l = (struct linkstat){.ifindex = (int)if_nametoindex(interface)};
	l->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (l->fd >= 0)
		setsockopt(l->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	if (l->ifindex == 0 || !lost_so_far(l, &l->before))
		linkstat_close(l);
}

bool
linkstat_dropped(const struct linkstat *l, uint64_t *dropped)
{
	uint64_t lost;

	if (!lost_so_far(l, &lost) || lost < l->before)
		return false;
	*dropped = lost - l->before;
	return true;
}

void
linkstat_close(struct linkstat *l)
{
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
}
