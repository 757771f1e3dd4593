-- What is set on something beside its definition. Fields: the statement that sets it; the one that takes it back.
with named as (
    select class.oid, class.relkind, class.relispartition, format('%I.%I', namespace.nspname, class.relname) as name,
        class.relreplident
    from pg_catalog.pg_class class
    join pg_catalog.pg_namespace namespace on namespace.oid = class.relnamespace
    where namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'
        and not exists (
            select from pg_catalog.pg_depend member
            where member.classid = 'pg_catalog.pg_class'::regclass and member.objid = class.oid and member.deptype = 'e')
),
-- Each column of a partition beside the one of the table it is a part of.
part as (
    select named.oid, mine.attnum, named.name, quote_ident(mine.attname) as "column", mine.attnotnull and not its.attnotnull as is_not_null,
        mine.attstattarget, value.oid as value, pg_get_expr(value.adbin, value.adrelid) as expression,
        pg_get_expr(its_value.adbin, its_value.adrelid) as its_expression
    from named
    join pg_catalog.pg_inherits inherits on inherits.inhrelid = named.oid
    join pg_catalog.pg_attribute mine on mine.attrelid = named.oid and mine.attnum > 0 and not mine.attisdropped
    join pg_catalog.pg_attribute its on its.attrelid = inherits.inhparent and its.attname = mine.attname
    left join pg_catalog.pg_attrdef value on value.adrelid = mine.attrelid and value.adnum = mine.attnum
    left join pg_catalog.pg_attrdef its_value on its_value.adrelid = its.attrelid and its_value.adnum = its.attnum
    where named.relispartition and mine.attgenerated = ''
)
select 0, 0, 0, 'pg_catalog.pg_class'::regclass::oid, oid, 0, 'replica identity of ' || name, '',
    format('ALTER TABLE %s REPLICA IDENTITY %s', name, case relreplident when 'f' then 'FULL' else 'NOTHING' end),
    format('ALTER TABLE %s REPLICA IDENTITY DEFAULT', name)
from named
where relkind in ('r', 'p') and relreplident in ('f', 'n')
union all
select 0, 0, 0, 'pg_catalog.pg_constraint'::regclass, owner.oid, 0, 'clustering of ' || name, '',
    format('ALTER TABLE %s CLUSTER ON %I', name, owner.conname),
    format('ALTER TABLE %s SET WITHOUT CLUSTER', name)
from named
join pg_catalog.pg_index index on index.indrelid = named.oid and index.indisclustered
join pg_catalog.pg_constraint owner on owner.conindid = index.indexrelid and owner.contype in ('p', 'u', 'x')
union all
select 0, 0, 0, 'pg_catalog.pg_class'::regclass, named.oid, attribute.attnum,
    format('%s.%I: %s', name, attribute.attname, split_part(option.item, '=', 1)), '',
    format('ALTER TABLE %s ALTER COLUMN %I SET (%s)', name, attribute.attname, option.item),
    format('ALTER TABLE %s ALTER COLUMN %I RESET (%s)', name, attribute.attname, split_part(option.item, '=', 1))
from named
join pg_catalog.pg_attribute attribute on attribute.attrelid = named.oid and not attribute.attisdropped
cross join lateral unnest(attribute.attoptions) option (item)
where relkind in ('r', 'p', 'm')
union all
select 'pg_catalog.pg_attrdef'::regclass::oid, value.oid, 0, 'pg_catalog.pg_class'::regclass, named.oid, attribute.attnum,
    format('default of %s.%I', name, attribute.attname), '',
    format('ALTER VIEW %s ALTER COLUMN %I SET DEFAULT %s', name, attribute.attname, pg_get_expr(value.adbin, value.adrelid)),
    format('ALTER VIEW %s ALTER COLUMN %I DROP DEFAULT', name, attribute.attname)
from named
join pg_catalog.pg_attrdef value on value.adrelid = named.oid
join pg_catalog.pg_attribute attribute on attribute.attrelid = named.oid and attribute.attnum = value.adnum
where relkind = 'v'
union all
select case when value is null then 0 else 'pg_catalog.pg_attrdef'::regclass::oid end, coalesce(value, 0), 0,
    'pg_catalog.pg_class'::regclass, oid, attnum, format('default of %s.%s', name, "column"), '',
    format('ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s', name, "column", coalesce(expression, 'NULL')),
    format('ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s', name, "column", coalesce(its_expression, 'NULL'))
from part
where expression is distinct from its_expression
union all
select 0, 0, 0, 'pg_catalog.pg_class'::regclass, oid, attnum, format('NOT NULL of %s.%s', name, "column"), '',
    format('ALTER TABLE %s ALTER COLUMN %s SET NOT NULL', name, "column"),
    format('ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL', name, "column")
from part
where is_not_null
union all
select 0, 0, 0, 'pg_catalog.pg_class'::regclass, oid, attnum, format('statistics target of %s.%s', name, "column"), '',
    format('ALTER TABLE %s ALTER COLUMN %s SET STATISTICS %s', name, "column", attstattarget),
    format('ALTER TABLE %s ALTER COLUMN %s SET STATISTICS -1', name, "column")
from part
where attstattarget >= 0
order by 7
