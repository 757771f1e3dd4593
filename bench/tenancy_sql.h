/* Of the schema `tenantry` what a flight that enters an organization asks for, as
 * sql/schema/tenant.sql has it. */
#pragma once

#define TENANCY_SQL                                                                               \
    "create schema tenantry;"                                                                     \
    "create function tenantry.refuse() returns text language plpgsql as"                          \
    " $$ begin raise exception 'no organization'; end $$;"                                        \
    "create function tenantry.enter(organization text, statement_ms int, lock_ms int) returns "   \
    "text "                                                                                       \
    "language sql volatile return case when organization <> '' then"                              \
    " set_config('app.org_id', organization, true)"                                               \
    " || set_config('statement_timeout', statement_ms::text, true)"                               \
    " || set_config('lock_timeout', lock_ms::text, true) else tenantry.refuse() end;"             \
    "create function tenantry.enter(organization text) returns text language sql volatile return" \
    " case when organization <> '' then set_config('app.org_id', organization, true)"             \
    " else tenantry.refuse() end;"                                                                \
    "create domain tenantry.entered as text check (tenantry.enter(value) is not null);"           \
    "create function tenantry.organization() returns text language sql stable parallel safe "     \
    "return nullif(current_setting('app.org_id', true), '');"
