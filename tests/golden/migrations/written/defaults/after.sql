-- Of columns that were there: another, none, a first one; on functions, expressions and sequences; and with a column's new type.
CREATE FUNCTION next_code() RETURNS text LANGUAGE sql RETURN 'two';
CREATE FUNCTION next_total() RETURNS integer LANGUAGE sql RETURN 7;
CREATE SEQUENCE ticket;
CREATE TABLE invoice (organization_id text DEFAULT tenantry.organization(), id bigint DEFAULT nextval('ticket'),
    state varchar(20) DEFAULT 'it''s "open"', note text, total integer DEFAULT next_total(),
    made timestamptz DEFAULT date_trunc('day', now()) + interval '1 hour', code text DEFAULT next_code(),
    tags text[] DEFAULT array['a', 'b']::text[], due date DEFAULT CURRENT_DATE + 30,
    later date DEFAULT CURRENT_DATE, settings jsonb DEFAULT '{"a": 1}', PRIMARY KEY (organization_id, id));
