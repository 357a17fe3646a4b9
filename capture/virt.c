/*
 * virt - see virt.h.
 *
 * A hypervisor names itself to its guest by the CPUID instruction (leaf 0x40000000, Linux'
 * Documentation/virt/kvm/x86/cpuid.rst and the other vendors' counterparts), which is asked only at
 * the real root: a test's tree has none.  Where that is silent, sysfs and the firmware's tables
 * (sys/class/dmi/id) tell, and last a flag of the CPU that only guests see: the signs and
 * their order of trust are those that systemd-detect-virt(1) documents.  Containers follow the
 * conventions of systemd, Docker and Podman.
 *
 * Not found out: the version of a hypervisor from outside (that is the version of a program
 * somebody started, and a tool of the run), and what a hypervisor hides from its guests.
 */
#include "capture/virt.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

#include "capture/fact.h"
#include "core/alloc.h"
#include "core/file.h"
#include "core/str.h"

#define DMI_DIR "sys/class/dmi/id"

struct virt_sign {
	const char *sign;
	const char *name;
};

/* How hypervisors sign CPUID leaf 0x40000000. */
static const struct virt_sign cpuid_signs[] = {
	{"KVMKVMKVM", "kvm"},
	{"Linux KVM Hv", "kvm"},
	{"TCGTCGTCGTCG", "qemu-tcg"},
	{"Microsoft Hv", "hyper-v"},
	{"VMwareVMware", "vmware"},
	{"XenVMMXenVMM", "xen"},
	{"bhyve bhyve ", "bhyve"},
	{"VBoxVBoxVBox", "virtualbox"},
	{"ACRNACRNACRN", "acrn"},
	{"QNXQVMBSQG", "qnx"},
	{" lrpepyh  vr", "parallels"},
	{NULL, NULL},
};

/* How the firmware of virtual machines names its maker or product. */
static const struct virt_sign dmi_signs[] = {
	{"KVM", "kvm"},
	{"OpenStack", "kvm"},
	{"Amazon EC2", "amazon"},
	{"Google Compute Engine", "kvm"},
	{"QEMU", "qemu"},
	{"VMware", "vmware"},
	{"innotek GmbH", "virtualbox"},
	{"VirtualBox", "virtualbox"},
	{"Xen", "xen"},
	{"Bochs", "bochs"},
	{"Parallels", "parallels"},
	{"BHYVE", "bhyve"},
	{"Virtual Machine", "hyper-v"}, /* Microsoft's product name */
	{NULL, NULL},
};

static const char *
sign_of(const struct virt_sign *signs, const char *text)
{
	for (; text && signs->sign; signs++)
		if (slice_starts(slice_of(text), signs->sign))
			return signs->name;
	return NULL;
}

static const char *
by_cpuid(void)
{
#if defined(__x86_64__) || defined(__i386__)
	unsigned int eax, b, c, d;
	char sign[13] = "";

	if (!__get_cpuid(1, &eax, &b, &c, &d) || !(c & 1U << 31))
		return NULL;
	__cpuid(0x40000000, eax, b, c, d);
	memcpy(sign, &b, 4);
	memcpy(sign + 4, &c, 4);
	memcpy(sign + 8, &d, 4);
	return sign_of(cpuid_signs, sign);
#else
	return NULL;
#endif
}

static const char *
by_firmware(const char *root)
{
	static const char *const files[] = {DMI_DIR "/product_name", DMI_DIR "/sys_vendor",
		DMI_DIR "/board_vendor", DMI_DIR "/bios_vendor", NULL};
	const char *name = NULL;

	for (size_t i = 0; !name && files[i]; i++) {
		char *text = fact_read(root, files[i]);

		name = sign_of(dmi_signs, text);
		free(text);
	}
	return name;
}

/* Xen and others say so in sysfs. */
static const char *
by_sysfs(const char *root)
{
	char *type = fact_read(root, "sys/hypervisor/type");
	const char *name = type && strcmp(type, "xen") == 0 ? "xen" : NULL;

	free(type);
	return name;
}

/* x86 CPUs have a flag that only guests see: true or false where there are flags at all. */
static const char *
by_flag(const char *root)
{
	char *text = fact_read(root, "proc/cpuinfo"), *flags = fact_of_key(text, "flags", ':');
	const char *name = NULL;

	if (flags)
		name = fact_has_word(flags, "hypervisor") ? "unknown" : "none";
	free(flags);
	free(text);
	return name;
}

const char *
virt_name(const char *root)
{
	const char *name = *root ? NULL : by_cpuid();

	if (!name)
		name = by_sysfs(root);
	if (!name)
		name = by_firmware(root);
	return name ? name : by_flag(root);
}

static char *
xen_version(const char *root)
{
	char *major = fact_read(root, "sys/hypervisor/version/major");
	char *minor = fact_read(root, "sys/hypervisor/version/minor");
	char *extra = fact_read(root, "sys/hypervisor/version/extra");
	char *version = NULL;

	if (major && minor)
		version = xasprintf("Xen %s.%s%s", major, minor, extra ? extra : "");
	free(major);
	free(minor);
	free(extra);
	return version;
}

/* What the firmware says of a virtual machine: "QEMU Standard PC (Q35 + ICH9, 2009) pc-q35-7.2". */
static char *
machine_version(const char *root)
{
	static const char *const files[] = {
		DMI_DIR "/sys_vendor", DMI_DIR "/product_name", DMI_DIR "/product_version", NULL};
	struct strbuf all;

	strbuf_init(&all);
	for (size_t i = 0; files[i]; i++) {
		char *text = fact_read(root, files[i]);

		if (text)
			strbuf_addf(&all, "%s%s", all.n ? " " : "", text);
		free(text);
	}
	return all.n ? strbuf_detach(&all) : NULL;
}

char *
virt_hypervisor(const char *root)
{
	const char *name = virt_name(root);
	char *version;

	if (!name || strcmp(name, "none") == 0)
		return NULL;
	version = xen_version(root);
	return version ? version : machine_version(root);
}

char *
virt_container(const char *root)
{
	static const struct virt_sign files[] = {
		{".dockerenv", "docker"},
		{"run/.containerenv", "podman"},
		{NULL, NULL},
	};
	char *name = fact_read(root, "run/systemd/container");

	for (size_t i = 0; !name && files[i].sign; i++) {
		char *path = xasprintf("%s/%s", root, files[i].sign);

		if (file_exists(path))
			name = xstrdup(files[i].name);
		free(path);
	}
	return name;
}
