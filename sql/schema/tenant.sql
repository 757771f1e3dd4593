-- tenantry's own tables beside an application's. `tools/own-migration tenant NAME` writes the migration that a change here needs.

-- The version of each relation of each organization: what pages that were kept are compared with. A writer raises its
-- relations in its own transaction, in the order of their names, last; by chance, so that none comes twice: not after a purge,
-- a backup that was put back, or a server in this one's place that lacks the last commits.
CREATE TABLE tenantry.version (
    organization_id text NOT NULL,
    relation text NOT NULL,
    version bigint NOT NULL DEFAULT ((random() * (4503599627370496)::double precision))::bigint + 1,
    CONSTRAINT version_pkey PRIMARY KEY (organization_id, relation)
);

ALTER TABLE tenantry.version ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenantry.version FORCE ROW LEVEL SECURITY;

-- The only place where the tenant setting is read. One that was ever made in a connection is '' afterwards.
CREATE OR REPLACE FUNCTION tenantry.organization()
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN NULLIF(current_setting('app.org_id'::text, true), ''::text);

REVOKE ALL ON FUNCTION tenantry.organization() FROM PUBLIC;

CREATE POLICY version_organization ON tenantry.version FOR ALL
    USING (organization_id = ( SELECT tenantry.organization() AS organization))
    WITH CHECK (organization_id = ( SELECT tenantry.organization() AS organization));

GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE tenantry.version TO tenantry_app;
GRANT SELECT, INSERT, UPDATE ON TABLE tenantry.version TO tenantry_raw;

-- Every query through the handle that reaches across organizations leaves a line that it cannot change.
CREATE TABLE tenantry.raw_use (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    used_at timestamp with time zone NOT NULL DEFAULT CURRENT_TIMESTAMP,
    used_by text NOT NULL DEFAULT SESSION_USER,
    program text NOT NULL,
    purpose text NOT NULL,
    query text NOT NULL,
    CONSTRAINT raw_use_purpose_check CHECK ((purpose <> ''::text)),
    CONSTRAINT raw_use_pkey PRIMARY KEY (id)
);

GRANT INSERT (program) ON TABLE tenantry.raw_use TO tenantry_raw;
GRANT INSERT (purpose) ON TABLE tenantry.raw_use TO tenantry_raw;
GRANT INSERT (query) ON TABLE tenantry.raw_use TO tenantry_raw;

COMMENT ON TABLE tenantry.raw_use IS 'Who looked across organizations, and why.
tenantry: cross_org: it is about the role that reads all organizations, who may add to it and not read it';

CREATE OR REPLACE FUNCTION tenantry.refuse()
 RETURNS text
 LANGUAGE plpgsql
AS $function$
begin
    raise exception 'no organization was given to tenantry.enter' using errcode = '22023';
end
$function$;

REVOKE ALL ON FUNCTION tenantry.refuse() FROM PUBLIC;

-- Where the tenant setting is set, here and in the function below. Stands first in every flight of this plane; all it sets ends
-- with the transaction. One expression, so that the planner puts it in place of the call.
CREATE OR REPLACE FUNCTION tenantry.enter(organization text, statement_ms integer, lock_ms integer)
 RETURNS text
 LANGUAGE sql
RETURN CASE WHEN (organization <> ''::text) THEN ((set_config('app.org_id'::text, organization, true) || set_config('statement_timeout'::text, (statement_ms)::text, true)) || set_config('lock_timeout'::text, (lock_ms)::text, true)) ELSE tenantry.refuse() END;

REVOKE ALL ON FUNCTION tenantry.enter(text, integer, integer) FROM PUBLIC;

-- For a parameter that enters its organization when it is bound, which is before the statement that it belongs to begins: a
-- query needs no statement of its own in front of it for that. What it sets ends with the transaction, as with the other form.
CREATE OR REPLACE FUNCTION tenantry.enter(organization text)
 RETURNS text
 LANGUAGE sql
RETURN CASE WHEN (organization <> ''::text) THEN set_config('app.org_id'::text, organization, true) ELSE tenantry.refuse() END;

REVOKE ALL ON FUNCTION tenantry.enter(text) FROM PUBLIC;

-- PostgreSQL asks a domain's check for each value that comes as a parameter. Only what a flight binds has this type: no column,
-- no cast.
CREATE DOMAIN tenantry.entered AS text
    CONSTRAINT entered_check CHECK ((tenantry.enter(VALUE) IS NOT NULL));

REVOKE ALL ON TYPE tenantry.entered FROM PUBLIC;

-- For writers outside tenantry: their transaction has entered the organization, or their role is exempt from row-level security.
CREATE OR REPLACE FUNCTION tenantry.touch(organization text, touched_relation text)
 RETURNS void
 LANGUAGE sql
BEGIN ATOMIC
 INSERT INTO tenantry.version AS current (organization_id, relation)
   VALUES (touch.organization, touch.touched_relation) ON CONFLICT(organization_id, relation) DO UPDATE SET version = ((current.version + 1) + ((random() * (16777216)::double precision))::bigint);
END;

REVOKE ALL ON FUNCTION tenantry.touch(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenantry.refuse() TO tenantry_app;
GRANT EXECUTE ON FUNCTION tenantry.enter(text, integer, integer) TO tenantry_app;
GRANT EXECUTE ON FUNCTION tenantry.enter(text) TO tenantry_app;
GRANT USAGE ON TYPE tenantry.entered TO tenantry_app;
GRANT EXECUTE ON FUNCTION tenantry.organization() TO tenantry_app;
GRANT EXECUTE ON FUNCTION tenantry.organization() TO tenantry_raw;
GRANT EXECUTE ON FUNCTION tenantry.touch(text, text) TO tenantry_app;
GRANT EXECUTE ON FUNCTION tenantry.touch(text, text) TO tenantry_raw;
GRANT USAGE ON SCHEMA tenantry TO tenantry_app;
GRANT USAGE ON SCHEMA tenantry TO tenantry_raw;
