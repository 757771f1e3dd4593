#include <string.h>

#include "base/buffer.h"
#include "comparison/difference.h"
#include "comparison/types.h"
#include "comparison/write.h"

/* --- types --------------------------------------------------------------------------------------
 */

/* One quoted label of "'a', 'b'"; NULL at the end. `label` is cut off in place. */
static char *
label_next(char **rest)
{
    char *label = *rest;
    if (!*label)
        return NULL;

    char *end = strstr(label, "', '");
    if (!end) {
        *rest = label + strlen(label);
        return label;
    }
    end[1] = '\0';
    *rest = end + 3;
    return label;
}

/* A label may be used only after its transaction. */
static bool
is_used_at_once(const struct writer *writer, const struct object *type)
{
    for (size_t i = 0; i < writer->want->count; i++) {
        const struct object *object = writer->want->objects[i];
        for (size_t j = 0; object->change != CHANGE_NONE && j < object->need_count; j++)
            if (object->needs[j] == type)
                return true;
    }
    return false;
}

static void
labels_add(struct writer *writer, const struct object *want)
{
    char *have_rest = arena_strdup(writer->arena, want->other->fields[TYPE_BODY]);
    char *want_rest = arena_strdup(writer->arena, want->fields[TYPE_BODY]);
    const char *old = label_next(&have_rest);
    const char *before = NULL;
    const enum stage stage = is_used_at_once(writer, want) ? STAGE_FIRST : STAGE_MAIN;
    for (const char *label; (label = label_next(&want_rest)) != NULL; before = label) {
        if (old && strcmp(label, old) == 0) {
            old = label_next(&have_rest);
            continue;
        }
        const char *place = before ? arena_printf(writer->arena, " AFTER %s", before)
                            : old  ? arena_printf(writer->arena, " BEFORE %s", old)
                                   : "";
        plan_add(writer->plan, (struct plan_statement){ .stage = stage },
            "ALTER TYPE %s ADD VALUE %s%s", want->identity, label, place);
    }
}

static void
domain_make(struct writer *writer, const struct object *want)
{
    struct buffer out;
    buffer_init(&out, writer->arena, 128);
    buffer_printf(&out, "CREATE DOMAIN %s AS %s", want->identity, want->fields[TYPE_BODY]);
    if (want->fields[TYPE_COLLATION])
        buffer_printf(&out, " COLLATE %s", want->fields[TYPE_COLLATION]);
    if (want->fields[TYPE_DEFAULT])
        buffer_printf(&out, " DEFAULT %s", want->fields[TYPE_DEFAULT]);
    if (want->fields[TYPE_NOT_NULL])
        BUFFER_LITERAL(&out, " NOT NULL");
    WRITE(writer, want, "%s", out.data);
}

static void
domain_alter(struct writer *writer, const struct object *want)
{
    if (!text_same(want->fields[TYPE_DEFAULT], want->other->fields[TYPE_DEFAULT])) {
        if (want->fields[TYPE_DEFAULT])
            WRITE(writer, want, "ALTER DOMAIN %s SET DEFAULT %s", want->identity,
                want->fields[TYPE_DEFAULT]);
        else
            WRITE(writer, want, "ALTER DOMAIN %s DROP DEFAULT", want->identity);
    }
    if (text_same(want->fields[TYPE_NOT_NULL], want->other->fields[TYPE_NOT_NULL]))
        return;
    plan_add(writer->plan,
        (struct plan_statement){ .stage = want->make_stage,
            .mark = want->fields[TYPE_NOT_NULL] ? MARK_LOCKS : MARK_NONE,
            .why = "every table with this domain is read" },
        "ALTER DOMAIN %s %s NOT NULL", want->identity,
        want->fields[TYPE_NOT_NULL] ? "SET" : "DROP");
}

void
write_type(struct writer *writer, struct object *want)
{
    const char kind = *want->fields[TYPE_KIND];
    if (want->change == CHANGE_ALTER) {
        if (kind == 'e')
            labels_add(writer, want);
        else if (kind == 'd')
            domain_alter(writer, want);
        else
            write_attributes(writer, want);
        return;
    }
    if (kind == 'c' && want->change == CHANGE_REPLACE)
        write_attributes_lost(writer, want);
    if (kind == 'd' && want->change == CHANGE_REPLACE &&
        type_cast_loses(want->other->fields[TYPE_BODY], want->fields[TYPE_BODY]))
        plan_loss(writer->plan,
            (struct plan_loss){ .name = spoken(want->identity),
                .what = arena_printf(writer->arena,
                    "the domain %s becomes %s instead of %s, which not every value survives",
                    want->identity, want->fields[TYPE_BODY], want->other->fields[TYPE_BODY]) });
    if (kind == 'd')
        domain_make(writer, want);
    else
        WRITE(writer, want, "CREATE TYPE %s AS %s(%s)", want->identity, kind == 'e' ? "ENUM " : "",
            want->fields[TYPE_BODY] ? want->fields[TYPE_BODY] : "");
    write_function_rights(writer, want);
}

