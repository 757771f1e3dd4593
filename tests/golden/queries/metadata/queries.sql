-- name: read_view :many
-- note: reads customer invoice
SELECT * FROM customer_list;

-- name: read_clock_view :many
-- note: reads invoice; clock
SELECT * FROM overdue;

-- name: read_everywhere :many
-- note: reads customer invoice line
SELECT id FROM customer c WHERE EXISTS (SELECT FROM invoice i WHERE i.customer_id = c.id)
UNION SELECT n FROM line;

-- name: read_global :many
-- note: reads currency
SELECT code FROM currency;

-- name: lock_rows :many
-- note: reads invoice; writing
SELECT id FROM invoice FOR UPDATE;

-- name: add_customer :exec
-- doc: The trigger logs, the log's trigger counts.
-- note: writes change_log counter customer; writing
INSERT INTO customer (id, name) VALUES (:id, :name);

-- name: add_customer_returning :one
-- note: writes change_log counter customer; writing; clock
INSERT INTO customer (id, name) VALUES (:id, :name) RETURNING made_at;

-- name: delete_customer :exec
-- doc: No trigger at DELETE; invoices and their lines go too, and deleting lines runs what was declared.
-- note: writes counter customer invoice line; writing
DELETE FROM customer WHERE id = :id;

-- name: renumber_invoice :exec
-- note: writes invoice line; writing
UPDATE invoice SET id = :id WHERE note = :note;

-- name: touch_plain :exec
-- note: writes plain; writing
UPDATE plain SET id = id + 1;

-- name: with_write :many
-- doc: In doubt: SET made_at = DEFAULT would be the clock's.
-- note: reads invoice; writes change_log counter customer; writing; clock
WITH gone AS (UPDATE customer SET name = :name WHERE id = :id RETURNING id)
SELECT i.id FROM invoice i JOIN gone g ON g.id = i.customer_id;

-- name: upsert_plain :exec
-- note: writes plain; writing
INSERT INTO plain (id) VALUES (:id) ON CONFLICT (id) DO UPDATE SET id = excluded.id;

-- name: merge_customer :exec
-- note: writes change_log counter customer invoice line; writing
MERGE INTO customer c USING (SELECT 1 AS id) s ON s.id = c.id WHEN MATCHED THEN DELETE
WHEN NOT MATCHED THEN INSERT (id, name) VALUES (s.id, 'new');

-- name: add_event :exec
-- doc: Who reads a partition must see it.
-- note: writes event event_new event_old; writing
INSERT INTO event (id, at) VALUES (:id, :at);

-- name: add_to_partition :exec
-- doc: Who reads the whole must see it.
-- note: writes event event_new; writing
INSERT INTO event_new (id, at) VALUES (:id, :at);

-- name: clock_now :one
-- note: clock
SELECT now() AS t;

-- name: clock_value :many
-- note: reads invoice; clock
SELECT id FROM invoice WHERE due_on < CURRENT_DATE;

-- name: clock_constant :many
-- note: reads invoice; clock
SELECT id FROM invoice WHERE due_on < 'today';

-- name: clock_cast :many
-- note: reads customer; clock
SELECT id FROM customer WHERE made_at < 'NOW'::timestamptz - interval '1 day';

-- name: clock_function :many
-- note: reads invoice; clock
SELECT id FROM invoice WHERE seen_today(due_on);

-- name: clock_of_other_language :one
-- note: clock
SELECT lucky() AS n;

-- name: no_clock_function :many
-- note: reads customer
SELECT initials(name) AS i FROM customer WHERE name <> 'nowhere' AND made_at > '2020-01-01';

-- name: clock_random :one
-- note: clock
SELECT gen_random_uuid() AS id;
