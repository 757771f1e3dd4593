select default_of.setrole, coalesce(quote_ident(role.rolname), ''), coalesce(quote_ident(base.datname), ''),
    split_part(item, '=', 1), substr(item, strpos(item, '=') + 1)
from pg_catalog.pg_db_role_setting default_of
cross join unnest(default_of.setconfig) item
left join pg_catalog.pg_roles role on role.oid = default_of.setrole
left join pg_catalog.pg_database base on base.oid = default_of.setdatabase
where default_of.setdatabase = 0 or base.datname = current_database()
