/* To be preloaded: the clock on the wall as a test wants it, while the one that only counts goes on
 * as ever. That is what an operator does who sets a machine's clock. The first eight bytes of
 * $MOVED_CLOCK/postgres say by how many seconds PostgreSQL's is moved, those of $MOVED_CLOCK/server
 * every other program's. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#pragma GCC visibility push(default)

static const volatile int64_t *moved_s;

__attribute__((constructor)) static void
find_clock(void)
{
    const char *folder = getenv("MOVED_CLOCK");
    const bool is_postgres = strcmp(program_invocation_short_name, "postgres") == 0;
    char path[512];
    if (!folder)
        return;

    snprintf(path, sizeof path, "%s/%s", folder, is_postgres ? "postgres" : "server");
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    void *mapped = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof *moved_s, PROT_READ, MAP_SHARED, fd, 0);
    if (mapped == MAP_FAILED)
        abort();
    moved_s = mapped;
    close(fd);
}

int
clock_gettime(clockid_t clock, struct timespec *now)
{
    const int code = (int)syscall(SYS_clock_gettime, clock, now);
    if (code == 0 && moved_s && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += *moved_s;
    return code;
}

int
gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    struct timespec exact;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &exact);
    *now = (struct timeval){ .tv_sec = exact.tv_sec, .tv_usec = exact.tv_nsec / 1000 };
    return 0;
}

time_t
time(time_t *ret_now)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (ret_now)
        *ret_now = now.tv_sec;
    return now.tv_sec;
}
