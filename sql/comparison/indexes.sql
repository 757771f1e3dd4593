-- Those that no constraint owns. Fields: definition behind the name; UNIQUE; INVALID; on a partitioned table; clustered or replica identity.
select 'pg_catalog.pg_class'::regclass::oid, class.oid, 0, 'pg_catalog.pg_class'::regclass::oid, relation.oid, 0,
    format('%I.%I', namespace.nspname, class.relname), quote_ident(class.relname),
    regexp_replace(
        substr(pg_get_indexdef(class.oid), length(
            case when index.indisunique then 'CREATE UNIQUE INDEX ' else 'CREATE INDEX ' end
            || quote_ident(class.relname)) + 1),
        '^ ON ONLY ', ' ON '),
    case when index.indisunique then 'UNIQUE ' end,
    case when not index.indisvalid then 'INVALID' end,
    case when relation.relkind = 'p' then 'partitioned' end,
    nullif(concat_ws(', ',
        case when index.indisclustered then 'CLUSTER ON' end,
        case when index.indisreplident then 'REPLICA IDENTITY USING INDEX' end), '')
from pg_catalog.pg_index index
join pg_catalog.pg_class class on class.oid = index.indexrelid
join pg_catalog.pg_namespace namespace on namespace.oid = class.relnamespace
join pg_catalog.pg_class relation on relation.oid = index.indrelid
where namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'
    and not class.relispartition
    and not exists (
        select from pg_catalog.pg_constraint owner
        where owner.conindid = class.oid and owner.contype in ('p', 'u', 'x'))
    and not exists (
        select from pg_catalog.pg_depend member
        where member.classid = 'pg_catalog.pg_class'::regclass and member.objid = relation.oid and member.deptype = 'e')
order by class.oid
