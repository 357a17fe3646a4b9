/*
 * t_packet - frames built by hand from the layouts in the RFCs and the link type registry, with
 * the class, addresses and numbers that follow from these bytes.
 *
 * Every frame is also cut at each length, in a block of exactly that size so that the address
 * sanitizer sees a read beyond: before `need` captured bytes the class must be "truncated", from
 * there on it must be the class of the whole frame.  `need` is added up from header lengths.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "core/packet.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define FRAME_MAX 512

/* Headers in hex digits.  Lengths are given where they depend on what follows. */
#define MACS "021122334455 066677889900 "
#define ETH(type) MACS type " "
#define IP4(total, proto) "4500" total "1234 0000 40" proto "0000 c0000201 c0000202 "
#define IP4_FIRST(total, proto) "4500" total "1234 2000 40" proto "0000 c0000201 c0000202 "
#define A6 "20010db8000000000000000000000001 20010db8000000000000000000000002 "
#define IP6(payload, next) "60000000" payload next "40" A6
#define UDP(dport, len) "c000" dport len "0000 "
#define TCP20 "1f90 01bb 00000001 00000002 50 10 ffff 0000 0000 "

/* The innermost packets: an echo request, id 0xabcd, sequence number 7, 4 bytes of data. */
#define ECHO "abcd 0007 61626364"
#define E4 "4500 0020 1234 0000 40 01 0000 0a000001 0a000002 0800 0000 " ECHO
#define E6                                                      \
	"60000000 000c 3a 40 fd000000000000000000000000000001 " \
	"fd000000000000000000000000000002 8000 0000 " ECHO
#define ARP_REQUEST "0001 0800 06 04 0001 066677889900 0a000001 000000000000 0a000002"

struct frame_case {
	const char *name;
	uint16_t linktype;
	const char *hex;
	enum packet_class cls;
	uint32_t need; /* captured bytes that decide the class */
	uint8_t family;
	uint8_t depth;
	const char *src; /* NULL when family is 0 */
	const char *dst;
	uint16_t number[2]; /* echo id and sequence number, or ports */
	uint32_t l4_len;
};

/* An inner echo behind `before` bytes of headers. */
#define IN4(name, linktype, headers, before, depth)                                       \
	{                                                                                 \
		name, linktype, headers E4, PACKET_ECHO_REQUEST, (before) + 28, 4, depth, \
			"10.0.0.1", "10.0.0.2", {0xabcd, 7}, 12                           \
	}
#define IN6(name, linktype, headers, before, depth)                                       \
	{                                                                                 \
		name, linktype, headers E6, PACKET_ECHO_REQUEST, (before) + 48, 6, depth, \
			"fd00::1", "fd00::2", {0xabcd, 7}, 12                             \
	}
/* The outer packet is reported. */
#define OUT4(name, headers, cls, need, p0, p1, l4_len)                                             \
	{                                                                                          \
		name, 1, ETH("0800") headers, cls, need, 4, 0, "192.0.2.1", "192.0.2.2", {p0, p1}, \
			l4_len                                                                     \
	}
#define OUT6(name, headers, cls, need, p0, p1, l4_len)                                       \
	{                                                                                    \
		name, 1, ETH("86dd") headers, cls, need, 6, 0, "2001:db8::1", "2001:db8::2", \
			{p0, p1}, l4_len                                                     \
	}
#define NO_IP(name, linktype, hex, cls, need)                               \
	{                                                                   \
		name, linktype, hex, cls, need, 0, 0, NULL, NULL, {0, 0}, 0 \
	}

