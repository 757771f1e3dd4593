-- name: revenue_by_organization :many
-- scope: cross-org
-- doc: For each organization what it invoiced and was paid from one day up to, not including, another; and what is owed.
SELECT
    invoice.organization_id AS "organization_id!",
    coalesce(max(letterhead.legal_name), invoice.organization_id) AS "name!",
    count(*) FILTER (WHERE invoice.status IN ('sent', 'paid') AND invoice.issued_on >= :day AND invoice.issued_on < :end_day)
        AS invoiced_count,
    coalesce(sum(invoice.total) FILTER (WHERE invoice.status IN ('sent', 'paid') AND invoice.issued_on >= :day
        AND invoice.issued_on < :end_day), 0)::numeric(14, 2) AS "invoiced!",
    coalesce(sum(invoice.total) FILTER (WHERE invoice.paid_on >= :day AND invoice.paid_on < :end_day), 0)::numeric(14, 2)
        AS "paid!",
    coalesce(sum(invoice.total) FILTER (WHERE invoice.status = 'sent'), 0)::numeric(14, 2) AS "open!",
    coalesce(sum(invoice.total) FILTER (WHERE invoice.status = 'sent' AND invoice.due_on < :today), 0)::numeric(14, 2)
        AS "overdue!"
FROM invoice LEFT JOIN letterhead ON letterhead.organization_id = invoice.organization_id
GROUP BY invoice.organization_id
ORDER BY 2, 1;
