/*
 * priv - user, capabilities, no_new_privs, seccomp.
 *
 * The order is the one that cannot be undone half-way: groups, gid, uid (all three kinds of each),
 * then capabilities with the bounding set, then no_new_privs, then a try to get root back, which
 * must fail.  The capability to bound is itself lost with the user, so capabilities are first
 * narrowed while we are root, by libcap-ng, which also keeps none over the change.
 *
 * The filter is a list of what is allowed, made from what the threads do while recording and while
 * the run is finished: names of files (rotation, run.json by rename, checksums), memory, waiting,
 * time, the descriptors that are open already, and of ioctl() one question about interfaces.
 * Forbidden calls return EPERM instead of killing: a call that a newer C library makes must not
 * cost a recording.  socket() and execve() are absent, and clone() too: all threads run before
 * the filter is loaded.  It is loaded for all threads at once (TSYNC).
 */
#include "capture/priv.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cap-ng.h>
#include <seccomp.h>

#include "core/str.h"

static const char *const default_users[] = {"vcap", "nobody", NULL};

static const int allowed[] = {
	/* data */
	SCMP_SYS(read),
	SCMP_SYS(readv),
	SCMP_SYS(pread64),
	SCMP_SYS(write),
	SCMP_SYS(writev),
	SCMP_SYS(pwrite64),
	SCMP_SYS(lseek),
	SCMP_SYS(fdatasync),
	SCMP_SYS(fsync),
	SCMP_SYS(ftruncate),
	/* files by name, as the unprivileged user */
	SCMP_SYS(openat),
	SCMP_SYS(open),
	SCMP_SYS(close),
	SCMP_SYS(fstat),
	SCMP_SYS(stat),
	SCMP_SYS(lstat),
	SCMP_SYS(newfstatat),
	SCMP_SYS(statx),
	SCMP_SYS(access),
	SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2),
	SCMP_SYS(getdents64),
	SCMP_SYS(getdents),
	SCMP_SYS(readlink),
	SCMP_SYS(readlinkat),
	SCMP_SYS(getcwd),
	SCMP_SYS(rename),
	SCMP_SYS(renameat),
	SCMP_SYS(renameat2),
	SCMP_SYS(unlink),
	SCMP_SYS(unlinkat),
	SCMP_SYS(fcntl),
	SCMP_SYS(fadvise64),
	/* sockets that are open */
	SCMP_SYS(accept),
	SCMP_SYS(accept4),
	SCMP_SYS(recvfrom),
	SCMP_SYS(recvmsg),
	SCMP_SYS(sendto),
	SCMP_SYS(sendmsg),
	SCMP_SYS(getsockopt),
	SCMP_SYS(getsockname),
	SCMP_SYS(shutdown),
	/* waiting and time */
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(futex),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(nanosleep),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(time),
	SCMP_SYS(clock_adjtime),
	SCMP_SYS(adjtimex),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(sched_yield),
	/* memory */
	SCMP_SYS(mmap),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(mprotect),
	SCMP_SYS(madvise),
	SCMP_SYS(brk),
	/* threads beginning and ending, signals to ourselves */
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(set_robust_list),
	SCMP_SYS(rseq),
	SCMP_SYS(gettid),
	SCMP_SYS(getpid),
	SCMP_SYS(getuid),
	SCMP_SYS(geteuid),
	SCMP_SYS(getgid),
	SCMP_SYS(getegid),
	SCMP_SYS(tgkill),
	SCMP_SYS(getrandom),
	SCMP_SYS(sysinfo),
	SCMP_SYS(uname),
	SCMP_SYS(dup),
	SCMP_SYS(dup2),
	SCMP_SYS(dup3),
	SCMP_SYS(getrusage),
	SCMP_SYS(sched_getaffinity),
};

/* ---- whom to become ---- */

static bool
look_up(struct priv_user *u, const char *name)
{
	const struct passwd *pw = getpwnam(name);

	if (!pw)
		return false;
	u->uid = pw->pw_uid;
	u->gid = pw->pw_gid;
	return true;
}

/* SUDO_UID and SUDO_GID, when sudo made us root. */
static bool
sudo_caller(uid_t *uid, gid_t *gid)
{
	const char *u = getenv("SUDO_UID"), *g = getenv("SUDO_GID");
	uint64_t uid_number, gid_number;

	if (!u || !g || !slice_u64(slice_of(u), &uid_number) ||
		!slice_u64(slice_of(g), &gid_number) || uid_number == 0 ||
		uid_number >= UINT32_MAX || gid_number >= UINT32_MAX)
		return false;
	*uid = (uid_t)uid_number;
	*gid = (gid_t)gid_number;
	return true;
}

