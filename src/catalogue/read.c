#include "catalogue/read.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off */

/* $1 is the role. These are planned in a session that knows nothing of the catalogue yet, at each
 * start: so there are few joins, no view where a function does, and what stands only in an unsafe
 * database is asked for when it was found. pg_has_role says that a superuser belongs to everybody;
 * that one is told by its own attribute and nothing else (below, `belongs`). */
#define USER_SCHEMAS \
    " namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema' "
#define MEMBER(oid) "pg_catalog.pg_has_role($1::pg_catalog.name, " oid ", 'member')"
#define NAME(oid) "pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(" oid "))"

/* The role, what it can become, and whom row-level security does not hold. */
static const char roles_query[] =
    "select target.oid, pg_catalog.quote_ident(target.rolname),"
    " target.oid = app.oid"
    "  or (not app.rolsuper and pg_catalog.pg_has_role(app.oid, target.oid, 'member')),"
    " target.rolsuper, target.rolbypassrls, target.rolreplication, target.rolcreaterole,"
    " target.rolname in ('pg_read_all_data', 'pg_write_all_data', 'pg_execute_server_program',"
    "  'pg_read_server_files', 'pg_write_server_files') "
    "from pg_catalog.pg_roles app cross join pg_catalog.pg_roles target "
    "where app.rolname = $1 and (target.oid = app.oid or target.rolsuper or target.rolbypassrls"
    "  or (not app.rolsuper and pg_catalog.pg_has_role(app.oid, target.oid, 'member'))) "
    "order by target.oid <> app.oid, target.rolname";

/* $2 is the tenant column: what it is comes as "t 3 text" (not null, place, type), and beside it the
 * first columns of the indexes, as "{3,1}". */
static const char relations_query[] =
    "select class.oid, namespace.nspname || '.' || class.relname,"
    " pg_catalog.format('%I.%I', namespace.nspname, class.relname), class.relkind,"
    " class.relowner, " NAME("class.relowner") ", " MEMBER("class.relowner") ","
    " class.relrowsecurity, class.relforcerowsecurity,"
    " coalesce(class.reloptions && array['security_invoker=true', 'security_invoker=on',"
    "  'security_invoker=1', 'security_invoker=yes'], false),"
    " (select case when attnotnull then 't ' else 'f ' end || attnum || ' '"
    "   || pg_catalog.format_type(atttypid, null) from pg_catalog.pg_attribute"
    "  where attrelid = class.oid and attname = $2 and not attisdropped and attnum > 0),"
    " array(select indkey[0] from pg_catalog.pg_index"
    "  where indrelid = class.oid and indisvalid and indpred is null),"
    " (select description from pg_catalog.pg_description where objoid = class.oid"
    "  and classoid = 'pg_catalog.pg_class'::pg_catalog.regclass and objsubid = 0) "
    "from pg_catalog.pg_class class"
    " join pg_catalog.pg_namespace namespace on namespace.oid = class.relnamespace "
    "where class.relkind in ('r', 'p', 'v', 'm', 'f') and" USER_SCHEMAS
    "order by class.oid";

static const char policies_query[] =
    "select policy.polrelid, pg_catalog.quote_ident(policy.polname), policy.polpermissive,"
    " policy.polcmd = '*',"
    " exists (select from unnest(policy.polroles) named (oid) where named.oid = 0"
    "  or " MEMBER("named.oid") "),"
    " pg_catalog.pg_get_expr(policy.polqual, policy.polrelid),"
    " pg_catalog.pg_get_expr(policy.polwithcheck, policy.polrelid) "
    "from pg_catalog.pg_policy policy order by policy.polrelid, policy.polname";