static const struct frame_case link_cases[] = {
	IN4("Ethernet II, IPv4", 1, ETH("0800"), 14, 0),
	IN6("Ethernet II, IPv6", 1, ETH("86dd"), 14, 0),
	IN4("802.3 SNAP", 1, ETH("0028") "aaaa03 000000 0800", 22, 0),
	IN4("802.3 SNAP, bridge tunnel code", 1, ETH("0028") "aaaa03 0000f8 0800", 22, 0),
	IN4("802.1Q", 1, ETH("8100") "0005 0800", 18, 0),
	IN4("802.1ad, 802.1Q", 1, ETH("88a8") "0005 8100 0006 0800", 22, 0),
	IN6("9100, three tags", 1, ETH("9100") "0005 9100 0006 8100 0007 86dd", 26, 0),
	IN4("802.1Q, SNAP", 1, ETH("8100") "0005 0028 aaaa03 000000 0800", 26, 0),
	IN4("MPLS, one label", 1, ETH("8847") "000641ff", 18, 0),
	IN4("MPLS, two labels", 1, ETH("8847") "000640ff 000651ff", 22, 0),
	IN6("MPLS multicast, IPv6", 1, ETH("8848") "000641ff", 18, 0),
	IN4("MPLS, control word, Ethernet", 1, ETH("8847") "000641ff 00000000" ETH("0800"), 36, 0),
	IN4("MPLS, control word, SNAP", 1,
		ETH("8847") "000641ff 00000000" ETH("0028") "aaaa03 000000 0800", 44, 0),
	IN4("MPLS, Ethernet without control word", 1, ETH("8847") "000641ff" ETH("0800"), 32, 0),
	IN6("MPLS, Ethernet, high address", 1,
		ETH("8847") "000641ff a21122334455 066677889900 86dd", 32, 0),
	IN4("802.1Q, MPLS", 1, ETH("8100") "0005 8847 000641ff", 22, 0),
	IN4("PPPoE", 1, ETH("8864") "1100 0001 0022 0021", 22, 0),
	IN6("PPPoE, IPv6", 1, ETH("8864") "1100 0001 0036 0057", 22, 0),
	IN4("PPPoE, compressed protocol", 1, ETH("8864") "1100 0001 0021 21", 21, 0),
	IN4("PPPoE, MPLS", 1, ETH("8864") "1100 0001 0026 0281 000641ff", 26, 0),
	IN4("SLL", 113, "0000 0001 0006 0211223344550000 0800", 16, 0),
	IN6("SLL, IPv6", 113, "0000 0001 0006 0211223344550000 86dd", 16, 0),
	IN4("SLL, VLAN", 113, "0000 0001 0006 0211223344550000 8100 0005 0800", 20, 0),
	IN4("SLL, LLC", 113, "0000 0001 0006 0211223344550000 0004 aaaa03 000000 0800", 24, 0),
	IN4("SLL2", 276, "0800 0000 00000002 0001 00 06 0211223344550000", 20, 0),
	IN4("SLL2, VLAN", 276, "8100 0000 00000002 0001 00 06 0211223344550000 0005 0800", 24, 0),
	IN4("NULL, big-endian", 0, "00000002", 4, 0),
	IN4("NULL, little-endian", 0, "02000000", 4, 0),
	IN6("NULL, Linux", 0, "0a000000", 4, 0),
	IN6("NULL, NetBSD", 0, "18000000", 4, 0),
	IN6("NULL, FreeBSD", 0, "1c000000", 4, 0),
	IN6("NULL, macOS", 0, "0000001e", 4, 0),
	IN4("LOOP", 108, "00000002", 4, 0),
	IN6("LOOP, IPv6", 108, "00000018", 4, 0),
	IN4("RAW", 101, "", 0, 0),
	IN6("RAW, IPv6", 101, "", 0, 0),
	IN4("RAW as 12", 12, "", 0, 0),
	IN6("RAW as 14", 14, "", 0, 0),
	IN4("IPV4", 228, "", 0, 0),
	IN6("IPV6", 229, "", 0, 0),
	IN4("PPP", 9, "0021", 2, 0),
	IN6("PPP with address and control", 9, "ff03 0057", 4, 0),
	IN4("PPP, compressed protocol", 9, "21", 1, 0),
	IN4("PPP_HDLC", 50, "ff03 0021", 4, 0),
	IN4("PPP_HDLC, Cisco", 50, "0f00 0800", 4, 0),
	IN6("PPP_HDLC, Cisco multicast", 50, "8f00 86dd", 4, 0),
	IN4("PPP_ETHER", 51, "1100 0001 0022 0021", 8, 0),
	IN4("C_HDLC", 104, "0f00 0800", 4, 0),
	NO_IP("ARP", 1, ETH("0806") ARP_REQUEST, PACKET_ARP, 14),
	NO_IP("802.1Q, ARP", 1, ETH("8100") "0005 0806" ARP_REQUEST, PACKET_ARP, 18),
	NO_IP("spanning tree", 1, ETH("0007") "424203 00000000", PACKET_NON_IP, 17),
	NO_IP("SNAP, Cisco CDP", 1, ETH("0008") "aaaa03 00000c 2000", PACKET_NON_IP, 22),
	NO_IP("LLDP", 1, ETH("88cc") "0207040211223344", PACKET_NON_IP, 14),
	NO_IP("between length and type", 1, ETH("05dd") "00", PACKET_NON_IP, 14),
	NO_IP("PPPoE discovery", 1, ETH("8864") "11090000 0000 00", PACKET_NON_IP, 20),
	NO_IP("PPPoE, LCP", 1, ETH("8864") "1100 0001 0004 c021 0901", PACKET_NON_IP, 22),
	NO_IP("MPLS, associated channel", 1, ETH("8847") "000641ff 10000007", PACKET_NON_IP, 19),
	NO_IP("SLL, netlink", 113, "0004 0338 0000 0000000000000000 0000 20000000", PACKET_NON_IP,
		16),
	NO_IP("NULL, other family", 0, "00000007 00", PACKET_NON_IP, 4),
	NO_IP("Cisco SLARP", 104, "8f00 8035 00000002", PACKET_NON_IP, 4),
	NO_IP("IEEE 802.11", 105, "08000000", PACKET_UNKNOWN_LINK, 0),
	NO_IP("radiotap", 127, "0000080000000000", PACKET_UNKNOWN_LINK, 0),
};

