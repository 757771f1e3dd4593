#include "verifier/inventory.h"

#include <stdlib.h>
#include <string.h>

#include "verifier/rows.h"
#include "verifier_sql.h"

struct reader {
    struct direct *direct;
    struct arena *arena;
    struct inventory *inventory;
};

/* --- looking up ------------------------------------------------------------------------------ */

/* Every struct below begins with its oid, and lies in the order of it. */
static int
oid_compare(const void *wanted, const void *item)
{
    const uint32_t left = *(const uint32_t *)wanted;
    const uint32_t right = *(const uint32_t *)item;
    return left < right ? -1 : left > right;
}

static void *
by_oid(uint32_t oid, const void *items, size_t count, size_t bytes)
{
    return count ? bsearch(&oid, items, count, bytes, oid_compare) : NULL;
}

struct relation *
inventory_relation(const struct inventory *inventory, uint32_t oid)
{
    return by_oid(oid, inventory->relations, inventory->relation_count, sizeof(struct relation));
}

struct function *
inventory_function(const struct inventory *inventory, uint32_t oid)
{
    return by_oid(oid, inventory->functions, inventory->function_count, sizeof(struct function));
}

struct role *
inventory_role(const struct inventory *inventory, uint32_t oid)
{
    return by_oid(oid, inventory->roles, inventory->role_count, sizeof(struct role));
}

struct schema *
inventory_schema(const struct inventory *inventory, uint32_t oid)
{
    return by_oid(oid, inventory->schemas, inventory->schema_count, sizeof(struct schema));
}

struct role *
inventory_role_named(const struct inventory *inventory, const char *name)
{
    for (size_t i = 0; i < inventory->role_count; i++)
        if (strcmp(inventory->roles[i].name, name) == 0)
            return &inventory->roles[i];
    return NULL;
}

struct column *
relation_column(const struct relation *relation, int number)
{
    for (size_t i = 0; i < relation->column_count; i++)
        if (relation->columns[i].number == number)
            return &relation->columns[i];
    return NULL;
}

struct column *
relation_column_named(const struct relation *relation, const char *name)
{
    for (size_t i = 0; i < relation->column_count; i++)
        if (strcmp(relation->columns[i].name, name) == 0)
            return &relation->columns[i];
    return NULL;
}

/* --- rows that belong to a parent ------------------------------------------------------------ */

/* Rows come by parent, so that the first one says how many may follow. Answers the place for one
 * more, of `bytes`, at the end of `*items`. */
static void *
child_add(const struct rows *rows, void *items_pointer, size_t *count, size_t bytes)
{
    void **items = items_pointer;
    if (!*items) {
        size_t run = 1;
        const uint32_t parent = rows_oid(rows, 0);
        struct rows next = *rows;
        for (next.row++; next.row < rows->count && rows_oid(&next, 0) == parent; next.row++)
            run++;
        *items = arena_array(rows->arena, run, bytes);
    }
    return (char *)*items + bytes * (*count)++;
}

static void
role_take(struct inventory *inventory, const struct rows *rows)
{
    inventory->roles[inventory->role_count++] = (struct role){
        .oid = rows_oid(rows, 0),
        .name = rows_text(rows, 1),
        .quoted = rows_text(rows, 2),
        .is_superuser = rows_true(rows, 3),
        .bypasses_rls = rows_true(rows, 4),
        .replicates = rows_true(rows, 5),
        .creates_roles = rows_true(rows, 6),
        .can_login = rows_true(rows, 7),
        .is_current = rows_true(rows, 8),
        .makes_temporary = rows_true(rows, 9),
        .makes_schemas = rows_true(rows, 10),
        .reads_large_objects = rows_true(rows, 11),
    };
}

static void
membership_take(struct inventory *inventory, const struct rows *rows)
{
    struct role *role = inventory_role(inventory, rows_oid(rows, 0));
    if (!role)
        return;

    struct membership *membership =
        child_add(rows, &role->memberships, &role->membership_count, sizeof *membership);
    *membership = (struct membership){ .role = rows_oid(rows, 1),
        .has_privileges = rows_true(rows, 2),
        .can_become = rows_true(rows, 3),
        .hop = rows_text(rows, 4) };
}

static void
schema_take(struct inventory *inventory, const struct rows *rows)
{
    inventory->schemas[inventory->schema_count++] = (struct schema){ .oid = rows_oid(rows, 0),
        .name = rows_text(rows, 1),
        .quoted = rows_text(rows, 2),
        .owner = rows_oid(rows, 3) };
}

