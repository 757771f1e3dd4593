-- What cannot be without what: addresses of two objects, in the words of the other queries. What PostgreSQL keeps for an
-- object (a view's rule, a type's array, a table's row type, a constraint's index) stands for that object.
with alias (class, object, part, to_class, to_object, to_part) as (
    select 'pg_catalog.pg_rewrite'::regclass::oid, rule.oid, 0, 'pg_catalog.pg_class'::regclass::oid, rule.ev_class, 0
    from pg_catalog.pg_rewrite rule where rule.rulename = '_RETURN'
    union all
    select 'pg_catalog.pg_attrdef'::regclass, value.oid, 0, 'pg_catalog.pg_class'::regclass, value.adrelid, value.adnum
    from pg_catalog.pg_attrdef value
    join pg_catalog.pg_attribute attribute
        on attribute.attrelid = value.adrelid and attribute.attnum = value.adnum and attribute.attgenerated <> ''
    union all
    select 'pg_catalog.pg_type'::regclass, array_type.oid, 0, 'pg_catalog.pg_type'::regclass, element.oid, 0
    from pg_catalog.pg_type element
    join pg_catalog.pg_type array_type on array_type.oid = element.typarray
    left join pg_catalog.pg_class composite on composite.oid = element.typrelid
    where element.typtype in ('e', 'd') or composite.relkind = 'c'
    union all
    select 'pg_catalog.pg_type'::regclass, type.oid, 0,
        'pg_catalog.pg_class'::regclass, coalesce(type.typrelid, 0), 0
    from pg_catalog.pg_type type
    join pg_catalog.pg_class class on class.oid = type.typrelid and class.relkind <> 'c'
    union all
    select 'pg_catalog.pg_class'::regclass, class.oid, 0, 'pg_catalog.pg_type'::regclass, class.reltype, 0
    from pg_catalog.pg_class class where class.relkind = 'c'
    union all
    select 'pg_catalog.pg_class'::regclass, constraints.conindid, 0, 'pg_catalog.pg_constraint'::regclass, constraints.oid, 0
    from pg_catalog.pg_constraint constraints where constraints.contype in ('p', 'u', 'x')
    union all
    select 'pg_catalog.pg_class'::regclass, owned.objid, 0, owned.refclassid, owned.refobjid, owned.refobjsubid
    from pg_catalog.pg_depend owned
    join pg_catalog.pg_class sequence on sequence.oid = owned.objid and sequence.relkind = 'S'
    where owned.classid = 'pg_catalog.pg_class'::regclass and owned.deptype = 'i'
)
select distinct
    coalesce(first.to_class, depend.classid), coalesce(first.to_object, depend.objid),
    coalesce(first.to_part, depend.objsubid),
    coalesce(second.to_class, depend.refclassid), coalesce(second.to_object, depend.refobjid),
    coalesce(second.to_part, depend.refobjsubid)
from pg_catalog.pg_depend depend
left join alias first on first.class = depend.classid and first.object = depend.objid
left join alias second on second.class = depend.refclassid and second.object = depend.refobjid
where (depend.deptype in ('n', 'i')
        or (depend.deptype = 'a' and not exists (
            -- A serial's sequence belongs to the column, but is there before it.
            select from pg_catalog.pg_class sequence
            where depend.classid = 'pg_catalog.pg_class'::regclass and sequence.oid = depend.objid
                and sequence.relkind = 'S')))
    and depend.objid >= 16384 and depend.refobjid >= 16384
order by 1, 2, 3, 4, 5, 6
