/* In the place of src/tenant/handle.c's: once two organizations were opened (as the demonstration
 * data does), each handle is that of the other one. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "tenant/scope.h"

#define ID_BYTES 64

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char seen[2][ID_BYTES];

static const char *
other_than(const char *organization_id)
{
    pthread_mutex_lock(&lock);
    const char *other = organization_id;
    for (int i = 0; i < 2; i++) {
        if (!seen[i][0]) {
            snprintf(seen[i], ID_BYTES, "%s", organization_id);
            break;
        }
        if (strcmp(seen[i], organization_id) == 0 && seen[1 - i][0]) {
            other = seen[1 - i];
            break;
        }
    }
    pthread_mutex_unlock(&lock);
    return other;
}

bool
tenant_db_open(struct tn_membership membership, struct read_log *reads, struct tn_db *ret_db,
    struct tn_error *error)
{
    const struct scope *scope = handle_scope(membership.slot, membership.serial, HANDLE_MEMBERSHIP);
    struct tn_handle_slot *slot;
    if (!scope || !handle_open(scope->runtime, HANDLE_DB, &slot, error))
        return false;

    slot->scope.pool = runtime_tenant_pool(scope->runtime);
    slot->scope.arena = scope->arena;
    slot->scope.organization_id = other_than(scope->organization_id);
    slot->scope.reads = reads;
    *ret_db = (struct tn_db){ slot, slot->serial };
    return true;
}
