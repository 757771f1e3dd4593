-- Of tables; inherited ones belong to their parents. Fields: type; NOT NULL; generated as; identity; collation; storage.
select 'pg_catalog.pg_class'::regclass::oid, class.oid, attribute.attnum, 'pg_catalog.pg_class'::regclass::oid, class.oid, 0,
    format('%I.%I.%I', namespace.nspname, class.relname, attribute.attname), quote_ident(attribute.attname),
    format_type(attribute.atttypid, attribute.atttypmod),
    case when attribute.attnotnull then 'NOT NULL' end,
    case when attribute.attgenerated <> '' then pg_get_expr(generated.adbin, generated.adrelid) end,
    case attribute.attidentity when 'a' then 'ALWAYS' when 'd' then 'BY DEFAULT' end
        || coalesce((
            select nullif(format(' (%s)', concat_ws(' ',
                case when sequence.seqincrement <> 1 then 'INCREMENT BY ' || sequence.seqincrement end,
                case when sequence.seqmin <> usual.least then 'MINVALUE ' || sequence.seqmin end,
                case when sequence.seqmax <> usual.greatest then 'MAXVALUE ' || sequence.seqmax end,
                case when sequence.seqstart <> case when sequence.seqincrement > 0 then sequence.seqmin else sequence.seqmax end
                    then 'START WITH ' || sequence.seqstart end,
                case when sequence.seqcache <> 1 then 'CACHE ' || sequence.seqcache end,
                case when sequence.seqcycle then 'CYCLE' end)), ' ()')
            from pg_catalog.pg_depend owned
            join pg_catalog.pg_sequence sequence on sequence.seqrelid = owned.objid
            cross join lateral (
                select case when sequence.seqincrement > 0 then 1 else -span.most - 1 end as least,
                    case when sequence.seqincrement > 0 then span.most else -1 end as greatest
                from (select case sequence.seqtypid when 'smallint'::regtype then 32767 when 'integer'::regtype then 2147483647
                    else 9223372036854775807 end as most) span) usual
            where owned.refclassid = 'pg_catalog.pg_class'::regclass and owned.refobjid = class.oid
                and owned.refobjsubid = attribute.attnum and owned.classid = 'pg_catalog.pg_class'::regclass
                and owned.deptype = 'i'), ''),
    (
        select format('%I.%I', home.nspname, sorting.collname)
        from pg_catalog.pg_collation sorting
        join pg_catalog.pg_namespace home on home.oid = sorting.collnamespace
        where sorting.oid = attribute.attcollation and sorting.oid <> type.typcollation),
    nullif(concat_ws(', ',
        case when attribute.attstorage <> type.typstorage then 'SET STORAGE ' || case attribute.attstorage
            when 'p' then 'PLAIN' when 'e' then 'EXTERNAL' when 'm' then 'MAIN' else 'EXTENDED' end end,
        case attribute.attcompression when 'p' then 'SET COMPRESSION pglz' when 'l' then 'SET COMPRESSION lz4' end,
        case when attribute.attstattarget >= 0 then 'SET STATISTICS ' || attribute.attstattarget end), '')
from pg_catalog.pg_attribute attribute
join pg_catalog.pg_class class on class.oid = attribute.attrelid
join pg_catalog.pg_namespace namespace on namespace.oid = class.relnamespace
join pg_catalog.pg_type type on type.oid = attribute.atttypid
left join pg_catalog.pg_attrdef generated
    on generated.adrelid = class.oid and generated.adnum = attribute.attnum and attribute.attgenerated <> ''
where class.relkind in ('r', 'p') and attribute.attnum > 0 and not attribute.attisdropped and attribute.attislocal
    and not class.relispartition
    and namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'
    and not exists (
        select from pg_catalog.pg_depend member
        where member.classid = 'pg_catalog.pg_class'::regclass and member.objid = class.oid and member.deptype = 'e')
order by class.oid, attribute.attnum
