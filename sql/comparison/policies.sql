-- Fields: PERMISSIVE or RESTRICTIVE; command; roles; USING; WITH CHECK.
select 'pg_catalog.pg_policy'::regclass::oid, policy.oid, 0, 'pg_catalog.pg_class'::regclass::oid, class.oid, 0,
    format('%I.%I.%I', namespace.nspname, class.relname, policy.polname), quote_ident(policy.polname),
    case when policy.polpermissive then 'PERMISSIVE' else 'RESTRICTIVE' end,
    case policy.polcmd when 'r' then 'SELECT' when 'a' then 'INSERT' when 'w' then 'UPDATE' when 'd' then 'DELETE'
        else 'ALL' end,
    (
        select string_agg(case named.oid when 0 then 'PUBLIC' else quote_ident(role.rolname) end, ', '
            order by role.rolname)
        from unnest(policy.polroles) named (oid) left join pg_catalog.pg_roles role on role.oid = named.oid),
    pg_get_expr(policy.polqual, policy.polrelid),
    pg_get_expr(policy.polwithcheck, policy.polrelid)
from pg_catalog.pg_policy policy
join pg_catalog.pg_class class on class.oid = policy.polrelid
join pg_catalog.pg_namespace namespace on namespace.oid = class.relnamespace
where namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'
    and not exists (
        select from pg_catalog.pg_depend member
        where member.classid = 'pg_catalog.pg_class'::regclass and member.objid = class.oid and member.deptype = 'e')
order by policy.oid
