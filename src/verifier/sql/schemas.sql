select namespace.oid, namespace.nspname, quote_ident(namespace.nspname), namespace.nspowner
from pg_catalog.pg_namespace namespace
where namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'
order by namespace.oid
