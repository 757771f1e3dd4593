-- name: newest_invoices :many
SELECT id, number, customer_name, status, total_cents, issued_on, due_on
FROM invoice
ORDER BY issued_on DESC, id DESC
LIMIT 20;

-- name: totals_by_status :many
SELECT status, count(*) AS invoice_count, sum(total_cents)::bigint AS "total_cents!"
FROM invoice
GROUP BY status
ORDER BY status;

-- name: audit_newest :many
SELECT id, actor_id, action, at FROM audit_logs ORDER BY at DESC, id DESC LIMIT 20;

-- together: dashboard_read = newest_invoices, totals_by_status
