select defaults.defaclrole, quote_ident(owner.rolname), coalesce(quote_ident(namespace.nspname), ''), item.grantee,
    string_agg(item.privilege_type, ', ' order by item.privilege_type)
from pg_catalog.pg_default_acl defaults
cross join aclexplode(defaults.defaclacl) item
join pg_catalog.pg_roles owner on owner.oid = defaults.defaclrole
left join pg_catalog.pg_namespace namespace on namespace.oid = defaults.defaclnamespace
where defaults.defaclobjtype = 'r' and item.grantee <> defaults.defaclrole
group by 1, 2, 3, 4
order by 1, 3, 4
