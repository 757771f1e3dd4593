#include "verifier/attack.h"

#include <string.h>

#include "base/buffer.h"
#include "verifier/access.h"
#include "verifier/scope.h"
#include "verifier/text.h"

struct
try {
    struct attack *attack;
    const struct role *role;
    const struct relation *relation;
    struct plant_table *table;
};

static bool
may_insert_column(void *context, const struct column *column)
{
    const struct try *try = context;
    return access_column(&try->attack->audit->inventory, try->role, try->relation, column) &
           MAY_INSERT;
}

/* An INSERT of a row of A's own, with some columns set to given values. */
static const char *
insert_with(struct try *try, const int *keys, const char *const *values, size_t count)
{
    struct buffer columns;
    struct buffer literals;
    const char **row = NULL;
    bool overrides = false;
    const struct relation *relation = try->relation;
    struct arena *arena = try->attack->audit->arena;
    (void)plant_insert_sql(try->attack->plant, relation, TENANT_A, may_insert_column, try, &row);
    buffer_init(&columns, arena, 256);
    buffer_init(&literals, arena, 256);
    for (size_t c = 0; c < relation->column_count; c++) {
        const struct column *column = &relation->columns[c];
        const char *value = row[c];
        bool is_set = false;
        for (size_t k = 0; k < count; k++) {
            if (keys[k] == column->number) {
                value = values[k];
                is_set = true;
            }
        }
        if (column->is_generated || !may_insert_column(try, column) || (!value && !is_set))
            continue;
        overrides |= column->identity == 'a';
        buffer_printf(&columns, "%s%s", columns.length ? ", " : "", column->quoted);
        buffer_printf(&literals, "%s%s", literals.length ? ", " : "",
            value ? text_literal(value, arena) : "null");
    }
    return arena_printf(arena, "insert into %s (%s)%s values (%s)", relation->quoted, columns.data,
        overrides ? " overriding system value" : "", literals.data);
}

/* The same by UPDATE of A's own row, where INSERT is not granted. */
static const char *
update_with(struct try *try, const int *keys, const char *const *values, size_t count)
{
    struct buffer sql;
    struct arena *arena = try->attack->audit->arena;
    buffer_init(&sql, arena, 256);
    buffer_printf(&sql, "update %s set ", try->relation->quoted);
    for (size_t k = 0; k < count; k++)
        buffer_printf(&sql, "%s%s = %s", k ? ", " : "",
            relation_column(try->relation, keys[k])->quoted,
            values[k] ? text_literal(values[k], arena) : "null");
    buffer_printf(&sql, " where %s",
        plant_where(try->attack->plant, try->relation, &try->table->first[TENANT_A]));
    return sql.data;
}

static const char *
value_of(const struct relation *relation, const struct plant_row *row, int number)
{
    for (size_t c = 0; row->values && c < relation->column_count; c++)
        if (relation->columns[c].number == number)
            return row->values[c];
    return NULL;
}

static bool
run(struct try *try, const char *sql, struct outcome *outcome, struct tn_error *error)
{
    return attack_begin(try->attack, try->role, TENANT_A, error) &&
           session_try(try->attack->session, sql, outcome, error) && attack_end(try->attack, error);
}

static void
shown(struct try *try, struct suspicion *suspicion, const char *sql)
{
    struct audit_list *findings = &try->attack->audit->findings;
    suspicion->shown++;
    for (size_t i = 0; i < findings->count; i++) {
        struct audit_finding *finding = &findings->items[i];
        if (finding->kind == suspicion->kind && finding->object && finding->proof != PROOF_ATTACK &&
            strcmp(finding->object, suspicion->object) == 0 &&
            strcmp(finding->about, suspicion->about) == 0) {
            findings->changes++;
            finding->proof = PROOF_ATTACK;
            finding->statement = attack_statement(try->attack, try->role, TENANT_A, sql);
        }
    }
}

static bool
was_refused(const struct outcome *outcome)
{
    return strcmp(outcome->sqlstate, "42501") == 0 || strcmp(outcome->sqlstate, "P0001") == 0 ||
           strcmp(outcome->sqlstate, "23514") == 0 || strcmp(outcome->sqlstate, "44000") == 0;
}

