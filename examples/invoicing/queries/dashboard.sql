-- name: dashboard_totals :one
-- doc: What is owed, what is late, what came in during the last 30 days.
SELECT
    count(*) FILTER (WHERE status = 'sent') AS open_count,
    to_char(coalesce(sum(total) FILTER (WHERE status = 'sent'), 0), 'FM999,999,999,990.00') AS "open_total!",
    count(*) FILTER (WHERE status = 'sent' AND due_on < :today) AS overdue_count,
    to_char(coalesce(sum(total) FILTER (WHERE status = 'sent' AND due_on < :today), 0), 'FM999,999,999,990.00')
        AS "overdue_total!",
    count(*) FILTER (WHERE paid_on > :today::date - 30) AS paid_count,
    to_char(coalesce(sum(total) FILTER (WHERE paid_on > :today::date - 30), 0), 'FM999,999,999,990.00')
        AS "paid_total!"
FROM invoice;

-- name: revenue_by_month :many
-- doc: What was invoiced in each of the last twelve months, and how much of it is paid. Every month has its row.
SELECT
    to_char(month.first_day, 'Mon') AS "label!",
    to_char(month.first_day, 'FMMonth YYYY') AS "title!",
    coalesce(invoiced.total, 0)::numeric(14, 2) AS "invoiced!",
    coalesce(invoiced.paid, 0)::numeric(14, 2) AS "paid!",
    to_char(coalesce(invoiced.total, 0), 'FM999,999,999,990') AS "invoiced_text!",
    to_char(coalesce(invoiced.paid, 0), 'FM999,999,999,990') AS "paid_text!"
FROM generate_series(date_trunc('month', :today::date::timestamp) - interval '11 months', :today::date::timestamp,
        interval '1 month') AS month (first_day)
    LEFT JOIN (
        SELECT date_trunc('month', invoice.issued_on::timestamp) AS first_day, sum(invoice.total) AS total,
            sum(invoice.total) FILTER (WHERE invoice.status = 'paid') AS paid
        FROM invoice
        WHERE invoice.status IN ('sent', 'paid')
            AND invoice.issued_on >= date_trunc('month', :today::date::timestamp) - interval '11 months'
        GROUP BY 1
    ) AS invoiced ON invoiced.first_day = month.first_day
ORDER BY month.first_day;

-- name: most_overdue :many
-- doc: The invoices that are late the longest.
SELECT
    invoice.id,
    invoice.number,
    customer.name AS customer_name,
    :today - invoice.due_on AS "days_late!",
    to_char(invoice.total, 'FM999,999,999,990.00') AS "total!"
FROM invoice JOIN customer ON customer.id = invoice.customer_id
WHERE invoice.status = 'sent' AND invoice.due_on < :today
ORDER BY invoice.due_on, invoice.number
LIMIT :row_limit;

-- name: owed_by_age :many
-- doc: What is owed, by how long it has been due. Every age has its row, in their order.
SELECT
    age.title AS "title!",
    age.first_day AS "first_day!",
    count(invoice.id) AS invoice_count,
    coalesce(sum(invoice.total), 0)::numeric(14, 2) AS "total!",
    to_char(coalesce(sum(invoice.total), 0), 'FM999,999,999,990.00') AS "total_text!"
FROM (VALUES ('Not yet due', -100000, 0), ('1–30 days', 1, 30), ('31–60 days', 31, 60), ('61–90 days', 61, 90),
        ('Over 90 days', 91, 100000)) AS age (title, first_day, last_day)
    LEFT JOIN invoice ON invoice.status = 'sent' AND :today::date - invoice.due_on BETWEEN age.first_day AND age.last_day
GROUP BY age.title, age.first_day
ORDER BY age.first_day;

-- name: customers_by_revenue :many
-- doc: Who was invoiced the most since a day.
SELECT
    customer.id,
    customer.name,
    sum(invoice.total)::numeric(14, 2) AS "total!",
    to_char(sum(invoice.total), 'FM999,999,999,990.00') AS "total_text!"
FROM invoice JOIN customer ON customer.id = invoice.customer_id
WHERE invoice.status IN ('sent', 'paid') AND invoice.issued_on > :after_day
GROUP BY customer.id, customer.name
ORDER BY sum(invoice.total) DESC, customer.id
LIMIT :row_limit;
