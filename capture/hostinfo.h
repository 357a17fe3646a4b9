#ifndef VANTAGE_CAPTURE_HOSTINFO_H
#define VANTAGE_CAPTURE_HOSTINFO_H
/*
 * hostinfo - what a run remembers of the machine by itself, as members of run.json objects.
 */
#include <stdbool.h>

#include "core/json.h"

struct timex;

/*
 * hostinfo_host - add to a host object, each null when it cannot be found out:
 *   kernel, kernel_build, os      uname's release and version; PRETTY_NAME of os-release
 *   cpu, cores, smt               model; logical CPUs online; do several share a core?
 *   isolated_cpus, governor       list of CPUs; frequency governors, parted by blanks
 *   memory_bytes, clocksource
 *   ntp                           {synchronized, offset_ns, estimated_error_ns,
 *                                 maximum_error_ns, frequency_ppm} of adjtimex(2)
 *   mitigations                   {name of the CPU's flaw: the kernel's words}
 *   virtualization                kvm, qemu-tcg, xen, ...; unknown: a guest, but of what; none
 *   hypervisor                    what it lets its guest know of its make and version
 *   container                     docker, podman, lxc, ... when this runs in one
 *   root  "" for /, else a directory that holds proc/, sys/ and etc/ (tests); ntp is null then
 */
void hostinfo_host(struct json *host, const char *root);

/* hostinfo_ntp - add "ntp" for what adjtimex() returned and stored. */
void hostinfo_ntp(struct json *host, const struct timex *tx, int state);

/*
 * hostinfo_interface - add to a point object, for an interface of the calling thread's network
 *   namespace, each null when it cannot be found out:
 *   driver, driver_version        of the interface: virtio_net, veth, ...
 *   firmware, bus                 of the NIC: where it is, 0000:00:03.0
 *   mac, mtu_bytes, speed_mbps
 *   offloads                      names of those that are on
 *   coalescing                    {rx_usecs, rx_frames, tx_usecs, tx_frames, adaptive_rx,
 *                                 adaptive_tx}: how long the NIC holds back interrupts
 *   qdisc                         kind of the root queueing discipline; of a multi-queue one with
 *                                 those below it: "mq fq_codel"
 *   Returns true when an offload that merges packets (gro, lro, tso, gso) is on.
 */
bool hostinfo_interface(struct json *point, const char *interface);

#endif
