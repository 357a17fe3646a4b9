/*
 * nicinfo - what a run remembers of a network interface; see hostinfo_interface() in hostinfo.h.
 *
 * The driver and its settings come through the ethtool ioctl (linux/ethtool.h), in its oldest
 * form: one command per setting, which every kernel since 2.6.39 answers for every driver from
 * its table of features.  The netlink form would tell more and exists only since 5.6.  MAC
 * and MTU come through netdevice(7), the queueing discipline through rtnetlink(7), because there
 * is no other way.
 *
 * All sockets are those of the thread's network namespace, so the caller enters it before.
 * Nothing is changed.  No rights are needed except by some drivers' ETHTOOL_GDRVINFO.
 */
#include "capture/hostinfo.h"

#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "capture/fact.h"

#define NETLINK_BUFFER_BYTES 32768
#define NETLINK_TIMEOUT_S 1
#define QDISCS_MAX_BYTES 128
#define KIND_MAX_BYTES 32

struct offload {
	const char *name; /* as ethtool(8) has it in its short form */
	uint32_t command; /* answers yes or no, or with flags */
	uint32_t flag;    /* which flag; 0 for yes or no */
	bool merges;      /* what is captured is not what was on the wire, one for one */
};

static const struct offload offloads[] = {
	{"rx", ETHTOOL_GRXCSUM, 0, false},
	{"tx", ETHTOOL_GTXCSUM, 0, false},
	{"sg", ETHTOOL_GSG, 0, false},
	{"tso", ETHTOOL_GTSO, 0, true},
	{"gso", ETHTOOL_GGSO, 0, true},
	{"gro", ETHTOOL_GGRO, 0, true},
	{"lro", ETHTOOL_GFLAGS, ETH_FLAG_LRO, true},
	{"rxvlan", ETHTOOL_GFLAGS, ETH_FLAG_RXVLAN, false},
	{"txvlan", ETHTOOL_GFLAGS, ETH_FLAG_TXVLAN, false},
	{"ntuple", ETHTOOL_GFLAGS, ETH_FLAG_NTUPLE, false},
	{"rxhash", ETHTOOL_GFLAGS, ETH_FLAG_RXHASH, false},
	{NULL, 0, 0, false},
};

struct nic {
	int fd;
	const char *name;
};

static struct ifreq
request(const struct nic *nic)
{
	struct ifreq r;

	memset(&r, 0, sizeof r);
	snprintf(r.ifr_name, sizeof r.ifr_name, "%s", nic->name);
	return r;
}

/* One ethtool command; data begins with the command's number. */
static bool
ethtool(const struct nic *nic, void *data)
{
	struct ifreq r = request(nic);

	r.ifr_data = data;
	return ioctl(nic->fd, SIOCETHTOOL, &r) == 0;
}

/* ---- driver, address, sizes ---- */

/* A driver's text, which need not be terminated; "" and the kernel's "N/A" are none. */
static void
add_text(struct json *to, const char *key, const char *text, size_t max)
{
	char copy[ETHTOOL_FWVERS_LEN + 1] = "";

	memcpy(copy, text, strnlen(text, max < sizeof copy ? max : sizeof copy - 1));
	json_add_str(to, key, *copy && strcmp(copy, "N/A") != 0 ? copy : NULL);
}

static void
add_driver(struct json *point, const struct nic *nic)
{
	struct ethtool_drvinfo info = {.cmd = ETHTOOL_GDRVINFO};

	if (!ethtool(nic, &info))
		memset(&info, 0, sizeof info);
	add_text(point, "driver", info.driver, sizeof info.driver);
	add_text(point, "driver_version", info.version, sizeof info.version);
	add_text(point, "firmware", info.fw_version, sizeof info.fw_version);
	add_text(point, "bus", info.bus_info, sizeof info.bus_info);
}

static void
add_mac(struct json *point, const struct nic *nic)
{
	struct ifreq r = request(nic);
	unsigned char m[6];
	char text[18];

	if (ioctl(nic->fd, SIOCGIFHWADDR, &r) != 0 || r.ifr_hwaddr.sa_family != ARPHRD_ETHER) {
		json_add_null(point, "mac");
		return;
	}
	memcpy(m, r.ifr_hwaddr.sa_data, sizeof m);
	snprintf(text, sizeof text, "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4],
		m[5]);
	json_add_str(point, "mac", text);
}

static void
add_mtu(struct json *point, const struct nic *nic)
{
	struct ifreq r = request(nic);

	if (ioctl(nic->fd, SIOCGIFMTU, &r) == 0)
		json_add_i64(point, "mtu_bytes", r.ifr_mtu);
	else
		json_add_null(point, "mtu_bytes");
}

static void
add_speed(struct json *point, const struct nic *nic)
{
	struct ethtool_cmd link = {.cmd = ETHTOOL_GSET};
	uint32_t speed_mbps = 0;

	/* ethtool_cmd_speed() shifts an int, out of its range where the speed is not known. */
	if (ethtool(nic, &link))
		speed_mbps = (uint32_t)link.speed_hi << 16 | link.speed;

	if (speed_mbps != 0 && speed_mbps != (uint32_t)SPEED_UNKNOWN)
		json_add_i64(point, "speed_mbps", speed_mbps);
	else
		json_add_null(point, "speed_mbps");
}

/* ---- offloads, coalescing ---- */

static bool
is_on(const struct nic *nic, const struct offload *o)
{
	struct ethtool_value v = {.cmd = o->command};

	return ethtool(nic, &v) && (o->flag ? (v.data & o->flag) != 0 : v.data != 0);
}

