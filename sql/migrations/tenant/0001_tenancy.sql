CREATE DOMAIN tenantry.entered AS text;
REVOKE ALL ON DOMAIN tenantry.entered FROM PUBLIC;

CREATE OR REPLACE FUNCTION tenantry.refuse()
 RETURNS text
 LANGUAGE plpgsql
AS $function$
begin
    raise exception 'no organization was given to tenantry.enter' using errcode = '22023';
end
$function$;

REVOKE ALL ON FUNCTION tenantry.refuse() FROM PUBLIC;

CREATE OR REPLACE FUNCTION tenantry.enter(organization text)
 RETURNS text
 LANGUAGE sql
RETURN CASE WHEN (organization <> ''::text) THEN set_config('app.org_id'::text, organization, true) ELSE tenantry.refuse() END;

REVOKE ALL ON FUNCTION tenantry.enter(text) FROM PUBLIC;
ALTER DOMAIN tenantry.entered ADD CONSTRAINT entered_check CHECK ((tenantry.enter(VALUE) IS NOT NULL));

CREATE TABLE tenantry.version (
    organization_id text NOT NULL,
    relation text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    CONSTRAINT version_pkey PRIMARY KEY (organization_id, relation)
);

ALTER TABLE tenantry.version ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenantry.version FORCE ROW LEVEL SECURITY;

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

CREATE OR REPLACE FUNCTION tenantry.enter(organization text, statement_ms integer, lock_ms integer)
 RETURNS text
 LANGUAGE sql
RETURN CASE WHEN (organization <> ''::text) THEN ((set_config('app.org_id'::text, organization, true) || set_config('statement_timeout'::text, (statement_ms)::text, true)) || set_config('lock_timeout'::text, (lock_ms)::text, true)) ELSE tenantry.refuse() END;

REVOKE ALL ON FUNCTION tenantry.enter(text, integer, integer) FROM PUBLIC;

CREATE OR REPLACE FUNCTION tenantry.touch(organization text, touched_relation text)
 RETURNS void
 LANGUAGE sql
BEGIN ATOMIC
 INSERT INTO tenantry.version AS current (organization_id, relation)
   VALUES (touch.organization, touch.touched_relation) ON CONFLICT(organization_id, relation) DO UPDATE SET version = (current.version + 1);
END;

REVOKE ALL ON FUNCTION tenantry.touch(text, text) FROM PUBLIC;
GRANT USAGE ON DOMAIN tenantry.entered TO tenantry_app;
GRANT EXECUTE ON FUNCTION tenantry.organization() TO tenantry_app;
GRANT EXECUTE ON FUNCTION tenantry.organization() TO tenantry_raw;
GRANT EXECUTE ON FUNCTION tenantry.refuse() TO tenantry_app;
GRANT EXECUTE ON FUNCTION tenantry.enter(text, integer, integer) TO tenantry_app;
GRANT EXECUTE ON FUNCTION tenantry.enter(text) TO tenantry_app;
GRANT EXECUTE ON FUNCTION tenantry.touch(text, text) TO tenantry_app;
GRANT EXECUTE ON FUNCTION tenantry.touch(text, text) TO tenantry_raw;
GRANT USAGE ON SCHEMA tenantry TO tenantry_app;
GRANT USAGE ON SCHEMA tenantry TO tenantry_raw;
