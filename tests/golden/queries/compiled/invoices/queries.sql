-- name: invoices_page :many
-- doc: A page of one state, after the row that was last on the page before.
SELECT i.id, i.number, i.status, i.total, c.name AS customer_name, c.email
FROM invoice i JOIN customer c ON c.id = i.customer_id
WHERE i.status = :status AND (i.created_at, i.id) > (:after_at, :after_id)
ORDER BY i.created_at, i.id
LIMIT :row_limit;

-- name: invoice_find :maybe
SELECT id, status, now() AS asked_at FROM invoice WHERE number = :number;

-- name: customers_with_totals :many
SELECT c.name, sum(i.total) AS total, count(i.id) AS invoice_count, max(i.status) AS last_status,
    array_agg(i.number ORDER BY i.number) AS "numbers!"
FROM customer c LEFT JOIN invoice i ON i.customer_id = c.id
GROUP BY c.name;

-- name: invoice_save :one
INSERT INTO invoice (id, number, customer_id, status, total, created_at)
VALUES (:id, :number, :customer_id, 'draft', :total, clock_timestamp())
ON CONFLICT (number) DO UPDATE SET total = excluded.total
RETURNING number, total;

-- name: customer_update :execrows
UPDATE customer SET name = :name, email = :email? WHERE id = :id;

-- name: customers_delete :exec
-- lane: slow
DELETE FROM customer WHERE id = ANY(:ids);

-- name: in_currency :one
WITH priced AS (SELECT total FROM invoice WHERE id = :id)
SELECT p.total * r.factor AS "amount!" FROM priced p, rate r WHERE r.currency = :currency;

-- name: totals_of_all :many
-- scope: cross-org
SELECT organization_id, status, sum(total)::numeric(14, 2) AS "total!" FROM invoice GROUP BY 1, 2;