static bool
add_offloads(struct json *point, const struct nic *nic)
{
	struct ethtool_value v = {.cmd = ETHTOOL_GGRO};
	struct json *to;
	bool merges = false;

	if (!ethtool(nic, &v)) {
		json_add_null(point, "offloads");
		return false;
	}
	to = json_add_array(point, "offloads");
	for (const struct offload *o = offloads; o->name; o++) {
		if (!is_on(nic, o))
			continue;
		json_add_str(to, NULL, o->name);
		merges = merges || o->merges;
	}
	return merges;
}

static void
add_coalescing(struct json *point, const struct nic *nic)
{
	struct ethtool_coalesce c = {.cmd = ETHTOOL_GCOALESCE};
	struct json *to;

	if (!ethtool(nic, &c)) {
		json_add_null(point, "coalescing");
		return;
	}
	to = json_add_object(point, "coalescing");
	json_add_i64(to, "rx_usecs", c.rx_coalesce_usecs);
	json_add_i64(to, "rx_frames", c.rx_max_coalesced_frames);
	json_add_i64(to, "tx_usecs", c.tx_coalesce_usecs);
	json_add_i64(to, "tx_frames", c.tx_max_coalesced_frames);
	json_add_bool(to, "adaptive_rx", c.use_adaptive_rx_coalesce != 0);
	json_add_bool(to, "adaptive_tx", c.use_adaptive_tx_coalesce != 0);
}

/* ---- queueing discipline ---- */

/* The kinds found so far; a root is put in front. */
struct qdiscs {
	char root[QDISCS_MAX_BYTES];
	char leaves[QDISCS_MAX_BYTES]; /* each once, parted by blanks */
};

/* The text of attribute TCA_KIND among those that fill left bytes from p on; "" without. */
static void
find_kind(char kind[KIND_MAX_BYTES], const char *p, size_t left)
{
	struct rtattr a;

	kind[0] = '\0';
	while (left >= sizeof a) {
		memcpy(&a, p, sizeof a);
		if (a.rta_len < sizeof a || a.rta_len > left)
			return;
		if (a.rta_type == TCA_KIND)
			snprintf(kind, KIND_MAX_BYTES, "%.*s", (int)(a.rta_len - sizeof a),
				p + sizeof a);
		if (RTA_ALIGN(a.rta_len) >= left)
			return;
		p += RTA_ALIGN(a.rta_len);
		left -= RTA_ALIGN(a.rta_len);
	}
}

static void
take_qdisc(struct qdiscs *q, const struct nlmsghdr *h, int index)
{
	size_t n_head = NLMSG_LENGTH(sizeof(struct tcmsg)), n;
	char kind[KIND_MAX_BYTES];
	struct tcmsg tc;

	if (h->nlmsg_type != RTM_NEWQDISC || h->nlmsg_len < n_head)
		return;
	memcpy(&tc, (const char *)h + NLMSG_HDRLEN, sizeof tc);
	if (tc.tcm_ifindex != index)
		return;
	find_kind(kind, (const char *)h + n_head, h->nlmsg_len - n_head);
	if (tc.tcm_parent == TC_H_ROOT) {
		snprintf(q->root, sizeof q->root, "%s", kind);
	} else if (tc.tcm_parent != TC_H_INGRESS && !fact_has_word(q->leaves, kind)) {
		n = strlen(q->leaves);
		snprintf(q->leaves + n, sizeof q->leaves - n, " %s", kind);
	}
}

/* One answer's messages; false when it was the last. */
static bool
take_messages(struct qdiscs *q, void *buffer, size_t n, int index)
{
	struct nlmsghdr *h = buffer;
	unsigned left = (unsigned)n;

	for (; NLMSG_OK(h, left); h = NLMSG_NEXT(h, left)) {
		if (h->nlmsg_type == NLMSG_DONE || h->nlmsg_type == NLMSG_ERROR)
			return false;
		take_qdisc(q, h, index);
	}
	return true;
}

/* Ask for all queueing disciplines of the namespace: kernels filter by interface or do not. */
static void
ask_qdiscs(struct qdiscs *q, int fd, int index)
{
	struct {
		struct nlmsghdr h;
		struct tcmsg tc;
	} ask = {
		.h = {.nlmsg_len = sizeof ask,
			.nlmsg_type = RTM_GETQDISC,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
		.tc = {.tcm_family = AF_UNSPEC, .tcm_ifindex = index},
	};
	union {
		struct nlmsghdr align;
		char bytes[NETLINK_BUFFER_BYTES];
	} answer;
	ssize_t n = send(fd, &ask, sizeof ask, 0);

	while (n > 0) {
		n = recv(fd, &answer, sizeof answer, 0);
		if (n > 0 && !take_messages(q, &answer, (size_t)n, index))
			break;
	}
}

static void
add_qdisc(struct json *point, const struct nic *nic)
{
	struct timeval patience = {.tv_sec = NETLINK_TIMEOUT_S};
	struct qdiscs q = {"", ""};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	int index = (int)if_nametoindex(nic->name);
	char all[2 * QDISCS_MAX_BYTES];

	if (fd >= 0 && index > 0) {
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
		ask_qdiscs(&q, fd, index);
	}
	if (fd >= 0)
		close(fd);
	snprintf(all, sizeof all, "%s%s", q.root, q.leaves);
	json_add_str(point, "qdisc", *q.root ? all : NULL);
}

bool
hostinfo_interface(struct json *point, const char *interface)
{
	struct nic nic = {socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), interface};
	bool merges;

	if (nic.fd < 0) /* a kernel without IPv4 */
		nic.fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	add_driver(point, &nic);
	add_mac(point, &nic);
	add_mtu(point, &nic);
	add_speed(point, &nic);
	merges = add_offloads(point, &nic);
	add_coalescing(point, &nic);
	add_qdisc(point, &nic);
	if (nic.fd >= 0)
		close(nic.fd);
	return merges;
}
