-- The tables of the invoicing application, as its author thinks of them.
--
-- Every table carries organization_id, first in its primary key and in every unique and foreign key, so a row can only
-- ever point at a row of its own organization. What keeps organizations apart at run time (row-level security, policies)
-- follows from that: `tenantry migrate new` writes it into migrations/, next to the same tables.
--
-- There is no foreign key to the organizations themselves: they belong to sign-in, which may live in another database.

-- A draft has no number yet, and may still change. What was sent is only ever paid or made void.
CREATE TYPE invoice_status AS ENUM ('draft', 'sent', 'paid', 'void');

-- What stands at the head of an organization's invoices, one row each.
CREATE TABLE letterhead (
    organization_id text PRIMARY KEY,
    legal_name text NOT NULL,
    address text NOT NULL,
    tax_number text NOT NULL,
    bank_account text NOT NULL,
    payment_days integer NOT NULL DEFAULT 30 CHECK (payment_days BETWEEN 0 AND 365)
);

CREATE TABLE customer (
    organization_id text NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL CHECK (name <> ''),
    contact text NOT NULL,
    email text NOT NULL,
    address text NOT NULL,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, name)
);

-- The last serial given out, for each year. Its row is locked while an invoice is sent, which is what keeps numbers
-- without gaps: a sequence would leave one whenever a transaction fails, and would be shared between organizations.
CREATE TABLE invoice_counter (
    organization_id text NOT NULL,
    year integer NOT NULL,
    last_serial integer NOT NULL,
    PRIMARY KEY (organization_id, year)
);

CREATE TABLE invoice (
    organization_id text NOT NULL,
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    year integer,
    serial integer CHECK (serial > 0),
    number text GENERATED ALWAYS AS
        (year::text || '-' || lpad(serial::text, greatest(4, length(serial::text)), '0')) STORED,
    status invoice_status NOT NULL,
    created_at timestamptz NOT NULL,
    revision integer NOT NULL DEFAULT 1,  -- goes up with each change of a draft: who saves an older one is told
    issued_on date,
    due_on date NOT NULL,
    paid_on date,
    reminded_on date,
    total numeric(14, 2) NOT NULL CHECK (total >= 0),
    note text NOT NULL DEFAULT '',
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, year, serial),
    FOREIGN KEY (organization_id, customer_id) REFERENCES customer (organization_id, id),
    CHECK (due_on >= issued_on),
    CHECK ((status = 'draft') = (issued_on IS NULL)),
    CHECK ((status = 'draft') = (year IS NULL) AND (year IS NULL) = (serial IS NULL)),
    CHECK ((status = 'paid') = (paid_on IS NOT NULL))
);

CREATE INDEX invoice_by_status ON invoice (organization_id, status, due_on);
CREATE INDEX invoice_by_customer ON invoice (organization_id, customer_id);
CREATE INDEX invoice_by_age ON invoice (organization_id, created_at, id);
CREATE INDEX invoice_by_due ON invoice (organization_id, due_on, id);
CREATE INDEX invoice_by_total ON invoice (organization_id, total, id);
CREATE INDEX invoice_by_payment ON invoice (organization_id, paid_on) INCLUDE (total);
CREATE INDEX invoice_owed ON invoice (organization_id, due_on, number) INCLUDE (total) WHERE status = 'sent';

-- What was invoiced in each month, and to each customer: drafts and void invoices do not count. Reading these few rows is
-- what keeps the dashboard fast with any number of invoices; the triggers below keep them true with each change.
CREATE TABLE month_total (
    organization_id text NOT NULL,
    first_day date NOT NULL,
    invoiced numeric(16, 2) NOT NULL,
    paid numeric(16, 2) NOT NULL,
    PRIMARY KEY (organization_id, first_day)
);

CREATE TABLE customer_total (
    organization_id text NOT NULL,
    customer_id uuid NOT NULL,
    invoiced numeric(16, 2) NOT NULL,
    PRIMARY KEY (organization_id, customer_id),
    FOREIGN KEY (organization_id, customer_id) REFERENCES customer (organization_id, id)
);

CREATE INDEX customer_total_by_amount ON customer_total (organization_id, invoiced, customer_id);

