-- What changes an invoice. Each goes together with a row of audit_log (queries/audit.sql), in one statement or one
-- transaction.

-- name: draft_insert :exec
-- doc: A draft; its total is that of the lines that draft_lines_insert gets.
INSERT INTO invoice (id, customer_id, status, created_at, due_on, note, total)
SELECT :id, :customer_id, 'draft', :now, :due_on, :note, sum(round(line.quantity * line.unit_price, 2))
FROM unnest(:quantities::numeric[], :unit_prices::numeric[]) AS line (quantity, unit_price);

-- name: draft_lines_insert :exec
INSERT INTO invoice_line (invoice_id, position, description, quantity, unit_price)
SELECT :id, line.position, line.description, line.quantity, line.unit_price
FROM unnest(:descriptions::text[], :quantities::numeric[], :unit_prices::numeric[])
    WITH ORDINALITY AS line (description, quantity, unit_price, position);

-- name: draft_lines_delete :exec
DELETE FROM invoice_line WHERE invoice_id = :id;

-- name: draft_update :execrows
-- doc: 0: no draft any more, or somebody changed it since `revision` was read.
UPDATE invoice
SET customer_id = :customer_id, due_on = :due_on, note = :note, revision = revision + 1,
    total = (SELECT sum(round(line.quantity * line.unit_price, 2))
        FROM unnest(:quantities::numeric[], :unit_prices::numeric[]) AS line (quantity, unit_price))
WHERE id = :id AND status = 'draft' AND revision = :revision;

-- name: draft_discard :execrows
-- doc: 0: it was no draft.
DELETE FROM invoice WHERE id = :id AND status = 'draft';

-- name: draft_lock :maybe
-- doc: The draft, which stays as it is until this transaction ends.
SELECT due_on FROM invoice WHERE id = :id AND status = 'draft' FOR UPDATE;

-- name: invoice_serial_next :one
-- doc: The next number of the year. Whoever else sends an invoice waits here until this transaction ends.
INSERT INTO invoice_counter AS counter (year, last_serial)
VALUES (extract(year FROM :today::date)::integer, 1)
ON CONFLICT (year) DO UPDATE SET last_serial = counter.last_serial + 1
RETURNING year, last_serial;

-- name: draft_send :exec
-- doc: It becomes an invoice, with its number; a day that has passed is no day to be due on.
UPDATE invoice
SET status = 'sent', year = :year, serial = :serial, issued_on = :today, due_on = greatest(due_on, :today)
WHERE id = :id;

-- name: invoices_pay :execrows
-- doc: Take sent invoices as paid, and write down who said so. Answers how many were sent and unpaid.
WITH paid AS (
    UPDATE invoice SET status = 'paid', paid_on = :today
    WHERE id = ANY(:ids::uuid[]) AND status = 'sent'
    RETURNING id, number, customer_id, total
)
INSERT INTO audit_log (id, happened_at, actor_id, actor_name, action, change_id, invoice_id, invoice_number, customer_name, amount)
SELECT gen_random_uuid(), clock_timestamp(), :actor_id, :actor_name, 'paid', :change_id, paid.id, paid.number, customer.name, paid.total
FROM paid JOIN customer ON customer.id = paid.customer_id;

-- name: invoice_void :execrows
-- doc: A sent invoice that nobody is to pay. It keeps its number. 0: it was not sent, or is paid.
WITH voided AS (
    UPDATE invoice SET status = 'void'
    WHERE id = :id AND status = 'sent'
    RETURNING id, number, customer_id, total
)
INSERT INTO audit_log (id, happened_at, actor_id, actor_name, action, change_id, invoice_id, invoice_number, customer_name, amount)
SELECT gen_random_uuid(), clock_timestamp(), :actor_id, :actor_name, 'made void', :change_id, voided.id, voided.number, customer.name, voided.total
FROM voided JOIN customer ON customer.id = voided.customer_id;

-- name: change_undo :execrows
-- doc: Take back what one made paid or void in one go, since a moment: those invoices are sent again. Answers how many.
WITH undone AS (
    UPDATE invoice SET status = 'sent', paid_on = NULL
    WHERE invoice.status IN ('paid', 'void')
        AND invoice.id IN (
            SELECT change.invoice_id
            FROM audit_log AS change
            WHERE change.change_id = :change_id AND change.actor_id = :actor_id AND change.happened_at > :since
                AND change.action IN ('paid', 'made void'))
        AND NOT EXISTS (
            SELECT FROM audit_log AS undo WHERE undo.change_id = :change_id AND undo.action = 'undone')
    RETURNING id, number, customer_id, total
)
INSERT INTO audit_log (id, happened_at, actor_id, actor_name, action, change_id, invoice_id, invoice_number, customer_name, amount)
SELECT gen_random_uuid(), clock_timestamp(), :actor_id, :actor_name, 'undone', :change_id, undone.id, undone.number, customer.name, undone.total
FROM undone JOIN customer ON customer.id = undone.customer_id;

-- name: draft_copy :execrows
-- doc: A draft like another invoice, with its lines by draft_lines_copy. 0: there is no such invoice.
INSERT INTO invoice (id, customer_id, status, created_at, due_on, note, total)
SELECT :new_id, customer_id, 'draft', :now, :due_on, note, total FROM invoice WHERE id = :id;

-- name: draft_lines_copy :exec
INSERT INTO invoice_line (invoice_id, position, description, quantity, unit_price)
SELECT :new_id, position, description, quantity, unit_price FROM invoice_line WHERE invoice_id = :id;
