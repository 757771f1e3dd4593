#include "verifier/attack.h"

#include <string.h>

#include "base/buffer.h"
#include "verifier/access.h"
#include "verifier/rules.h"
#include "verifier/scope.h"
#include "verifier/text.h"

enum { BASES_MAX = 32, VARIANTS = 6 };

static const enum audit_kind view_kinds[] = { AUDIT_VIEW_BYPASS, AUDIT_KIND_COUNT };

struct sight {
    struct attack *attack;
    const struct role *role;
    const struct relation *view;
    const struct relation *bases[BASES_MAX];
    size_t base_count;
    unsigned may;
    int tenant; /* as whom it is looked at */
};

static void
bases_find(struct sight *sight, const struct relation *relation, int depth)
{
    const struct inventory *inventory = &sight->attack->audit->inventory;
    for (size_t i = 0; i < relation->read_count && depth < BASES_MAX; i++) {
        const struct relation *below = inventory_relation(inventory, relation->reads[i]);
        if (!below)
            continue;
        if (below->kind == 'v' || below->kind == 'm')
            bases_find(sight, below, depth + 1);
        else if (scope_is_guarded(below) && sight->base_count < BASES_MAX)
            sight->bases[sight->base_count++] = below;
    }
}

/* Where it works as its caller already, it is a rule of it that does not. */
static const char *
mend(const struct sight *sight)
{
    struct audit *audit = sight->attack->audit;
    if (!sight->view->is_invoker_view)
        return arena_printf(
            audit->arena, "ALTER VIEW %s SET (security_invoker = true)", sight->view->quoted);
    const char *grantee = access_grantee(&audit->inventory, sight->role, sight->view,
        sight->may & (MAY_INSERT | MAY_UPDATE | MAY_DELETE));
    return arena_printf(audit->arena, "REVOKE INSERT, UPDATE, DELETE ON %s FROM %s",
        sight->view->quoted, grantee ? grantee : sight->role->quoted);
}

static void
caught(struct sight *sight, const char *sql)
{
    struct attack *attack = sight->attack;
    const char *statement = attack_statement(attack, sight->role, sight->tenant, sql);
    attack_suspicion(attack, AUDIT_VIEW_BYPASS, sight->view->quoted, NULL)->shown++;
    if (attack_confirm(attack, sight->view->quoted, view_kinds, statement))
        return;
    audit_add(&attack->audit->findings, &(struct audit_report){ .kind = AUDIT_VIEW_BYPASS,
                                            .object = sight->view->quoted,
                                            .role = sight->role->quoted,
                                            .other = sight->view->owner_name,
                                            .more = mend(sight),
                                            .statement = statement,
                                            .proof = PROOF_ATTACK });
}

/* Everything that the role sees there, in an order of its own. */
static bool
read_all(struct sight *sight, const char *sql, struct buffer *out, bool *ret_works,
    struct tn_error *error)
{
    AUTO_OUTCOME outcome = { 0 };
    buffer_init(out, sight->attack->audit->arena, 256);
    if (!attack_begin(sight->attack, sight->role, sight->tenant, error) ||
        !session_try(sight->attack->session, sql, &outcome, error))
        return false;
    *ret_works = outcome.succeeded;
    for (outcome.rows.row = 0; outcome.succeeded && outcome.rows.row < outcome.rows.count;
         outcome.rows.row++)
        buffer_printf(out, "%s\n", rows_text(&outcome.rows, 0) ? rows_text(&outcome.rows, 0) : "");
    return attack_end(sight->attack, error);
}

/* What A sees when B was never there has to be the same: sums and counts leak too. */
static bool
differs_without_others(struct sight *sight, const char *sql, const struct buffer *with,
    bool *ret_differs, struct tn_error *error)
{
    struct buffer again;
    struct buffer without;
    bool works = true;
    AUTO_OUTCOME outcome = { 0 };
    struct attack *attack = sight->attack;
    *ret_differs = false;
    if (!attack->session->is_superuser || !sight->base_count)
        return true;
    if (!read_all(sight, sql, &again, &works, error))
        return false;
    if (strcmp(again.data, with->data) != 0)
        return true; /* it never says the same twice */
    if (!session_run(
            attack->session, "SAVEPOINT gone; SET LOCAL session_replication_role = replica", error))
        return false;
    for (size_t i = 0; i < sight->base_count; i++) {
        const struct plant_table *table =
            &attack->plant->tables[sight->bases[i] - attack->audit->inventory.relations];
        for (int tenant = TENANT_B; tenant < TENANT_COUNT; tenant++)
            for (int spare = 0; spare < 2; spare++) {
                const struct plant_row *row = spare ? &table->spare[tenant] : &table->first[tenant];
                if (row->values && !session_try(attack->session,
                                       arena_printf(attack->audit->arena, "delete from %s where %s",
                                           sight->bases[i]->quoted,
                                           plant_where(attack->plant, sight->bases[i], row)),
                                       &outcome, error))
                    return false;
            }
    }
    if (!session_run(attack->session, "SET LOCAL session_replication_role = origin", error) ||
        !read_all(sight, sql, &without, &works, error) ||
        !session_run(attack->session, "ROLLBACK TO gone; RELEASE gone", error))
        return false;
    *ret_differs = works && strcmp(without.data, with->data) != 0;
    return true;
}

