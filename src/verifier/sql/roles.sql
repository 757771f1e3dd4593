-- Every role, and what of it matters without looking at any table.
select role.oid, role.rolname, quote_ident(role.rolname), role.rolsuper, role.rolbypassrls, role.rolreplication,
    role.rolcreaterole, role.rolcanlogin, role.rolname = current_user,
    has_database_privilege(role.oid, current_database(), 'TEMPORARY'),
    has_database_privilege(role.oid, current_database(), 'CREATE'),
    has_function_privilege(role.oid, 'pg_catalog.lo_get(oid)', 'EXECUTE')
        or has_function_privilege(role.oid, 'pg_catalog.loread(integer, integer)', 'EXECUTE')
from pg_catalog.pg_roles role
order by role.oid
