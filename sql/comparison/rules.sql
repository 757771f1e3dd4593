-- Fields: definition.
select 'pg_catalog.pg_rewrite'::regclass::oid, rule.oid, 0, 'pg_catalog.pg_class'::regclass::oid, class.oid, 0,
    format('%I.%I.%I', namespace.nspname, class.relname, rule.rulename), quote_ident(rule.rulename),
    rtrim(pg_get_ruledef(rule.oid), ';')
from pg_catalog.pg_rewrite rule
join pg_catalog.pg_class class on class.oid = rule.ev_class
join pg_catalog.pg_namespace namespace on namespace.oid = class.relnamespace
where rule.rulename <> '_RETURN'
    and namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'
    and not exists (
        select from pg_catalog.pg_depend member
        where member.classid = 'pg_catalog.pg_class'::regclass and member.objid = class.oid and member.deptype = 'e')
order by rule.oid
