-- Fields: definition.
select 'pg_catalog.pg_statistic_ext'::regclass::oid, statistics.oid, 0,
    'pg_catalog.pg_class'::regclass::oid, statistics.stxrelid, 0,
    format('%I.%I', namespace.nspname, statistics.stxname), quote_ident(statistics.stxname),
    pg_get_statisticsobjdef(statistics.oid)
from pg_catalog.pg_statistic_ext statistics
join pg_catalog.pg_namespace namespace on namespace.oid = statistics.stxnamespace
where namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'
order by statistics.oid