/* --- grants -------------------------------------------------------------------------------------
 */

/* Is `word` among the privileges "INSERT, SELECT"? */
static bool
has_privilege(const char *list, const char *word, size_t length)
{
    for (const char *at = list; at && *at;) {
        const size_t size = strcspn(at, ",");
        if (size == length && strncmp(at, word, length) == 0)
            return true;
        at += size + strspn(at + size, ", ");
    }
    return false;
}

/* Those of `from` that `list` has, or has not, with the column behind each where there is one. */
static const char *
privileges_select(
    struct arena *arena, const char *from, const char *list, bool is_in, const char *column)
{
    struct buffer out;
    buffer_init(&out, arena, 64);
    for (const char *at = from; at && *at;) {
        const size_t size = strcspn(at, ",");
        if (has_privilege(list, at, size) == is_in) {
            buffer_printf(&out, "%s%.*s", out.length ? ", " : "", (int)size, at);
            if (column)
                buffer_printf(&out, " (%s)", column);
        }
        at += size + strspn(at + size, ", ");
    }
    return out.data;
}

/* With grant option and without. */
static const char *
privileges_all(struct arena *arena, const struct object *grant)
{
    const char *plain = grant ? grant->fields[GRANT_PRIVILEGES] : NULL;
    const char *grantable = grant ? grant->fields[GRANT_GRANTABLE] : NULL;
    return arena_printf(arena, "%s%s%s", plain ? plain : "",
        plain && *plain && grantable && *grantable ? ", " : "", grantable ? grantable : "");
}

/* PostgreSQL gives PUBLIC the use of functions and types when they are made. */
static bool
is_given_by_itself(const struct object *grant)
{
    return strcmp(grant->fields[GRANT_ROLE], "PUBLIC") == 0 && grant->parent &&
           (grant->parent->kind == OBJECT_FUNCTION || grant->parent->kind == OBJECT_TYPE) &&
           (grant->parent->change == CHANGE_MAKE || grant->parent->change == CHANGE_REPLACE);
}

void
write_grant(struct writer *writer, const struct object *have, const struct object *want)
{
    const struct object *any = want ? want : have;
    const bool is_anew =
        want && want->parent &&
        (want->parent->change == CHANGE_MAKE || want->parent->change == CHANGE_REPLACE);
    if (is_given_by_itself(any))
        return;

    struct arena *arena = writer->arena;
    const char *column = any->fields[GRANT_COLUMN];
    const char *object = any->fields[GRANT_OBJECT];
    const char *role = any->fields[GRANT_ROLE];
    const struct object *before = is_anew ? NULL : have;
    const char *had = privileges_all(arena, before);
    const char *could_grant = before ? before->fields[GRANT_GRANTABLE] : NULL;
    const char *plain = want ? want->fields[GRANT_PRIVILEGES] : NULL;
    const char *grantable = want ? want->fields[GRANT_GRANTABLE] : NULL;

    const char *gone = privileges_select(arena, had, privileges_all(arena, want), false, column);
    if (*gone)
        plan_add(writer->plan,
            (struct plan_statement){
                .stage = want ? want->make_stage : have->drop_stage, .is_drop = want == NULL },
            "REVOKE %s ON %s FROM %s", gone, object, role);
    if (!want)
        return;
    const char *no_option = privileges_select(arena, could_grant, plain, true, column);
    const char *new = privileges_select(arena, plain, had, false, column);
    const char *new_option = privileges_select(arena, grantable, could_grant, false, column);
    if (*no_option)
        WRITE(writer, want, "REVOKE GRANT OPTION FOR %s ON %s FROM %s", no_option, object, role);
    if (*new)
        WRITE(writer, want, "GRANT %s ON %s TO %s", new, object, role);
    if (*new_option)
        WRITE(writer, want, "GRANT %s ON %s TO %s WITH GRANT OPTION", new_option, object, role);
}

/* Of a new function or type: what PostgreSQL gave to everybody, taken back where the schema did. */
void
write_function_rights(struct writer *writer, const struct object *want)
{
    for (size_t i = 0; i < writer->want->count; i++) {
        const struct object *grant = writer->want->objects[i];
        if (grant->kind == OBJECT_GRANT && grant->parent == want &&
            strcmp(grant->fields[GRANT_ROLE], "PUBLIC") == 0)
            return;
    }
    const char *word = want->kind == OBJECT_FUNCTION     ? want->fields[FUNCTION_KIND]
                       : *want->fields[TYPE_KIND] == 'd' ? "DOMAIN"
                                                         : "TYPE";
    WRITE(writer, want, "REVOKE ALL ON %s %s FROM PUBLIC", word, want->identity);
}

