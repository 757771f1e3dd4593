-- Those of identity columns belong to their columns. Fields: options; the column that owns it.
select 'pg_catalog.pg_class'::regclass::oid, class.oid, 0, 'pg_catalog.pg_namespace'::regclass::oid, namespace.oid, 0,
    format('%I.%I', namespace.nspname, class.relname), quote_ident(class.relname),
    format('AS %s INCREMENT BY %s MINVALUE %s MAXVALUE %s START WITH %s CACHE %s %s',
        format_type(sequence.seqtypid, null), sequence.seqincrement, sequence.seqmin, sequence.seqmax,
        sequence.seqstart, sequence.seqcache, case when sequence.seqcycle then 'CYCLE' else 'NO CYCLE' end),
    (
        select format('%I.%I.%I', home.nspname, owner.relname, attribute.attname)
        from pg_catalog.pg_depend owned
        join pg_catalog.pg_class owner on owner.oid = owned.refobjid
        join pg_catalog.pg_namespace home on home.oid = owner.relnamespace
        join pg_catalog.pg_attribute attribute
            on attribute.attrelid = owner.oid and attribute.attnum = owned.refobjsubid
        where owned.classid = 'pg_catalog.pg_class'::regclass and owned.objid = class.oid and owned.deptype = 'a')
from pg_catalog.pg_class class
join pg_catalog.pg_namespace namespace on namespace.oid = class.relnamespace
join pg_catalog.pg_sequence sequence on sequence.seqrelid = class.oid
where namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'
    and not exists (
        select from pg_catalog.pg_depend member
        where member.classid = 'pg_catalog.pg_class'::regclass and member.objid = class.oid
            and member.deptype in ('e', 'i'))
order by class.oid
