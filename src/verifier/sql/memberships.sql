-- Who has whose privileges, and who can become whom, however far. $1 is MEMBER, from version 16 on SET.
select member.oid, role.oid,
    pg_has_role(member.oid, role.oid, 'USAGE'),
    pg_has_role(member.oid, role.oid, $1),
    (select quote_ident(hop.rolname)
     from pg_catalog.pg_auth_members membership
     join pg_catalog.pg_roles hop on hop.oid = membership.roleid
     where membership.member = member.oid and pg_has_role(hop.oid, role.oid, 'MEMBER')
     order by hop.oid <> role.oid, 1 limit 1)
from pg_catalog.pg_roles member
join pg_catalog.pg_roles role on role.oid <> member.oid
where not member.rolsuper and pg_has_role(member.oid, role.oid, 'MEMBER')
order by member.oid, role.oid
