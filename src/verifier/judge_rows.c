#include "verifier/judge.h"

#include <string.h>

#include "base/buffer.h"
#include "verifier/text.h"

enum {
    VARIANTS_MAX = 48, /* of each kind of row */
    CANDIDATES_MAX = 12,
    TWINS_MAX = 6,
    FALLBACKS_MAX = 6,
};

struct rows_text {
    struct buffer out;
    struct subject *subject;
};

static const char *
cast(struct arena *arena, const struct column *column, const char *value)
{
    /* A domain's checks are not what is asked here. */
    const bool has_checks = column->domain_checks && *column->domain_checks;
    const char *type = has_checks ? text_identifier(column->base, arena) : column->type;
    return value ? arena_printf(arena, "%s::%s", text_literal(value, arena), type)
                 : arena_printf(arena, "null::%s", type);
}

/* The values of a row before it is varied. */
static const char **
base_row(struct judge *judge, const struct subject *subject, int tenant)
{
    const struct relation *relation = subject->relation;
    const char **row = ARENA_ARRAY(judge->audit->arena, relation->column_count, const char *);
    const struct planted_rows *planted =
        judge->planted ? &judge->planted[relation - judge->audit->inventory.relations] : NULL;
    const int from = tenant == TENANT_COUNT ? TENANT_B : tenant;
    for (size_t c = 0; c < relation->column_count; c++) {
        const struct column *column = &relation->columns[c];
        if (planted && planted->rows[from])
            row[c] = planted->rows[from][c];
        else if (column == subject->tenant || values_is_person(judge->audit, column))
            row[c] = values_tenant(judge->values, from, column);
        else
            row[c] = values_filler(judge->values, from, relation, column, 0);
        if (tenant == TENANT_COUNT && column == subject->tenant)
            row[c] = NULL;
    }
    return row;
}

static void
row_add(struct judge *judge, struct rows_text *text, const char **row, enum row_kind kind)
{
    struct subject *subject = text->subject;
    const struct relation *relation = subject->relation;
    buffer_printf(&text->out, "%s(%zu", subject->row_count ? ", " : "", subject->row_count);
    for (size_t c = 0; c < relation->column_count; c++)
        buffer_printf(&text->out, ", %s", cast(judge->audit->arena, &relation->columns[c], row[c]));
    buffer_character(&text->out, ')');
    subject->kinds[subject->row_count++] = kind;
}

/* created_by = current_user: the names that this is true of. At most two. */
static size_t
workers(const struct judge *judge, const struct subject *subject, const struct column *column,
    const char **found)
{
    size_t count = 0;
    if (column->category != 'S' ||
        !text_matches(subject->deep, "current_user|session_user|current_role|[^_]user"))
        return 0;
    found[count++] = subject->role->name;
    for (size_t r = 0; r < judge->audit->inventory.role_count; r++)
        if (judge->audit->inventory.roles[r].is_current)
            found[count++] = judge->audit->inventory.roles[r].name;
    return count;
}

/* Where the tenant is set by itself, what is one's own in another tenant's table is that tenant's:
 * a second policy that opens it opens what the first closes. Lists of members are for looking up
 * one's tenants. */
static bool
is_authorship(
    const struct judge *judge, const struct relation *relation, const struct column *column)
{
    bool is_member = values_is_for_person(judge->audit) || relation->policy_count < 2;
    for (size_t i = 0; i < relation->index_count; i++)
        for (size_t k = 0; relation->indexes[i].is_unique && k < relation->indexes[i].key_count;
             k++)
            is_member |= relation->indexes[i].keys[k] == column->number;
    return !is_member;
}

static void
rows_of_kind(struct judge *judge, struct rows_text *text, int tenant, enum row_kind kind)
{
    struct subject *subject = text->subject;
    const struct relation *relation = subject->relation;
    const char **row = base_row(judge, subject, tenant);
    size_t left = VARIANTS_MAX;
    row_add(judge, text, row, kind);
    for (size_t c = 0; c < relation->column_count; c++) {
        const char *found[CANDIDATES_MAX];
        const struct column *column = &relation->columns[c];
        const bool is_person = values_is_person(judge->audit, column);
        if (column == subject->tenant || !text_has_word(subject->deep, column->name))
            continue;
        size_t count = is_person ? 0
                                 : values_candidates(judge->audit, subject->deep, column, found,
                                       CANDIDATES_MAX - 2);
        if (is_person && tenant == TENANT_B && is_authorship(judge, relation, column))
            found[count++] = values_tenant(judge->values, TENANT_A, column);
        count += workers(judge, subject, column, found + count);
        /* org_id = any (array[…, column]): whoever writes the row names its tenant twice. */
        if (subject->tenant && tenant < TENANT_COUNT && !is_person && count < CANDIDATES_MAX &&
            (column->category == 'S' || strcmp(column->type, subject->tenant->type) == 0))
            found[count++] = values_tenant(judge->values, tenant, subject->tenant);
        for (size_t i = 0; i < count && left; i++, left--) {
            const char *before = row[c];
            row[c] = found[i];
            row_add(judge, text, row, kind);
            row[c] = before;
        }
    }
}

/* Rows of tenants that are planted nowhere: of names that a careless comparison takes for A's, and
 * of those that the policies themselves name. */
static void
rows_of_strangers(struct judge *judge, struct rows_text *text)
{
    const struct subject *subject = text->subject;
    const struct relation *relation = subject->relation;
    const size_t tenant = (size_t)(subject->tenant - relation->columns);
    const char **row = base_row(judge, subject, TENANT_B);
    const char *found[TWINS_MAX + FALLBACKS_MAX];
    const size_t twins = values_twins(judge->values, subject->tenant, found, TWINS_MAX);
    const size_t count = twins + values_named(judge->audit, subject->deep, subject->tenant,
                                     found + twins, FALLBACKS_MAX);
    for (size_t i = 0; i < count; i++) {
        row[tenant] = found[i];
        row_add(judge, text, row, i < twins ? ROW_OTHER : ROW_NAMED);
    }
}

void
subject_make_rows(struct judge *judge, struct subject *subject)
{
    struct rows_text text = { .subject = subject };
    const struct relation *relation = subject->relation;
    struct arena *arena = judge->audit->arena;
    buffer_init(&text.out, arena, 2048);
    subject->kinds =
        ARENA_ARRAY(arena, (VARIANTS_MAX + 1) * 4 + TWINS_MAX + FALLBACKS_MAX, enum row_kind);
    buffer_text(&text.out, "(values ");
    subject->is_planted =
        judge->planted &&
        judge->planted[relation - judge->audit->inventory.relations].rows[TENANT_B];
    if (subject->tenant || subject->is_planted)
        rows_of_kind(judge, &text, TENANT_A, ROW_OWN);
    rows_of_kind(judge, &text, TENANT_B, ROW_OTHER);
    if (subject->tenant && values_tells_case(subject->tenant))
        rows_of_kind(judge, &text, TENANT_C, ROW_OTHER);
    if (subject->tenant && !subject->tenant->is_not_null)
        rows_of_kind(judge, &text, TENANT_COUNT, ROW_NULL);
    if (subject->tenant)
        rows_of_strangers(judge, &text);

    buffer_printf(&text.out, ") as %s (\"tenantry row\"", text_identifier(relation->name, arena));
    for (size_t c = 0; c < relation->column_count; c++)
        buffer_printf(&text.out, ", %s", relation->columns[c].quoted);
    buffer_character(&text.out, ')');
    subject->from = text.out.data;
}
