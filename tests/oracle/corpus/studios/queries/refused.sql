-- name: bad_syntax :many
-- expect: reject syntax
SELECT id FROM WHERE;

-- name: bad_two :exec
-- expect: reject multiple-statements
DELETE FROM task; DELETE FROM badge;

-- name: bad_copy :exec
-- expect: reject statement-kind
COPY task TO STDOUT;

-- name: bad_truncate :exec
-- expect: reject statement-kind
TRUNCATE task;

-- name: bad_create :exec
-- expect: reject statement-kind
CREATE TABLE t AS SELECT * FROM task;

-- name: bad_create_temp :exec
-- expect: reject statement-kind
CREATE TEMP TABLE task (id int);

-- name: bad_explain :many
-- expect: reject statement-kind
EXPLAIN ANALYZE DELETE FROM task;

-- name: bad_prepare :exec
-- expect: reject statement-kind
PREPARE q AS SELECT * FROM task;

-- name: bad_execute :many
-- expect: reject statement-kind
EXECUTE q;

-- name: bad_declare :exec
-- expect: reject statement-kind
DECLARE c CURSOR FOR SELECT * FROM task;

-- name: bad_lock :exec
-- expect: reject statement-kind
LOCK TABLE task;

-- name: bad_do :exec
-- expect: reject statement-kind
DO $$ BEGIN DELETE FROM task; END $$;

-- name: bad_call :exec
-- expect: reject statement-kind
CALL p();

-- name: bad_set :exec
-- expect: reject statement-kind
SET search_path = stock;

-- name: bad_begin :exec
-- expect: reject statement-kind
COMMIT;

-- name: bad_refresh :exec
-- expect: reject statement-kind
REFRESH MATERIALIZED VIEW budget_by_state;

-- name: bad_notify :exec
-- expect: reject statement-kind
NOTIFY task, 'x';

-- name: bad_into :exec
-- expect: reject select-into
SELECT id INTO fresh FROM task;

-- name: bad_into_temp :exec
-- expect: reject select-into
SELECT id INTO TEMP TABLE task FROM task;

-- name: bad_positional :many
-- expect: reject positional-parameter
SELECT id FROM task WHERE studio_id = $1;

-- name: bad_positional_two :many
-- expect: reject positional-parameter
SELECT id FROM task WHERE id = $2;

-- name: bad_org_equals :many
-- expect: reject org-parameter
SELECT id FROM task WHERE studio_id = :studio;

-- name: bad_org_turned :many
-- expect: reject org-parameter
SELECT id FROM task t JOIN person p ON :studio = p.studio_id;

-- name: bad_org_in :many
-- expect: reject org-parameter
SELECT id FROM task WHERE studio_id IN (1, :studio);

-- name: bad_org_any :many
-- expect: reject org-parameter
SELECT id FROM task WHERE studio_id = ANY (:studios::int[]);

-- name: bad_org_less :many
-- expect: reject org-parameter
SELECT id FROM task WHERE task.studio_id <> :studio;

-- name: bad_org_cast :many
-- expect: reject org-parameter
SELECT id FROM task WHERE studio_id::text = :studio;

-- name: bad_org_row :many
-- expect: reject org-parameter
SELECT id FROM task WHERE (studio_id, id) = (:studio, :id);

-- name: bad_org_row_in :many
-- expect: reject org-parameter
SELECT id FROM task WHERE (id, studio_id) IN ((1, 2), (:id, :studio));

-- name: bad_org_between :many
-- expect: reject org-parameter
SELECT id FROM task WHERE studio_id BETWEEN :a AND 9;

-- name: bad_org_distinct :execrows
-- expect: reject org-parameter
DELETE FROM task WHERE studio_id IS DISTINCT FROM :studio;

-- name: bad_org_case :many
-- expect: reject org-parameter
SELECT CASE studio_id WHEN :studio THEN 1 END AS c FROM task;

-- name: bad_org_in_write :execrows
-- expect: reject org-parameter
UPDATE task SET done = true WHERE id = 1 AND studio_id = :studio;

-- name: bad_set_org :execrows
-- expect: reject org-column-written
UPDATE task SET studio_id = 2;