/* Relations with lower OIDs were made by initdb: PostgreSQL's own, which are of nobody here. */
#define FIRST_OID "16384"
static const char grants_query[] =
    "select acl.oid, item.grantee,"
    " case when item.grantee = 0 then 'PUBLIC' else " NAME("item.grantee") " end,"
    " bool_or(item.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')),"
    " bool_or(item.privilege_type = 'TRUNCATE'), bool_or(item.privilege_type = 'TRIGGER') "
    "from (select oid, relowner, relacl as items from pg_catalog.pg_class"
    "  where oid >= " FIRST_OID " and relacl is not null and relkind in ('r', 'p', 'v', 'm', 'f')"
    " union all select class.oid, class.relowner, attribute.attacl"
    "  from pg_catalog.pg_attribute attribute"
    "  join pg_catalog.pg_class class on class.oid = attribute.attrelid"
    "  where attribute.attacl is not null) acl"
    " cross join pg_catalog.aclexplode(acl.items) item "
    "where item.grantee <> acl.relowner and (item.grantee = 0 or " MEMBER("item.grantee") ") "
    "group by 1, 2 order by 1, 3";

static const char owned_query[] =
    "select 'SCHEMA ' || pg_catalog.quote_ident(namespace.nspname), namespace.nspowner,"
    " " NAME("namespace.nspowner") " from pg_catalog.pg_namespace namespace where" USER_SCHEMAS
    " and " MEMBER("namespace.nspowner")
    " and exists (select from pg_catalog.pg_class class where class.relnamespace = namespace.oid)"
    " union all"
    " select 'FUNCTION ' || function.oid::pg_catalog.regprocedure, function.proowner,"
    " " NAME("function.proowner") " from pg_catalog.pg_proc function"
    " where function.pronamespace = (select pg_catalog.to_regnamespace('tenantry'))"
    " and " MEMBER("function.proowner") " order by 1";

/* By which of its own memberships the role comes to be the role $2. */
static const char through_query[] =
    "select pg_catalog.quote_ident(hop.rolname) from pg_catalog.pg_auth_members membership"
    " join pg_catalog.pg_roles hop on hop.oid = membership.roleid"
    " join pg_catalog.pg_roles app on app.oid = membership.member "
    "where app.rolname = $1 and pg_catalog.pg_has_role(hop.oid, $2::pg_catalog.oid, 'member') "
    "order by 1 limit 1";

/* clang-format on */

struct reader {
    struct direct *direct;
    struct arena *arena;
    struct catalogue *catalogue;
    const char *role; /* as it was named; the catalogue's is quoted */
    uint32_t role_oid;
    uint32_t *bypassing; /* roles that row-level security does not hold */
    size_t bypassing_count;
    struct pg_result *result;
    size_t row;
    struct tn_error *error; /* set: a row could not be taken */
};

static const char *
text_at(const struct reader *reader, int column)
{
    return result_text(reader->result, reader->row, column, reader->arena);
}

static bool
true_at(const struct reader *reader, int column)
{
    size_t bytes = 0;
    const char *value = result_value(reader->result, reader->row, column, &bytes);
    return value && *value == 't';
}

static uint32_t
oid_at(const struct reader *reader, int column)
{
    size_t bytes = 0;
    return (uint32_t)strtoul(result_value(reader->result, reader->row, column, &bytes), NULL, 10);
}

static int
relation_compare(const void *oid, const void *relation)
{
    const uint32_t left = *(const uint32_t *)oid;
    const uint32_t right = ((const struct catalogue_relation *)relation)->oid;
    return left < right ? -1 : left > right;
}

static struct catalogue_relation *
relation_at(const struct reader *reader, int column)
{
    const uint32_t oid = oid_at(reader, column);
    const struct catalogue *catalogue = reader->catalogue;
    return catalogue->relation_count
               ? bsearch(&oid, catalogue->relations, catalogue->relation_count,
                     sizeof *catalogue->relations, relation_compare)
               : NULL;
}

/* --- roles ----------------------------------------------------------------------------------- */

/* Is the role this one, or a member of it as the query says? */
static bool
belongs(const struct reader *reader, uint32_t oid, bool is_member)
{
    return oid == reader->role_oid || (is_member && !reader->catalogue->roles[0].is_superuser);
}

static bool
bypasses_rls(const struct reader *reader, uint32_t oid)
{
    for (size_t i = 0; i < reader->bypassing_count; i++)
        if (reader->bypassing[i] == oid)
            return true;
    return false;
}

