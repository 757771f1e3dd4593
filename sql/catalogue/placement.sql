-- What keeps the tenant tables from moving to Citus by placement alone. Answers the finding's code, the object and two words
-- for its message. $1: of a database that is to be moved now; else the policies that tenantry itself writes otherwise for Citus
-- are left out. A table whose comment says that it is global or cross_org is none of an organization's own.
with tenant_table as (
    select class.oid, format('%I.%I', namespace.nspname, class.relname) as spoken, attribute.attnum as tenant,
        format_type(attribute.atttypid, attribute.atttypmod) as type
    from pg_catalog.pg_class class
    join pg_catalog.pg_namespace namespace on namespace.oid = class.relnamespace
    join pg_catalog.pg_attribute attribute
        on attribute.attrelid = class.oid and attribute.attname = 'organization_id' and not attribute.attisdropped
    where class.relkind in ('r', 'p') and not class.relispartition
        and namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'
        and coalesce(obj_description(class.oid, 'pg_class'), '') !~* '(^|\n)\s*tenantry:\s*(global|cross_org)\s*:'
), usual_type as (
    select type from tenant_table group by type order by count(*) desc, type limit 1
), tenant_policy as (
    select policy.*, tenant_table.spoken, count(*) over (partition by policy.polrelid) as count
    from pg_catalog.pg_policy policy join tenant_table on tenant_table.oid = policy.polrelid
), found (code, object, other, more) as (
    select 'citus-type', tenant_table.spoken, tenant_table.type, usual_type.type
    from tenant_table cross join usual_type where tenant_table.type <> usual_type.type
    union all
    select 'citus-no-key', tenant_table.spoken, null, null
    from tenant_table
    where not exists (
        select from pg_catalog.pg_constraint key where key.conrelid = tenant_table.oid and key.contype = 'p')
    union all
    select 'citus-key', tenant_table.spoken, quote_ident(class.relname), null
    from tenant_table
    join pg_catalog.pg_index index on index.indrelid = tenant_table.oid and (index.indisunique or index.indisexclusion)
    join pg_catalog.pg_class class on class.oid = index.indexrelid
    where not (tenant_table.tenant = any (index.indkey::smallint[]))
        or (index.indisprimary and index.indkey[0] <> tenant_table.tenant)
    union all
    select 'citus-foreign-key',
        tenant_table.spoken, quote_ident(foreign_key.conname), null
    from tenant_table
    join pg_catalog.pg_constraint foreign_key on foreign_key.conrelid = tenant_table.oid and foreign_key.contype = 'f'
        and foreign_key.conparentid = 0
    join tenant_table others on others.oid = foreign_key.confrelid
    where not exists (
        select from unnest(foreign_key.conkey, foreign_key.confkey) pair (mine, theirs)
        where pair.mine = tenant_table.tenant and pair.theirs = others.tenant)
    union all
    select 'citus-delete-action', tenant_table.spoken, quote_ident(foreign_key.conname),
        case when foreign_key.confdeltype = 'n' then 'SET NULL' else 'SET DEFAULT' end
    from tenant_table
    join pg_catalog.pg_constraint foreign_key on foreign_key.conrelid = tenant_table.oid and foreign_key.contype = 'f'
    where foreign_key.confdeltype in ('n', 'd') and foreign_key.conparentid = 0
    union all
    select 'citus-reference', foreign_key.conrelid::regclass::text, quote_ident(foreign_key.conname), tenant_table.spoken
    from tenant_table
    join pg_catalog.pg_constraint foreign_key on foreign_key.confrelid = tenant_table.oid and foreign_key.contype = 'f'
    where foreign_key.conrelid not in (select oid from tenant_table) and foreign_key.conparentid = 0
    union all
    select 'citus-trigger', tenant_table.spoken, quote_ident(trigger.tgname), null
    from tenant_table
    join pg_catalog.pg_trigger trigger on trigger.tgrelid = tenant_table.oid
    where not trigger.tgisinternal
    union all
    select 'citus-counter', tenant_table.spoken, quote_ident(attribute.attname), null
    from tenant_table
    join pg_catalog.pg_attribute attribute on attribute.attrelid = tenant_table.oid and not attribute.attisdropped
    where attribute.atttypid in ('pg_catalog.int4'::regtype, 'pg_catalog.int2'::regtype)
        and (attribute.attidentity <> '' or exists (
            select from pg_catalog.pg_attrdef value
            where value.adrelid = tenant_table.oid and value.adnum = attribute.attnum
                and pg_get_expr(value.adbin, value.adrelid) like 'nextval(%'))
    union all
    select 'citus-restrictive', spoken, quote_ident(polname), null from tenant_policy where not polpermissive
    union all
    select distinct 'citus-policies', spoken, count::text, null from tenant_policy where count > 1
    union all
    select 'citus-sub-select', spoken, quote_ident(polname), null
    from tenant_policy
    where (pg_get_expr(polqual, polrelid) ~* '\mselect\M' or pg_get_expr(polwithcheck, polrelid) ~* '\mselect\M')
        and ($1::boolean or pg_get_expr(polqual, polrelid) !~ '^\(organization_id = \( SELECT [^ ]*tenantry\.organization\(\)[^ ]* AS organization\)\)$')
)
select code, object, other, more from found order by object, code, other
