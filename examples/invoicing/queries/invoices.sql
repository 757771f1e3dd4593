-- name: invoice_counts :one
-- doc: How many invoices stand under each tab of the list.
SELECT
    count(*) AS all_count,
    count(*) FILTER (WHERE status = 'draft') AS draft_count,
    count(*) FILTER (WHERE status = 'sent') AS sent_count,
    count(*) FILTER (WHERE status = 'sent' AND due_on < :today) AS overdue_count,
    count(*) FILTER (WHERE status = 'paid') AS paid_count,
    count(*) FILTER (WHERE status = 'void') AS void_count
FROM invoice;

-- name: invoices_list :many
-- doc: A page of invoices: those that fit the filters and come after the last one of the page above. Of the three ends of
-- doc: that page, the one of the sort counts; the others are given so that they let everything through. A range that lets
-- doc: everything through is left out instead: to the planner it would let next to nothing through, and not be worth an
-- doc: index in the order of the sort.
-- optional: customer_id, pattern, issued_from, total_from
-- sort: newest = invoice.created_at DESC, invoice.id DESC | due = invoice.due_on, invoice.id | largest = invoice.total DESC, invoice.id DESC
SELECT
    invoice.id,
    coalesce(invoice.number, 'Draft') AS "number!",
    customer.name AS customer_name,
    invoice.status,
    CASE WHEN invoice.status = 'sent' AND invoice.due_on < :today THEN 'overdue' ELSE invoice.status::text END AS "state!",
    invoice.created_at,
    invoice.issued_on,
    invoice.due_on,
    invoice.paid_on,
    invoice.total,
    to_char(invoice.total, 'FM999,999,999,990.00') AS "total_text!"
FROM invoice JOIN customer ON customer.id = invoice.customer_id
WHERE invoice.status = ANY(:statuses::text[]::invoice_status[])
    AND invoice.due_on < :due_before
    /*?total_from AND invoice.total BETWEEN :total_from AND :total_to ?*/
    /*?customer_id AND invoice.customer_id = :customer_id ?*/
    /*?pattern AND (customer.name ILIKE :pattern OR invoice.number ILIKE :pattern OR invoice.note ILIKE :pattern) ?*/
    /*?issued_from AND invoice.issued_on BETWEEN :issued_from AND :issued_to ?*/
    AND (invoice.created_at, invoice.id) < (:after_created, :after_created_id)
    AND (invoice.due_on, invoice.id) > (:after_due, :after_due_id)
    AND (invoice.total, invoice.id) < (:after_total, :after_total_id)
/*sort*/
LIMIT :row_limit;

-- name: invoice_get :one
-- doc: One invoice with its customer.
SELECT
    invoice.id,
    coalesce(invoice.number, 'Draft') AS "number!",
    invoice.status,
    CASE WHEN invoice.status = 'sent' AND invoice.due_on < :today THEN 'overdue' ELSE invoice.status::text END AS "state!",
    invoice.revision,
    invoice.issued_on,
    invoice.due_on,
    invoice.paid_on,
    invoice.reminded_on,
    invoice.note,
    to_char(invoice.total, 'FM999,999,999,990.00') AS "total!",
    invoice.customer_id,
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
    trim_scale(quantity)::text AS "quantity!",
    unit_price::text AS "unit_price!",
    to_char(unit_price, 'FM999,999,999,990.00') AS "unit_price_text!",
    to_char(amount, 'FM999,999,999,990.00') AS "amount_text!"
FROM invoice_line
WHERE invoice_id = :id
ORDER BY position;

-- together: invoice_read = invoice_get, invoice_lines, audit_of_invoice, letterhead_find
-- doc: One invoice, as its page and its print show it.

-- together: draft_read = invoice_get, invoice_lines
-- doc: One invoice, as its form shows it.

-- together: invoices_read = invoice_counts, customers_by_name, invoices_list
-- doc: The list with its tabs, and who can be chosen to narrow it.
