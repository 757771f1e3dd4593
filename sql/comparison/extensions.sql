-- Fields: schema.
select 'pg_catalog.pg_extension'::regclass::oid, extension.oid, 0, 0, 0, 0,
    quote_ident(extension.extname), quote_ident(extension.extname),
    quote_ident(namespace.nspname)
from pg_catalog.pg_extension extension
join pg_catalog.pg_namespace namespace on namespace.oid = extension.extnamespace
where extension.extname <> 'plpgsql'
order by extension.oid
