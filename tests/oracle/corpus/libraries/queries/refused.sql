-- name: bad_view__late3 :many
-- expect: reject org-parameter
SELECT name FROM late WHERE library = :l;

-- name: bad_view__whole2 :many
-- expect: reject unsupported-type
SELECT row_ FROM whole;

-- name: bad_view__census :many
-- expect: reject cross-org-relation
SELECT * FROM with_census;

-- name: bad_view__totals :many
-- expect: reject materialized-view
SELECT * FROM with_totals;

-- name: bad_view__sly :many
-- expect: reject function-not-allowed
SELECT * FROM sly;

-- name: bad_view__write :exec
-- expect: reject view-write
INSERT INTO writable (id, body) VALUES (1, 'x');

-- name: bad_view__write2 :exec
-- expect: reject view-write
INSERT INTO item_v (n, t) VALUES (1, 'x');

-- name: bad_view__write3 :exec
-- expect: reject view-write
MERGE INTO writable w USING item i ON i.id = w.id WHEN MATCHED THEN UPDATE SET body = 'x';

-- name: bad_view__lock2 :many
-- expect: reject global-write
SELECT name FROM mixed JOIN arch.era USING (name) FOR UPDATE OF era;

-- name: bad_child__6 :exec
-- expect: reject system-column
SELECT tableoid FROM base_note;

-- name: bad_exclusion__1 :exec
-- expect: reject conflict-arbiter
INSERT INTO loan (item, person, during) VALUES (1, 1, '[2024-01-01,2024-02-01)') ON CONFLICT (item) DO NOTHING;

-- name: bad_arbiter__3 :exec
-- expect: reject conflict-arbiter
INSERT INTO item (title, price) VALUES ('  N2 ', 3) ON CONFLICT (fold(title)) DO UPDATE SET pages = 1000;

-- name: bad_arbiter__4 :exec
-- expect: reject conflict-arbiter
INSERT INTO item (title) VALUES ('x') ON CONFLICT (title) DO NOTHING;

-- name: bad_generated__2 :exec
-- expect: reject type-error
UPDATE item SET folded = 'x';

-- name: bad_operator__1 :many
-- expect: reject function-not-allowed
SELECT id FROM item WHERE title = 3;

-- name: bad_operator__2 :many
-- expect: reject function-not-allowed
SELECT title OPERATOR(arch.+) 3 AS x FROM item;

-- name: bad_operator__5 :many
-- expect: reject function-not-allowed
SELECT id FROM item WHERE title IN (1, 2);

-- name: bad_operator__6 :many
-- expect: reject function-not-allowed
SELECT CASE title WHEN 1 THEN 2 END AS c FROM item;

-- name: bad_function__1 :many
-- expect: reject function-not-allowed
SELECT fold_not(title) FROM item;

-- name: bad_function__3 :many
-- expect: reject function-not-allowed
SELECT arch.total(pages) FROM item;

-- name: bad_function__4 :many
-- expect: reject function-not-allowed
SELECT * FROM generate_series(1, 2) g, LATERAL arch.len(g::text) AS l;

-- name: bad_function__5 :many
-- expect: reject function-not-allowed
SELECT count(*) FILTER (WHERE arch.len(title) > 0) AS n FROM item;

-- name: bad_function__6 :exec
-- expect: reject function-not-allowed
INSERT INTO log (id, body) VALUES (arch.len('x'), 'b');

-- name: bad_function__7 :exec
-- expect: reject function-not-allowed
UPDATE item SET pages = arch.len(title);

-- name: bad_function__8 :many
-- expect: reject function-not-allowed
SELECT x.* FROM item, XMLTABLE('/a' PASSING table_to_xml('item', true, true, '') COLUMNS a text) x;

-- name: bad_function__10 :many
-- expect: reject function-not-allowed
SELECT sum(pages) OVER (PARTITION BY arch.len(title)) AS s FROM item;

