-- name: audit_add :exec
-- doc: Write down what was done to an invoice, with the names of that moment.
INSERT INTO audit_log (id, happened_at, actor_id, actor_name, action, change_id, invoice_id, invoice_number, customer_name, amount)
SELECT
    gen_random_uuid(), clock_timestamp(), :actor_id, :actor_name, :action, :change_id,
    invoice.id, coalesce(invoice.number, ''), customer.name, invoice.total
FROM invoice JOIN customer ON customer.id = invoice.customer_id
WHERE invoice.id = :id;

-- name: audit_list :many
-- doc: A page of the log, newest first: the rows that the filters let through and that come before the last one of the page
-- doc: above.
-- optional: action, pattern, actor_id
SELECT
    id, happened_at, actor_name, action, invoice_id, invoice_number, customer_name,
    to_char(amount, 'FM999,999,999,990.00') AS "amount!", amount::text AS "plain_amount!"
FROM audit_log
WHERE (happened_at, id) < (:before_time, :before_id)
    AND happened_at >= :time_from AND happened_at < :time_to
    /*?action AND action = :action ?*/
    /*?actor_id AND actor_id = :actor_id ?*/
    /*?pattern AND (invoice_number ILIKE :pattern OR customer_name ILIKE :pattern) ?*/
ORDER BY happened_at DESC, id DESC
LIMIT :row_limit;

-- name: audit_actors :many
-- doc: Who is in the log, by the name of their last entry: an index look-up for each, however long the log is.
WITH RECURSIVE seen AS (
    (SELECT actor_id, actor_name FROM audit_log ORDER BY actor_id, happened_at DESC LIMIT 1)
    UNION ALL
    SELECT following.actor_id, following.actor_name
    FROM seen CROSS JOIN LATERAL (
        SELECT actor_id, actor_name FROM audit_log WHERE audit_log.actor_id > seen.actor_id
        ORDER BY actor_id, happened_at DESC LIMIT 1
    ) following
)
SELECT actor_id AS "actor_id!", actor_name AS "actor_name!" FROM seen ORDER BY actor_name, actor_id LIMIT 200;

-- name: audit_of_invoice :many
SELECT happened_at, actor_id, actor_name, action, change_id
FROM audit_log
WHERE invoice_id = :id
ORDER BY happened_at DESC, id DESC;

-- together: audit_read = audit_list, audit_actors
-- doc: A page of the log, and who can be chosen to narrow it.