static bool
try_foreign_key(struct try *try, const struct constraint *key, struct tn_error *error)
{
    AUTO_OUTCOME outcome = { 0 };
    const char *values[16];
    const struct audit *audit = try->attack->audit;
    const struct relation *parent = inventory_relation(&audit->inventory, key->references);
    const struct plant_table *parent_table =
        parent ? &try->attack->plant->tables[parent - audit->inventory.relations] : NULL;
    struct suspicion *suspicion =
        attack_suspicion(try->attack, AUDIT_FK_CROSS, try->relation->quoted, key->quoted);
    if (!parent || key->key_count > COUNT_OF(values) || !parent_table->first[TENANT_B].values) {
        suspicion->unknown++;
        return true;
    }
    const bool inserts = access_relation(&audit->inventory, try->role, try->relation) & MAY_INSERT;
    for (size_t k = 0; k < key->key_count; k++)
        values[k] = value_of(parent,
            parent_table->spare[TENANT_B].values ? &parent_table->spare[TENANT_B]
                                                 : &parent_table->first[TENANT_B],
            key->referenced[k]);
    const char *sql = inserts ? insert_with(try, key->keys, values, key->key_count)
                              : update_with(try, key->keys, values, key->key_count);
    if (!run(try, sql, &outcome, error))
        return false;
    if (outcome.succeeded && outcome.affected > 0)
        shown(try, suspicion, sql);
    else if (was_refused(&outcome) || strcmp(outcome.sqlstate, "23503") == 0)
        suspicion->refused++;
    else
        suspicion->unknown++;
    return true;
}

/* --- unique values ---------------------------------------------------------------------------- */

static bool
is_key_of(const struct unique_index *index, const struct column *column)
{
    for (size_t k = 0; k < index->key_count; k++)
        if (index->keys[k] == column->number)
            return true;
    return false;
}

/* A row of A's with what the index holds of B's. Of an expression: all columns that it names. */
static bool
repeat_row(struct try *try, const struct unique_index *index, const struct plant_row *other,
    const char **ret_sql, struct outcome *outcome, struct tn_error *error)
{
    const char *values[16];
    int keys[16];
    size_t count = 0;
    const bool inserts =
        access_relation(&try->attack->audit->inventory, try->role, try->relation) & MAY_INSERT;
    for (size_t c = 0; c < try->relation->column_count && count < COUNT_OF(keys); c++) {
        const struct column *column = &try->relation->columns[c];
        if (column == try->relation->tenant ||
            !(is_key_of(index, column) || text_has_word(index->expressions, column->name) ||
                text_has_word(index->predicate, column->name)))
            continue;
        keys[count] = column->number;
        values[count++] = value_of(try->relation, other, column->number);
    }
    *ret_sql =
        inserts ? insert_with(try, keys, values, count) : update_with(try, keys, values, count);
    return run(try, *ret_sql, outcome, error);
}

static bool
is_conflict(const struct outcome *outcome)
{
    return strcmp(outcome->sqlstate, "23505") == 0 || strcmp(outcome->sqlstate, "23P01") == 0;
}

/* What B's row has to be so that the index is about it: a guess from the predicate. NULL: nothing
 * to set. */
static const char *
meet_sql(const struct try *try, const struct unique_index *index, size_t variant)
{
    enum { CANDIDATES_MAX = 12 };
    struct buffer sql;
    bool any = false;
    const struct audit *audit = try->attack->audit;
    const struct relation *relation = try->relation;
    buffer_init(&sql, audit->arena, 256);
    buffer_printf(&sql, "update %s set ", relation->quoted);
    for (size_t c = 0; c < relation->column_count; c++) {
        const char *found[CANDIDATES_MAX];
        const struct column *column = &relation->columns[c];
        if (column == relation->tenant || column->is_generated || is_key_of(index, column) ||
            !text_has_word(index->predicate, column->name))
            continue;
        const size_t count =
            values_candidates(audit, index->predicate, column, found, CANDIDATES_MAX);
        const char *value = count ? found[variant % count] : NULL;
        buffer_printf(&sql, "%s%s = %s", any ? ", " : "", column->quoted,
            value ? text_literal(value, audit->arena) : "null");
        any = true;
    }
    buffer_printf(&sql, " where %s returning (%s)",
        plant_where(try->attack->plant, relation, &try->table->first[TENANT_B]), index->predicate);
    for (size_t c = 0; c < relation->column_count; c++)
        buffer_printf(&sql, ", %s::text", relation->columns[c].quoted);
    return any ? sql.data : NULL;
}