/* --- the rest -----------------------------------------------------------------------------------
 */

static void
sequence_write(struct writer *writer, const struct object *want)
{
    const bool is_made = want->change == CHANGE_MAKE || want->change == CHANGE_REPLACE;
    if (is_made)
        WRITE(
            writer, want, "CREATE SEQUENCE %s %s", want->identity, want->fields[SEQUENCE_OPTIONS]);
    else if (!text_same(want->fields[SEQUENCE_OPTIONS], want->other->fields[SEQUENCE_OPTIONS]))
        WRITE(writer, want, "ALTER SEQUENCE %s %s", want->identity, want->fields[SEQUENCE_OPTIONS]);
    const char *owner = want->fields[SEQUENCE_OWNER];
    const char *before = is_made ? NULL : want->other->fields[SEQUENCE_OWNER];
    /* Its column may be made after it. */
    if (!text_same(owner, before))
        plan_add(writer->plan, (struct plan_statement){ .stage = STAGE_LAST },
            "ALTER SEQUENCE %s OWNED BY %s", want->identity, owner ? owner : "NONE");
}

static void
view_write(struct writer *writer, const struct object *want)
{
    const bool is_stored = *want->fields[VIEW_KIND] == 'm';
    const char *options = want->fields[VIEW_OPTIONS];
    plan_add(writer->plan,
        (struct plan_statement){ .stage = want->make_stage,
            .mark = is_stored && want->change != CHANGE_MAKE ? MARK_LOCKS : MARK_NONE,
            .why = "its rows are worked out anew" },
        "CREATE %s%sVIEW %s%s%s%s AS\n%s", want->change == CHANGE_ALTER ? "OR REPLACE " : "",
        is_stored ? "MATERIALIZED " : "", want->identity, options ? " WITH (" : "",
        options ? options : "", options ? ")" : "", want->fields[VIEW_QUERY]);
}

static void
trigger_write(struct writer *writer, const struct object *want)
{
    const bool is_made = want->change != CHANGE_ALTER;
    if (is_made)
        WRITE(writer, want, "%s", want->fields[TRIGGER_DEFINITION]);
    const char *fires = want->fields[TRIGGER_FIRES];
    if (!text_same(fires, is_made ? NULL : want->other->fields[TRIGGER_FIRES]))
        WRITE(writer, want, "ALTER TABLE %s %s TRIGGER %s", relation_of(want),
            fires ? fires : "ENABLE", want->name);
}

static void
row_security_write(struct writer *writer, const struct object *want)
{
    static const char *const words[2][2] = { { "DISABLE", "ENABLE" }, { "NO FORCE", "FORCE" } };
    const struct object *have = object_is_new(want) ? NULL : want->other;
    for (int field = ROW_SECURITY_ENABLED; field <= ROW_SECURITY_FORCED; field++) {
        const bool is_on = want->fields[field] != NULL;
        const bool was_on = have && have->fields[field];
        if (is_on != was_on)
            WRITE(writer, want, "ALTER TABLE %s %s ROW LEVEL SECURITY", relation_of(want),
                words[field][is_on]);
    }
}

/* As PostgreSQL prints them, most expressions have theirs. */
static const char *
in_parentheses(struct arena *arena, const char *expression)
{
    int depth = 0;
    bool is_quoted = false;
    const char *at = expression;
    for (; *at; at++) {
        is_quoted ^= *at == '\'';
        depth += is_quoted ? 0 : *at == '(' ? 1 : *at == ')' ? -1 : 0;
        if (depth == 0)
            break;
    }
    return *expression == '(' && *at == ')' && !at[1] ? expression
                                                      : arena_printf(arena, "(%s)", expression);
}

