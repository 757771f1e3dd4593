-- Views to what they read (event 1), rules to what they write.
select distinct rule.ev_class, depend.refobjid, rule.ev_type = '1'
from pg_catalog.pg_rewrite rule
join pg_catalog.pg_depend depend on depend.classid = 'pg_catalog.pg_rewrite'::regclass and depend.objid = rule.oid
    and depend.refclassid = 'pg_catalog.pg_class'::regclass and depend.refobjid <> rule.ev_class
where rule.ev_class >= 16384 and depend.refobjid >= 16384
order by rule.ev_class, depend.refobjid
