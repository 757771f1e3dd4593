-- name: revenue_month_save :exec
-- doc: What a month came to, as of today; again on the same day it says the same.
INSERT INTO revenue_month (first_day, invoice_count, invoiced, paid, open, overdue, as_of)
VALUES (:day, :invoice_count, :invoiced, :paid, :open, :overdue, :today)
ON CONFLICT (organization_id, first_day) DO UPDATE
SET invoice_count = excluded.invoice_count, invoiced = excluded.invoiced, paid = excluded.paid, open = excluded.open,
    overdue = excluded.overdue, as_of = excluded.as_of;
