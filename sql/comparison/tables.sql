-- Fields: persistence; partition key; partition of; its bound; parents it inherits from; storage options.
select 'pg_catalog.pg_class'::regclass::oid, class.oid, 0, 'pg_catalog.pg_namespace'::regclass::oid, namespace.oid, 0,
    format('%I.%I', namespace.nspname, class.relname), quote_ident(class.relname),
    case class.relpersistence when 'u' then 'UNLOGGED' end,
    case when class.relkind = 'p' then pg_get_partkeydef(class.oid) end,
    case when class.relispartition then (
        select format('%I.%I', home.nspname, parent.relname)
        from pg_catalog.pg_inherits inherits
        join pg_catalog.pg_class parent on parent.oid = inherits.inhparent
        join pg_catalog.pg_namespace home on home.oid = parent.relnamespace
        where inherits.inhrelid = class.oid) end,
    case when class.relispartition then pg_get_expr(class.relpartbound, class.oid) end,
    case when not class.relispartition then (
        select string_agg(format('%I.%I', home.nspname, parent.relname), ', ' order by inherits.inhseqno)
        from pg_catalog.pg_inherits inherits
        join pg_catalog.pg_class parent on parent.oid = inherits.inhparent
        join pg_catalog.pg_namespace home on home.oid = parent.relnamespace
        where inherits.inhrelid = class.oid) end,
    (
        select string_agg(format('%s=%L', split_part(item, '=', 1), substr(item, strpos(item, '=') + 1)), ', ' order by item)
        from unnest(class.reloptions) option (item))
from pg_catalog.pg_class class
join pg_catalog.pg_namespace namespace on namespace.oid = class.relnamespace
where class.relkind in ('r', 'p')
    and namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'
    and not exists (
        select from pg_catalog.pg_depend member
        where member.classid = 'pg_catalog.pg_class'::regclass and member.objid = class.oid and member.deptype = 'e')
order by class.oid
