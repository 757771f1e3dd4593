-- Whether this role, and identity's, can look for stamps here, and every trigger that renews them is there and at work. An error where
-- there are no such tables, or none for this role: asked at each start, so it joins nothing.
with wanted (relation, name) as (
    values ('public.user'::regclass, 'stamp'), ('public.user', 'stamp_update'),
        ('public.organization', 'stamp'), ('public.organization', 'stamp_update'),
        ('public.session', 'stamp_update'), ('public.session', 'stamp_delete'), ('public.session', 'stamp_truncate'),
        ('public.member', 'stamp'), ('public.member', 'stamp_update'), ('public.member', 'stamp_truncate'),
        ('public.session_context', 'stamp_insert'), ('public.session_context', 'stamp_update'),
        ('public.session_context', 'stamp_delete'), ('public.session_context', 'stamp_truncate')
)
select pg_catalog.has_column_privilege('tenantry.security_stamp', 'stamp', 'select')
    and pg_catalog.has_function_privilege('tenantry.stamp_changed()', 'execute')
    and pg_catalog.has_function_privilege('tenantry_identity', 'tenantry.stamp_changed()', 'execute')
    and not exists (
        select from wanted
        where not exists (
            select from pg_catalog.pg_trigger
            where tgrelid = wanted.relation and tgname = wanted.name and tgenabled in ('O', 'A')))
