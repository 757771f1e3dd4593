-- name: customers_by_name :many
SELECT id, name FROM customer ORDER BY name;

-- name: customer_find :maybe
SELECT id, name, contact, email, address FROM customer WHERE id = :id;

-- name: customers_list :many
-- doc: Customers by name, of those after a name; with how much each owes, and owes late. First who is shown, then what they
-- doc: owe: nobody else's invoices are read.
-- optional: pattern
SELECT
    customer.id,
    customer.name,
    customer.contact,
    customer.email,
    count(invoice.id) FILTER (WHERE invoice.status IN ('sent', 'paid')) AS invoice_count,
    to_char(coalesce(sum(invoice.total) FILTER (WHERE invoice.status IN ('sent', 'paid')), 0), 'FM999,999,999,990.00')
        AS "invoiced!",
    to_char(coalesce(sum(invoice.total) FILTER (WHERE invoice.status = 'sent'), 0), 'FM999,999,999,990.00') AS "owed!",
    coalesce(bool_or(invoice.status = 'sent' AND invoice.due_on < :today), false) AS "is_late!"
FROM (
    SELECT id, name, contact, email FROM customer
    WHERE name > :after_name /*?pattern AND (name ILIKE :pattern OR contact ILIKE :pattern) ?*/
    ORDER BY name
    LIMIT :row_limit
) AS customer LEFT JOIN invoice ON invoice.customer_id = customer.id
GROUP BY customer.id, customer.name, customer.contact, customer.email
ORDER BY customer.name;

-- name: customer_insert :exec
INSERT INTO customer (id, name, contact, email, address) VALUES (:id, :name, :contact, :email, :address);

-- name: customer_update :execrows
UPDATE customer SET name = :name, contact = :contact, email = :email, address = :address WHERE id = :id;
