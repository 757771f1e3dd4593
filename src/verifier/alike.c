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
    return text &&
           text_matches(text, "current_user|session_user|current_role|getpgusername|pg_has_role|"
                              "(^|[^a-z_.])user([^a-z_.]|$)|has_[a-z_]+_privilege|"
                              "current_setting\\([[:space:]]*'(role|session_auth|is_superuser)|"
                              "row_security_active|(applicable|enabled)_roles");
}

static void
put(struct buffer *out, uint64_t value)
{
    buffer_append(out, (const char *)&value, sizeof value);
}

/* --- what a relation's answers hang on ------------------------------------------------------- */

/* What its policies and triggers come to, through functions, views and the policies of others: the
 * server asks these as the role as well. */
struct reach {
    bool *relations; /* by their places in the inventory */
    bool *functions;
    bool asks_who;
};

static void
put_text(struct buffer *out, const char *text)
{
    if (text)
        buffer_printf(out, "%s\n", text);
}

/* All that the server does of its own where the relation is read or written. */
static void
put_texts(struct buffer *out, const struct audit *audit, const struct relation *relation)
{
    for (size_t p = 0; p < relation->policy_count; p++) {
        put_text(out, relation->policies[p].using_expression);
        put_text(out, relation->policies[p].check_expression);
    }
    for (size_t t = 0; t < relation->trigger_count; t++) {
        const struct function *function =
            inventory_function(&audit->inventory, relation->triggers[t].function);
        put_text(out, strstr(relation->triggers[t].definition, " WHEN ("));
        put_text(out, function ? text_without_comments(function->source, audit->arena) : NULL);
    }
    for (size_t c = 0; c < relation->column_count; c++) {
        put_text(out, relation->columns[c].fallback);
        put_text(out, relation->columns[c].domain_checks);
    }
    for (size_t c = 0; c < relation->constraint_count; c++)
        if (relation->constraints[c].kind == 'c')
            put_text(out, relation->constraints[c].definition);
    put_text(out, relation->rule_definitions);
    put_text(out, relation->view_definition);
}

/* Most texts read no table, and thousands need not be looked for in them. */
static bool
reads_tables(const char *text)
{
    return text_matches(text, "\\<(from|table|update|into)\\>");
}

static struct reach
reach_find(const struct audit *audit, const struct relation *relation, struct arena *arena)
{
    struct buffer text;
    const struct inventory *inventory = &audit->inventory;
    struct reach reach = { .relations = ARENA_ARRAY(arena, inventory->relation_count + 1, bool),
        .functions = ARENA_ARRAY(arena, inventory->function_count + 1, bool) };
    buffer_init(&text, arena, 512);
    put_texts(&text, audit, relation);
    const char *deep = scope_deep_source(audit, text.data);
    for (bool again = reads_tables(deep); again;) {
        again = false;
        for (size_t i = 0; i < inventory->relation_count; i++) {
            const struct relation *other = &inventory->relations[i];
            if (other == relation || reach.relations[i] || !text_has_word(deep, other->name))
                continue;
            reach.relations[i] = again = true;
            put_texts(&text, audit, other);
        }
        if (again)
            deep = scope_deep_source(audit, text.data);
    }
    for (size_t i = 0; i < inventory->function_count; i++)
        reach.functions[i] = text_has_word(deep, inventory->functions[i].name);
    reach.asks_who = asks_who(deep);
    return reach;
}

/* --- what a role is -------------------------------------------------------------------------- */

/* Whatever makes a statement of the role succeed or fail, see or not see. */
static void
put_access(struct buffer *out, const struct inventory *inventory, const struct role *role,
    const struct relation *relation)
{
    put(out, access_bypasses(role, relation));
    put(out, access_relation(inventory, role, relation));
    for (size_t c = 0; c < relation->column_count; c++)
        put(out, access_column(inventory, role, relation, &relation->columns[c]));
    for (size_t p = 0; p < relation->policy_count; p++)
        put(out, policy_applies(&relation->policies[p], role));
}

static uint64_t
table_hash(const struct inventory *inventory, const struct role *role,
    const struct relation *relation, const struct reach *reach, struct buffer *scratch)
{
    scratch->length = 0;
    put_access(scratch, inventory, role, relation);
    for (size_t i = 0; i < inventory->relation_count; i++)
        if (reach->relations[i])
            put_access(scratch, inventory, role, &inventory->relations[i]);
    for (size_t i = 0; i < inventory->function_count; i++)
        if (reach->functions[i])
            put(scratch, access_function(inventory, role, &inventory->functions[i]));
    put(scratch, role->bypasses_rls);
    put(scratch, reach->asks_who || role->is_superuser ? role->oid : 0);
    return hash_bytes(scratch->data, scratch->length);
}

/* Somewhere a view, a function or a policy asks who works: then no role stands for another. */
static bool
somebody_asks(const struct audit *audit)
{
    const struct inventory *inventory = &audit->inventory;
    for (size_t i = 0; i < inventory->relation_count; i++)
        if (asks_who(inventory->relations[i].view_definition) ||
            asks_who(inventory->relations[i].rule_definitions))
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

const struct alike *
alike_find(const struct audit *audit)
{
    const struct scope *scope = &audit->scope;
    const size_t relation_count = audit->inventory.relation_count;
    const bool is_own = somebody_asks(audit);
    struct alike *alike = ARENA_NEW(audit->arena, struct alike);
    struct arena *arena = arena_new(1 << 16);
    struct arena *reached = arena_new(1 << 16);
    struct buffer scratch;
    buffer_init(&scratch, arena, 4096);
    alike->audit = audit;
    alike->tables = ARENA_ARRAY(audit->arena, scope->role_count * relation_count + 1, uint64_t);
    alike->roles = ARENA_ARRAY(audit->arena, scope->role_count + 1, uint64_t);
    for (size_t i = 0; i < relation_count; i++) {
        const struct relation *relation = &audit->inventory.relations[i];
        const struct reach reach = reach_find(audit, relation, reached);
        for (size_t r = 0; r < scope->role_count; r++)
            alike->tables[r * relation_count + i] =
                table_hash(&audit->inventory, scope->roles[r], relation, &reach, &scratch);
        arena_reset(reached);
    }
    for (size_t r = 0; r < scope->role_count; r++)
        alike->roles[r] = role_hash(alike, r, is_own, &scratch);
    arena_free(reached);
    arena_free(arena);
    return alike;
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
