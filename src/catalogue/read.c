#include "catalogue/read.h"

#include <stdlib.h>
#include <string.h>

/* clang-format off */

/* $1 is the role, $2 the tenant column, in every query. pg_has_role says that a superuser belongs to
 * everybody; that one is told by its own attribute and nothing else. */
#define MEMBERSHIP(target) \
    "(select pg_catalog.quote_ident(hop.rolname) from pg_catalog.pg_auth_members membership" \
    " join pg_catalog.pg_roles hop on hop.oid = membership.roleid" \
    " where membership.member = app.oid and pg_catalog.pg_has_role(hop.oid, " target ", 'member')" \
    " order by 1 limit 1)"

#define USER_SCHEMAS \
    " namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema' "

static const char roles_query[] =
    "select pg_catalog.quote_ident(target.rolname),"
    " case when target.oid <> app.oid then " MEMBERSHIP("target.oid") " end,"
    " target.rolsuper, target.rolbypassrls, target.rolreplication, target.rolcreaterole,"
    " target.rolname in ('pg_read_all_data', 'pg_write_all_data', 'pg_execute_server_program',"
    "  'pg_read_server_files', 'pg_write_server_files') "
    "from pg_catalog.pg_roles app"
    " join pg_catalog.pg_roles target on target.oid = app.oid"
    "  or (not app.rolsuper and pg_catalog.pg_has_role(app.oid, target.oid, 'member')) "
    "where app.rolname = $1 and $2::text <> '' order by target.oid <> app.oid, target.rolname";

static const char relations_query[] =
    "select class.oid, namespace.nspname || '.' || class.relname,"
    " pg_catalog.format('%I.%I', namespace.nspname, class.relname), class.relkind,"
    " case class.relkind when 'v' then 'VIEW' when 'm' then 'MATERIALIZED VIEW'"
    "  when 'f' then 'FOREIGN TABLE' else 'TABLE' end,"
    " pg_catalog.quote_ident(owner.rolname),"
    " not app.rolsuper and pg_catalog.pg_has_role(app.oid, owner.oid, 'member'),"
    " case when owner.oid <> app.oid then " MEMBERSHIP("owner.oid") " end,"
    " owner.rolsuper or owner.rolbypassrls, class.relrowsecurity, class.relforcerowsecurity,"
    " coalesce(class.reloptions && array['security_invoker=true', 'security_invoker=on',"
    "  'security_invoker=1', 'security_invoker=yes'], false),"
    " tenant.attname is not null, not coalesce(tenant.attnotnull, true),"
    " pg_catalog.format_type(tenant.atttypid, null),"
    " exists (select from pg_catalog.pg_index i where i.indrelid = class.oid and i.indisvalid"
    "  and i.indpred is null and i.indkey[0] = tenant.attnum),"
    " pg_catalog.obj_description(class.oid, 'pg_class') "
    "from pg_catalog.pg_class class"
    " join pg_catalog.pg_namespace namespace on namespace.oid = class.relnamespace"
    " join pg_catalog.pg_roles owner on owner.oid = class.relowner"
    " join pg_catalog.pg_roles app on app.rolname = $1"
    " left join pg_catalog.pg_attribute tenant on tenant.attrelid = class.oid"
    "  and tenant.attname = $2 and not tenant.attisdropped and tenant.attnum > 0 "
    "where class.relkind in ('r', 'p', 'v', 'm', 'f') and" USER_SCHEMAS
    "order by class.oid";

static const char policies_query[] =
    "select policy.polrelid, pg_catalog.quote_ident(policy.polname), policy.polpermissive,"
    " policy.polcmd = '*',"
    " exists (select from unnest(policy.polroles) named (oid) where named.oid = 0"
    "  or pg_catalog.pg_has_role(app.oid, named.oid, 'member')),"
    " pg_catalog.pg_get_expr(policy.polqual, policy.polrelid),"
    " pg_catalog.pg_get_expr(policy.polwithcheck, policy.polrelid) "
    "from pg_catalog.pg_policy policy join pg_catalog.pg_roles app on app.rolname = $1 "
    "where $2::text <> '' order by policy.polrelid, policy.polname";

static const char grants_query[] =
    "with held as materialized ("
    " select class.oid, class.relowner, class.relacl from pg_catalog.pg_class class"
    " join pg_catalog.pg_namespace namespace on namespace.oid = class.relnamespace"
    " where class.relkind in ('r', 'p', 'v', 'm', 'f') and $2::text <> '' and" USER_SCHEMAS "), "
    "acl as ("
    " select held.oid, held.relowner, held.relacl as items from held where held.relacl is not null"
    " union all"
    " select held.oid, held.relowner, attribute.attacl from held"
    " join pg_catalog.pg_attribute attribute on attribute.attrelid = held.oid"
    " where attribute.attacl is not null) "
    "select acl.oid,"
    " case when item.grantee = 0 then 'PUBLIC' else pg_catalog.quote_ident(grantee.rolname) end,"
    " bool_or(item.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')),"
    " bool_or(item.privilege_type = 'TRUNCATE'), bool_or(item.privilege_type = 'TRIGGER') "
    "from acl cross join pg_catalog.aclexplode(acl.items) item"
    " join pg_catalog.pg_roles app on app.rolname = $1"
    " left join pg_catalog.pg_roles grantee on grantee.oid = item.grantee "
    "where item.grantee <> acl.relowner"
    " and (item.grantee = 0 or item.grantee = app.oid"
    "  or (not app.rolsuper and pg_catalog.pg_has_role(app.oid, item.grantee, 'member'))) "
    "group by 1, 2 order by 1, 2";