static const char *
select_sql(const struct sight *sight)
{
    struct buffer columns;
    struct arena *arena = sight->attack->audit->arena;
    buffer_init(&columns, arena, 128);
    for (size_t c = 0; c < sight->view->column_count; c++)
        if (access_column(&sight->attack->audit->inventory, sight->role, sight->view,
                &sight->view->columns[c]) &
            MAY_SELECT)
            buffer_printf(
                &columns, "%s%s", columns.length ? ", " : "", sight->view->columns[c].quoted);
    return arena_printf(arena, "select seen::text from (select %s from %s%s) seen order by 1",
        columns.length ? columns.data : "1", sight->view->quoted,
        sight->attack->is_private ? "" : " limit 5000");
}

/* One look at it; `ret_seen`: something came. */
static bool
look_once(
    struct sight *sight, bool *ret_works, bool *ret_seen, bool *ret_caught, struct tn_error *error)
{
    struct buffer seen;
    bool differs = false;
    const char *sql = select_sql(sight);
    if (!read_all(sight, sql, &seen, ret_works, error))
        return false;
    if (!*ret_works)
        return true;
    const bool is_marked = attack_is_marked(sight->attack, seen.data, NULL);
    if (!is_marked && sight->attack->is_private &&
        !differs_without_others(sight, sql, &seen, &differs, error))
        return false;
    *ret_seen |= seen.length > 0;
    *ret_caught = is_marked || differs;
    return true;
}

/* A filter of the view's own may open where no tenant is set. */
static bool
look_as_nobody(struct sight *sight, struct tn_error *error)
{
    bool works = false;
    bool seen = false;
    bool got = false;
    if (!rules_mind_tenant(sight->attack->audit, sight->view->view_definition))
        return true;
    sight->tenant = TENANT_EMPTY;
    if (!look_once(sight, &works, &seen, &got, error))
        return false;
    if (got)
        caught(sight,
            arena_printf(sight->attack->audit->arena, "select * from %s", sight->view->quoted));
    sight->tenant = TENANT_A;
    return true;
}

/* A view may ask for more than the planted rows have: they are varied until something is seen of
 * another tenant. */
static bool
look(struct sight *sight, bool *ret_works, bool *ret_seen, struct tn_error *error)
{
    bool got = false;
    struct attack *attack = sight->attack;
    *ret_seen = !(sight->may & MAY_SELECT);
    if (*ret_seen)
        return true;
    if (!look_once(sight, ret_works, ret_seen, &got, error))
        return false;
    for (size_t variant = 0; variant < VARIANTS && !got && attack->session->is_superuser;
         variant++) {
        if (!session_run(attack->session,
                "SAVEPOINT varied; SET LOCAL session_replication_role = replica", error) ||
            !attack_vary(attack, sight->bases, sight->base_count, sight->view->view_definition,
                variant, error) ||
            !session_run(attack->session, "SET LOCAL session_replication_role = origin", error) ||
            !look_once(sight, ret_works, ret_seen, &got, error) ||
            !session_run(attack->session, "ROLLBACK TO varied; RELEASE varied", error))
            return false;
    }
    if (got)
        caught(sight, arena_printf(attack->audit->arena, "select * from %s", sight->view->quoted));
    return got || look_as_nobody(sight, error);
}

static bool
write_through(struct sight *sight, const char *sql, struct tn_error *error)
{
    const char *before;
    const char *after = "";
    AUTO_OUTCOME outcome = { 0 };
    struct attack *attack = sight->attack;
    if (!attack_fingerprint(attack, sight->bases, sight->base_count, &before, error) ||
        !attack_begin(attack, sight->role, TENANT_A, error) ||
        !session_try(attack->session, sql, &outcome, error))
        return false;
    if (outcome.succeeded &&
        (!attack_look(attack, error) ||
            !attack_fingerprint(attack, sight->bases, sight->base_count, &after, error)))
        return false;
    if (outcome.succeeded && strcmp(before, after) != 0)
        caught(sight, sql);
    return attack_end(attack, error);
}

static const char *
planted_value(const struct sight *sight, int tenant, const struct column *column)
{
    for (size_t i = 0; i < sight->base_count; i++) {
        const struct relation *base = sight->bases[i];
        const struct plant_row *row =
            &sight->attack->plant->tables[base - sight->attack->audit->inventory.relations]
                 .first[tenant];
        const struct column *same = relation_column_named(base, column->name);
        if (same && row->values)
            return row->values[same - base->columns];
    }
    return NULL;
}