static enum vstatus
choose_default(struct priv_user *u, struct verr *err)
{
	if (sudo_caller(&u->uid, &u->gid))
		return V_OK;
	for (const char *const *name = default_users; *name; name++)
		if (look_up(u, *name))
			return V_OK;
	return verr_set(err, V_EUSAGE, "no user to become: name one with --user");
}

enum vstatus
priv_choose(struct priv_user *u, const char *name, struct verr *err)
{
	enum vstatus st = V_OK;

	*u = (struct priv_user){.change = geteuid() == 0,
		.uid = geteuid(),
		.gid = getegid(),
		.owner = geteuid(),
		.owner_gid = getegid()};
	if (!u->change)
		return !name ? V_OK
			     : verr_set(err, V_EUSAGE,
				       "--user %s: only root can become another user", name);
	sudo_caller(&u->owner, &u->owner_gid);
	if (!name)
		st = choose_default(u, err);
	else if (!look_up(u, name))
		st = verr_set(err, V_EUSAGE, "--user %s: no such user", name);
	if (st == V_OK && u->uid == 0)
		st = verr_set(err, V_EUSAGE, "--user %s: is root, which is to be given up",
			name ? name : "root");
	return st;
}

/* ---- giving up ---- */

static enum vstatus
change_user(const struct priv_user *u, struct verr *err)
{
	if (setgroups(0, NULL) != 0)
		return verr_sys(err, "cannot give up the groups");
	if (setresgid(u->gid, u->gid, u->gid) != 0)
		return verr_sys(err, "cannot become group %u", (unsigned)u->gid);
	if (setresuid(u->uid, u->uid, u->uid) != 0)
		return verr_sys(err, "cannot become user %u", (unsigned)u->uid);
	return V_OK;
}

/* What must not work any more does not. */
static enum vstatus
prove(const struct priv_user *u, struct verr *err)
{
	if (u->change && (setuid(0) == 0 || seteuid(0) == 0 || geteuid() == 0))
		return verr_set(err, V_EIO, "root could be regained");
	if (u->change && (setgid(0) == 0 || getgroups(0, NULL) != 0))
		return verr_set(err, V_EIO, "root's groups could be regained");
	if (capng_get_caps_process() != 0 ||
		capng_have_capabilities(CAPNG_SELECT_CAPS) > CAPNG_NONE)
		return verr_set(err, V_EIO, "capabilities are left");
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return verr_set(err, V_EIO, "new privileges could be gained");
	return V_OK;
}

enum vstatus
priv_drop(const struct priv_user *u, struct verr *err)
{
	enum vstatus st = V_OK;

	if (u->change) { /* while it can still be done: nothing may be regained through exec */
		capng_get_caps_process();
		capng_clear(CAPNG_SELECT_BOUNDS);
		if (capng_apply(CAPNG_SELECT_BOUNDS) != 0)
			return verr_set(err, V_EIO, "cannot empty the capability bounding set");
		st = change_user(u, err);
	}
	if (st != V_OK)
		return st;
	capng_get_caps_process();
	capng_clear(CAPNG_SELECT_CAPS);
	if (capng_apply(CAPNG_SELECT_CAPS) != 0)
		return verr_set(err, V_EIO, "cannot give up the capabilities");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return verr_sys(err, "cannot rule out new privileges");
	return prove(u, err);
}

enum vstatus
priv_sandbox(struct verr *err)
{
	/* libpcap asks whether an interface that reports an error is still there */
	const struct scmp_arg_cmp is_alive = {1, SCMP_CMP_EQ, SIOCGIFFLAGS, 0};
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int code = ctx ? seccomp_attr_set(ctx, SCMP_FLTATR_CTL_TSYNC, 1) : -ENOMEM;

	for (size_t i = 0; code == 0 && i < sizeof allowed / sizeof allowed[0]; i++)
		code = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, allowed[i], 0);
	if (code == 0)
		code = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, is_alive);
	if (code == 0)
		code = seccomp_load(ctx);
	if (ctx)
		seccomp_release(ctx);
	if (code == 0)
		return V_OK;
	errno = -code;
	return verr_sys(err, "cannot load the system call filter");
}
