-- Fields: definition; when it fires, unless as usual.
select 'pg_catalog.pg_trigger'::regclass::oid, trigger.oid, 0, 'pg_catalog.pg_class'::regclass::oid, class.oid, 0,
    format('%I.%I.%I', namespace.nspname, class.relname, trigger.tgname), quote_ident(trigger.tgname),
    pg_get_triggerdef(trigger.oid),
    case trigger.tgenabled when 'D' then 'DISABLE' when 'R' then 'ENABLE REPLICA' when 'A' then 'ENABLE ALWAYS' end
from pg_catalog.pg_trigger trigger
join pg_catalog.pg_class class on class.oid = trigger.tgrelid
join pg_catalog.pg_namespace namespace on namespace.oid = class.relnamespace
where not trigger.tgisinternal and trigger.tgparentid = 0
    and namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'
    and not exists (
        select from pg_catalog.pg_depend member
        where member.classid = 'pg_catalog.pg_class'::regclass and member.objid = class.oid and member.deptype = 'e')
order by trigger.oid
