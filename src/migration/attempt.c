#include "migration/attempt.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { LOCK_TIMEOUT_MS = 200, LOCK_ATTEMPTS = 120, PAUSE_MS = 100, PAUSE_MS_MAX = 1000 };

static bool
is_about_locks(const struct tn_error *error)
{
    static const char lock_not_available[] = "55P03";
    static const char deadlock_detected[] = "40P01";
    return strcmp(error->sqlstate, lock_not_available) == 0 ||
           strcmp(error->sqlstate, deadlock_detected) == 0;
}

static void
pause_ms(int ms)
{
    nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000L }, NULL);
}

static void
tell_waiting(const struct migration_target *target, const char *what, int attempt_number)
{
    char line[256];
    if (!target->tell || attempt_number % 10 != 1)
        return;
    snprintf(line, sizeof line,
        "%s: somebody else holds a lock that it needs; it is tried again (attempt %d)", what,
        attempt_number + 1);
    target->tell(target->teller, line);
}

bool
attempt(const struct migration_target *target, const char *what,
    bool (*work)(void *context, struct tn_error *error), void *context, struct tn_error *error)
{
    const int attempts = target->lock_attempts ? target->lock_attempts : LOCK_ATTEMPTS;
    for (int number = 1;; number++) {
        struct tn_error refusal = { 0 };
        if (work(context, &refusal))
            return true;
        if (!is_about_locks(&refusal) || number >= attempts) {
            if (is_about_locks(&refusal))
                error_prefix(&refusal,
                    "given up after %d attempts; nothing of this step is done: run it again when "
                    "the transaction that holds the lock has ended (pg_stat_activity shows it)",
                    number);
            *error = refusal;
            return false;
        }
        tell_waiting(target, what, number);
        pause_ms(number * PAUSE_MS < PAUSE_MS_MAX ? number * PAUSE_MS : PAUSE_MS_MAX);
    }
}

bool
attempt_limits(struct direct *direct, const struct migration_target *target, struct tn_error *error)
{
    char sql[256];
    snprintf(sql, sizeof sql,
        "set statement_timeout = 0; set lock_timeout = '%dms';"
        " set client_min_messages = warning",
        target->lock_timeout_ms ? target->lock_timeout_ms : LOCK_TIMEOUT_MS);
    return direct_run(direct, sql, error);
}
