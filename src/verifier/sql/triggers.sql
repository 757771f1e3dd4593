select trigger.tgrelid, quote_ident(trigger.tgname), trigger.tgfoid, pg_get_triggerdef(trigger.oid), trigger.tgenabled in ('A', 'R')
from pg_catalog.pg_trigger trigger
where not trigger.tgisinternal and trigger.tgenabled <> 'D'
order by trigger.tgrelid, trigger.tgname
