-- name: organization_count :one
-- scope: cross-org
SELECT count(DISTINCT invoice.organization_id) AS organizations FROM invoice;

-- name: revenue_by_organization :many
-- scope: cross-org
-- doc: For some organizations, those behind the last one of the page before: what each invoiced and was paid from one day up
-- doc: to, not including, another; what is owed; and whether that was written down today.
WITH page AS (
    SELECT invoice.organization_id
    FROM invoice
    WHERE invoice.organization_id > :after_organization
    GROUP BY invoice.organization_id
    ORDER BY invoice.organization_id
    LIMIT :row_limit
)
SELECT
    page.organization_id AS "organization_id!",
    coalesce(max(letterhead.legal_name), page.organization_id) AS "name!",
    count(*) FILTER (WHERE invoice.status IN ('sent', 'paid') AND invoice.issued_on >= :day AND invoice.issued_on < :end_day)
        AS invoiced_count,
    coalesce(sum(invoice.total) FILTER (WHERE invoice.status IN ('sent', 'paid') AND invoice.issued_on >= :day
        AND invoice.issued_on < :end_day), 0)::numeric(16, 2) AS "invoiced!",
    coalesce(sum(invoice.total) FILTER (WHERE invoice.paid_on >= :day AND invoice.paid_on < :end_day), 0)::numeric(16, 2)
        AS "paid!",
    coalesce(sum(invoice.total) FILTER (WHERE invoice.status = 'sent'), 0)::numeric(16, 2) AS "open!",
    coalesce(sum(invoice.total) FILTER (WHERE invoice.status = 'sent' AND invoice.due_on < :today), 0)::numeric(16, 2)
        AS "overdue!",
    coalesce(max(revenue_month.as_of) = :today, false) AS "is_done!"
FROM page
    JOIN invoice ON invoice.organization_id = page.organization_id
    LEFT JOIN letterhead ON letterhead.organization_id = page.organization_id
    LEFT JOIN revenue_month ON revenue_month.organization_id = page.organization_id AND revenue_month.first_day = :day
GROUP BY page.organization_id
ORDER BY page.organization_id;
