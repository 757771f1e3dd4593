-- name: dashboard_totals :one
-- doc: What is owed, what is late, what came in since a day.
SELECT
    count(*) FILTER (WHERE status = 'open') AS open_count,
    to_char(coalesce(sum(total) FILTER (WHERE status = 'open'), 0), 'FM999,999,999,990.00') AS "open_total!",
    count(*) FILTER (WHERE status = 'open' AND due_on < :today) AS overdue_count,
    to_char(coalesce(sum(total) FILTER (WHERE status = 'open' AND due_on < :today), 0), 'FM999,999,999,990.00')
        AS "overdue_total!",
    count(*) FILTER (WHERE status = 'paid' AND paid_on >= :since) AS paid_count,
    to_char(coalesce(sum(total) FILTER (WHERE status = 'paid' AND paid_on >= :since), 0), 'FM999,999,999,990.00')
        AS "paid_total!"
FROM invoice;

-- name: revenue_by_month :many
-- doc: What was invoiced since a day, and how much of it is paid, by month of issue. A month without invoices has no row.
SELECT
    extract(year FROM issued_on)::integer AS "year!",
    extract(month FROM issued_on)::integer AS "month!",
    sum(total)::numeric(14, 2) AS "invoiced!",
    coalesce(sum(total) FILTER (WHERE status = 'paid'), 0)::numeric(14, 2) AS "paid!"
FROM invoice
WHERE issued_on >= :since AND status IN ('open', 'paid')
GROUP BY 1, 2
ORDER BY 1, 2;

-- name: most_overdue :many
-- doc: The invoices that are late the longest.
SELECT
    invoice.id,
    invoice.number,
    customer.name AS customer_name,
    :today - invoice.due_on AS "days_late!",
    to_char(invoice.total, 'FM999,999,999,990.00') AS "total!"
FROM invoice JOIN customer ON customer.id = invoice.customer_id
WHERE invoice.status = 'open' AND invoice.due_on < :today
ORDER BY invoice.due_on, invoice.number
LIMIT :row_limit;