static const struct frame_case ip_cases[] = {
	OUT4("echo reply", IP4("001c", "01") "0000 0000 0102 fffe", PACKET_ECHO_REPLY, 42, 0x0102,
		0xfffe, 8),
	OUT6("echo reply, IPv6", IP6("0008", "3a") "8100 0000 0102 fffe", PACKET_ECHO_REPLY, 62,
		0x0102, 0xfffe, 8),
	OUT4("echo with a code", IP4("001c", "01") "0801 0000 00000000", PACKET_ICMP_OTHER, 38, 0,
		0, 8),
	OUT4("port unreachable quotes an echo", IP4("003c", "01") "0303 0000 00000000" E4,
		PACKET_ICMP_OTHER, 38, 0, 0, 40),
	OUT6("neighbour solicitation", IP6("0018", "3a") "8700 0000 00000000" A6, PACKET_ICMP_OTHER,
		58, 0, 0, 24),
	OUT4("ICMPv6 in IPv4", IP4("001c", "3a") "8000 0000 00010001", PACKET_IP_OTHER, 34, 0, 0,
		8),
	OUT6("ICMP in IPv6", IP6("0008", "01") "0800 0000 00010001", PACKET_IP_OTHER, 54, 0, 0, 8),
	OUT4("TCP", IP4("002a", "06") TCP20 "4142", PACKET_TCP, 54, 8080, 443, 22),
	OUT6("TCP, IPv6", IP6("0014", "06") TCP20, PACKET_TCP, 74, 8080, 443, 20),
	OUT4("UDP", IP4("001e", "11") UDP("0035", "000a") "4142", PACKET_UDP, 42, 49152, 53, 10),
	OUT6("UDP, IPv6", IP6("0008", "11") UDP("0035", "0008"), PACKET_UDP, 62, 49152, 53, 8),
	OUT4("OSPF", IP4("0018", "59") "02010004", PACKET_IP_OTHER, 34, 0, 0, 4),
	OUT4("options",
		"4600 0020 1234 0000 40 01 0000 c0000201 c0000202 94040000 0800 0000 00010002",
		PACKET_ECHO_REQUEST, 46, 1, 2, 8),
	OUT4("later fragment", "4500 0020 1234 0001 40 01 0000 c0000201 c0000202 0800 0000" ECHO,
		PACKET_FRAGMENT, 34, 0, 0, 0),
	OUT4("AH",
		IP4("0034", "33") "01 04 0000 00000001 00000001 112233445566778899aabbcc"
				  "0800"
				  "0000 00010002",
		PACKET_ECHO_REQUEST, 66, 1, 2, 8),
	OUT4("ESP", IP4("001c", "32") "00000001 00000001", PACKET_IP_OTHER, 34, 0, 0, 8),
	OUT6("ESP, IPv6", IP6("0008", "32") "00000001 00000001", PACKET_IP_OTHER, 54, 0, 0, 8),
	OUT6("no next header", IP6("0000", "3b"), PACKET_IP_OTHER, 54, 0, 0, 0),
	OUT6("hop-by-hop",
		IP6("0010", "00") "3a00 0502 0000 0100"
				  "8000 0000 00010002",
		PACKET_ECHO_REQUEST, 70, 1, 2, 8),
	OUT6("routing, destination options",
		IP6("0028", "2b") "3c02 0401 00000000"
				  "20010db8000000000000000000000003"
				  "3a00 0104 00000000"
				  "8000 0000 00010002",
		PACKET_ECHO_REQUEST, 94, 1, 2, 8),
	OUT6("AH, IPv6",
		IP6("0018", "33") "3a02 0000 00000001 00000001 11223344"
				  "8000 0000 00010002",
		PACKET_ECHO_REQUEST, 78, 1, 2, 8),
	OUT6("AH without data",
		IP6("0010", "33") "3a00 0000 00000001"
				  "8000 0000 00010002",
		PACKET_ECHO_REQUEST, 70, 1, 2, 8),
	OUT6("mobility, HIP, shim6",
		IP6("0020", "87") "8b00000000000000 8c00000000000000"
				  "3a00000000000000"
				  "8000 0000 00010002",
		PACKET_ECHO_REQUEST, 86, 1, 2, 8),
	OUT6("atomic fragment",
		IP6("0010", "2c") "3a00 0000 00000001"
				  "8000 0000 00010002",
		PACKET_ECHO_REQUEST, 70, 1, 2, 8),
	OUT6("later fragment, IPv6", IP6("0010", "2c") "3a00 0008 00000001 6162636465666768",
		PACKET_FRAGMENT, 62, 0, 0, 0),
};

