#include "tenant/replica_check.h"

#include "base/buffer.h"
#include "tenant/oids.h"
#include "tenant/versions.h"

/* Versions that are equal, not merely as high: those of an organization that was purged begin
 * again. A server that left recovery has a history of its own, whatever its numbers are; and a role
 * that row-level security does not hold is none to ask as. */
static const struct statement check = {
    .name = "tn_replica_check",
    .text = "SELECT pg_catalog.pg_is_in_recovery() "
            "AND pg_catalog.row_security_active('tenantry.version') "
            "AND NOT EXISTS (SELECT FROM unnest($2, $3) AS wanted (relation, version) "
            "LEFT JOIN tenantry.version AS v "
            "ON v.organization_id = $1 AND v.relation = wanted.relation "
            "WHERE coalesce(v.version, 0) <> wanted.version)",
    .types = (const uint32_t[]){ OID_TEXT, OID_TEXT_ARRAY, OID_INT8_ARRAY },
    .parameter_count = 3,
};

/* As bump.c: no name of a relation holds quotes or backslashes of its own. */
void
replica_check_add(struct flight *flight, const struct scope *scope, const char *const *relations)
{
    struct buffer names;
    struct buffer numbers;
    buffer_init(&names, scope->arena, 128);
    buffer_init(&numbers, scope->arena, 64);
    for (size_t i = 0; relations && relations[i]; i++) {
        buffer_character(&names, i == 0 ? '{' : ',');
        buffer_character(&numbers, i == 0 ? '{' : ',');
        buffer_printf(&names, "\"%s\"", relations[i]);
        buffer_integer(&numbers, versions_number(scope->versions, relations[i]));
    }
    buffer_text(&names, names.length == 0 ? "{}" : "}");
    buffer_text(&numbers, numbers.length == 0 ? "{}" : "}");

    const char **values = ARENA_ARRAY(scope->arena, 3, const char *);
    values[0] = scope->organization_id;
    values[1] = names.data;
    values[2] = numbers.data;
    flight_add(flight, &check, values);
}

bool
replica_check_holds(const struct flight_step *step)
{
    size_t bytes;
    const char *value =
        result_row_count(step->result) == 1 ? result_value(step->result, 0, 0, &bytes) : NULL;
    return value && bytes == 1 && value[0] == 1;
}