-- Adds the rows of one statement, or with '-1' takes them away. In one order, so that two who change many invoices at
-- once wait for each other instead of stopping each other.
CREATE FUNCTION invoice_add_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sign integer := tg_argv[0];
BEGIN
    INSERT INTO month_total AS kept (organization_id, first_day, invoiced, paid)
    SELECT organization_id, date_trunc('month', issued_on::timestamp), sign * sum(total),
        sign * coalesce(sum(total) FILTER (WHERE status = 'paid'), 0)
    FROM changed
    WHERE status IN ('sent', 'paid')
    GROUP BY 1, 2
    ORDER BY 1, 2
    ON CONFLICT (organization_id, first_day)
        DO UPDATE SET invoiced = kept.invoiced + excluded.invoiced, paid = kept.paid + excluded.paid;

    INSERT INTO customer_total AS kept (organization_id, customer_id, invoiced)
    SELECT organization_id, customer_id, sign * sum(total)
    FROM changed
    WHERE status IN ('sent', 'paid')
    GROUP BY 1, 2
    ORDER BY 1, 2
    ON CONFLICT (organization_id, customer_id) DO UPDATE SET invoiced = kept.invoiced + excluded.invoiced;
    RETURN NULL;
END
$$;

CREATE TRIGGER invoice_inserted AFTER INSERT ON invoice
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION invoice_add_up('1');
CREATE TRIGGER invoice_updated_from AFTER UPDATE ON invoice
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION invoice_add_up('-1');
CREATE TRIGGER invoice_updated_to AFTER UPDATE ON invoice
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION invoice_add_up('1');
CREATE TRIGGER invoice_deleted AFTER DELETE ON invoice
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION invoice_add_up('-1');

CREATE TABLE invoice_line (
    organization_id text NOT NULL,
    invoice_id uuid NOT NULL,
    position integer NOT NULL,
    description text NOT NULL CHECK (description <> ''),
    quantity numeric(10, 2) NOT NULL CHECK (quantity > 0),
    unit_price numeric(14, 2) NOT NULL CHECK (unit_price >= 0),
    amount numeric(14, 2) NOT NULL GENERATED ALWAYS AS (round(quantity * unit_price, 2)) STORED,
    PRIMARY KEY (organization_id, invoice_id, position),
    FOREIGN KEY (organization_id, invoice_id) REFERENCES invoice (organization_id, id) ON DELETE CASCADE
);

-- Who did what. A row is never changed, so it keeps the names as they were that day instead of pointing at them.
CREATE TABLE audit_log (
    organization_id text NOT NULL,
    id uuid NOT NULL,
    happened_at timestamptz NOT NULL,
    actor_id text NOT NULL,
    actor_name text NOT NULL,
    action text NOT NULL,
    change_id uuid NOT NULL, -- the same for what was done in one go: that is what undo takes back
    invoice_id uuid NOT NULL,
    invoice_number text NOT NULL, -- '' for a draft
    customer_name text NOT NULL,
    amount numeric(14, 2) NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CREATE INDEX audit_log_by_time ON audit_log (organization_id, happened_at, id);
CREATE INDEX audit_log_by_change ON audit_log (organization_id, change_id);
CREATE INDEX audit_log_by_invoice ON audit_log (organization_id, invoice_id, happened_at);
CREATE INDEX audit_log_by_actor ON audit_log (organization_id, actor_id, happened_at DESC);

-- What the nightly script added up: a row for each month, written anew as long as the month may change.
CREATE TABLE revenue_month (
    organization_id text NOT NULL,
    first_day date NOT NULL,
    invoice_count bigint NOT NULL,
    invoiced numeric(16, 2) NOT NULL,
    paid numeric(16, 2) NOT NULL,
    open numeric(16, 2) NOT NULL,
    overdue numeric(16, 2) NOT NULL,
    as_of date NOT NULL, -- the day whose state this is
    PRIMARY KEY (organization_id, first_day)
);

-- A reminder that was sent: each level once for an invoice, however often the script runs.
CREATE TABLE reminder (
    organization_id text NOT NULL,
    invoice_id uuid NOT NULL,
    level integer NOT NULL CHECK (level BETWEEN 1 AND 3),
    sent_on date NOT NULL,
    PRIMARY KEY (organization_id, invoice_id, level),
    FOREIGN KEY (organization_id, invoice_id) REFERENCES invoice (organization_id, id)
);

-- The application may do what its queries do, and no more: only drafts are ever deleted, audit rows are never changed.
-- Without these lines it would get SELECT, INSERT, UPDATE and DELETE on every table.
GRANT SELECT, INSERT, UPDATE ON letterhead, customer, invoice_counter, month_total, customer_total, revenue_month
    TO tenantry_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON invoice TO tenantry_app;
GRANT SELECT, INSERT, DELETE ON invoice_line TO tenantry_app;
GRANT SELECT, INSERT ON audit_log, reminder TO tenantry_app;

-- What the scripts read of all organizations, and nothing else.
GRANT SELECT ON letterhead, invoice, customer, revenue_month, reminder TO tenantry_raw;