-- name: bad_function__12 :exec
-- expect: reject function-not-allowed
DELETE FROM item RETURNING arch.len(title);

-- name: bad_function__13 :exec
-- expect: reject function-not-allowed
INSERT INTO log (id, body) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET body = 'y' WHERE arch.len(excluded.body) > 1;

-- name: bad_function__14 :many
-- expect: reject function-not-allowed
VALUES (arch.len('x'));

-- name: bad_function__15 :many
-- expect: reject function-not-allowed
SELECT has_table_privilege('item', 'select') AS p;

-- name: bad_function__16 :many
-- expect: reject function-not-allowed
SELECT currval('item_id_seq');

-- name: bad_function__18 :many
-- expect: reject function-not-allowed
SELECT to_regclass('item')::text;

-- name: bad_function__21 :many
-- expect: reject function-not-allowed
SELECT * FROM ts_stat('select to_tsvector(title) from item');

-- name: bad_function__22 :many
-- expect: reject function-not-allowed
SELECT CURRENT_SCHEMA AS s;

-- name: bad_function__23 :many
-- expect: reject function-not-allowed
SELECT CURRENT_CATALOG AS s;

-- name: bad_function__24 :many
-- expect: reject function-not-allowed
SELECT version() , pg_typeof(item) FROM item;

-- name: bad_function__28 :many
-- expect: reject function-not-allowed
SELECT title::regclass FROM item;

-- name: bad_function__31 :many
-- expect: reject function-not-allowed
SELECT regclass '1259' = 5 AS t;

-- name: bad_function__32 :many
-- expect: reject function-not-allowed
SELECT current_query();

-- name: bad_natural__5 :many
-- expect: reject org-parameter
SELECT item.title FROM item JOIN arch.item b USING (library) WHERE b.library = :x;

-- name: bad_scope_column__1 :exec
-- expect: reject org-column-written
UPDATE person SET library = library;

-- name: bad_scope_column__3 :exec
-- expect: reject org-column-written
INSERT INTO log (id, body) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET library = excluded.library;

-- name: bad_scope_column__4 :exec
-- expect: reject root-write
INSERT INTO library (slug, title) VALUES ('x', 'y');

-- name: bad_everybodys__1 :exec
-- expect: reject global-write
INSERT INTO language (code, name) VALUES ('x', 'y');

-- name: bad_everybodys__2 :exec
-- expect: reject global-write
MERGE INTO arch.era e USING item i ON i.id = e.id WHEN MATCHED THEN UPDATE SET name = 'x';

-- name: bad_everybodys__3 :exec
-- expect: reject global-write
WITH x AS (DELETE FROM language RETURNING code) SELECT count(*) FROM x;

-- name: bad_everybodys__4 :many
-- expect: reject global-write
SELECT l.name FROM item i JOIN language l ON l.code = i.lang FOR UPDATE;

-- name: bad_partition_index__1 :exec
-- expect: reject conflict-arbiter
INSERT INTO slot (no, day) VALUES (1, '2024-02-02') ON CONFLICT DO NOTHING;

-- name: bad_unequal_exclusion__1 :exec
-- expect: reject conflict-arbiter
INSERT INTO desk (no) VALUES (1) ON CONFLICT DO NOTHING;

-- name: bad_body__1 :many
-- expect: reject function-not-allowed
SELECT title FROM item WHERE id <~> pages;

-- name: bad_body__2 :many
-- expect: reject function-not-allowed
SELECT (id::tally).n AS n FROM item;

-- name: bad_body__3 :many
-- expect: reject function-not-allowed
SELECT id::few AS n FROM item;

-- name: bad_body__4 :many
-- expect: reject function-not-allowed
SELECT tallied(id) AS n FROM item;

-- name: bad_body__5 :many
-- expect: reject function-not-allowed
SELECT as_xml(title) AS n FROM item;

-- name: bad_two_of_one_name :many
-- expect: reject type-error
SELECT id, title, library FROM item NATURAL FULL JOIN arch.item;
