-- What one page asks, each query by itself first.

-- name: invoices_list :many
-- optional: status, least
-- sort: newest = created_at DESC, id DESC | largest = total DESC, id
SELECT id, number, status, total FROM invoice
WHERE customer_id = :customer_id /*?status AND status = :status ?*/ /*?least AND total >= :least ?*/
/*sort*/ LIMIT :row_limit;

-- name: customer_find :maybe
SELECT id, name, email FROM customer WHERE id = :customer_id;

-- together: customer_page = customer_find, invoices_list,
--   invoice_count, late_count
-- doc: All that the page of a customer shows.

-- A comment between two entries.

-- name: invoice_count :one
SELECT count(*) AS invoice_count FROM invoice WHERE customer_id = :customer_id;

-- name: late_count :one
-- doc: Reads the clock.
SELECT count(*) AS invoice_count FROM invoice WHERE created_at < now() - make_interval(days => :days) AND number <> :calls?;

-- together: counts = invoice_count, late_count

-- name: customer_alone :maybe
SELECT name FROM customer WHERE id = :customer_id;
