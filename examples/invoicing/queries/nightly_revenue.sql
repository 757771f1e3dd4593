-- name: organization_count :one
-- scope: cross-org
SELECT count(*) AS organizations
FROM (SELECT invoice.organization_id FROM invoice GROUP BY invoice.organization_id) AS each_one;

-- name: revenue_by_organization :many
-- scope: cross-org
-- doc: For some organizations, those behind the last one of the page before: what each invoiced and was paid from one day up
-- doc: to, not including, another; what is owed; and whether that was written down today.
SELECT
    sums.organization_id AS "organization_id!",
    coalesce(letterhead.legal_name, sums.organization_id) AS "name!",
    sums.invoiced_count AS "invoiced_count!",
    sums.invoiced::numeric(16, 2) AS "invoiced!",
    sums.paid::numeric(16, 2) AS "paid!",
    sums.open::numeric(16, 2) AS "open!",
    sums.overdue::numeric(16, 2) AS "overdue!",
    coalesce(revenue_month.as_of = :today, false) AS "is_done!"
FROM (
    SELECT
        invoice.organization_id,
        count(*) FILTER (WHERE invoice.status IN ('sent', 'paid') AND invoice.issued_on >= :day
            AND invoice.issued_on < :end_day) AS invoiced_count,
        coalesce(sum(invoice.total) FILTER (WHERE invoice.status IN ('sent', 'paid') AND invoice.issued_on >= :day
            AND invoice.issued_on < :end_day), 0) AS invoiced,
        coalesce(sum(invoice.total) FILTER (WHERE invoice.paid_on >= :day AND invoice.paid_on < :end_day), 0) AS paid,
        coalesce(sum(invoice.total) FILTER (WHERE invoice.status = 'sent'), 0) AS open,
        coalesce(sum(invoice.total) FILTER (WHERE invoice.status = 'sent' AND invoice.due_on < :today), 0) AS overdue
    FROM invoice
    WHERE invoice.organization_id > :after_organization
    GROUP BY invoice.organization_id
    ORDER BY invoice.organization_id
    LIMIT :row_limit
) AS sums
    LEFT JOIN letterhead ON letterhead.organization_id = sums.organization_id
    LEFT JOIN revenue_month ON revenue_month.organization_id = sums.organization_id AND revenue_month.first_day = :day
ORDER BY sums.organization_id;
