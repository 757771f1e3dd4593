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
firing (state, words) as (
    values ('D', 'DISABLE'), ('O', 'ENABLE'), ('R', 'ENABLE REPLICA'), ('A', 'ENABLE ALWAYS')
),
storing (kind, words) as (
    values ('p', 'PLAIN'), ('e', 'EXTERNAL'), ('m', 'MAIN'), ('x', 'EXTENDED')
),
-- Each column of a partition beside the one of the table it is a part of.
part as (
    select named.oid, mine.attnum, named.name, quote_ident(mine.attname) as "column", mine.attnotnull and not its.attnotnull as is_not_null,
        mine.attstattarget, mine.attstorage, its.attstorage as its_storage, value.oid as value, pg_get_expr(value.adbin, value.adrelid) as expression,
        pg_get_expr(its_value.adbin, its_value.adrelid) as its_expression
    from named
    join pg_catalog.pg_inherits inherits on inherits.inhrelid = named.oid
    join pg_catalog.pg_attribute mine on mine.attrelid = named.oid and mine.attnum > 0 and not mine.attisdropped
    join pg_catalog.pg_attribute its on its.attrelid = inherits.inhparent and its.attname = mine.attname
    left join pg_catalog.pg_attrdef value on value.adrelid = mine.attrelid and value.adnum = mine.attnum
    left join pg_catalog.pg_attrdef its_value on its_value.adrelid = its.attrelid and its_value.adnum = its.attnum
    where named.relkind in ('r', 'p') and named.relispartition and mine.attgenerated = ''
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
union all
select 0, 0, 0, 'pg_catalog.pg_class'::regclass, oid, attnum, format('storage of %s.%s', name, "column"), '',
    format('ALTER TABLE %s ALTER COLUMN %s SET STORAGE %s', name, "column", mine.words),
    format('ALTER TABLE %s ALTER COLUMN %s SET STORAGE %s', name, "column", its.words)
from part
join storing mine on mine.kind = attstorage::text
join storing its on its.kind = its_storage::text
where attstorage <> its_storage
union all
select 0, 0, 0, 'pg_catalog.pg_class'::regclass, named.oid, 0, format('firing of %s.%I', name, mine.tgname), '',
    format('ALTER TABLE %s %s TRIGGER %I', name, firing.words, mine.tgname),
    format('ALTER TABLE %s %s TRIGGER %I', name, its_firing.words, mine.tgname)
from named
join pg_catalog.pg_trigger mine on mine.tgrelid = named.oid
join pg_catalog.pg_trigger its on its.oid = mine.tgparentid
join firing on firing.state = mine.tgenabled::text
join firing its_firing on its_firing.state = its.tgenabled::text
where mine.tgenabled <> its.tgenabled and not its.tgisinternal
union all
select 0, 0, 0, 'pg_catalog.pg_rewrite'::regclass, rule.oid, 0, format('firing of %s.%I', name, rule.rulename), '',
    format('ALTER TABLE %s %s RULE %I', name, firing.words, rule.rulename),
    format('ALTER TABLE %s ENABLE RULE %I', name, rule.rulename)
from named
join pg_catalog.pg_rewrite rule on rule.ev_class = named.oid
join firing on firing.state = rule.ev_enabled::text
where rule.ev_enabled <> 'O'
union all
select 0, 0, 0, 'pg_catalog.pg_class'::regclass, named.oid, case relkind when 'm' then attribute.attnum else 0 end,
    format('statistics target of %s.%s', name, attribute.attnum), '',
    format('ALTER %s %s ALTER COLUMN %s SET STATISTICS %s', kind.words, name,
        case relkind when 'm' then quote_ident(attribute.attname) else attribute.attnum::text end, attribute.attstattarget),
    format('ALTER %s %s ALTER COLUMN %s SET STATISTICS -1', kind.words, name,
        case relkind when 'm' then quote_ident(attribute.attname) else attribute.attnum::text end)
from named
join (values ('i', 'INDEX'), ('I', 'INDEX'), ('m', 'MATERIALIZED VIEW')) kind (of_relation, words) on kind.of_relation = named.relkind::text
join pg_catalog.pg_attribute attribute on attribute.attrelid = named.oid and attribute.attnum > 0 and not attribute.attisdropped
where attribute.attstattarget >= 0 and not relispartition
union all
select 0, 0, 0, 'pg_catalog.pg_statistic_ext'::regclass, statistics.oid, 0,
    format('target of %I.%I', namespace.nspname, statistics.stxname), '',
    format('ALTER STATISTICS %I.%I SET STATISTICS %s', namespace.nspname, statistics.stxname, statistics.stxstattarget),
    format('ALTER STATISTICS %I.%I SET STATISTICS -1', namespace.nspname, statistics.stxname)
from pg_catalog.pg_statistic_ext statistics
join pg_catalog.pg_namespace namespace on namespace.oid = statistics.stxnamespace
where statistics.stxstattarget >= 0
order by 7