static void
policy_write(struct writer *writer, const struct object *want)
{
    if (want->change == CHANGE_RENAME) {
        WRITE(writer, want, "ALTER POLICY %s ON %s RENAME TO %s", want->other->name,
            relation_of(want), want->name);
        return;
    }

    const bool is_made = want->change != CHANGE_ALTER;
    struct buffer out;
    buffer_init(&out, writer->arena, 256);
    buffer_printf(
        &out, "%s POLICY %s ON %s", is_made ? "CREATE" : "ALTER", want->name, relation_of(want));
    if (is_made && *want->fields[POLICY_PERMISSIVE] == 'R')
        BUFFER_LITERAL(&out, " AS RESTRICTIVE");
    if (is_made)
        buffer_printf(&out, " FOR %s", want->fields[POLICY_COMMAND]);
    const bool names_roles =
        is_made ? strcmp(want->fields[POLICY_ROLES], "PUBLIC") != 0
                : !text_same(want->fields[POLICY_ROLES], want->other->fields[POLICY_ROLES]);
    if (names_roles)
        buffer_printf(&out, " TO %s", want->fields[POLICY_ROLES]);
    if (want->fields[POLICY_USING])
        buffer_printf(
            &out, "\n    USING %s", in_parentheses(writer->arena, want->fields[POLICY_USING]));
    if (want->fields[POLICY_CHECK])
        buffer_printf(
            &out, "\n    WITH CHECK %s", in_parentheses(writer->arena, want->fields[POLICY_CHECK]));
    WRITE(writer, want, "%s", out.data);
}

static void
domain_constraint_write(struct writer *writer, const struct object *want)
{
    if (want->parent->change == CHANGE_MAKE || want->parent->change == CHANGE_REPLACE) {
        WRITE(writer, want, "ALTER DOMAIN %s ADD CONSTRAINT %s %s", want->parent->identity,
            want->name, want->fields[DOMAIN_CONSTRAINT_DEFINITION]);
        return;
    }
    WRITE(writer, want, "ALTER DOMAIN %s ADD CONSTRAINT %s %s NOT VALID", want->parent->identity,
        want->name, want->fields[DOMAIN_CONSTRAINT_DEFINITION]);
    plan_add(writer->plan,
        (struct plan_statement){ .stage = STAGE_VALIDATE,
            .mark = MARK_STOPS,
            .why = "every value of the domain has to keep it" },
        "ALTER DOMAIN %s VALIDATE CONSTRAINT %s", want->parent->identity, want->name);
}

static void
setting_write(struct writer *writer, const struct object *want)
{
    const bool reads_rows = strstr(want->fields[SETTING_SET], " SET NOT NULL") != NULL;
    plan_add(writer->plan,
        (struct plan_statement){ .stage = want->make_stage,
            .mark = reads_rows ? MARK_LOCKS : MARK_NONE,
            .why = "every row of the partition is read; one with NULL stops it" },
        "%s", want->fields[SETTING_SET]);
}

void
write_simple(struct writer *writer, struct object *want)
{
    switch (want->kind) {
    case OBJECT_SCHEMA:
        WRITE(writer, want, "CREATE SCHEMA %s", want->identity);
        return;
    case OBJECT_EXTENSION:
        WRITE(writer, want, "CREATE EXTENSION %s WITH SCHEMA %s", want->identity,
            want->fields[EXTENSION_SCHEMA]);
        return;
    case OBJECT_DOMAIN_CONSTRAINT:
        domain_constraint_write(writer, want);
        return;
    case OBJECT_SEQUENCE:
        sequence_write(writer, want);
        return;
    case OBJECT_VIEW:
        view_write(writer, want);
        return;
    case OBJECT_FUNCTION:
        WRITE(writer, want, "%s", want->fields[FUNCTION_DEFINITION]);
        if (want->change != CHANGE_ALTER)
            write_function_rights(writer, want);
        return;
    case OBJECT_TRIGGER:
        trigger_write(writer, want);
        return;
    case OBJECT_ROW_SECURITY:
        row_security_write(writer, want);
        return;
    case OBJECT_POLICY:
        policy_write(writer, want);
        return;
    case OBJECT_RULE:
        WRITE(writer, want, "%s", want->fields[RULE_DEFINITION]);
        return;
    case OBJECT_STATISTICS:
        WRITE(writer, want, "%s", want->fields[STATISTICS_DEFINITION]);
        return;
    case OBJECT_SETTING:
        setting_write(writer, want);
        return;
    case OBJECT_OWNER:
        WRITE(writer, want, "ALTER %s OWNER TO %s", want->fields[OWNER_OBJECT],
            want->fields[OWNER_ROLE]);
        return;
    case OBJECT_COMMENT:
        WRITE(writer, want, "COMMENT ON %s IS %s", want->fields[COMMENT_OBJECT],
            sql_literal(writer->arena, want->fields[COMMENT_TEXT]));
        return;
    case OBJECT_TYPE:
    case OBJECT_TABLE:
    case OBJECT_COLUMN:
    case OBJECT_DEFAULT:
    case OBJECT_CONSTRAINT:
    case OBJECT_INDEX:
    case OBJECT_GRANT:
    case OBJECT_OTHER:
    case OBJECT_KINDS:
        return;
    }
}
