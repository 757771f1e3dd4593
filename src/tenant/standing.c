#include "tenant/standing.h"

#include <endian.h>
#include <string.h>

#include "tenant/compose.h"
#include "tenant/oids.h"
#include "tenant/wire.h"

/* $1 is there to be bound: a connection may let it enter the organization. An array of stamps would
 * be one parameter, and be planned anew each time: what it holds counts for its cost. So there are
 * places for few and for many; those that are NULL are found nowhere. */
#define STANDS(places)                                                                           \
    "SELECT CASE WHEN $2 > now() AND $3 = count(*) THEN true ELSE tenantry.stamp_changed() END " \
    "FROM tenantry.security_stamp WHERE stamp IN (" places ")"

enum {
    LEADING = 3,
    FEW = 4,
    PARAMETERS_MAX = LEADING + STANDING_STAMPS_MAX,
};

static const uint32_t types[PARAMETERS_MAX] = { OID_TEXT, OID_TIMESTAMPTZ,
    OID_INT4, /* then STANDING_STAMPS_MAX */
    OID_UUID, OID_UUID, OID_UUID, OID_UUID, OID_UUID, OID_UUID, OID_UUID, OID_UUID, OID_UUID,
    OID_UUID, OID_UUID, OID_UUID, OID_UUID, OID_UUID, OID_UUID, OID_UUID };

static const struct statement few = {
    .name = "tn_stands",
    .text = STANDS("$4, $5, $6, $7"),
    .types = types,
    .parameter_count = LEADING + FEW,
};

static const struct statement many = {
    .name = "tn_stands_among_many",
    .text = STANDS("$4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19"),
    .types = types,
    .parameter_count = PARAMETERS_MAX,
};

static const char *
binary_time(int64_t us, struct arena *arena)
{
    const uint64_t wire = htobe64((uint64_t)wire_of_time(us));
    return arena_memdup(arena, &wire, sizeof wire);
}

bool
standing_add(struct flight *flight, const struct scope *scope, struct tn_error *error)
{
    static const int lengths[PARAMETERS_MAX] = { [1] = sizeof(uint64_t) };
    static const int formats[PARAMETERS_MAX] = { [1] = 1 };
    const struct standing *standing = scope->standing;
    if (standing_is_settled(standing))
        return true;

    if (standing->state == STANDING_CHANGED)
        return error_set(error, TN_CONTEXT_CHANGED, "who asks is not who they were any more");

    const struct statement *statement = standing->stamp_count <= FEW ? &few : &many;
    const char **values = ARENA_ARRAY(scope->arena, statement->parameter_count, const char *);
    values[0] = scope->organization_id;
    values[1] = binary_time(standing->session_expires_at_us, scope->arena);
    values[2] = arena_printf(scope->arena, "%d", standing->stamp_count);
    for (int i = 0; i < standing->stamp_count; i++)
        values[LEADING + i] = standing->stamps[i];
    struct flight_step *step = flight_add(flight, statement, values);
    step->lengths = lengths;
    step->formats = formats;
    return true;
}

bool
standing_note(const struct scope *scope, bool flew, struct tn_error *error)
{
    struct standing *standing = scope->standing;
    if (!standing)
        return flew;

    if (flew && standing->state == STANDING_ASSUMED)
        standing->state = STANDING_CONFIRMED;
    if (!flew && strcmp(error->sqlstate, STANDING_SQLSTATE) == 0) {
        standing->state = STANDING_CHANGED; /* also where another flight was quicker */
        error->code = TN_CONTEXT_CHANGED;
    }
    return flew;
}
