#include "verifier/alike.h"

#include <string.h>

#include "base/buffer.h"
#include "base/hash.h"
#include "verifier/access.h"
#include "verifier/scope.h"
#include "verifier/text.h"

/* Is the answer another one for each who asks? */
static bool
asks_who(const char *text)
{
    return text && text_matches(text, "current_user|session_user|current_role|pg_has_role|"
                                      "[^a-z_.]user[^a-z_.]|has_[a-z]+_privilege");
}

static void
put(struct buffer *out, uint64_t value)
{
    buffer_append(out, (const char *)&value, sizeof value);
}

/* Does one of its policies ask, or what they call? */
static bool
policies_ask(const struct audit *audit, const struct relation *relation)
{
    for (size_t p = 0; p < relation->policy_count; p++) {
        const char *const texts[] = { relation->policies[p].using_expression,
            relation->policies[p].check_expression };
        for (size_t i = 0; i < COUNT_OF(texts); i++)
            if (texts[i] && asks_who(scope_deep_source(audit, texts[i])))
                return true;
    }
    return false;
}

/* Whatever makes a statement of the role succeed or fail, see or not see. */
static uint64_t
table_hash(const struct audit *audit, const struct role *role, const struct relation *relation,
    bool is_own, struct buffer *scratch)
{
    scratch->length = 0;
    put(scratch, access_bypasses(role, relation));
    put(scratch, access_relation(&audit->inventory, role, relation));
    for (size_t c = 0; c < relation->column_count; c++)
        put(scratch, access_column(&audit->inventory, role, relation, &relation->columns[c]));
    for (size_t p = 0; p < relation->policy_count; p++)
        put(scratch, policy_applies(&relation->policies[p], role));
    put(scratch, is_own || role->is_superuser ? role->oid : 0);
    return hash_bytes(scratch->data, scratch->length);
}

/* Somewhere a view, a function or a policy asks who works: then no role stands for another. */
static bool
somebody_asks(const struct audit *audit)
{
    const struct inventory *inventory = &audit->inventory;
    for (size_t i = 0; i < inventory->relation_count; i++)
        if (asks_who(inventory->relations[i].view_definition))
            return true;
    for (size_t i = 0; i < inventory->function_count; i++)
        if (!inventory->functions[i].is_extension && asks_who(inventory->functions[i].source))
            return true;
    return false;
}

static uint64_t
role_hash(const struct alike *alike, size_t number, bool is_own, struct buffer *scratch)
{
    const struct inventory *inventory = &alike->audit->inventory;
    const struct role *role = alike->audit->scope.roles[number];
    scratch->length = 0;
    for (size_t i = 0; i < inventory->relation_count; i++)
        put(scratch, alike->tables[number * inventory->relation_count + i]);
    for (size_t i = 0; i < inventory->function_count; i++)
        put(scratch, access_function(inventory, role, &inventory->functions[i]));
    for (size_t i = 0; i < inventory->schema_count; i++)
        put(scratch, access_schema(inventory, role, &inventory->schemas[i], MAY_CREATE));
    for (size_t i = 0; i < role->membership_count; i++) {
        put(scratch, role->memberships[i].role);
        put(scratch, role->memberships[i].can_become);
    }
    put(scratch, role->is_superuser || role->bypasses_rls || is_own ? role->oid : 0);
    put(scratch, role->makes_temporary);
    put(scratch, role->reads_large_objects);
    return hash_bytes(scratch->data, scratch->length);
}

void
alike_init(struct alike *alike, const struct audit *audit)
{
    const struct scope *scope = &audit->scope;
    const size_t relation_count = audit->inventory.relation_count;
    const bool is_own = somebody_asks(audit);
    struct arena *arena = arena_new(1 << 16);
    struct buffer scratch;
    buffer_init(&scratch, arena, 4096);
    *alike = (struct alike){ .audit = audit };
    alike->tables = ARENA_ARRAY(audit->arena, scope->role_count * relation_count + 1, uint64_t);
    alike->roles = ARENA_ARRAY(audit->arena, scope->role_count + 1, uint64_t);
    for (size_t i = 0; i < relation_count; i++) {
        const struct relation *relation = &audit->inventory.relations[i];
        const bool asks = policies_ask(audit, relation);
        for (size_t r = 0; r < scope->role_count; r++)
            alike->tables[r * relation_count + i] =
                table_hash(audit, scope->roles[r], relation, asks, &scratch);
    }
    for (size_t r = 0; r < scope->role_count; r++)
        alike->roles[r] = role_hash(alike, r, is_own, &scratch);
    arena_free(arena);
}

bool
alike_is_done(const struct alike *alike, size_t role, const struct relation *relation)
{
    const struct inventory *inventory = &alike->audit->inventory;
    const size_t place = (size_t)(relation - inventory->relations);
    for (size_t before = 0; before < role; before++)
        if (!alike->audit->scope.roles[before]->is_out_of_reach &&
            alike->tables[before * inventory->relation_count + place] ==
                alike->tables[role * inventory->relation_count + place])
            return true;
    return false;
}

bool
alike_is_twin(const struct alike *alike, size_t role)
{
    for (size_t before = 0; before < role; before++)
        if (!alike->audit->scope.roles[before]->is_out_of_reach &&
            alike->roles[before] == alike->roles[role])
            return true;
    return false;
}
