-- Who may do what on this plane: tenantry_identity, and nobody else.

create schema if not exists tenantry;

-- Stands first in every flight of this plane. Statements that take longer hold up the flights behind.
create function tenantry.limit(statement_ms integer, lock_ms integer)
returns text
language sql
volatile
return pg_catalog.set_config('statement_timeout', statement_ms::pg_catalog.text, true)
    || pg_catalog.set_config('lock_timeout', lock_ms::pg_catalog.text, true);

revoke all on function tenantry.limit(integer, integer) from public;
grant usage on schema tenantry to tenantry_identity;
grant execute on function tenantry.limit(integer, integer) to tenantry_identity;

revoke all on
    public."user", public.session, public.account, public.verification, public.organization,
    public."organizationRole", public.team, public."teamMember", public.member, public.invitation,
    public."rateLimit", public.session_context
from public, tenantry_app, tenantry_raw;

grant usage on schema public to tenantry_identity;
grant select, insert, update, delete on
    public."user", public.session, public.account, public.verification, public.organization,
    public."organizationRole", public.team, public."teamMember", public.member, public.invitation,
    public."rateLimit", public.session_context
to tenantry_identity;
