#include "server/replica.h"

#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/time.h"
#include "postgres/direct.h"

/* Migrations that were applied a moment ago are on their way. */
#define PATIENCE_MS 10000
#define LOOK_US 20000

static bool
ask(struct direct *direct, const char *sql, const char *value, struct arena *arena,
    const char **ret_text, struct tn_error *error)
{
    struct pg_result *result;
    if (!direct_query(direct, sql, value ? 1 : 0, &value, &result, error))
        return false;

    *ret_text = result_row_count(result) == 1 ? result_text(result, 0, 0, arena) : NULL;
    if (!*ret_text)
        *ret_text = "";
    result_free(result);
    return true;
}

static bool
catch_up(struct direct *replica, const char *position, struct arena *arena, bool *ret_is_there,
    struct tn_error *error)
{
    const int64_t end_ms = time_monotonic_ms() + PATIENCE_MS;
    for (;;) {
        const char *is_there;
        if (!ask(replica, "SELECT pg_catalog.pg_last_wal_replay_lsn() >= $1::pg_lsn", position,
                arena, &is_there, error))
            return false;

        *ret_is_there = strcmp(is_there, "t") == 0;
        if (*ret_is_there || time_monotonic_ms() >= end_ms)
            return true;

        usleep(LOOK_US);
    }
}

static bool
look(struct direct *replica, struct direct *primary, struct arena *arena, bool *ret_answers,
    struct tn_error *error)
{
    static const char cluster[] = "SELECT system_identifier FROM pg_catalog.pg_control_system()";
    const char *is_standby;
    const char *cluster_there;
    const char *cluster_here;
    const char *position;
    if (!ask(replica, "SELECT pg_catalog.pg_is_in_recovery()", NULL, arena, &is_standby, error))
        return false;

    if (strcmp(is_standby, "t") != 0)
        return error_set(error, TN_CONFIGURATION,
            "--tenant-replica: the server there is no standby, it takes writes of its own");

    if (!ask(replica, cluster, NULL, arena, &cluster_there, error) ||
        !ask(primary, cluster, NULL, arena, &cluster_here, error))
        return false;

    if (strcmp(cluster_there, cluster_here) != 0)
        return error_set(error, TN_CONFIGURATION,
            "--tenant-replica: the server there is a standby of another cluster than that of the "
            "tenant plane");

    if (!ask(primary, "SELECT pg_catalog.pg_current_wal_flush_lsn()", NULL, arena, &position,
            error) ||
        !catch_up(replica, position, arena, ret_answers, error))
        return false;

    if (!*ret_answers)
        log_line(LOG_WARNING, NULL,
            "the replica is more than %d s behind: the primary answers what it cannot yet",
            PATIENCE_MS / 1000);
    return true;
}

bool
replica_look(const char *replica_url, const char *tenant_url, struct arena *arena,
    bool *ret_answers, struct tn_error *error)
{
    struct tn_error unreachable = { 0 };
    struct direct *replica = NULL;
    struct direct *primary = NULL;
    *ret_answers = false;
    if (!direct_open(replica_url, &replica, &unreachable)) {
        if (unreachable.code == TN_CONFIGURATION) {
            *error = unreachable;
            error_prefix(error, "--tenant-replica");
            return false;
        }
        log_error(
            NULL, "the replica does not answer, the primary does until it is back", &unreachable);
        return true;
    }

    const bool is_done = direct_open(tenant_url, &primary, error) &&
                         look(replica, primary, arena, ret_answers, error);
    direct_close(primary);
    direct_close(replica);
    return is_done;
}
