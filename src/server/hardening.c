#include "server/hardening.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/landlock.h>

#include "base/compiler.h"
#include "base/log.h"

/* A leak finder stops its own process with what is forbidden here. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define RUNS_SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define RUNS_SANITIZED true
#endif
#endif
#ifndef RUNS_SANITIZED
#define RUNS_SANITIZED false
#endif

/* --- seccomp --------------------------------------------------------------------------------- */

/* What a server never asks for, and who took it over would. EPERM, not the end of the process: a
 * library that merely tries goes on. */
static const int forbidden[] = {
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(fork),
    SCMP_SYS(vfork),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(pidfd_getfd),
    SCMP_SYS(kcmp),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),
    SCMP_SYS(move_mount),
    SCMP_SYS(open_tree),
    SCMP_SYS(fsopen),
    SCMP_SYS(fsmount),
    SCMP_SYS(unshare),
    SCMP_SYS(setns),
    SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(io_uring_enter),
    SCMP_SYS(io_uring_register),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(delete_module),
    SCMP_SYS(kexec_load),
    SCMP_SYS(kexec_file_load),
    SCMP_SYS(reboot),
    SCMP_SYS(swapon),
    SCMP_SYS(swapoff),
    SCMP_SYS(acct),
    SCMP_SYS(settimeofday),
    SCMP_SYS(clock_settime),
    SCMP_SYS(clock_adjtime),
    SCMP_SYS(adjtimex),
    SCMP_SYS(sethostname),
    SCMP_SYS(setdomainname),
    SCMP_SYS(iopl),
    SCMP_SYS(ioperm),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    SCMP_SYS(keyctl),
    SCMP_SYS(personality),
    SCMP_SYS(quotactl),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(name_to_handle_at),
    SCMP_SYS(setuid),
    SCMP_SYS(setgid),
    SCMP_SYS(setreuid),
    SCMP_SYS(setregid),
    SCMP_SYS(setresuid),
    SCMP_SYS(setresgid),
    SCMP_SYS(setgroups),
    SCMP_SYS(setfsuid),
    SCMP_SYS(setfsgid),
    SCMP_SYS(capset),
    SCMP_SYS(mknod),
    SCMP_SYS(mknodat),
    SCMP_SYS(syslog),
    SCMP_SYS(fanotify_init),
};

/* Processes are clones without CLONE_THREAD. The arguments of clone3 lie in memory, where a filter
 * cannot read them; without it the C library takes clone. */
static int
forbid_processes(scmp_filter_ctx filter)
{
    const struct scmp_arg_cmp is_process = SCMP_CMP64(0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0);
    const int answer =
        seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1, &is_process);
    return answer < 0 ? answer
                      : seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
}

/* No memory becomes code: libraries are mapped from files, readable and executable only. */
static int
forbid_new_code(scmp_filter_ctx filter)
{
    const struct scmp_arg_cmp both =
        SCMP_CMP64(2, SCMP_CMP_MASKED_EQ, PROT_WRITE | PROT_EXEC, PROT_WRITE | PROT_EXEC);
    const struct scmp_arg_cmp executable = SCMP_CMP64(2, SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC);
    const int answer =
        seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(mmap), 1, &both);
    return answer < 0 ? answer
                      : seccomp_rule_add_array(
                            filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(mprotect), 1, &executable);
}

static int
fill_filter(scmp_filter_ctx filter)
{
    int answer = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
    for (size_t i = 0; i < COUNT_OF(forbidden) && answer == 0; i++)
        answer = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), forbidden[i], 0);
    if (answer == 0)
        answer = forbid_processes(filter);
    if (answer == 0)
        answer = forbid_new_code(filter);
    return answer == 0 ? seccomp_load(filter) : answer;
}

static void
filter_calls(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    const int answer = filter ? fill_filter(filter) : -ENOMEM;
    if (filter)
        seccomp_release(filter);
    if (answer < 0)
        log_line(LOG_WARNING, NULL, "hardening: no seccomp: %s", strerror(-answer));
    else
        log_line(
            LOG_INFO, NULL, "hardening: seccomp: no programs, processes, privileges, new code");
}

/* --- Landlock -------------------------------------------------------------------------------- */

/* As the kernel knows it since its version 4 of Landlock; Debian 12's header has the first field.
 */
struct ruleset {
    uint64_t handled_files;
    uint64_t handled_net;
};
#define NET_BIND_TCP 1ULL
#define NET_SINCE 4

static const uint64_t writes = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                               LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
                               LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
                               LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
                               LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;

static bool
allow_writes_below(int rules, const char *folder)
{
    const struct landlock_path_beneath_attr beneath = {
        .allowed_access = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG,
        .parent_fd = open(folder, O_PATH | O_CLOEXEC),
    };
    if (beneath.parent_fd < 0)
        return false;

    const long answer =
        syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
    close(beneath.parent_fd);
    return answer == 0;
}

/* The version; below 1 with errno when there is none. */
static long
landlock_begin(const char *const *writable_folders, size_t count)
{
    const long version =
        syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1)
        return version;

    const struct ruleset ruleset = {
        .handled_files = writes | LANDLOCK_ACCESS_FS_EXECUTE,
        .handled_net = NET_BIND_TCP,
    };
    const size_t bytes = version >= NET_SINCE ? sizeof ruleset : sizeof ruleset.handled_files;
    const int rules = (int)syscall(SYS_landlock_create_ruleset, &ruleset, bytes, 0);
    if (rules < 0)
        return -1;

    bool done = true;
    for (size_t i = 0; i < count && done; i++)
        done = allow_writes_below(rules, writable_folders[i]);
    done = done && syscall(SYS_landlock_restrict_self, rules, 0) == 0;
    const int reason = errno;
    close(rules);
    errno = reason;
    return done ? version : -1;
}

static void
limit_files(const char *const *writable_folders, size_t count)
{
    const long version = landlock_begin(writable_folders, count);
    if (version < 1)
        log_line(LOG_WARNING, NULL, "hardening: no Landlock: %s", strerror(errno));
    else
        log_line(LOG_INFO, NULL, "hardening: Landlock %ld: files are written in %zu folders%s",
            version, count, version >= NET_SINCE ? ", no port is opened any more" : "");
}

void
hardening_begin(const char *const *writable_folders, size_t count)
{
    if (RUNS_SANITIZED) {
        log_line(LOG_WARNING, NULL, "hardening: none under a sanitizer");
        return;
    }
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        log_line(
            LOG_WARNING, NULL, "hardening: new privileges are not given up: %s", strerror(errno));
    limit_files(writable_folders, count);
    filter_calls();
}
