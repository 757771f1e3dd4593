-- name: invoice_counts :one
-- doc: How many invoices stand under each tab of the list.
SELECT
    count(*) AS all_count,
    count(*) FILTER (WHERE status = 'open') AS open_count,
    count(*) FILTER (WHERE status = 'open' AND due_on < :today) AS overdue_count,
    count(*) FILTER (WHERE status = 'paid') AS paid_count,
    count(*) FILTER (WHERE status = 'void') AS void_count
FROM invoice;

-- name: invoices_list :many
-- doc: A page of invoices, newest number first, of those that come before the last one of the page above.
SELECT
    invoice.id,
    invoice.number,
    invoice.year,
    invoice.serial,
    customer.name AS customer_name,
    CASE WHEN invoice.status = 'open' AND invoice.due_on < :today THEN 'overdue' ELSE invoice.status::text END AS "state!",
    invoice.issued_on,
    invoice.due_on,
    to_char(invoice.total, 'FM999,999,999,990.00') AS "total!"
FROM invoice JOIN customer ON customer.id = invoice.customer_id
WHERE invoice.status = ANY(:statuses::text[]::invoice_status[])
    AND invoice.due_on < :due_before
    AND (invoice.year, invoice.serial) < (:before_year::bigint, :before_serial::bigint)
ORDER BY invoice.year DESC, invoice.serial DESC
LIMIT :row_limit;

-- name: invoice_get :one
-- doc: One invoice with its customer.
SELECT
    invoice.id,
    invoice.number,
    invoice.status,
    CASE WHEN invoice.status = 'open' AND invoice.due_on < :today THEN 'overdue' ELSE invoice.status::text END AS "state!",
    invoice.issued_on,
    invoice.due_on,
    invoice.paid_on,
    invoice.note,
    to_char(invoice.total, 'FM999,999,999,990.00') AS "total!",
    customer.name AS customer_name,
    customer.contact AS customer_contact,
    customer.email AS customer_email,
    customer.address AS customer_address
FROM invoice JOIN customer ON customer.id = invoice.customer_id
WHERE invoice.id = :id;

-- name: invoice_lines :many
SELECT
    position,
    description,
    to_char(quantity, 'FM999,990.##') AS "quantity!",
    to_char(unit_price, 'FM999,999,999,990.00') AS "unit_price!",
    to_char(amount, 'FM999,999,999,990.00') AS "amount!"
FROM invoice_line
WHERE invoice_id = :id
ORDER BY position;

-- name: invoice_serial_next :one
-- doc: The next number of the year. Whoever else makes an invoice waits here until this transaction ends.
INSERT INTO invoice_counter AS counter (year, last_serial)
VALUES (extract(year FROM :today::date)::integer, 1)
ON CONFLICT (year) DO UPDATE SET last_serial = counter.last_serial + 1
RETURNING year, last_serial;

-- name: invoice_insert :exec
-- doc: An open invoice; its total is that of the lines that invoice_lines_insert gets.
INSERT INTO invoice (id, customer_id, year, serial, status, issued_on, due_on, note, total)
SELECT :id, :customer_id, :year, :serial, 'open', :today, :due_on, :note, sum(round(line.quantity * line.unit_price, 2))
FROM unnest(:quantities::numeric[], :unit_prices::numeric[]) AS line (quantity, unit_price);

-- name: invoice_lines_insert :exec
INSERT INTO invoice_line (invoice_id, position, description, quantity, unit_price)
SELECT :id, line.position, line.description, line.quantity, line.unit_price
FROM unnest(:descriptions::text[], :quantities::numeric[], :unit_prices::numeric[])
    WITH ORDINALITY AS line (description, quantity, unit_price, position);

-- name: invoice_mark_paid :execrows
-- doc: Take an open invoice as paid and write down who said so. 0: it was not open.
WITH paid AS (
    UPDATE invoice SET status = 'paid', paid_on = :today
    WHERE id = :id AND status = 'open'
    RETURNING id, number, customer_id, total
)
INSERT INTO audit_log (id, happened_at, actor_id, actor_name, action, invoice_id, invoice_number, customer_name, amount)
SELECT gen_random_uuid(), clock_timestamp(), :actor_id, :actor_name, 'paid', paid.id, paid.number, customer.name, paid.total
FROM paid JOIN customer ON customer.id = paid.customer_id;
