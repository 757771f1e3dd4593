select con.conrelid, con.conname, quote_ident(con.conname), con.contype, array_to_string(con.conkey, ' '), con.confrelid,
    array_to_string(con.confkey, ' '), pg_get_constraintdef(con.oid), con.conparentid <> 0, con.confdeltype
from pg_catalog.pg_constraint con
join pg_catalog.pg_namespace namespace on namespace.oid = con.connamespace
where con.conrelid <> 0 and con.contype in ('c', 'f', 'p', 'u', 'x')
    and namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'
order by con.conrelid, con.contype desc, con.conname
