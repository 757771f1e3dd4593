-- What keeps this role, and identity's, from looking for stamps here: a row with the mend for each right that is not granted, and for
-- each trigger that renews stamps and is not at work. None: nothing does. An error where there are no such tables, or none for this
-- role: asked at each start, so it joins nothing that is large.
with wanted (relation, name) as (
    values ('public.user'::regclass, 'stamp'), ('public.user', 'stamp_update'),
        ('public.organization', 'stamp'), ('public.organization', 'stamp_update'),
        ('public.session', 'stamp_update'), ('public.session', 'stamp_delete'), ('public.session', 'stamp_truncate'),
        ('public.member', 'stamp'), ('public.member', 'stamp_update'), ('public.member', 'stamp_truncate'),
        ('public.session_context', 'stamp_insert'), ('public.session_context', 'stamp_update'),
        ('public.session_context', 'stamp_delete'), ('public.session_context', 'stamp_truncate')
)
select pg_catalog.format('GRANT SELECT (stamp) ON tenantry.security_stamp TO %I', current_user)
where not pg_catalog.has_column_privilege('tenantry.security_stamp', 'stamp', 'select')
union all
select pg_catalog.format('GRANT EXECUTE ON FUNCTION tenantry.stamp_changed() TO %I', role)
from (values (current_user), ('tenantry_identity')) as asking (role)
where not pg_catalog.has_function_privilege(role, 'tenantry.stamp_changed()', 'execute')
union all
select case
        when trigger.tgname is null
            then pg_catalog.format('CREATE TRIGGER %I on %s, as the migration 0005_security_stamp of the identity plane does',
                wanted.name, wanted.relation)
        else pg_catalog.format('ALTER TABLE %s ENABLE TRIGGER %I', wanted.relation, wanted.name)
    end
from wanted
left join pg_catalog.pg_trigger as trigger on trigger.tgrelid = wanted.relation and trigger.tgname = wanted.name
where trigger.tgenabled is null or trigger.tgenabled not in ('O', 'A')
