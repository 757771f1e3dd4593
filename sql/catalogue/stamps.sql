-- Whether this role can look for the stamps here, and every trigger that renews them is there and at work. One row, one boolean.
with wanted (relation, trigger) as (
    values ('public.user', 'stamp'), ('public.user', 'stamp_update'),
        ('public.organization', 'stamp'), ('public.organization', 'stamp_update'),
        ('public.session', 'stamp_update'), ('public.session', 'stamp_delete'), ('public.session', 'stamp_truncate'),
        ('public.member', 'stamp'), ('public.member', 'stamp_update'), ('public.member', 'stamp_truncate'),
        ('public.session_context', 'stamp_insert'), ('public.session_context', 'stamp_update'),
        ('public.session_context', 'stamp_delete'), ('public.session_context', 'stamp_truncate')
)
select exists (
        select from pg_catalog.pg_namespace namespace
        join pg_catalog.pg_class class on class.relnamespace = namespace.oid and class.relname = 'security_stamp'
        join pg_catalog.pg_attribute attribute on attribute.attrelid = class.oid and attribute.attname = 'stamp'
        join pg_catalog.pg_proc function on function.pronamespace = namespace.oid and function.proname = 'stamp_changed'
            and function.pronargs = 0
        where namespace.nspname = 'tenantry' and pg_catalog.has_schema_privilege(namespace.oid, 'usage')
            and pg_catalog.has_column_privilege(class.oid, attribute.attnum, 'select')
            and pg_catalog.has_function_privilege(function.oid, 'execute'))
    and not exists (
        select from wanted
        where not exists (
            select from pg_catalog.pg_trigger trigger
            join pg_catalog.pg_class class on class.oid = trigger.tgrelid
            join pg_catalog.pg_namespace namespace on namespace.oid = class.relnamespace
            join pg_catalog.pg_proc function on function.oid = trigger.tgfoid
            join pg_catalog.pg_namespace home on home.oid = function.pronamespace
            where namespace.nspname || '.' || class.relname = wanted.relation and trigger.tgname = wanted.trigger
                and trigger.tgenabled in ('O', 'A') and home.nspname = 'tenantry'))
