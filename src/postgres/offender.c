#include <libpq-fe.h>
#include <string.h>

#include "base/hash.h"
#include "postgres/inside.h"

/* So often in a row on shared connections. */
#define HITS_MOST 2
/* A result of this size holds up who stands behind it as long as a slow statement does. */
#define LARGE_BYTES ((size_t)256 * 1024)
/* Of the shared limit: who needs less when alone is no offender any more. */
#define QUICK_SHARE 2

/* What is repeated is a statement of an organization, or several that fly together: the same may be
 * quick for all others. */
uint64_t
offender_key(const struct flight *flight)
{
    uint64_t statements = 0;
    for (int i = flight->step_count > 1; i < flight->step_count; i++)
        statements =
            statements * 31 + hash_bytes((const char *)&flight->steps[i].statement, sizeof(void *));
    const uint64_t organization = flight->organization_id ? hash_bytes(flight->organization_id,
                                                                strlen(flight->organization_id))
                                                          : 0;
    return organization ^ statements;
}

/* Two that share a place push each other out: the next offence counts anew. */
static struct offender *
place_of(struct pool *pool, uint64_t key)
{
    return &pool->offenders[key % OFFENDERS_MAX];
}

static bool
is_large(const struct flight *flight)
{
    size_t bytes = 0;
    for (int i = 0; i < flight->step_count; i++) {
        if (flight->steps[i].result)
            bytes += PQresultMemorySize(flight->steps[i].result);
    }
    return bytes > LARGE_BYTES;
}

/* Each of several statements has the limit for itself, so together they can hold up others for
 * longer than one may. */
static bool
is_several(const struct flight *flight)
{
    return flight->lane == FLIGHT_READ && flight->step_count > 2;
}

bool
offender_is(struct pool *pool, uint64_t key)
{
    const struct offender *offender = place_of(pool, key);
    return offender->key == key && offender->hits >= HITS_MOST;
}

void
offender_hit(struct pool *pool, uint64_t key)
{
    struct offender *offender = place_of(pool, key);
    if (offender->key != key)
        *offender = (struct offender){ .key = key };
    offender->hits++;
}

void
offender_flew(struct pool *pool, uint64_t key, const struct flight *flight, int64_t took_us)
{
    struct offender *offender = place_of(pool, key);
    if (is_large(flight))
        *offender = (struct offender){ .key = key, .hits = HITS_MOST };
    else if (is_several(flight) && took_us > pool->statement_ms * 1000)
        offender_hit(pool, key);
    else if (offender->key == key)
        offender->hits = 0;
}

void
offender_flew_alone(struct pool *pool, uint64_t key, const struct flight *flight, int64_t took_us)
{
    struct offender *offender = place_of(pool, key);
    if (offender->key == key && took_us < pool->statement_ms * 1000 / QUICK_SHARE &&
        !is_large(flight))
        offender->hits = 0;
}