static const struct frame_case ip_tunnel_cases[] = {
	IN4("4 in 4", 1, ETH("0800") IP4("0034", "04"), 34, 1),
	IN6("6 in 4", 1, ETH("0800") IP4("0048", "29"), 34, 1),
	IN4("4 in 6", 1, ETH("86dd") IP6("0020", "04"), 54, 1),
	IN6("6 in 6", 1, ETH("86dd") IP6("0034", "29"), 54, 1),
	IN4("4 in 4 in 4", 1, ETH("0800") IP4("0048", "04") IP4("0034", "04"), 54, 2),
	IN4("GRE", 1, ETH("0800") IP4("0038", "2f") "0000 0800", 38, 1),
	IN6("GRE, IPv6", 1, ETH("0800") IP4("004c", "2f") "0000 86dd", 38, 1),
	IN4("GRE over IPv6", 1, ETH("86dd") IP6("0024", "2f") "0000 0800", 58, 1),
	IN4("GRE, checksum", 1, ETH("0800") IP4("003c", "2f") "8000 0800 00000000", 42, 1),
	IN4("GRE, key", 1, ETH("0800") IP4("003c", "2f") "2000 0800 00000009", 42, 1),
	IN4("GRE, sequence", 1, ETH("0800") IP4("003c", "2f") "1000 0800 00000001", 42, 1),
	IN4("GRE, all three", 1,
		ETH("0800") IP4("0044", "2f") "b000 0800 00000000 00000009 00000001", 50, 1),
	IN4("GRE, Ethernet", 1, ETH("0800") IP4("0046", "2f") "0000 6558" ETH("0800"), 52, 1),
	IN4("GRE, Ethernet, VLAN", 1,
		ETH("0800") IP4("004a", "2f") "0000 6558" ETH("8100") "0005 0800", 56, 1),
	IN4("GRE, PPP", 1, ETH("0800") IP4("003c", "2f") "0000 880b ff03 0021", 42, 1),
	IN4("GRE, MPLS", 1, ETH("0800") IP4("003c", "2f") "0000 8847 000641ff", 42, 1),
	IN4("GRE, Cisco metadata", 1, ETH("0800") IP4("0040", "2f") "0000 8909 0800 0101 0001 0000",
		46, 1),
	IN4("ERSPAN I", 1, ETH("0800") IP4("0046", "2f") "0000 88be" ETH("0800"), 52, 1),
	IN4("ERSPAN II", 1,
		ETH("0800") IP4("0052", "2f") "1000 88be 00000001 1005 0001 00000000" ETH("0800"),
		64, 1),
	IN4("ERSPAN III", 1,
		ETH("0800") IP4("0056", "2f") "1000 22eb 00000001 2005 0001 00000000 0000 0000" ETH(
			"0800"),
		68, 1),
	IN4("ERSPAN III, subheader, VLAN", 1,
		ETH("0800") IP4("0062", "2f") "1000 22eb 00000001 2005 0001 00000000 0000 0001"
					      "0000000000000000" ETH("8100") "0005 0800",
		80, 1),
	IN4("ERSPAN III, IP", 1,
		ETH("0800") IP4("0048", "2f") "1000 22eb 00000001 2005 0001 00000000 0000 0800", 54,
		1),
	IN4("PPTP", 1, ETH("0800") IP4("0044", "2f") "3001 880b 0024 0001 00000001 ff03 0021", 50,
		1),
	IN4("PPTP with acknowledgment", 1,
		ETH("0800") IP4("0048", "2f") "3081 880b 0024 0001 00000001 00000001 ff03 0021", 54,
		1),
	OUT4("PPTP, acknowledgment only", IP4("0020", "2f") "2081 880b 0000 0001 00000001",
		PACKET_IP_OTHER, 38, 0, 0, 12),
	OUT4("GRE, ARP", IP4("0034", "2f") "0000 0806" ARP_REQUEST, PACKET_IP_OTHER, 38, 0, 0, 32),
	OUT4("GRE, source route", IP4("001c", "2f") "4000 0800 00000000", PACKET_IP_OTHER, 38, 0, 0,
		8),
	OUT4("GRE version 2", IP4("001c", "2f") "0002 0800 00000000", PACKET_IP_OTHER, 38, 0, 0, 8),
	OUT4("GRE keepalive", IP4("0018", "2f") "0000 0000", PACKET_IP_OTHER, 38, 0, 0, 4),
	OUT4("ERSPAN of another version", IP4("0024", "2f") "1000 88be 00000001 7005 0001 00000000",
		PACKET_IP_OTHER, 50, 0, 0, 16),
};