static void
relation_take(struct inventory *inventory, const struct rows *rows)
{
    inventory->relations[inventory->relation_count++] = (struct relation){
        .oid = rows_oid(rows, 0),
        .schema_name = rows_text(rows, 1),
        .name = rows_text(rows, 2),
        .quoted = rows_text(rows, 3),
        .kind = rows_character(rows, 4),
        .owner = rows_oid(rows, 5),
        .rls_is_enabled = rows_true(rows, 6),
        .rls_is_forced = rows_true(rows, 7),
        .is_invoker_view = rows_true(rows, 8),
        .partition_bound = rows_text(rows, 9),
        .view_definition = rows_text(rows, 10),
        .updatable = rows_integer(rows, 11),
        .schema = rows_oid(rows, 12),
        .owner_name = rows_text(rows, 13),
        .comment = rows_text(rows, 14),
        .rule_definitions = rows_text(rows, 15),
    };
}

static void
column_take(struct inventory *inventory, const struct rows *rows)
{
    struct relation *relation = inventory_relation(inventory, rows_oid(rows, 0));
    if (!relation)
        return;

    struct column *column =
        child_add(rows, &relation->columns, &relation->column_count, sizeof *column);
    *column = (struct column){ .number = rows_integer(rows, 1),
        .name = rows_text(rows, 2),
        .quoted = rows_text(rows, 3),
        .type = rows_text(rows, 4),
        .base = rows_text(rows, 5),
        .type_kind = rows_character(rows, 6),
        .category = rows_character(rows, 7),
        .is_not_null = rows_true(rows, 8),
        .fallback = rows_text(rows, 9),
        .identity = rows_character(rows, 10),
        .is_generated = rows_character(rows, 11) != '\0',
        .length_max = rows_integer(rows, 13),
        .domain_checks = rows_text(rows, 14),
        .is_caseless = rows_true(rows, 15) };
    column->labels = rows_texts(rows, 12, &column->label_count);
}

static unsigned
privilege_of(const char *word)
{
    static const struct {
        const char *word;
        unsigned privilege;
    } words[] = { { "SELECT", MAY_SELECT }, { "INSERT", MAY_INSERT }, { "UPDATE", MAY_UPDATE },
        { "DELETE", MAY_DELETE }, { "TRUNCATE", MAY_TRUNCATE }, { "REFERENCES", MAY_REFERENCE },
        { "TRIGGER", MAY_TRIGGER }, { "USAGE", MAY_USE }, { "CREATE", MAY_CREATE },
        { "EXECUTE", MAY_EXECUTE } };
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (strcmp(words[i].word, word) == 0)
            return words[i].privilege;
    return 0;
}

/* acl.sql's first column is the kind; child_add counts by the object, which is its second. */
static void
grant_take(struct inventory *inventory, const struct rows *rows)
{
    const uint32_t oid = rows_oid(rows, 1);
    struct grant **grants = NULL;
    size_t *count = NULL;
    struct relation *relation = inventory_relation(inventory, oid);
    struct schema *schema = inventory_schema(inventory, oid);
    struct function *function = inventory_function(inventory, oid);
    const char kind = rows_character(rows, 0);
    if (kind == 'r' && relation) {
        grants = &relation->grants;
        count = &relation->grant_count;
    } else if (kind == 's' && schema) {
        grants = &schema->grants;
        count = &schema->grant_count;
    } else if (kind == 'f' && function) {
        grants = &function->grants;
        count = &function->grant_count;
    } else {
        return;
    }

    const struct grant grant = { .column = rows_integer(rows, 2),
        .grantee = rows_oid(rows, 3),
        .privileges = privilege_of(rows_text(rows, 4)) };
    for (size_t i = 0; i < *count; i++) {
        if ((*grants)[i].column == grant.column && (*grants)[i].grantee == grant.grantee) {
            (*grants)[i].privileges |= grant.privileges;
            return;
        }
    }
    struct grant *longer = ARENA_ARRAY(rows->arena, *count + 1, struct grant);
    if (*count)
        memcpy(longer, *grants, *count * sizeof *longer);
    longer[(*count)++] = grant;
    *grants = longer;
}

static void
policy_take(struct inventory *inventory, const struct rows *rows)
{
    struct relation *relation = inventory_relation(inventory, rows_oid(rows, 0));
    if (!relation)
        return;

    struct policy *policy =
        child_add(rows, &relation->policies, &relation->policy_count, sizeof *policy);
    *policy = (struct policy){ .name = rows_text(rows, 1),
        .quoted = rows_text(rows, 2),
        .is_permissive = rows_true(rows, 3),
        .command = rows_character(rows, 4),
        .using_expression = rows_text(rows, 6),
        .check_expression = rows_text(rows, 7) };
    policy->roles = (uint32_t *)rows_integers(rows, 5, &policy->role_count);
}

