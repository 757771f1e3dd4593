-- Tables, views and the like outside PostgreSQL's own schemas; an extension's are its own business.
select class.oid, namespace.nspname, class.relname, format('%I.%I', namespace.nspname, class.relname), class.relkind,
    class.relowner, class.relrowsecurity, class.relforcerowsecurity,
    coalesce((select option.option_value::boolean from pg_options_to_table(class.reloptions) option
              where option.option_name = 'security_invoker'), false),
    pg_get_expr(class.relpartbound, class.oid),
    case when class.relkind in ('v', 'm') then pg_get_viewdef(class.oid) end,
    case when class.relkind in ('v', 'f') then pg_relation_is_updatable(class.oid, true) else 0 end,
    class.relnamespace, pg_get_userbyid(class.relowner), obj_description(class.oid, 'pg_class'),
    (select string_agg(pg_get_ruledef(rule.oid), ' ') from pg_catalog.pg_rewrite rule
     where rule.ev_class = class.oid and rule.ev_type <> '1')
from pg_catalog.pg_class class
join pg_catalog.pg_namespace namespace on namespace.oid = class.relnamespace
where class.relkind in ('r', 'p', 'v', 'm', 'f') and class.relpersistence <> 't'
    and namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'
    and not exists (select from pg_catalog.pg_depend depend
                    where depend.classid = 'pg_catalog.pg_class'::regclass and depend.objid = class.oid
                        and depend.deptype = 'e')
order by class.oid
