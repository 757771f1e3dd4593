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

static bool
try_unique(struct try *try, const struct unique_index *index, struct tn_error *error)
{
    AUTO_OUTCOME outcome = { 0 };
    const char *values[16];
    int keys[16];
    size_t count = 0;
    const struct audit *audit = try->attack->audit;
    const char *about = index->constraint ? index->constraint : index->quoted;
    struct suspicion *suspicion =
        attack_suspicion(try->attack, AUDIT_UNIQUE_CROSS, try->relation->quoted, about);
    const bool inserts = access_relation(&audit->inventory, try->role, try->relation) & MAY_INSERT;
    /* Of an expression: all columns that it names. */
    for (size_t c = 0; c < try->relation->column_count && count < COUNT_OF(keys); c++) {
        const struct column *column = &try->relation->columns[c];
        bool is_in = text_has_word(index->expressions, column->name) ||
                     text_has_word(index->predicate, column->name);
        for (size_t k = 0; k < index->key_count; k++)
            is_in |= index->keys[k] == column->number;
        if (!is_in || column == try->relation->tenant)
            continue;
        keys[count] = column->number;
        values[count++] = value_of(try->relation, &try->table->first[TENANT_B], column->number);
    }
    const char *sql =
        inserts ? insert_with(try, keys, values, count) : update_with(try, keys, values, count);
    if (!run(try, sql, &outcome, error))
        return false;
    if (strcmp(outcome.sqlstate, "23505") == 0 || strcmp(outcome.sqlstate, "23P01") == 0)
        shown(try, suspicion, sql);
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