/* NULL: the role itself. */
static const char *
through(struct reader *reader, uint32_t oid)
{
    if (oid == reader->role_oid || reader->error->code != TN_NO_ERROR)
        return NULL;

    struct pg_result *result;
    const char *const values[] = { reader->role, arena_printf(reader->arena, "%" PRIu32, oid) };
    if (!direct_query(
            reader->direct, through_query, COUNT_OF(values), values, &result, reader->error))
        return NULL;

    const char *hop =
        result_row_count(result) > 0 ? result_text(result, 0, 0, reader->arena) : NULL;
    result_free(result);
    return hop;
}

static void
role_take(struct reader *reader)
{
    const uint32_t oid = oid_at(reader, 0);
    const struct catalogue_role role = {
        .name = text_at(reader, 1),
        .is_superuser = true_at(reader, 3),
        .bypasses_rls = true_at(reader, 4),
        .replicates = true_at(reader, 5),
        .creates_roles = true_at(reader, 6),
        .reaches_all = true_at(reader, 7),
    };
    if (reader->row == 0)
        reader->role_oid = oid;
    if (role.is_superuser || role.bypasses_rls)
        reader->bypassing[reader->bypassing_count++] = oid;
    if (!true_at(reader, 2))
        return;

    struct catalogue_role *taken = &reader->catalogue->roles[reader->catalogue->role_count++];
    *taken = role;
    taken->through = through(reader, oid);
}

/* --- relations ------------------------------------------------------------------------------- */

static const char *
words_of(char kind)
{
    switch (kind) {
    case 'v':
        return "VIEW";
    case 'm':
        return "MATERIALIZED VIEW";
    case 'f':
        return "FOREIGN TABLE";
    default:
        return "TABLE";
    }
}

/* Is the column at `place` the first of an index? */
static bool
leads_index(const char *firsts, long place)
{
    for (const char *at = firsts; *at;) {
        at += strcspn(at, "-0123456789");
        char *end;
        if (*at && strtol(at, &end, 10) == place)
            return true;
        at += strspn(at, "-0123456789");
    }
    return false;
}

/* "t 3 text"; NULL: it has none. */
static void
tenant_column_take(struct catalogue_relation *relation, const char *column, const char *firsts)
{
    relation->has_tenant_column = column != NULL;
    if (!column)
        return;

    char *type;
    relation->tenant_column_is_nullable = *column != 't';
    relation->has_tenant_index = leads_index(firsts, strtol(column + 2, &type, 10));
    relation->tenant_column_type = type + 1;
}

static void
relation_take(struct reader *reader)
{
    struct catalogue_relation *relation =
        &reader->catalogue->relations[reader->catalogue->relation_count++];
    const uint32_t owner = oid_at(reader, 4);
    const bool is_reachable = belongs(reader, owner, true_at(reader, 6));
    const char kind = *text_at(reader, 3);
    *relation = (struct catalogue_relation){
        .oid = oid_at(reader, 0),
        .plain_name = text_at(reader, 1),
        .name = text_at(reader, 2),
        .kind = kind,
        .kind_words = words_of(kind),
        .owner = text_at(reader, 5),
        .owner_is_reachable = is_reachable,
        .owner_through = is_reachable ? through(reader, owner) : NULL,
        .owner_bypasses_rls = bypasses_rls(reader, owner),
        .rls_is_enabled = true_at(reader, 7),
        .rls_is_forced = true_at(reader, 8),
        .is_invoker_view = true_at(reader, 9),
        .comment = text_at(reader, 12),
    };
    tenant_column_take(relation, text_at(reader, 10), text_at(reader, 11));
}

/* Rows come by relation; one relation's policies and grants lie in a row, so that the first of them
 * says where the array begins and the rest follow. */
static void
policy_take(struct reader *reader)
{
    struct catalogue_relation *relation = relation_at(reader, 0);
    if (!relation)
        return;

    const size_t left = result_row_count(reader->result) - reader->row;
    if (!relation->policies)
        relation->policies = ARENA_ARRAY(reader->arena, left, struct catalogue_policy);
    relation->policies[relation->policy_count++] = (struct catalogue_policy){
        .name = text_at(reader, 1),
        .is_permissive = true_at(reader, 2),
        .is_for_all = true_at(reader, 3),
        .applies = true_at(reader, 4),
        .using_expression = text_at(reader, 5),
        .check_expression = text_at(reader, 6),
    };
}

