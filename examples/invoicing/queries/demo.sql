-- Rows in batches: each array is a column.

-- name: demo_letterhead :exec
INSERT INTO letterhead (legal_name, address, tax_number, bank_account)
VALUES (:legal_name, :address, :tax_number, :bank_account);

-- name: demo_customers :exec
INSERT INTO customer (id, name, contact, email, address)
SELECT row.id, row.name, row.contact, row.email, row.address
FROM unnest(:ids::uuid[], :names::text[], :contacts::text[], :emails::text[], :addresses::text[])
    AS row (id, name, contact, email, address);

-- name: demo_invoices :exec
-- doc: In the order of their numbers, which drafts, the last ones, have none of. `paid_days` is read only where the status
-- doc: is paid; totals follow with demo_totals.
INSERT INTO invoice (id, customer_id, year, serial, status, created_at, issued_on, due_on, paid_on, total)
SELECT
    row.id, row.customer_id,
    CASE WHEN row.status <> 'draft' THEN extract(year FROM row.issued_on)::integer END,
    CASE WHEN row.status <> 'draft' THEN row_number() OVER (PARTITION BY extract(year FROM row.issued_on) ORDER BY row.position) END,
    row.status::invoice_status,
    (row.issued_on + make_interval(mins => 480 + (row.position * 37 % 540)::integer)) AT TIME ZONE 'UTC',
    CASE WHEN row.status <> 'draft' THEN row.issued_on END,
    row.due_on, CASE WHEN row.status = 'paid' THEN row.paid_on END, 0
FROM unnest(:ids::uuid[], :customer_ids::uuid[], :statuses::text[], :issued_days::date[], :due_days::date[],
    :paid_days::date[]) WITH ORDINALITY AS row (id, customer_id, status, issued_on, due_on, paid_on, position);

-- name: demo_lines :exec
-- doc: Quantities and prices in hundredths.
INSERT INTO invoice_line (invoice_id, position, description, quantity, unit_price)
SELECT row.invoice_id, row.position, row.description, row.quantity / 100.0, row.unit_price / 100.0
FROM unnest(:invoice_ids::uuid[], :positions::integer[], :descriptions::text[], :quantity_hundredths::bigint[],
    :price_hundredths::bigint[]) AS row (invoice_id, position, description, quantity, unit_price);

-- name: demo_totals :exec
UPDATE invoice
SET total = (SELECT coalesce(sum(amount), 0) FROM invoice_line WHERE invoice_line.invoice_id = invoice.id);

-- name: demo_counters :exec
INSERT INTO invoice_counter (year, last_serial)
SELECT year, max(serial) FROM invoice WHERE year IS NOT NULL GROUP BY year;

-- name: demo_audit_created :exec
INSERT INTO audit_log (id, happened_at, actor_id, actor_name, action, change_id, invoice_id, invoice_number, customer_name, amount)
SELECT
    gen_random_uuid(),
    invoice.created_at,
    :actor_id, :actor_name, 'created', gen_random_uuid(), invoice.id, coalesce(invoice.number, ''), customer.name, invoice.total
FROM invoice JOIN customer ON customer.id = invoice.customer_id;

-- name: demo_audit_paid :exec
INSERT INTO audit_log (id, happened_at, actor_id, actor_name, action, change_id, invoice_id, invoice_number, customer_name, amount)
SELECT
    gen_random_uuid(),
    (invoice.paid_on + make_interval(mins => 540 + invoice.serial * 53 % 480)) AT TIME ZONE 'UTC',
    :actor_id, :actor_name, 'paid', gen_random_uuid(), invoice.id, invoice.number, customer.name, invoice.total
FROM invoice JOIN customer ON customer.id = invoice.customer_id
WHERE invoice.status = 'paid';
