select index.indrelid, class.relname, format('%I.%I', namespace.nspname, class.relname), index.indisunique,
    index.indisexclusion, index.indisprimary,
    (select string_agg(index.indkey[position]::text, ' ' order by position)
     from generate_series(0, index.indnkeyatts - 1) position),
    coalesce(pg_get_expr(index.indexprs, index.indrelid), ''), coalesce(pg_get_expr(index.indpred, index.indrelid), ''),
    class.relispartition,
    (select quote_ident(con.conname) from pg_catalog.pg_constraint con
     where con.conindid = index.indexrelid and con.contype in ('p', 'u', 'x') limit 1)
from pg_catalog.pg_index index
join pg_catalog.pg_class class on class.oid = index.indexrelid
join pg_catalog.pg_namespace namespace on namespace.oid = class.relnamespace
where index.indisvalid and namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'
order by index.indrelid, class.relname