static const char owned_query[] =
    "select owned.object, pg_catalog.quote_ident(owner.rolname),"
    " case when owner.oid <> app.oid then " MEMBERSHIP("owner.oid") " end "
    "from (select 'SCHEMA ' || pg_catalog.quote_ident(namespace.nspname) as object,"
    "  namespace.nspowner as owner from pg_catalog.pg_namespace namespace where" USER_SCHEMAS
    "  and exists (select from pg_catalog.pg_class class where class.relnamespace = namespace.oid)"
    "  union all"
    "  select 'FUNCTION ' || function.oid::pg_catalog.regprocedure, function.proowner"
    "  from pg_catalog.pg_proc function"
    "  join pg_catalog.pg_namespace namespace on namespace.oid = function.pronamespace"
    "  where namespace.nspname = 'tenantry') owned"
    " join pg_catalog.pg_roles owner on owner.oid = owned.owner"
    " join pg_catalog.pg_roles app on app.rolname = $1 "
    "where not app.rolsuper and pg_catalog.pg_has_role(app.oid, owner.oid, 'member')"
    " and $2::text <> '' order by 1";

/* clang-format on */

struct reader {
    struct direct *direct;
    struct arena *arena;
    struct catalogue *catalogue;
    struct pg_result *result;
    size_t row;
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

static void
role_take(struct reader *reader)
{
    reader->catalogue->roles[reader->catalogue->role_count++] = (struct catalogue_role){
        .name = text_at(reader, 0),
        .through = text_at(reader, 1),
        .is_superuser = true_at(reader, 2),
        .bypasses_rls = true_at(reader, 3),
        .replicates = true_at(reader, 4),
        .creates_roles = true_at(reader, 5),
        .reaches_all = true_at(reader, 6),
    };
}

static void
relation_take(struct reader *reader)
{
    reader->catalogue->relations[reader->catalogue->relation_count++] = (struct catalogue_relation){
        .oid = oid_at(reader, 0),
        .plain_name = text_at(reader, 1),
        .name = text_at(reader, 2),
        .kind = *text_at(reader, 3),
        .kind_words = text_at(reader, 4),
        .owner = text_at(reader, 5),
        .owner_is_reachable = true_at(reader, 6),
        .owner_through = text_at(reader, 7),
        .owner_bypasses_rls = true_at(reader, 8),
        .rls_is_enabled = true_at(reader, 9),
        .rls_is_forced = true_at(reader, 10),
        .is_invoker_view = true_at(reader, 11),
        .has_tenant_column = true_at(reader, 12),
        .tenant_column_is_nullable = true_at(reader, 13),
        .tenant_column_type = text_at(reader, 14),
        .has_tenant_index = true_at(reader, 15),
        .comment = text_at(reader, 16),
    };
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
    if (!relation)
        return;

    const size_t left = result_row_count(reader->result) - reader->row;
    if (!relation->grants)
        relation->grants = ARENA_ARRAY(reader->arena, left, struct catalogue_grant);
    relation->grants[relation->grant_count++] = (struct catalogue_grant){
        .grantee = text_at(reader, 1),
        .is_data = true_at(reader, 2),
        .is_truncate = true_at(reader, 3),
        .is_trigger = true_at(reader, 4),
    };
}

static void
owned_take(struct reader *reader)
{
    reader->catalogue->owned[reader->catalogue->owned_count++] = (struct catalogue_owned){
        .object = text_at(reader, 0),
        .owner = text_at(reader, 1),
        .owner_through = text_at(reader, 2),
    };
}

static bool
rows_read(struct reader *reader, const char *query, const char *role, void (*take)(struct reader *),
    struct tn_error *error)
{
    const char *const values[] = { role, reader->catalogue->tenant_column };
    if (!direct_query(reader->direct, query, 2, values, &reader->result, error))
        return false;

    const size_t count = result_row_count(reader->result);
    if (take == role_take)
        reader->catalogue->roles = ARENA_ARRAY(reader->arena, count, struct catalogue_role);
    if (take == relation_take)
        reader->catalogue->relations = ARENA_ARRAY(reader->arena, count, struct catalogue_relation);
    if (take == owned_take)
        reader->catalogue->owned = ARENA_ARRAY(reader->arena, count, struct catalogue_owned);
    for (reader->row = 0; reader->row < count; reader->row++)
        take(reader);
    result_free(reader->result);
    return true;
}

bool
catalogue_read(struct direct *direct, const char *role, const char *tenant_column,
    struct arena *arena, struct catalogue *ret_catalogue, struct tn_error *error)
{
    *ret_catalogue = (struct catalogue){ .tenant_column = tenant_column };
    struct reader reader = { .direct = direct, .arena = arena, .catalogue = ret_catalogue };
    if (!rows_read(&reader, roles_query, role, role_take, error))
        return false;
    if (!ret_catalogue->role_count)
        return error_set(error, TN_CONFIGURATION, "the role %s is not there", role);

    ret_catalogue->role = ret_catalogue->roles[0].name;
    return rows_read(&reader, relations_query, role, relation_take, error) &&
           rows_read(&reader, policies_query, role, policy_take, error) &&
           rows_read(&reader, grants_query, role, grant_take, error) &&
           rows_read(&reader, owned_query, role, owned_take, error);
}