static void
constraint_take(struct inventory *inventory, const struct rows *rows)
{
    struct relation *relation = inventory_relation(inventory, rows_oid(rows, 0));
    if (!relation)
        return;

    struct constraint *constraint =
        child_add(rows, &relation->constraints, &relation->constraint_count, sizeof *constraint);
    *constraint = (struct constraint){ .name = rows_text(rows, 1),
        .quoted = rows_text(rows, 2),
        .kind = rows_character(rows, 3),
        .references = rows_oid(rows, 5),
        .definition = rows_text(rows, 7),
        .is_inherited = rows_true(rows, 8) };
    constraint->keys = rows_integers(rows, 4, &constraint->key_count);
    constraint->referenced = rows_integers(rows, 6, &constraint->referenced_count);
}

static void
index_take(struct inventory *inventory, const struct rows *rows)
{
    struct relation *relation = inventory_relation(inventory, rows_oid(rows, 0));
    if (!relation)
        return;

    struct unique_index *index =
        child_add(rows, &relation->indexes, &relation->index_count, sizeof *index);
    *index = (struct unique_index){ .name = rows_text(rows, 1),
        .quoted = rows_text(rows, 2),
        .is_unique = rows_true(rows, 3),
        .is_exclusion = rows_true(rows, 4),
        .is_primary = rows_true(rows, 5),
        .expressions = rows_text(rows, 7),
        .predicate = rows_text(rows, 8),
        .is_of_partition = rows_true(rows, 9),
        .constraint = rows_text(rows, 10) };
    index->keys = rows_integers(rows, 6, &index->key_count);
}

static void
function_take(struct inventory *inventory, const struct rows *rows)
{
    struct function *function = &inventory->functions[inventory->function_count++];
    *function = (struct function){ .oid = rows_oid(rows, 0),
        .quoted = rows_text(rows, 1),
        .language = rows_text(rows, 2),
        .kind = rows_character(rows, 3),
        .is_definer = rows_true(rows, 4),
        .is_leakproof = rows_true(rows, 5),
        .volatility = rows_character(rows, 6),
        .owner = rows_oid(rows, 7),
        .source = rows_text(rows, 9),
        .return_type = rows_text(rows, 12),
        .default_count = rows_integer(rows, 13),
        .is_bound = rows_true(rows, 14),
        .schema = rows_oid(rows, 15),
        .name = rows_text(rows, 16),
        .owner_name = rows_text(rows, 19),
        .is_extension = rows_true(rows, 20),
        .definition = rows_text(rows, 21) };
    function->settings = rows_texts(rows, 8, &function->setting_count);
    function->argument_types = rows_texts(rows, 10, &function->argument_count);
    function->argument_names = rows_texts(rows, 11, &function->argument_name_count);
    function->signature =
        arena_printf(rows->arena, "%s(%s)", function->quoted, rows_text(rows, 17));
    if (function->is_bound && rows_text(rows, 18))
        function->source = rows_text(rows, 18);
    if (!function->source)
        function->source = "";
    if (!function->return_type)
        function->return_type = "";
}

static void
trigger_take(struct inventory *inventory, const struct rows *rows)
{
    struct relation *relation = inventory_relation(inventory, rows_oid(rows, 0));
    if (!relation)
        return;

    struct trigger *trigger =
        child_add(rows, &relation->triggers, &relation->trigger_count, sizeof *trigger);
    *trigger = (struct trigger){ .quoted = rows_text(rows, 1),
        .function = rows_oid(rows, 2),
        .definition = rows_text(rows, 3),
        .fires_as_replica = rows_true(rows, 4) };
}

static void
oid_add(const struct rows *rows, uint32_t **items, size_t *count)
{
    uint32_t *longer = ARENA_ARRAY(rows->arena, *count + 1, uint32_t);
    if (*count)
        memcpy(longer, *items, *count * sizeof *longer);
    longer[(*count)++] = rows_oid(rows, 1);
    *items = longer;
}

static void
rule_take(struct inventory *inventory, const struct rows *rows)
{
    struct relation *relation = inventory_relation(inventory, rows_oid(rows, 0));
    if (!relation)
        return;

    if (rows_true(rows, 2))
        oid_add(rows, &relation->reads, &relation->read_count);
    else
        oid_add(rows, &relation->rule_targets, &relation->rule_target_count);
}

static void
parent_take(struct inventory *inventory, const struct rows *rows)
{
    struct relation *relation = inventory_relation(inventory, rows_oid(rows, 0));
    if (relation)
        oid_add(rows, &relation->parents, &relation->parent_count);
}