static const struct frame_case udp_tunnel_cases[] = {
	IN4("VXLAN", 1,
		ETH("0800") IP4("0052", "11") UDP("12b5", "003e") "08000000 00002a00" ETH("0800"),
		64, 1),
	IN6("VXLAN over IPv6", 1,
		ETH("86dd") IP6("0052", "11") UDP("12b5", "0052") "08000000 00002a00" ETH("86dd"),
		84, 1),
	IN4("VXLAN, old port, reserved bits", 1,
		ETH("0800") IP4("0052", "11") UDP("2118", "003e") "88000001 00002a01" ETH("0800"),
		64, 1),
	IN4("VXLAN, VLAN", 1,
		ETH("0800") IP4("0056", "11")
			UDP("12b5", "0042") "08000000 00002a00" ETH("8100") "0005 0800",
		68, 1),
	IN4("GENEVE", 1,
		ETH("0800") IP4("0052", "11") UDP("17c1", "003e") "0000 6558 00002a00" ETH("0800"),
		64, 1),
	IN4("GENEVE, options", 1,
		ETH("0800") IP4("005a", "11")
			UDP("17c1", "0046") "0240 6558 00002a00 0100800100000000" ETH("0800"),
		72, 1),
	IN4("GENEVE, IPv4", 1,
		ETH("0800") IP4("0044", "11") UDP("17c1", "0030") "0000 0800 00002a00", 50, 1),
	IN6("GENEVE, IPv6", 1,
		ETH("0800") IP4("0058", "11") UDP("17c1", "0044") "0000 86dd 00002a00", 50, 1),
	IN4("GTP-U", 1, ETH("0800") IP4("0044", "11") UDP("0868", "0030") "30ff 0020 00000001", 50,
		1),
	IN6("GTP-U, IPv6", 1,
		ETH("0800") IP4("0058", "11") UDP("0868", "0044") "30ff 0034 00000001", 50, 1),
	IN4("GTP-U, sequence number", 1,
		ETH("0800") IP4("0048", "11") UDP("0868", "0034") "32ff 0024 00000001 0001 00 00",
		54, 1),
	IN4("GTP-U, two extension headers", 1,
		ETH("0800") IP4("0054", "11") UDP("0868",
			"0040") "34ff 0030 00000001 0000 00 85 01 1001 c0 02 000000000000 00",
		66, 1),
	IN6("Teredo", 1, ETH("0800") IP4("0050", "11") UDP("0dd8", "003c"), 42, 1),
	IN6("Teredo server answers", 1, ETH("0800") IP4("0050", "11") "0dd8 c000 003c 0000", 42, 1),
	IN6("Teredo, origin", 1,
		ETH("0800") IP4("0058", "11") UDP("0dd8", "0044") "0000 3fff 3ffffdfd", 50, 1),
	IN6("Teredo, authentication", 1,
		ETH("0800") IP4("0063", "11")
			UDP("0dd8", "004f") "0001 02 04 6162 11223344 0000000000000001 00",
		61, 1),
	IN6("Teredo, both", 1,
		ETH("0800") IP4("0065", "11")
			UDP("0dd8", "0051") "0001 00 00 0000000000000001 00 0000 3fff 3ffffdfd",
		63, 1),
	IN4("GRE in UDP", 1, ETH("0800") IP4("0040", "11") UDP("1292", "002c") "0000 0800", 46, 1),
	IN4("VXLAN in GTP-U", 1,
		ETH("0800") IP4("0076", "11") UDP("0868", "0062") "30ff 0052 00000001" IP4(
			"0052", "11") UDP("12b5", "003e") "08000000 00002a00" ETH("0800"),
		100, 2),
	OUT4("VXLAN without its flag",
		IP4("0052", "11") UDP("12b5", "003e") "00000000 00002a00" ETH("0800") E4,
		PACKET_UDP, 50, 49152, 4789, 62),
	OUT4("VXLAN, ARP",
		IP4("004e", "11") UDP("12b5", "003a") "08000000 00002a00" ETH("0806") ARP_REQUEST,
		PACKET_UDP, 64, 49152, 4789, 58),
	OUT4("VXLAN, empty", IP4("0024", "11") UDP("12b5", "0010") "08000000 00002a00", PACKET_UDP,
		50, 49152, 4789, 16),
	OUT4("source port of VXLAN",
		IP4("0052", "11") "12b5 c000 003e 0000"
				  "08000000 00002a00" ETH("0800") E4,
		PACKET_UDP, 42, 4789, 49152, 62),
	OUT4("GENEVE version 1", IP4("0044", "11") UDP("17c1", "0030") "4000 0800 00002a00" E4,
		PACKET_UDP, 50, 49152, 6081, 48),
	OUT4("GENEVE, options beyond the end",
		IP4("0044", "11") UDP("17c1", "0030") "3f00 0800 00002a00" E4, PACKET_UDP, 50,
		49152, 6081, 48),
	OUT4("GTP-U echo request",
		IP4("0028", "11") UDP("0868", "0014") "3201 0004 00000000"
						      "00010000",
		PACKET_UDP, 50, 49152, 2152, 20),
	OUT4("GTP version 2", IP4("0044", "11") UDP("0868", "0030") "48ff 0020 00000001" E4,
		PACKET_UDP, 50, 49152, 2152, 48),
	OUT4("GTP-U, length beyond the end",
		IP4("0044", "11") UDP("0868", "0030") "30ff 0021 00000001" E4, PACKET_UDP, 50,
		49152, 2152, 48),
	OUT4("GTP-U, extension of length 0",
		IP4("004c", "11") UDP("0868", "0038") "34ff 0028 00000001 0000 00 85 00 100100" E4,
		PACKET_UDP, 58, 49152, 2152, 56),
	OUT4("GTP-U, not IP",
		IP4("0044", "11") UDP("0868", "0030") "30ff 0020 00000001"
						      "1" E4 "0",
		PACKET_UDP, 70, 49152, 2152, 48),
	OUT4("GTP-U, inner packet too long",
		IP4("0044", "11") UDP("0868",
			"0030") "30ff 0020 00000001"
				"4500 0021 1234 0000 40 01 0000 0a000001 0a000002 0800 0000" ECHO,
		PACKET_UDP, 70, 49152, 2152, 48),
	OUT4("Teredo port, something else", IP4("0020", "11") UDP("0dd8", "000c") "deadbeef",
		PACKET_UDP, 46, 49152, 3544, 12),
};

static uint32_t
unhex(uint8_t *out, const char *hex)
{
	uint32_t n_digits = 0;

	for (; *hex; hex++) {
		unsigned v = (unsigned)*hex;

		if (*hex == ' ')
			continue;
		v = v <= '9' ? v - '0' : v - 'a' + 10;
		assert_true(v < 16 && n_digits < 2 * FRAME_MAX);
		if (n_digits % 2 == 0)
			out[n_digits / 2] = (uint8_t)(v << 4);
		else
			out[n_digits / 2] |= (uint8_t)v;
		n_digits++;
	}
	assert_int_equal(n_digits % 2, 0);
	return n_digits / 2;
}

/* Nothing in a result may point out of the frame. */
static void
assert_inside(const struct packet *p, const uint8_t *frame, uint32_t caplen)
{
	assert_true(p->cls < PACKET_N_CLASSES);
	assert_true(p->depth <= PACKET_DEPTH_MAX);
	assert_int_equal(p->family == 0, p->ip == NULL);
	if (p->ip != NULL)
		assert_true(p->ip >= frame && p->ip + p->ip_caplen <= frame + caplen);
	if (p->l4 != NULL) {
		assert_true(p->l4 + p->l4_caplen == p->ip + p->ip_caplen);
		assert_true(p->l4_caplen <= p->l4_len);
	}
	if (p->cls == PACKET_TCP)
		assert_true(p->l4_caplen >= 20);
	if (p->cls == PACKET_UDP || p->cls <= PACKET_ECHO_REPLY)
		assert_true(p->l4_caplen >= 8);
}

