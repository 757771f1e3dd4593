#include "tenant/bump.h"

#include "base/buffer.h"
#include "tenant/oids.h"

/* What is generated of `bump` in sql/runtime/versions.sql, as a test says: it goes last into the
 * flight of another query, so it cannot be a call of its own. */
static const struct statement bump = {
    .name = "tn_bump",
    .text = "INSERT INTO \"tenantry\".\"version\" AS v (relation, \"organization_id\") "
            "SELECT r, $1::text FROM unnest($2::text[]) AS r ORDER BY r "
            "ON CONFLICT (relation, \"organization_id\") DO UPDATE "
            "SET version = v.version + 1 + (random() * 16777216)::bigint "
            "WHERE \"v\".\"organization_id\" = $1::text",
    .types = (const uint32_t[]){ OID_TEXT, OID_TEXT_ARRAY },
    .parameter_count = 2,
};

/* Relation names hold no quotes or backslashes of their own: PostgreSQL's array syntax. */
static const char *
relation_array(struct arena *arena, const char *const *relations, size_t count)
{
    struct buffer out;
    buffer_init(&out, arena, 128);
    BUFFER_LITERAL(&out, "{");
    for (size_t i = 0; i < count; i++) {
        BUFFER_LITERAL(&out, "\"");
        buffer_text(&out, relations[i]);
        BUFFER_LITERAL(&out, "\"");
        if (i + 1 < count)
            BUFFER_LITERAL(&out, ",");
    }
    BUFFER_LITERAL(&out, "}");
    return out.data;
}

void
bump_add(
    struct flight *flight, const struct scope *scope, const char *const *relations, size_t count)
{
    const char **values = ARENA_ARRAY(scope->arena, 2, const char *);
    values[0] = scope->organization_id;
    values[1] = relation_array(scope->arena, relations, count);
    flight_add(flight, &bump, values);
}