static void
publication_take(struct inventory *inventory, const struct rows *rows)
{
    struct relation *relation = inventory_relation(inventory, rows_oid(rows, 0));
    if (!relation)
        return;

    const char **name =
        child_add(rows, &relation->publications, &relation->publication_count, sizeof *name);
    *name = rows_text(rows, 1);
}

static void
setting_take(struct inventory *inventory, const struct rows *rows)
{
    inventory->settings[inventory->setting_count++] =
        (struct role_setting){ .role = rows_oid(rows, 0),
            .role_quoted = rows_text(rows, 1),
            .database_quoted = rows_text(rows, 2),
            .name = rows_text(rows, 3),
            .value = rows_text(rows, 4) };
}

static void
default_take(struct inventory *inventory, const struct rows *rows)
{
    inventory->defaults[inventory->default_count++] =
        (struct default_privilege){ .owner_quoted = rows_text(rows, 1),
            .schema_quoted = rows_text(rows, 2),
            .grantee = rows_oid(rows, 3),
            .privileges = rows_text(rows, 4) };
}

/* --- reading --------------------------------------------------------------------------------- */

#define SQL(name) ((const char *)sql_##name)

/* Run `sql` and give each row to `take`. `items`, where not NULL, gets room for as many as there
 * are rows. */
static bool
read_rows(const struct reader *reader, const char *sql, const char *parameter,
    void (*take)(struct inventory *, const struct rows *), void *items, size_t item_bytes,
    struct tn_error *error)
{
    AUTO_ROWS rows = { 0 };
    if (!rows_query(reader->direct, sql, parameter ? 1 : 0, parameter ? &parameter : NULL,
            reader->arena, &rows, error)) {
        error_prefix(error, "reading the catalogue");
        return false;
    }

    if (items)
        *(void **)items = arena_array(reader->arena, rows.count + 1, item_bytes);
    for (rows.row = 0; rows.row < rows.count; rows.row++)
        take(reader->inventory, &rows);
    return true;
}

static bool
read_server(const struct reader *reader, struct tn_error *error)
{
    AUTO_ROWS rows = { 0 };
    if (!rows_query(reader->direct,
            "select current_setting('server_version_num'), current_database()", 0, NULL,
            reader->arena, &rows, error))
        return false;

    reader->inventory->server_version = rows_integer(&rows, 0);
    reader->inventory->database = rows_text(&rows, 1);
    return true;
}

bool
inventory_read(struct direct *direct, struct arena *arena, struct inventory *ret_inventory,
    struct tn_error *error)
{
    struct inventory *out = ret_inventory;
    const struct reader reader = { .direct = direct, .arena = arena, .inventory = out };
    *out = (struct inventory){ 0 };
    if (!read_server(&reader, error))
        return false;

    const char *become = out->server_version >= 160000 ? "SET" : "MEMBER";
    return read_rows(
               &reader, SQL(roles), NULL, role_take, &out->roles, sizeof *out->roles, error) &&
           read_rows(&reader, SQL(memberships), become, membership_take, NULL, 0, error) &&
           read_rows(&reader, SQL(schemas), NULL, schema_take, &out->schemas, sizeof *out->schemas,
               error) &&
           read_rows(&reader, SQL(relations), NULL, relation_take, &out->relations,
               sizeof *out->relations, error) &&
           read_rows(&reader, SQL(functions), NULL, function_take, &out->functions,
               sizeof *out->functions, error) &&
           read_rows(&reader, SQL(columns), NULL, column_take, NULL, 0, error) &&
           read_rows(&reader, SQL(acl), NULL, grant_take, NULL, 0, error) &&
           read_rows(&reader, SQL(policies), NULL, policy_take, NULL, 0, error) &&
           read_rows(&reader, SQL(constraints), NULL, constraint_take, NULL, 0, error) &&
           read_rows(&reader, SQL(indexes), NULL, index_take, NULL, 0, error) &&
           read_rows(&reader, SQL(triggers), NULL, trigger_take, NULL, 0, error) &&
           read_rows(&reader, SQL(rules), NULL, rule_take, NULL, 0, error) &&
           read_rows(&reader, SQL(inherits), NULL, parent_take, NULL, 0, error) &&
           read_rows(&reader, SQL(publications), NULL, publication_take, NULL, 0, error) &&
           read_rows(&reader, SQL(settings), NULL, setting_take, &out->settings,
               sizeof *out->settings, error) &&
           read_rows(&reader, SQL(default_privileges), NULL, default_take, &out->defaults,
               sizeof *out->defaults, error);
}