-- name: bad_set_org_multi :execrows
-- expect: reject org-column-written
UPDATE task SET (title, studio_id) = ('x', 2);

-- name: bad_set_org_default :execrows
-- expect: reject org-column-written
UPDATE task SET studio_id = DEFAULT;

-- name: bad_insert_org :execrows
-- expect: reject org-column-written
INSERT INTO badge (studio_id, id, label) VALUES (2, 1, 'x');

-- name: bad_insert_org_select :execrows
-- expect: reject org-column-written
INSERT INTO badge (id, studio_id, label) SELECT id, studio_id, name FROM person;

-- name: bad_conflict_org :execrows
-- expect: reject org-column-written
INSERT INTO note (id, body) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET studio_id = 2;

-- name: bad_merge_org :exec
-- expect: reject org-column-written
MERGE INTO note n USING badge b ON b.id = n.id WHEN MATCHED THEN UPDATE SET studio_id = b.studio_id;

-- name: bad_merge_insert_org :exec
-- expect: reject org-column-written
MERGE INTO note n USING badge b ON b.id = n.id WHEN NOT MATCHED THEN INSERT (studio_id, id, body) VALUES (1, 2, 'x');

-- name: bad_root_id :execrows
-- expect: reject org-column-written
UPDATE studio SET id = 9;

-- name: bad_cte_org :many
-- expect: reject org-column-written
WITH x AS (UPDATE badge SET studio_id = 1 RETURNING id) SELECT id FROM x;

-- name: bad_no_columns :execrows
-- expect: reject insert-no-column-list
INSERT INTO badge VALUES (1, 2, 'x', 'y');

-- name: bad_no_columns_select :execrows
-- expect: reject insert-no-column-list
INSERT INTO badge SELECT * FROM badge;

-- name: bad_merge_no_columns :exec
-- expect: reject insert-no-column-list
MERGE INTO note n USING badge b ON b.id = n.id WHEN NOT MATCHED THEN INSERT VALUES (1, 2, 'x');

-- name: bad_merge_default_values :exec
-- expect: reject insert-no-column-list
MERGE INTO note n USING badge b ON b.id = n.id WHEN NOT MATCHED THEN INSERT DEFAULT VALUES;

-- name: bad_arbiter_columns :execrows
-- expect: reject conflict-arbiter
INSERT INTO badge (id, label, code) VALUES (1, 'x', 'C11') ON CONFLICT (code) DO UPDATE SET label = 'y';

-- name: bad_arbiter_none :execrows
-- expect: reject conflict-arbiter
INSERT INTO badge (id, label, code) VALUES (1, 'x', 'C11') ON CONFLICT DO NOTHING;

-- name: bad_arbiter_constraint :execrows
-- expect: reject conflict-arbiter
INSERT INTO badge (id, label, code) VALUES (1, 'x', 'C11') ON CONFLICT ON CONSTRAINT badge_code_key DO NOTHING;

-- name: bad_arbiter_exclusion :execrows
-- expect: reject conflict-arbiter
INSERT INTO booking (id, during) VALUES (1, '[1,2)') ON CONFLICT DO NOTHING;

-- name: bad_arbiter_in_cte :many
-- expect: reject conflict-arbiter
WITH x AS (INSERT INTO badge (id, label, code) VALUES (1, 'x', 'C11') ON CONFLICT (code) DO NOTHING RETURNING id) SELECT id FROM x;

-- name: bad_unknown :many
-- expect: reject unknown-relation
SELECT id FROM nowhere;

-- name: bad_unknown_schema :many
-- expect: reject unknown-relation
SELECT id FROM nowhere.task;

-- name: bad_unknown_database :many
-- expect: reject unknown-relation
SELECT id FROM other.public.task;

-- name: bad_not_in_path :many
-- expect: reject unknown-relation
SELECT name FROM material;

-- name: bad_temp_schema :many
-- expect: reject catalog-relation
SELECT id FROM pg_temp.task;

-- name: bad_cte_outside :many
-- expect: reject unknown-relation
SELECT (WITH x AS (SELECT 1 AS id) SELECT id FROM x) AS a, (SELECT id FROM x) AS b;