static void
grant_take(struct reader *reader)
{
    struct catalogue_relation *relation = relation_at(reader, 0);
    const uint32_t grantee = oid_at(reader, 1);
    if (!relation || (grantee != 0 && !belongs(reader, grantee, true)))
        return;

    const size_t left = result_row_count(reader->result) - reader->row;
    if (!relation->grants)
        relation->grants = ARENA_ARRAY(reader->arena, left, struct catalogue_grant);
    relation->grants[relation->grant_count++] = (struct catalogue_grant){
        .grantee = text_at(reader, 2),
        .is_data = true_at(reader, 3),
        .is_truncate = true_at(reader, 4),
        .is_trigger = true_at(reader, 5),
    };
}

static void
owned_take(struct reader *reader)
{
    const uint32_t owner = oid_at(reader, 1);
    if (!belongs(reader, owner, true))
        return;

    reader->catalogue->owned[reader->catalogue->owned_count++] = (struct catalogue_owned){
        .object = text_at(reader, 0),
        .owner = text_at(reader, 2),
        .owner_through = through(reader, owner),
    };
}

/* --- all of it ------------------------------------------------------------------------------- */

static bool
rows_take(struct reader *reader, struct pg_result *result, void (*take)(struct reader *))
{
    reader->result = result;
    for (reader->row = 0; reader->row < result_row_count(result); reader->row++)
        take(reader);
    return reader->error->code == TN_NO_ERROR;
}

enum { ROLES, RELATIONS, POLICIES, GRANTS, OWNED, QUERIES };

static bool
all_take(struct reader *reader, const struct direct_step *steps)
{
    struct catalogue *catalogue = reader->catalogue;
    const size_t roles = result_row_count(steps[ROLES].result);
    reader->bypassing = ARENA_ARRAY(reader->arena, roles, uint32_t);
    catalogue->roles = ARENA_ARRAY(reader->arena, roles, struct catalogue_role);
    if (!rows_take(reader, steps[ROLES].result, role_take))
        return false;

    if (!catalogue->role_count)
        return error_set(reader->error, TN_CONFIGURATION, "the role %s is not there", reader->role);

    catalogue->role = catalogue->roles[0].name;
    for (int i = RELATIONS; i < QUERIES; i++) {
        if (!steps[i].result) {
            *reader->error = steps[i].error;
            return false;
        }
    }
    catalogue->relations = ARENA_ARRAY(
        reader->arena, result_row_count(steps[RELATIONS].result), struct catalogue_relation);
    catalogue->owned =
        ARENA_ARRAY(reader->arena, result_row_count(steps[OWNED].result), struct catalogue_owned);
    return rows_take(reader, steps[RELATIONS].result, relation_take) &&
           rows_take(reader, steps[POLICIES].result, policy_take) &&
           rows_take(reader, steps[GRANTS].result, grant_take) &&
           rows_take(reader, steps[OWNED].result, owned_take);
}

bool
catalogue_read(struct direct *direct, const char *role, const char *tenant_column,
    struct arena *arena, struct catalogue *ret_catalogue, struct tn_error *error)
{
    *ret_catalogue = (struct catalogue){ .tenant_column = tenant_column };
    struct reader reader = {
        .direct = direct,
        .arena = arena,
        .catalogue = ret_catalogue,
        .role = role,
        .error = error,
    };
    const char *const values[] = { role, tenant_column };
    struct direct_step steps[QUERIES] = {
        [ROLES] = { .sql = roles_query, .parameter_count = 1, .ends = true },
        [RELATIONS] = { .sql = relations_query, .parameter_count = 2 },
        [POLICIES] = { .sql = policies_query, .parameter_count = 1 },
        [GRANTS] = { .sql = grants_query, .parameter_count = 1 },
        [OWNED] = { .sql = owned_query, .parameter_count = 1 },
    };
    for (int i = 0; i < QUERIES; i++)
        steps[i].values = values;
    bool is_read = direct_flight(direct, steps, QUERIES, error);
    if (is_read && !steps[ROLES].result) {
        *error = steps[ROLES].error;
        is_read = false;
    }
    is_read = is_read && all_take(&reader, steps);
    for (int i = 0; i < QUERIES; i++)
        result_free(steps[i].result);
    return is_read;
}
