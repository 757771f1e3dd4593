-- name: owed_by_age :many
-- doc: What is owed: due later, or for up to 30, 60, 90 days, or longer (age 0 to 4). An age that nothing has is left out.
SELECT
    width_bucket(:today::date - due_on, ARRAY[1, 31, 61, 91]) AS "age!",
    count(*) AS invoice_count,
    sum(total)::numeric(16, 2) AS "total!"
FROM invoice
WHERE status = 'sent'
GROUP BY 1;

-- name: paid_between :one
-- doc: What came in from a day to another, both included.
SELECT count(*) AS invoice_count, coalesce(sum(total), 0)::numeric(16, 2) AS "total!"
FROM invoice
WHERE paid_on BETWEEN :first_day AND :last_day;

-- name: revenue_by_month :many
-- doc: What was invoiced in each month since a day, and how much of it is paid. A month without invoices is left out.
SELECT first_day, invoiced, paid FROM month_total WHERE first_day >= :day ORDER BY first_day;

-- name: most_overdue :many
-- doc: The invoices that are late the longest.
SELECT
    invoice.id,
    invoice.number,
    customer.name AS customer_name,
    :today - invoice.due_on AS "days_late!",
    invoice.total
FROM invoice JOIN customer ON customer.id = invoice.customer_id
WHERE invoice.status = 'sent' AND invoice.due_on < :today
ORDER BY invoice.due_on, invoice.number
LIMIT 6;

-- name: top_customers :many
-- doc: Who was invoiced the most.
SELECT customer.id, customer.name, customer_total.invoiced
FROM customer_total JOIN customer ON customer.id = customer_total.customer_id
WHERE customer_total.invoiced > 0
ORDER BY customer_total.invoiced DESC, customer_total.customer_id DESC
LIMIT 5;

-- together: dashboard_read = owed_by_age, paid_between, revenue_by_month, most_overdue, top_customers
-- doc: All that the dashboard shows.