-- name: bad_unclassified :many
-- expect: reject unclassified-relation
SELECT body FROM forgotten;

-- name: bad_unclassified_write :execrows
-- expect: reject unclassified-relation
DELETE FROM forgotten;

-- name: bad_unclassified_view :many
-- expect: reject unclassified-relation
SELECT body FROM hidden;

-- name: bad_unclassified_deep :many
-- expect: reject unclassified-relation
SELECT id FROM task WHERE EXISTS (SELECT FROM forgotten f WHERE f.id = task.id);

-- name: bad_cross_org :many
-- expect: reject cross-org-relation
SELECT total FROM usage_total;

-- name: bad_cross_org_view :many
-- expect: reject cross-org-relation
SELECT total FROM usage_by_day;

-- name: bad_cross_org_joined :execrows
-- expect: reject cross-org-relation
UPDATE task SET done = true FROM usage_total u WHERE u.total = task.id;

-- name: bad_catalog :many
-- expect: reject catalog-relation
SELECT relname FROM pg_class;

-- name: bad_catalog_stats :many
-- expect: reject catalog-relation
SELECT most_common_vals::text AS v FROM pg_catalog.pg_stats;

-- name: bad_catalog_activity :many
-- expect: reject catalog-relation
SELECT query FROM pg_stat_activity;

-- name: bad_catalog_schema :many
-- expect: reject catalog-relation
SELECT table_name FROM information_schema.tables;

-- name: bad_catalog_view :many
-- expect: reject catalog-relation
SELECT relname FROM leaking;

-- name: bad_materialized :many
-- expect: reject materialized-view
SELECT total FROM budget_by_state;

-- name: bad_global_insert :execrows
-- expect: reject global-write
INSERT INTO currency (code, rate) VALUES ('CHF', 1);

-- name: bad_global_insert_no_columns :execrows
-- expect: reject global-write
INSERT INTO currency VALUES ('CHF', 1);

-- name: bad_global_merge :exec
-- expect: reject global-write
MERGE INTO currency c USING project p ON p.currency = c.code WHEN MATCHED THEN DELETE;

-- name: bad_global_cte :many
-- expect: reject global-write
WITH x AS (DELETE FROM holiday RETURNING day) SELECT day FROM x;

-- name: bad_root_insert :execrows
-- expect: reject root-write
INSERT INTO studio (id, title) VALUES (9, 'x');

-- name: bad_root_delete :execrows
-- expect: reject root-write
DELETE FROM studio;

-- name: bad_root_merge :exec
-- expect: reject root-write
MERGE INTO studio s USING person p ON p.id = s.id WHEN MATCHED THEN DELETE;

-- name: bad_view_update :execrows
-- expect: reject view-write
UPDATE open_task SET title = 'x';

-- name: bad_view_insert :execrows
-- expect: reject view-write
INSERT INTO rates (code, rate) VALUES ('CHF', 1);

-- name: bad_view_delete :execrows
-- expect: reject view-write
DELETE FROM titles;

-- name: bad_write_to_cte :execrows
-- expect: reject write-to-cte
WITH task AS (SELECT 1 AS id) DELETE FROM task;

-- name: bad_write_to_cte_update :execrows
-- expect: reject write-to-cte
WITH t AS (SELECT id FROM task) UPDATE t SET id = 1;

-- name: bad_function_project :many
-- expect: reject function-not-allowed
SELECT count_tasks() AS n;

-- name: bad_function_qualified :many
-- expect: reject function-not-allowed
SELECT public.count_tasks() AS n;

-- name: bad_function_from :many
-- expect: reject function-not-allowed
SELECT n FROM count_tasks() AS n;

-- name: bad_function_operator :many
-- expect: reject function-not-allowed
SELECT 1 OPERATOR(public.<~>) 2 AS p;

-- name: bad_function_xml :many
-- expect: reject function-not-allowed
SELECT table_to_xml('task', true, true, '')::text AS x;

-- name: bad_function_query_to_xml :many
-- expect: reject function-not-allowed
SELECT pg_catalog.query_to_xml('SELECT * FROM task', true, true, '')::text AS x;

