CREATE TABLE currency (code text PRIMARY KEY);
CREATE TABLE customer (organization_id text NOT NULL, id int NOT NULL, name text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (organization_id, id));
CREATE TABLE invoice (organization_id text NOT NULL, id int NOT NULL, customer_id int, note text NOT NULL DEFAULT '',
    due_on date, PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, customer_id) REFERENCES customer ON DELETE CASCADE);
CREATE TABLE line (organization_id text NOT NULL, invoice_id int NOT NULL, n int NOT NULL,
    PRIMARY KEY (organization_id, invoice_id, n),
    FOREIGN KEY (organization_id, invoice_id) REFERENCES invoice ON DELETE CASCADE ON UPDATE CASCADE);
CREATE TABLE change_log (organization_id text NOT NULL, id int NOT NULL, what text, PRIMARY KEY (organization_id, id));
CREATE TABLE counter (organization_id text PRIMARY KEY, n int NOT NULL);
CREATE TABLE plain (organization_id text NOT NULL, id int NOT NULL, stamped timestamptz, PRIMARY KEY (organization_id, id));
CREATE TABLE event (organization_id text NOT NULL, id int NOT NULL, at date NOT NULL, PRIMARY KEY (organization_id, id, at))
    PARTITION BY RANGE (at);
CREATE TABLE event_old PARTITION OF event FOR VALUES FROM ('2020-01-01') TO ('2025-01-01');
CREATE TABLE event_new PARTITION OF event FOR VALUES FROM ('2025-01-01') TO ('2030-01-01');
CREATE VIEW customer_list AS SELECT c.organization_id, c.id, c.name,
    (SELECT count(*) FROM invoice i WHERE i.customer_id = c.id AND i.organization_id = c.organization_id) AS n FROM customer c;
CREATE VIEW overdue AS SELECT organization_id, id FROM invoice WHERE due_on < CURRENT_DATE;

CREATE FUNCTION initials(text) RETURNS text LANGUAGE sql STABLE AS 'SELECT left($1, 1)';
CREATE FUNCTION touched_at() RETURNS timestamptz LANGUAGE plpgsql STABLE AS 'BEGIN RETURN clock_timestamp(); END';
CREATE FUNCTION lucky() RETURNS int LANGUAGE internal VOLATILE AS 'drandom';
CREATE FUNCTION seen_today(d date) RETURNS boolean LANGUAGE sql STABLE BEGIN ATOMIC SELECT touched_at()::date = d; END;

-- An audit of another table, which itself counts.
CREATE FUNCTION log_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- UPDATE customer: only a comment
    INSERT INTO public.change_log (organization_id, id, what) VALUES (NEW.organization_id, NEW.id, 'DELETE FROM line');
    RETURN NEW;
END $$;
CREATE TRIGGER log_change AFTER INSERT OR UPDATE ON customer FOR EACH ROW EXECUTE FUNCTION log_change();
CREATE FUNCTION forward() RETURNS void LANGUAGE sql AS 'UPDATE ONLY "counter" SET n = n + 1';
CREATE FUNCTION count_entry() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM forward(); RETURN NULL; END $$;
CREATE TRIGGER count_entry AFTER INSERT ON change_log FOR EACH STATEMENT EXECUTE FUNCTION count_entry();
-- Touches its own row alone.
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.stamped := now(); RETURN NEW; END $$;
CREATE TRIGGER stamp BEFORE UPDATE ON plain FOR EACH ROW EXECUTE FUNCTION stamp();
CREATE FUNCTION dynamic() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN EXECUTE 'UPDATE coun' || 'ter SET n = 1'; RETURN OLD; END $$;
CREATE TRIGGER dynamic AFTER DELETE ON line FOR EACH ROW EXECUTE FUNCTION dynamic();
