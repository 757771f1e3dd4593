-- name: bad_from :many
-- expect: reject syntax
-- note: at patient
SELECT id, name
  FORM patient WHERE id = :id;

-- name: bad_paren :many
-- expect: reject syntax
-- note: at ;
SELECT id FROM patient WHERE (id = 1;

-- name: bad_merge_returning :many
-- expect: reject syntax
-- note: at RETURNING
MERGE INTO care.room r USING doctor d ON r.floor = d.id WHEN MATCHED THEN DELETE RETURNING r.label;

-- name: bad_unterminated :many
-- expect: reject syntax
SELECT 'open FROM patient;

-- name: bad_empty :many
-- expect: reject multiple-statements
;

-- name: bad_second :many
-- expect: reject multiple-statements
SELECT id FROM patient; SELECT 2;

-- name: bad_two_semicolons_and_set :exec
-- expect: reject multiple-statements
-- note: at SET
DELETE FROM message WHERE id = 1;
SET ROLE postgres;

-- name: bad_vacuum :exec
-- expect: reject statement-kind
VACUUM patient;

-- name: bad_explain :many
-- expect: reject statement-kind
EXPLAIN (FORMAT JSON) SELECT * FROM patient;

-- name: bad_create_view :exec
-- expect: reject statement-kind
CREATE VIEW v AS SELECT * FROM patient;

-- name: bad_copy_query :exec
-- expect: reject statement-kind
COPY (SELECT * FROM patient) TO PROGRAM 'cat';

-- name: bad_show :many
-- expect: reject statement-kind
SHOW app.org_id;

-- name: bad_reset :exec
-- expect: reject statement-kind
RESET ALL;

-- name: bad_savepoint :exec
-- expect: reject statement-kind
ROLLBACK;

-- name: bad_listen :exec
-- expect: reject statement-kind
LISTEN patient;

-- name: bad_fetch :many
-- expect: reject statement-kind
FETCH ALL FROM c;

-- name: bad_alter :exec
-- expect: reject statement-kind
ALTER TABLE patient DISABLE ROW LEVEL SECURITY;

-- name: bad_grant :exec
-- expect: reject statement-kind
GRANT SELECT ON patient TO PUBLIC;

-- name: bad_into_table :exec
-- expect: reject select-into
SELECT * INTO UNLOGGED copy_of FROM patient;

-- name: bad_dollar_one :many
-- expect: reject positional-parameter
-- note: at $1
SELECT id FROM patient WHERE clinic_no = $1;

-- name: bad_dollar_beside_name :many
-- expect: reject positional-parameter
-- note: at $2
SELECT id FROM patient WHERE name = :name AND id = $2;

-- name: bad_org_equal :many
-- expect: reject org-parameter
-- note: at =
SELECT id FROM patient WHERE clinic_no = :clinic;

-- name: bad_org_in_join :many
-- expect: reject org-parameter
SELECT p.id FROM patient p JOIN visit v ON v.patient_id = p.id AND v.clinic_no = :clinic::bigint;

-- name: bad_org_any :many
-- expect: reject org-parameter
SELECT id FROM visit v WHERE v.clinic_no = ANY (:clinics);

-- name: bad_org_not_equal :execrows
-- expect: reject org-parameter
DELETE FROM visit WHERE visit.clinic_no != :clinic;

-- name: bad_org_in_having :many
-- expect: reject org-parameter
SELECT clinic_no FROM visit GROUP BY clinic_no HAVING clinic_no > :c;

-- name: bad_org_in_merge :exec
-- expect: reject org-parameter
MERGE INTO care.room r USING doctor d ON r.clinic_no = :c AND d.id = r.floor WHEN MATCHED THEN DELETE;

-- name: bad_org_in_conflict :exec
-- expect: reject org-parameter
INSERT INTO care.room (label) VALUES ('x') ON CONFLICT (label) DO UPDATE SET floor = 1 WHERE room.clinic_no = :c;

-- name: bad_write_org_insert :exec
-- expect: reject org-column-written
-- note: at clinic_no
INSERT INTO care.room (label, clinic_no) VALUES ('x', :c);

-- name: bad_write_org_update :exec
-- expect: reject org-column-written
-- note: at clinic_no
UPDATE patient SET name = 'x', clinic_no = 20 WHERE id = 1;

-- name: bad_write_org_row :exec
-- expect: reject org-column-written
-- note: at clinic_no
UPDATE patient SET (name, clinic_no) = (SELECT name, clinic_no FROM patient LIMIT 1);

-- name: bad_write_org_quoted :exec
-- expect: reject org-column-written
UPDATE patient SET "clinic_no" = clinic_no;

-- name: bad_write_org_excluded :exec
-- expect: reject org-column-written
INSERT INTO care.room (label) VALUES ('x') ON CONFLICT (label) DO UPDATE SET clinic_no = excluded.clinic_no;

-- name: bad_write_org_merge_update :exec
-- expect: reject org-column-written
MERGE INTO care.room r USING doctor d ON r.floor = d.id WHEN MATCHED THEN UPDATE SET floor = 1, clinic_no = 20;

-- name: bad_write_org_merge_insert :exec
-- expect: reject org-column-written
MERGE INTO care.room r USING doctor d ON r.floor = d.id WHEN NOT MATCHED THEN INSERT (label, clinic_no) VALUES ('x', 20);

-- name: bad_write_root_key :exec
-- expect: reject org-column-written
UPDATE care.clinic SET no = 20;

-- name: bad_no_list :exec
-- expect: reject insert-no-column-list
-- note: at care.room
INSERT INTO care.room VALUES (20, 'x', 1);

-- name: bad_no_list_select :exec
-- expect: reject insert-no-column-list
INSERT INTO care.room SELECT clinic_no, label || 'x', floor FROM care.room;

-- name: bad_no_list_table :exec
-- expect: reject insert-no-column-list
INSERT INTO care.stay_now TABLE care.stay_past;

-- name: bad_no_list_merge :exec
-- expect: reject insert-no-column-list
-- note: at INSERT
MERGE INTO care.room r USING doctor d ON r.floor = d.id WHEN NOT MATCHED THEN INSERT VALUES (20, 'x', 1);

-- name: bad_arbiter_licence :exec
-- expect: reject conflict-arbiter
-- note: at (licence)
INSERT INTO doctor (id, name, licence) VALUES (1, 'x', 'L101') ON CONFLICT (licence) DO UPDATE SET name = 'taken over';

-- name: bad_arbiter_any :exec
-- expect: reject conflict-arbiter
INSERT INTO doctor (id, name, licence) VALUES (1, 'x', 'L101') ON CONFLICT DO NOTHING;

-- name: bad_arbiter_named :exec
-- expect: reject conflict-arbiter
INSERT INTO doctor (id, name, licence) VALUES (1, 'x', 'L101') ON CONFLICT ON CONSTRAINT doctor_licence_key DO NOTHING;

-- name: bad_arbiter_none_there :exec
-- expect: reject conflict-arbiter
INSERT INTO patient (id, name) VALUES (1, 'x') ON CONFLICT (name) DO NOTHING;

-- name: bad_relation :many
-- expect: reject unknown-relation
-- note: at pacient
SELECT p.id FROM visit v JOIN pacient p ON p.id = v.patient_id;

-- name: bad_relation_schema :many
-- expect: reject unknown-relation
-- note: at public.room
SELECT label FROM public.room;

-- name: bad_relation_not_in_path :many
-- expect: reject unknown-relation
SELECT label FROM room;

-- name: bad_relation_database :many
-- expect: reject unknown-relation
SELECT id FROM otherdb.public.patient;

-- name: bad_relation_sequence :many
-- expect: reject unknown-relation
SELECT last_value FROM message_id_seq;

-- name: bad_relation_index :many
-- expect: reject unknown-relation
SELECT 1 AS n FROM doctor_pkey;

-- name: bad_relation_composite :many
-- expect: reject unknown-relation
SELECT 1 AS n FROM care.span;

-- name: bad_scratch :many
-- expect: reject unclassified-relation
-- note: at scratch
SELECT v FROM scratch;

-- name: bad_scratch_in_subquery :many
-- expect: reject unclassified-relation
SELECT id FROM patient WHERE name IN (SELECT k FROM scratch);

-- name: bad_scratch_insert :exec
-- expect: reject unclassified-relation
INSERT INTO scratch (k, v) SELECT name, born::text FROM patient;

-- name: bad_benchmark :many
-- expect: reject cross-org-relation
-- note: at benchmark
SELECT visits FROM benchmark WHERE year = :year;

-- name: bad_benchmark_view :many
-- expect: reject cross-org-relation
SELECT visits FROM peers;

-- name: bad_benchmark_write :exec
-- expect: reject cross-org-relation
UPDATE benchmark SET visits = 0;

-- name: bad_catalog_quoted :many
-- expect: reject catalog-relation
SELECT relname FROM "pg_class";

-- name: bad_catalog_roles :many
-- expect: reject catalog-relation
SELECT rolname FROM pg_catalog.pg_roles;

-- name: bad_catalog_columns :many
-- expect: reject catalog-relation
SELECT column_name::text AS c FROM information_schema.columns;

-- name: bad_catalog_toast :many
-- expect: reject catalog-relation
SELECT chunk_id FROM pg_toast.pg_toast_1255;

-- name: bad_catalog_write :exec
-- expect: reject catalog-relation
UPDATE pg_class SET relrowsecurity = false;

-- name: bad_catalog_settings :exec
-- expect: reject catalog-relation
UPDATE pg_settings SET setting = '20' WHERE name = 'app.org_id';

-- name: bad_materialized :many
-- expect: reject materialized-view
-- note: at visits_by_month
SELECT n FROM visits_by_month;

-- name: bad_materialized_joined :many
-- expect: reject materialized-view
SELECT v.id FROM visit v LEFT JOIN visits_by_month m ON m.month = date_trunc('month', v.at);

-- name: bad_global_update :exec
-- expect: reject global-write
-- note: at drug
UPDATE drug SET price = 0;

-- name: bad_global_delete :exec
-- expect: reject global-write
DELETE FROM care.holiday h USING visit v WHERE v.at::date = h.day;

-- name: bad_global_insert :exec
-- expect: reject global-write
INSERT INTO drug_group (code, label) SELECT 'Z', name FROM patient LIMIT 1;

-- name: bad_global_merge :exec
-- expect: reject global-write
MERGE INTO drug g USING dose d ON d.drug = g.code WHEN MATCHED THEN UPDATE SET price = d.amount;

-- name: bad_global_in_with :many
-- expect: reject global-write
WITH x AS (UPDATE drug SET price = 1 RETURNING code) SELECT code FROM x;

-- name: bad_lock_through_view :many
-- expect: reject global-write
-- note: at price_list
SELECT code FROM price_list FOR UPDATE;

-- name: bad_lock_through_view_of :many
-- expect: reject global-write
-- note: at price_list
SELECT l.code FROM visit v, price_list l FOR UPDATE OF l;

-- name: bad_lock_through_two_views :many
-- expect: reject global-write
SELECT q.code FROM (SELECT n.code FROM (SELECT * FROM listed) n) q FOR KEY SHARE;

-- name: bad_root_insert :exec
-- expect: reject root-write
INSERT INTO care.clinic (name) VALUES ('mine');

-- name: bad_root_delete :exec
-- expect: reject root-write
-- note: at care.clinic
DELETE FROM care.clinic;

-- name: bad_root_merge :exec
-- expect: reject root-write
MERGE INTO care.clinic c USING doctor d ON d.id = c.beds WHEN MATCHED THEN UPDATE SET beds = 0;

-- name: bad_view_update :exec
-- expect: reject view-write
UPDATE price_list SET price = 1;

-- name: bad_view_insert :exec
-- expect: reject view-write
INSERT INTO peers (year, visits) VALUES (1, 1);

-- name: bad_view_delete :exec
-- expect: reject view-write
DELETE FROM top_patient;

-- name: bad_view_merge :exec
-- expect: reject view-write
MERGE INTO price_list l USING dose d ON d.drug = l.code WHEN MATCHED THEN UPDATE SET price = 1;

-- name: bad_cte_target :exec
-- expect: reject write-to-cte
WITH message AS (SELECT 1 AS id) DELETE FROM message;

-- name: bad_cte_target_insert :exec
-- expect: reject write-to-cte
WITH q AS (SELECT 1 AS id) INSERT INTO q (id) VALUES (1);