/* One variant of B's row. `ret_barred`: a check forbids that any tenant's row is such. */
static bool
try_variant(struct try *try, const struct unique_index *index, size_t variant,
    struct suspicion *suspicion, bool *ret_barred, struct tn_error *error)
{
    AUTO_OUTCOME met = { 0 };
    AUTO_OUTCOME outcome = { 0 };
    const char *sql = meet_sql(try, index, variant);
    struct arena *arena = try->attack->audit->arena;
    struct plant_row other = { .values = ARENA_ARRAY(
                                   arena, try->relation->column_count + 1, const char *) };
    if (!sql)
        return true;
    if (!session_run(try->attack->session,
            "SAVEPOINT varied; SET LOCAL session_replication_role = replica", error) ||
        !session_try(try->attack->session, sql, &met, error) ||
        !session_run(try->attack->session, "SET LOCAL session_replication_role = origin", error))
        return false;
    *ret_barred |= strcmp(met.sqlstate, "23514") == 0;
    if (met.succeeded && met.rows.count && rows_true(&met.rows, 0)) {
        for (size_t c = 0; c < try->relation->column_count; c++)
            other.values[c] = rows_text(&met.rows, (int)c + 1);
        if (!repeat_row(try, index, &other, &sql, &outcome, error))
            return false;
        if (is_conflict(&outcome))
            shown(try, suspicion, sql);
        else if (was_refused(&outcome))
            suspicion->refused++;
    }
    return session_run(try->attack->session, "ROLLBACK TO varied; RELEASE varied", error);
}

/* An index with a predicate may be about other rows than the one that was planted. */
static bool
try_predicate(struct try *try, const struct unique_index *index, struct suspicion *suspicion,
    struct tn_error *error)
{
    enum { VARIANTS = 6 };
    bool is_barred = false;
    const struct suspicion before = *suspicion;
    for (size_t variant = 0; variant < VARIANTS && suspicion->shown == before.shown; variant++)
        if (!try_variant(try, index, variant, suspicion, &is_barred, error))
            return false;
    if (suspicion->shown == before.shown && suspicion->refused == before.refused) {
        suspicion->refused += is_barred;
        suspicion->unknown += !is_barred;
    }
    return true;
}

static bool
try_unique(struct try *try, const struct unique_index *index, struct tn_error *error)
{
    const char *sql;
    AUTO_OUTCOME outcome = { 0 };
    const char *about = index->constraint ? index->constraint : index->quoted;
    struct suspicion *suspicion =
        attack_suspicion(try->attack, AUDIT_UNIQUE_CROSS, try->relation->quoted, about);
    if (!repeat_row(try, index, &try->table->first[TENANT_B], &sql, &outcome, error))
        return false;
    if (is_conflict(&outcome))
        shown(try, suspicion, sql);
    else if (index->predicate && *index->predicate && try->attack->is_private &&
             try->attack->session->is_superuser)
        return try_predicate(try, index, suspicion, error);
    else if (was_refused(&outcome))
        suspicion->refused++;
    else
        suspicion->unknown++;
    return true;
}

static bool
is_found(const struct try *try, enum audit_kind kind, const char *about)
{
    const struct audit_list *findings = &try->attack->audit->findings;
    for (size_t i = 0; i < findings->count; i++)
        if (findings->items[i].kind == kind && findings->items[i].object &&
            strcmp(findings->items[i].object, try->relation->quoted) == 0 &&
            strcmp(findings->items[i].about, about) == 0)
            return true;
    return false;
}

bool
attack_keys(struct attack *attack, const struct role *role, struct plant_table *table,
    struct tn_error *error)
{
    const struct relation *relation = table->relation;
    struct try try = { .attack = attack, .role = role, .relation = relation, .table = table };
    if (table->muted || !table->first[TENANT_A].values || !table->first[TENANT_B].values ||
        !(access_relation(&attack->audit->inventory, role, relation) & (MAY_INSERT | MAY_UPDATE)))
        return true;

    for (size_t c = 0; c < relation->constraint_count; c++)
        if (relation->constraints[c].kind == 'f' &&
            is_found(&try, AUDIT_FK_CROSS, relation->constraints[c].quoted) &&
            !try_foreign_key(&try, &relation->constraints[c], error))
            return false;
    for (size_t i = 0; i < relation->index_count; i++) {
        const struct unique_index *index = &relation->indexes[i];
        if (is_found(
                &try, AUDIT_UNIQUE_CROSS, index->constraint ? index->constraint : index->quoted) &&
            !try_unique(&try, index, error))
            return false;
    }
    return true;
}