static const char *
insert_sql(const struct sight *sight)
{
    struct buffer columns;
    struct buffer values;
    struct arena *arena = sight->attack->audit->arena;
    buffer_init(&columns, arena, 128);
    buffer_init(&values, arena, 128);
    for (size_t c = 0; c < sight->view->column_count; c++) {
        const struct column *column = &sight->view->columns[c];
        const char *value = planted_value(sight, TENANT_B, column);
        /* Its key is new, all else is as B has it. */
        if (value && strcmp(column->name, "id") == 0)
            value = values_filler(sight->attack->values, TENANT_B, sight->view, column, 0);
        if (value)
            buffer_printf(&columns, "%s%s", columns.length ? ", " : "", column->quoted);
        if (value)
            buffer_printf(&values, "%s%s", values.length ? ", " : "", text_literal(value, arena));
    }
    return arena_printf(
        arena, "insert into %s (%s) values (%s)", sight->view->quoted, columns.data, values.data);
}

static bool
strike(struct sight *sight, struct tn_error *error)
{
    enum { UPDATES = 4, INSERTS = 8, DELETES = 16 }; /* of pg_relation_is_updatable */
    const int updatable = sight->view->updatable;
    struct arena *arena = sight->attack->audit->arena;
    if (!sight->attack->is_private || !sight->base_count || sight->attack->plant->has_muted)
        return true;
    for (size_t c = 0;
         (sight->may & MAY_UPDATE) && (updatable & UPDATES) && c < sight->view->column_count; c++) {
        const struct column *column = &sight->view->columns[c];
        const char *value = planted_value(sight, TENANT_A, column);
        if (!value || strcmp(column->name, "id") == 0 ||
            !(access_column(&sight->attack->audit->inventory, sight->role, sight->view, column) &
                MAY_UPDATE))
            continue;
        if (!write_through(sight,
                arena_printf(arena, "update %s set %s = %s", sight->view->quoted, column->quoted,
                    text_literal(value, arena)),
                error))
            return false;
        break;
    }
    if ((sight->may & MAY_DELETE) && (updatable & DELETES) &&
        !write_through(sight, arena_printf(arena, "delete from %s", sight->view->quoted), error))
        return false;
    return !(sight->may & MAY_INSERT) || !(updatable & INSERTS) ||
           write_through(sight, insert_sql(sight), error);
}

/* A materialized view is filled from the planted rows first; that locks it, so only where nobody
 * else is. */
static bool
attack_matview(struct sight *sight, struct tn_error *error)
{
    static const enum audit_kind kinds[] = { AUDIT_MATVIEW_EXPOSED, AUDIT_KIND_COUNT };
    struct buffer seen;
    bool works = false;
    AUTO_OUTCOME outcome = { 0 };
    struct attack *attack = sight->attack;
    struct arena *arena = attack->audit->arena;
    if (!attack->is_private || !(sight->may & MAY_SELECT))
        return true;
    if (!session_run(attack->session, "SAVEPOINT refreshed", error) ||
        !session_try(attack->session,
            arena_printf(arena, "refresh materialized view %s", sight->view->quoted), &outcome,
            error) ||
        !read_all(sight, select_sql(sight), &seen, &works, error) ||
        !session_run(attack->session, "ROLLBACK TO refreshed; RELEASE refreshed", error))
        return false;
    if (works && attack_is_marked(attack, seen.data, NULL))
        attack_confirm(attack, sight->view->quoted, kinds,
            attack_statement(attack, sight->role, TENANT_A,
                arena_printf(arena, "select * from %s", sight->view->quoted)));
    return true;
}

bool
attack_view(struct attack *attack, const struct role *role, const struct relation *view,
    struct tn_error *error)
{
    bool works = true;
    bool seen = false;
    struct sight sight = { .tenant = TENANT_A,
        .attack = attack,
        .role = role,
        .view = view,
        .may = access_relation(&attack->audit->inventory, role, view) };
    if (!(sight.may & MAY_DATA))
        return true;

    bases_find(&sight, view, 0);
    if (!sight.base_count)
        return true;
    if (view->kind == 'm')
        return attack_matview(&sight, error);

    bool is_planted = true;
    for (size_t i = 0; i < sight.base_count; i++)
        is_planted &= attack->plant->tables[sight.bases[i] - attack->audit->inventory.relations]
                          .first[TENANT_B]
                          .values != NULL;
    if (!look(&sight, &works, &seen, error) || !strike(&sight, error))
        return false;

    struct suspicion *suspicion = attack_suspicion(attack, AUDIT_VIEW_BYPASS, view->quoted, NULL);
    if (works && seen && is_planted) {
        suspicion->refused++;
        audit_remove_unproven(&attack->audit->findings, view->quoted);
    } else {
        suspicion->unknown++;
    }
    return true;
}
