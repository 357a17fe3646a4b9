#ifndef VANTAGE_CAPTURE_VIRT_H
#define VANTAGE_CAPTURE_VIRT_H
/*
 * virt - is this a virtual machine or a container, and of what make?
 *
 *   root  "" for /, else a directory that holds proc/, sys/ and run/ (tests)
 */

/*
 * virt_name - kvm, qemu-tcg, xen, vmware, ...; "unknown": a virtual machine, but nobody says of
 *   what; "none"; NULL when there is no sign either way.
 */
const char *virt_name(const char *root);

/* virt_hypervisor - what it lets its guest know of its make and version, on the heap; NULL. */
char *virt_hypervisor(const char *root);

/* virt_container - docker, podman, lxc, ... when this runs in one, on the heap; NULL. */
char *virt_container(const char *root);

#endif