/* Decodes a copy in a block of exactly caplen bytes. */
static enum packet_class
decode_exact(uint16_t linktype, const uint8_t *frame, uint32_t caplen, uint32_t len)
{
	uint8_t *block = malloc(caplen ? caplen : 1);
	struct packet p;

	assert_non_null(block);
	memcpy(block, frame, caplen);
	packet_decode(&p, linktype, block, caplen, len);
	assert_inside(&p, block, caplen);
	free(block);
	return p.cls;
}

static void
assert_address(const uint8_t *address, uint8_t family, const char *expected)
{
	char text[INET6_ADDRSTRLEN];

	inet_ntop(family == 4 ? AF_INET : AF_INET6, address, text, sizeof text);
	assert_string_equal(text, expected);
}

static void
check_whole(const struct frame_case *c, const uint8_t *frame, uint32_t len)
{
	struct packet p;

	memset(&p, 0xff, sizeof p);
	packet_decode(&p, c->linktype, frame, len, len);
	assert_inside(&p, frame, len);
	if (p.cls != c->cls)
		fail_msg("%s: %s, expected %s", c->name, packet_class_name(p.cls),
			packet_class_name(c->cls));
	assert_int_equal(p.family, c->family);
	assert_int_equal(p.depth, c->depth);
	assert_int_equal(p.l4_len, c->l4_len);
	assert_false(p.fragment);
	if (c->family != 0) {
		assert_address(p.src, c->family, c->src);
		assert_address(p.dst, c->family, c->dst);
		assert_int_equal(p.ip_id, c->family == 4 ? 0x1234 : 0);
	}
	if (p.cls <= PACKET_ECHO_REPLY) {
		assert_int_equal(p.echo_id, c->number[0]);
		assert_int_equal(p.echo_seq, c->number[1]);
	} else {
		assert_int_equal(p.sport, c->number[0]);
		assert_int_equal(p.dport, c->number[1]);
	}
}

/* Whole, with padding, cut by the capture at each length, and short on the wire. */
static void
check_case(const struct frame_case *c)
{
	uint8_t frame[FRAME_MAX + 6] = {0};
	uint32_t len = unhex(frame, c->hex);

	check_whole(c, frame, len);
	if (c->family != 0)
		check_whole(c, frame, len + 6);
	for (uint32_t n = 0; n <= len; n++) {
		enum packet_class cls = decode_exact(c->linktype, frame, n, len);

		if (cls != (n < c->need ? PACKET_TRUNCATED : c->cls))
			fail_msg("%s cut at %u: %s", c->name, n, packet_class_name(cls));
		decode_exact(c->linktype, frame, n, n);
	}
}

static void
test_link(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(link_cases); i++)
		check_case(&link_cases[i]);
}

static void
test_ip(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(ip_cases); i++)
		check_case(&ip_cases[i]);
}

static void
test_ip_tunnels(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(ip_tunnel_cases); i++)
		check_case(&ip_tunnel_cases[i]);
}

static void
test_udp_tunnels(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(udp_tunnel_cases); i++)
		check_case(&udp_tunnel_cases[i]);
}

