-- Published tables without a row filter; the filter is of version 15 and later.
select class.oid, quote_ident(published.pubname)
from pg_catalog.pg_publication_tables published
join pg_catalog.pg_namespace namespace on namespace.nspname = published.schemaname
join pg_catalog.pg_class class on class.relnamespace = namespace.oid and class.relname = published.tablename
where to_jsonb(published) ->> 'rowfilter' is null
order by 1, 2
