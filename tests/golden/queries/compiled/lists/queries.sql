-- name: invoices_search :many
-- doc: The list of invoices, narrowed down by what is given.
-- optional: status, min_total
-- sort: newest = created_at DESC, id DESC | largest = total DESC, id
SELECT id, number, total, status
FROM invoice
WHERE true
    /*?status AND status = :status ?*/
    /*?min_total AND total >= :min_total ?*/
/*sort*/
LIMIT :row_limit;

-- name: invoices_export :stream
-- doc: Every invoice, for a file.
-- optional: statuses
SELECT number, total, created_at FROM invoice WHERE true /*?statuses AND status = ANY(:statuses) ?*/ ORDER BY number;

-- name: customer_lists :many
-- sort: name = name
SELECT name, (SELECT array_agg(i.number) FROM invoice i WHERE i.customer_id = c.id) AS numbers,
    array(SELECT status FROM invoice i WHERE i.customer_id = c.id) AS statuses,
    array(SELECT status FROM invoice i WHERE i.customer_id = c.id) AS "all_statuses!",
    array(SELECT total FROM invoice i WHERE i.customer_id = c.id) AS "totals!",
    array(SELECT created_at FROM invoice i WHERE i.customer_id = c.id) AS times
FROM customer c /*sort*/;

-- name: invoices_mark :execrows
UPDATE invoice i SET status = b.status
FROM unnest(:ids::uuid[], :statuses::invoice_status[]) AS b (id, status) WHERE b.id = i.id;

-- name: exports_of_all :stream
-- scope: cross-org
-- sort: org = organization_id | total = total DESC
SELECT organization_id, status, total FROM invoice /*sort*/;

-- name: invoice_raise :execrows
-- doc: Its numbers have the scale of the columns that they stand beside.
UPDATE invoice SET total = :new_total WHERE total BETWEEN :low AND :high;

-- name: invoices_by_sum :many
-- doc: Beside a sum a number has whatever scale it has.
SELECT customer_id, sum(total) AS "sum!" FROM invoice GROUP BY 1 HAVING sum(total) > :sum_above AND max(total) = ANY(:sums);

-- name: invoices_of_totals :many
SELECT number FROM invoice WHERE total = ANY(:totals) OR total = :rounded::numeric(10, 1);
