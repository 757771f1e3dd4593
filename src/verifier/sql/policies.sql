select policy.polrelid, policy.polname, quote_ident(policy.polname), policy.polpermissive, policy.polcmd,
    array_to_string(policy.polroles, ' '),
    pg_get_expr(policy.polqual, policy.polrelid), pg_get_expr(policy.polwithcheck, policy.polrelid)
from pg_catalog.pg_policy policy
order by policy.polrelid, policy.polname
