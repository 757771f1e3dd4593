-- name: by_state :many
SELECT id, number, total FROM invoice WHERE state = :state;

-- name: either :many
SELECT id, total FROM invoice WHERE number = :number OR true;

-- name: inner_join :many
SELECT i.number, c.name FROM invoice i JOIN customer c ON c.id = i.customer;

-- name: left_join :many
SELECT c.name, i.number FROM customer c LEFT JOIN invoice i ON i.customer = c.id AND i.state = 'paid';

-- name: right_join :many
SELECT c.name, i.number FROM invoice i RIGHT JOIN customer c ON i.customer = c.id;

-- name: full_join :many
SELECT c.name, i.number FROM invoice i FULL JOIN customer c ON i.customer = c.id AND i.id < 5;

-- name: using_join :many
SELECT id, c.name, i.total FROM customer c JOIN invoice i USING (id);

-- name: natural_join :many
SELECT id, name, place FROM customer NATURAL JOIN ranking;

-- name: lateral :many
SELECT c.name, b.number FROM customer c,
    LATERAL (SELECT number FROM invoice i WHERE i.customer = c.id ORDER BY total DESC LIMIT 1) b;

-- name: without :many
SELECT name FROM customer c WHERE NOT EXISTS (SELECT FROM invoice i WHERE i.customer = c.id);

-- name: scalar :many
SELECT number, (SELECT max(total) FROM invoice) AS largest FROM invoice
WHERE total > (SELECT avg(total) FROM invoice);

-- name: window :many
SELECT number, sum(total) OVER (ORDER BY id) AS running, rank() OVER (ORDER BY total) AS place FROM invoice;

-- name: rollup :many
SELECT state, count(*) AS n, sum(total) AS total FROM invoice GROUP BY ROLLUP (state);

-- name: shadow :many
WITH invoice AS (SELECT * FROM invoice WHERE total > :least) SELECT number FROM invoice;

-- name: tree :many
WITH RECURSIVE t (id, depth) AS (
    SELECT id, 0 FROM customer WHERE name = :name
    UNION ALL
    SELECT c.id, depth + 1 FROM customer c JOIN t ON c.referrer = t.id WHERE depth < 9)
SELECT id, depth FROM t;

-- name: sets :many
SELECT name FROM customer UNION SELECT number FROM invoice EXCEPT SELECT number FROM invoice WHERE state = 'void';

-- name: view :many
SELECT number, place FROM ranking WHERE place < 6;

-- name: global :many
SELECT i.number, i.total * r.factor AS price FROM public.invoice i, rate r WHERE r.currency = :currency;

-- name: page :many
SELECT id, number FROM invoice WHERE (total, id) > (:after_total, :after_id) ORDER BY total, id LIMIT :row_limit;

-- name: locked :many
SELECT id, total FROM invoice WHERE state = 'open' FOR UPDATE SKIP LOCKED;

-- name: organization :one
SELECT name FROM organization;

-- name: table_command :many
WITH all_of AS (TABLE customer) SELECT count(*) AS n FROM all_of;

-- name: insert_values :exec
INSERT INTO customer (id, name) VALUES (:id, :name), (:id + 1, :name || '!');

-- name: insert_select :execrows
INSERT INTO invoice (id, number, customer, total)
SELECT id + 100, number || 'b', customer, total FROM invoice WHERE state = 'paid'
UNION ALL SELECT id + 200, name, id, 1 FROM customer;

-- name: insert_unnest :exec
INSERT INTO customer (id, name) SELECT u.id, u.name FROM unnest(:ids::int[], :names::text[]) u (id, name);

-- name: upsert :many
INSERT INTO invoice AS i (id, number, customer, total) VALUES (:id, :number, 1, 5)
ON CONFLICT (number) DO UPDATE SET total = i.total + excluded.total RETURNING i.id, i.total;

-- name: insert_quiet :execrows
INSERT INTO customer (id, name) VALUES (:id, :name) ON CONFLICT DO NOTHING;

-- name: update_or :execrows
UPDATE invoice SET total = total + 1 WHERE number = :number OR state = 'void';

-- name: update_all :execrows
UPDATE invoice SET (state, total) = (SELECT 'void'::state, max(total) FROM invoice);

-- name: update_from :execrows
UPDATE customer c SET name = c.name || s.n FROM (SELECT customer, count(*) AS n FROM invoice GROUP BY 1) s
WHERE s.customer = c.id;

-- name: delete_using :many
DELETE FROM invoice i USING customer c WHERE c.id = i.customer AND c.name = :name RETURNING i.number, c.id;

-- name: delete_cascade :execrows
DELETE FROM customer WHERE id = :id;

-- name: move :many
WITH gone AS (DELETE FROM invoice WHERE state = 'void' RETURNING id, number, customer, total)
INSERT INTO invoice (id, number, customer, total) SELECT id + 500, 'old ' || number, customer, total FROM gone
RETURNING id, number;

-- name: merge :exec
MERGE INTO customer c USING (SELECT :id::int AS id, :name::text AS name) s ON c.id = s.id
WHEN MATCHED THEN UPDATE SET name = s.name
WHEN NOT MATCHED THEN INSERT (id, name) VALUES (s.id, s.name);