/* Lengths that contradict each other, and those that only look so. */
static void
test_absurd(void **state)
{
	static const struct {
		const char *name;
		uint16_t linktype;
		const char *hex;
		enum packet_class cls;
		uint32_t l4_len;
	} cases[] = {
		{"empty", 1, "", PACKET_INVALID, 0},
		{"13 bytes of Ethernet", 1, MACS "08", PACKET_INVALID, 0},
		{"802.3 length without LLC", 1, ETH("0002") "424203", PACKET_INVALID, 0},
		{"19 bytes of IPv4", 228, "45000020 12340000 40010000 0a000001 0a0000",
			PACKET_INVALID, 0},
		{"version 5", 228, "55000020 12340000 40010000 0a000001 0a000002", PACKET_INVALID,
			0},
		{"version 6 as IPv4", 1, ETH("0800") E6, PACKET_INVALID, 0},
		{"version 4 as IPv6", 1, ETH("86dd") E4 E4, PACKET_INVALID, 0},
		{"raw, version 0", 101, "00000020 12340000 40010000 0a000001 0a000002",
			PACKET_INVALID, 0},
		{"IHL 4", 228, "44000020 12340000 40010000 0a000001 0a000002 08000000" ECHO,
			PACKET_INVALID, 0},
		{"IHL 15 in 32 bytes", 228,
			"4f000020 12340000 40010000 0a000001 0a000002 08000000" ECHO,
			PACKET_INVALID, 0},
		{"IHL 15, bytes missing", 228,
			"4f000064 12340000 40010000 0a000001 0a000002 08000000" ECHO,
			PACKET_TRUNCATED, 0},
		{"total length 19", 228,
			"45000013 12340000 40010000 0a000001 0a000002 08000000" ECHO,
			PACKET_INVALID, 0},
		{"total length 0", 228,
			"45000000 12340000 40010000 0a000001 0a000002 08000000" ECHO,
			PACKET_ECHO_REQUEST, 12},
		{"total length beyond the frame", 228,
			"4500ffff 12340000 40010000 0a000001 0a000002 08000000" ECHO,
			PACKET_ECHO_REQUEST, 65515},
		{"ICMP of 3 bytes", 228,
			"45000017 12340000 40010000 0a000001 0a000002 08000000" ECHO,
			PACKET_INVALID, 3},
		{"echo of 7 bytes", 228,
			"4500001b 12340000 40010000 0a000001 0a000002 08000000" ECHO,
			PACKET_INVALID, 7},
		{"TCP of 19 bytes", 228, "45000027 12340000 40060000 0a000001 0a000002" TCP20,
			PACKET_INVALID, 19},
		{"TCP header of 16 bytes", 228,
			IP4("0028", "06") "1f90 01bb 00000001 00000002 40 10 ffff 0000 0000",
			PACKET_INVALID, 20},
		{"TCP header of 24 bytes in 20", 228,
			IP4("0028", "06") "1f90 01bb 00000001 00000002 60 10 ffff 0000 0000",
			PACKET_INVALID, 20},
		{"UDP of 7 bytes", 228, IP4("001b", "11") UDP("0035", "0008"), PACKET_INVALID, 7},
		{"UDP length 7", 228, IP4("001c", "11") UDP("0035", "0007"), PACKET_INVALID, 8},
		{"UDP length beyond IP", 228, IP4("001c", "11") UDP("0035", "0009"), PACKET_INVALID,
			8},
		{"UDP length 0", 228, IP4("001c", "11") UDP("0035", "0000"), PACKET_INVALID, 8},
		{"extension header beyond the end", 229, IP6("0008", "00") "3a01 0104 00000000",
			PACKET_INVALID, 0},
		{"two fragment headers", 229,
			IP6("0018", "2c") "2c00 0001 00000001 3a00 0001 00000001 80000000 00010002",
			PACKET_INVALID, 0},
		{"IPv6 payload length 0", 229, IP6("0000", "3a") "8000 0000 0001 0002 4142",
			PACKET_ECHO_REQUEST, 10},
		{"jumbogram", 229, IP6("0000", "00") "3a00 c204 00010010 8000 0000 0001 0002",
			PACKET_ECHO_REQUEST, 65544},
		{"jumbo option behind a pad", 229,
			IP6("0000",
				"00") "3a01 0100 00 c204 00010010 0103000000 8000 0000 0001 0002",
			PACKET_ECHO_REQUEST, 65536},
		{"jumbo option of a small packet", 229,
			IP6("0000", "00") "3a00 c204 0000ffff 8000 0000 0001 0002", PACKET_INVALID,
			0},
		{"largest jumbo option", 229,
			IP6("0000", "00") "3a00 c204 ffffffff 8000 0000 0001 0002", PACKET_INVALID,
			0},
		{"UDP in a jumbogram", 229,
			IP6("0000", "00") "1100 c204 00010010" UDP("0035", "0000"), PACKET_UDP,
			65544},
		{"PPPoE version 2", 1, ETH("8864") "2100 0001 0022 0021" E4, PACKET_INVALID, 0},
		{"PPPoE length 1", 1, ETH("8864") "1100 0001 0001 0021" E4, PACKET_INVALID, 0},
		{"inner packet longer than the outer", 228, IP4("0033", "04") E4, PACKET_INVALID,
			31},
		{"IPv6 as protocol 4", 228, IP4("0048", "04") E6, PACKET_INVALID, 52},
		{"ERSPAN cut by the switch", 228,
			IP4("004e", "2f") "1000 88be 00000001 1005 0001 00000000" ETH(
				"0800") "4500 0064 1234 0000 40 01 0000 0a000001 0a000002 0800 0000 abcd0007",
			PACKET_ECHO_REQUEST, 80},
		{"ERSPAN cut by the switch before ICMP", 228,
			IP4("0048", "2f") "1000 88be 00000001 1005 0001 00000000" ETH(
				"0800") "4500 0064 1234 0000 40 01 0000 0a000001 0a000002 0800",
			PACKET_TRUNCATED, 80},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint8_t frame[FRAME_MAX];
		uint32_t len = unhex(frame, cases[i].hex);
		struct packet p;

		packet_decode(&p, cases[i].linktype, frame, len, len);
		if (p.cls != cases[i].cls || p.l4_len != cases[i].l4_len)
			fail_msg("%s: %s, %u", cases[i].name, packet_class_name(p.cls), p.l4_len);
		for (uint32_t n = 0; n <= len; n++) {
			decode_exact(cases[i].linktype, frame, n, len);
			decode_exact(cases[i].linktype, frame, n, n);
		}
	}
}