-- name: bad_function_setting :many
-- expect: reject function-not-allowed
SELECT set_config('app.org_id', '2', false) AS x;

-- name: bad_function_read_setting :many
-- expect: reject function-not-allowed
SELECT current_setting('app.org_id') AS x;

-- name: bad_function_ts_stat :many
-- expect: reject function-not-allowed
SELECT word FROM ts_stat('SELECT to_tsvector(title) FROM task');

-- name: bad_function_ts_rewrite :many
-- expect: reject function-not-allowed
SELECT ts_rewrite('a'::tsquery, 'SELECT ''a''::tsquery, to_tsquery(title) FROM task')::text AS t;

-- name: bad_function_size :many
-- expect: reject function-not-allowed
SELECT pg_relation_size('task') AS s;

-- name: bad_function_nextval :many
-- expect: reject function-not-allowed
SELECT nextval('counter_id_seq') AS n;

-- name: bad_function_lastval :many
-- expect: reject function-not-allowed
SELECT lastval() AS n;

-- name: bad_function_advisory :many
-- expect: reject function-not-allowed
SELECT pg_advisory_lock(1)::text AS x;

-- name: bad_function_file :many
-- expect: reject function-not-allowed
SELECT pg_read_file('/etc/passwd') AS x;

-- name: bad_function_snapshot :many
-- expect: reject function-not-allowed
SELECT txid_current() AS x;

-- name: bad_vouched_plpgsql :many
-- expect: reject function-not-allowed
SELECT total_spent(1)::text AS n;

-- name: bad_vouched_sql :many
-- expect: reject function-not-allowed
SELECT counted_twice() AS n;

-- name: bad_vouched_dynamic :many
-- expect: reject function-not-allowed
SELECT made_text('task') AS n;

-- name: bad_vouched_atomic :many
-- expect: reject function-not-allowed
SELECT atomic_count() AS n;

-- name: bad_vouched_chain :many
-- expect: reject function-not-allowed
SELECT public.chained() AS n;

-- name: bad_function_in_where :execrows
-- expect: reject function-not-allowed
DELETE FROM task WHERE id = (SELECT count_tasks());

-- name: bad_function_attribute :many
-- expect: reject function-not-allowed
SELECT ('SELECT 1'::text).query_to_xml AS x;

-- name: bad_system_ctid :many
-- expect: reject system-column
SELECT ctid::text AS c FROM task;

-- name: bad_system_tableoid :many
-- expect: reject system-column
SELECT t.tableoid::text AS c FROM task t;

-- name: bad_system_xmin :execrows
-- expect: reject system-column
DELETE FROM task WHERE xmin::text = '1';

-- name: bad_system_returning :many
-- expect: reject system-column
UPDATE task SET done = true RETURNING xmax::text AS x;

-- name: bad_system_row :many
-- expect: reject system-column
SELECT (t).cmin::text AS c FROM task t;

-- name: bad_sample :many
-- expect: reject tablesample
SELECT id FROM task TABLESAMPLE BERNOULLI (50) REPEATABLE (1);

-- name: bad_current_of :execrows
-- expect: reject current-of
UPDATE task SET done = true WHERE CURRENT OF c;

-- name: bad_type_column :many
-- expect: reject type-error
SELECT nocolumn FROM task;

-- name: bad_type_operator :many
-- expect: reject type-error
SELECT id FROM task WHERE done > 1;

-- name: bad_type_record :many
-- expect: reject unsupported-type
SELECT p AS whole FROM project p;

-- name: bad_type_composite :many
-- expect: reject unsupported-type
SELECT home FROM person;

-- name: bad_mode :exec
-- expect: reject annotation
SELECT id FROM task;

-- name: bad_mode_rows :many
-- expect: reject annotation
DELETE FROM task;

-- name: bad_key :many
-- colour: red
-- expect: reject annotation
SELECT id FROM task;

-- name: raw_scope :many
-- scope: cross-org
-- expect: raw
SELECT studio_id, count(*) AS n FROM task GROUP BY studio_id;

-- name: raw_cross_table :many
-- scope: cross-org
-- expect: raw
SELECT u.total, d.total AS again FROM usage_total u JOIN usage_by_day d USING (day);
