-- name: reminders_due :many
-- scope: cross-org
-- doc: Invoices whose next reminder is due: the first after three days, the second after two weeks, the third after a month.
-- doc: Those behind the last one of the page before.
SELECT
    late.organization_id AS "organization_id!", late.invoice_id AS "invoice_id!", late.number AS "number!",
    late.level AS "level!", late.days_late AS "days_late!", late.due_on AS "due_on!", late.total AS "total!",
    customer.name AS customer_name, customer.contact AS customer_contact, customer.email AS customer_email,
    coalesce(letterhead.legal_name, late.organization_id) AS "sender!",
    coalesce(letterhead.bank_account, '') AS "bank_account!"
FROM (
    SELECT invoice.organization_id, invoice.id AS invoice_id, invoice.number, invoice.customer_id, invoice.due_on,
        to_char(invoice.due_on, 'YYYY-MM-DD') AS due_text,
        to_char(invoice.total, 'FM999,999,999,990.00') AS total,
        :today::date - invoice.due_on AS days_late,
        CASE WHEN :today::date - invoice.due_on >= 30 THEN 3 WHEN :today::date - invoice.due_on >= 14 THEN 2 ELSE 1 END AS level
    FROM invoice
    WHERE invoice.status = 'sent' AND invoice.due_on <= :today::date - 3
        AND (invoice.organization_id, invoice.id) > (:after_organization, :after_id)
) AS late
    JOIN customer ON customer.organization_id = late.organization_id AND customer.id = late.customer_id
    LEFT JOIN letterhead ON letterhead.organization_id = late.organization_id
WHERE customer.email <> ''
    AND NOT EXISTS (
        SELECT FROM reminder
        WHERE reminder.organization_id = late.organization_id AND reminder.invoice_id = late.invoice_id
            AND reminder.level >= late.level)
ORDER BY late.organization_id, late.invoice_id
LIMIT :row_limit;