static void
test_first_fragments(void **state)
{
	static const struct {
		const char *hex;
		enum packet_class cls;
		uint8_t depth;
	} cases[] = {
		{IP4_FIRST("0020", "01") "0800 0000" ECHO, PACKET_ECHO_REQUEST, 0},
		{IP4_FIRST("001c", "11") UDP("0035", "0400"), PACKET_UDP, 0},
		{IP4_FIRST("0028", "06") "1f90 01bb 00000001 00000002 f0 10 ffff 0000 0000",
			PACKET_TCP, 0},
		{IP4_FIRST("001c", "06") "1f90 01bb 00000001", PACKET_FRAGMENT, 0},
		{IP4_FIRST("0034", "04") "4500 0400 1234 0000 40 01 0000 0a000001 0a000002"
					 "0800 0000" ECHO,
			PACKET_ECHO_REQUEST, 1},
		{IP4_FIRST("0024", "04") "4500 0400 1234 0000 40 01 0000 0a000001", PACKET_FRAGMENT,
			0},
		{IP6("0010", "2c") "3a00 0001 00000001 8000 0000 0001 0002", PACKET_ECHO_REQUEST,
			0},
		{IP6("0010", "2c") "0600 0001 00000001 1f90 01bb 00000001", PACKET_FRAGMENT, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint8_t frame[FRAME_MAX];
		uint32_t len = unhex(frame, cases[i].hex);
		struct packet p;

		packet_decode(&p, 101, frame, len, len);
		assert_int_equal(p.cls, cases[i].cls);
		assert_int_equal(p.depth, cases[i].depth);
		assert_true(p.fragment);
	}
}

/* Padding behind the IP packet counts nowhere. */
static void
test_padding(void **state)
{
	uint8_t frame[FRAME_MAX];
	uint32_t len = unhex(frame, ETH("0800") E4 "0000000000000000");
	struct packet p;

	(void)state;
	packet_decode(&p, 1, frame, len, len);
	assert_ptr_equal(p.ip, frame + 14);
	assert_ptr_equal(p.l4, frame + 34);
	assert_int_equal(p.ip_caplen, 32);
	assert_int_equal(p.l4_caplen, 12);
	assert_int_equal(p.l4_len, 12);
	packet_decode(&p, 1, frame, 44, len);
	assert_int_equal(p.ip_caplen, 30);
	assert_int_equal(p.l4_caplen, 10);
	assert_int_equal(p.l4_len, 12);
}

/* n IPv4 headers, each carrying the rest, around an echo request. */
static uint32_t
nest(uint8_t *frame, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		unhex(frame + 20 * i, IP4("0000", "04"));
		frame[20 * i + 2] = (uint8_t)((20 * (n - i) + 32) >> 8);
		frame[20 * i + 3] = (uint8_t)(20 * (n - i) + 32);
	}
	return 20 * n + unhex(frame + 20 * n, E4);
}

static void
test_depth_limit(void **state)
{
	uint8_t frame[FRAME_MAX];
	struct packet p;
	uint32_t len = nest(frame, PACKET_DEPTH_MAX);

	(void)state;
	packet_decode(&p, 101, frame, len, len);
	assert_int_equal(p.cls, PACKET_ECHO_REQUEST);
	assert_int_equal(p.depth, PACKET_DEPTH_MAX);
	len = nest(frame, PACKET_DEPTH_MAX + 1);
	packet_decode(&p, 101, frame, len, len);
	assert_int_equal(p.cls, PACKET_IP_OTHER);
	assert_int_equal(p.depth, PACKET_DEPTH_MAX);
	assert_address(p.src, 4, "192.0.2.1");
}

/* A megabyte of one repeated layer must neither decode nor exhaust the stack. */
static void
test_endless_layers(void **state)
{
	static const struct {
		const char *first;
		const char *repeat;
	} cases[] = {
		{ETH("8100"), "0005 8100"},
		{ETH("8847"), "00064000"},
		{ETH("8847"), "000641ff 00000000" ETH("8847")},
		{ETH("8864"), "1100 0001 ffff 0281 000641ff a21122334455 066677889900 8864"},
	};
	const uint32_t len = 1 << 20;
	uint8_t *frame = malloc(len);

	(void)state;
	assert_non_null(frame);
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint8_t piece[FRAME_MAX];
		uint32_t at = unhex(frame, cases[i].first);
		uint32_t n = unhex(piece, cases[i].repeat);

		for (; at < len; at++)
			frame[at] = piece[(at - 14) % n];
		assert_in_range(decode_exact(1, frame, len, len), PACKET_NON_IP, PACKET_INVALID);
	}
	free(frame);
}

static void
flip_bits(const struct frame_case *cases, size_t n_cases)
{
	for (size_t i = 0; i < n_cases; i++) {
		uint8_t frame[FRAME_MAX];
		uint32_t len = unhex(frame, cases[i].hex);

		for (uint32_t bit = 0; bit < 8 * len; bit++) {
			frame[bit / 8] ^= (uint8_t)(1 << bit % 8);
			decode_exact(cases[i].linktype, frame, len, len);
			decode_exact(cases[i].linktype, frame, len * 3 / 4, len);
			frame[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
	}
}

static void
test_bit_flips(void **state)
{
	(void)state;
	flip_bits(link_cases, COUNT(link_cases));
	flip_bits(ip_cases, COUNT(ip_cases));
	flip_bits(ip_tunnel_cases, COUNT(ip_tunnel_cases));
	flip_bits(udp_tunnel_cases, COUNT(udp_tunnel_cases));
}

static void
test_class_names(void **state)
{
	(void)state;
	for (unsigned i = 0; i < PACKET_N_CLASSES; i++) {
		assert_non_null(packet_class_name((enum packet_class)i));
		for (unsigned k = 0; k < i; k++)
			assert_string_not_equal(packet_class_name((enum packet_class)i),
				packet_class_name((enum packet_class)k));
	}
	assert_string_equal(packet_class_name(PACKET_ECHO_REQUEST), "echo request");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_link),
		cmocka_unit_test(test_ip),
		cmocka_unit_test(test_ip_tunnels),
		cmocka_unit_test(test_udp_tunnels),
		cmocka_unit_test(test_absurd),
		cmocka_unit_test(test_first_fragments),
		cmocka_unit_test(test_padding),
		cmocka_unit_test(test_depth_limit),
		cmocka_unit_test(test_endless_layers),
		cmocka_unit_test(test_bit_flips),
		cmocka_unit_test(test_class_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
