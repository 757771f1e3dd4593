-- Fields: none.
select 'pg_catalog.pg_namespace'::regclass::oid, namespace.oid, 0, 0, 0, 0,
    quote_ident(namespace.nspname), quote_ident(namespace.nspname)
from pg_catalog.pg_namespace namespace
where namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'
    and not exists (
        select from pg_catalog.pg_depend member
        where member.classid = 'pg_catalog.pg_namespace'::regclass and member.objid = namespace.oid
            and member.deptype = 'e')
order by namespace.oid
