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

-- name: bad_function_own :many
-- expect: reject function-not-allowed
-- note: at patients_in_all
SELECT id, patients_in_all() AS n FROM visit;

-- name: bad_function_in_default_position :many
-- expect: reject function-not-allowed
SELECT id FROM patient ORDER BY any_name(id) LIMIT 1;

-- name: bad_function_as_table :many
-- expect: reject function-not-allowed
SELECT * FROM patients_in_all() n;

-- name: bad_function_operator :many
-- expect: reject function-not-allowed
-- note: at ==>
SELECT id FROM patient WHERE name ==> 'x';

-- name: bad_function_any_operator :many
-- expect: reject function-not-allowed
SELECT id FROM patient WHERE name ==> ANY (ARRAY['x', 'y']);

-- name: bad_function_cast :many
-- expect: reject function-not-allowed
-- note: at secret
SELECT (id::secret).n FROM visit;

-- name: bad_function_domain :many
-- expect: reject function-not-allowed
-- note: at sly
SELECT id::sly::int AS n FROM visit;

-- name: bad_function_domain_of_parameter :many
-- expect: reject function-not-allowed
SELECT id FROM visit WHERE id = CAST(:x AS sly)::int;

-- name: bad_function_attribute :many
-- expect: reject type-error
-- note: without the schema's path there is no such function
SELECT (id).any_name AS n FROM visit;

-- name: bad_function_nextval :one
-- expect: reject function-not-allowed
SELECT nextval('message_id_seq') AS n;

-- name: bad_function_nextval_insert :exec
-- expect: reject function-not-allowed
INSERT INTO dose (visit_id, line, drug, amount) VALUES (1, nextval('message_id_seq'), 'asp', 1);

-- name: bad_function_set_config :one
-- expect: reject function-not-allowed
SELECT set_config('app.org_id', :org, true) AS x;

-- name: bad_function_current_setting :one
-- expect: reject function-not-allowed
SELECT current_setting('app.org_id', true) AS x;

-- name: bad_function_xml_table :one
-- expect: reject function-not-allowed
SELECT table_to_xml('patient', true, false, '')::text AS x;

-- name: bad_function_xml_query :one
-- expect: reject function-not-allowed
SELECT query_to_xml('SELECT * FROM patient', true, false, '')::text AS x;

-- name: bad_function_xml_schema :one
-- expect: reject function-not-allowed
SELECT schema_to_xml('public', true, false, '')::text AS x;

-- name: bad_function_privilege :one
-- expect: reject function-not-allowed
SELECT has_table_privilege('patient', 'SELECT') AS x;

-- name: bad_function_size :one
-- expect: reject function-not-allowed
SELECT pg_table_size('patient') AS x;

-- name: bad_function_regclass :one
-- expect: reject function-not-allowed
SELECT to_regclass('public.patient')::text AS x;

-- name: bad_function_database :one
-- expect: reject function-not-allowed
SELECT current_database() AS x;

-- name: bad_function_sleep :one
-- expect: reject function-not-allowed
SELECT pg_sleep(1)::text AS x;

-- name: bad_function_lock :one
-- expect: reject function-not-allowed
SELECT pg_try_advisory_xact_lock(1) AS x;

-- name: bad_function_large_object :one
-- expect: reject function-not-allowed
SELECT lo_get(1) AS x;

-- name: bad_function_notify :one
-- expect: reject function-not-allowed
SELECT pg_notify('a', 'b')::text AS x;

-- name: bad_function_stats :one
-- expect: reject function-not-allowed
SELECT pg_stat_get_live_tuples(16384) AS x;

-- name: bad_function_inet :one
-- expect: reject function-not-allowed
SELECT inet_client_addr()::text AS x;

-- name: bad_function_kill :one
-- expect: reject function-not-allowed
SELECT pg_terminate_backend(1) AS x;

-- name: bad_function_seed :one
-- expect: reject function-not-allowed
SELECT setseed(0.1)::text AS x;

-- name: bad_system_ctid :many
-- expect: reject system-column
-- note: at ctid
SELECT id, ctid::text AS c FROM patient;

-- name: bad_system_xmin :many
-- expect: reject system-column
-- note: at v.xmin
SELECT id FROM visit v WHERE v.xmin::text > '1';

-- name: bad_system_tableoid :many
-- expect: reject system-column
SELECT tableoid::regclass::text AS t FROM care.stay;

-- name: bad_system_in_returning :many
-- expect: reject system-column
UPDATE patient SET name = 'x' RETURNING xmax::text AS x;

-- name: bad_system_attribute :many
-- expect: reject system-column
-- note: at ctid
SELECT (patient).ctid::text AS c FROM patient;

-- name: bad_sample :many
-- expect: reject tablesample
SELECT id FROM patient TABLESAMPLE SYSTEM (10);

-- name: bad_sample_aliased :many
-- expect: reject tablesample
SELECT v.id FROM visit AS v TABLESAMPLE BERNOULLI (:n::real) REPEATABLE (1) JOIN patient USING (id);

-- name: bad_current_of :exec
-- expect: reject current-of
-- note: at CURRENT
DELETE FROM visit WHERE CURRENT OF c;

-- name: bad_type_column :many
-- expect: reject type-error
-- note: at surname
SELECT surname FROM patient;

-- name: bad_type_operator :many
-- expect: reject type-error
-- note: at >
SELECT id FROM patient WHERE born > 3;

-- name: bad_type_function :many
-- expect: reject type-error
-- note: at lenght
SELECT lenght(name) AS n FROM patient;

-- name: bad_type_ambiguous :many
-- expect: reject type-error
-- note: at name
SELECT name FROM patient, doctor;

-- name: bad_type_group :many
-- expect: reject type-error
SELECT name, count(*) FROM patient GROUP BY doctor_id;

-- name: bad_type_enum :many
-- expect: reject type-error
-- note: at 'lost'
SELECT id FROM visit WHERE state = 'lost';

-- name: bad_type_undetermined :many
-- expect: reject type-error
SELECT id FROM visit WHERE :x IS NULL;

-- name: bad_unsupported_row :many
-- expect: reject unsupported-type
SELECT v AS whole FROM visit v;

-- name: bad_unsupported_record :many
-- expect: reject unsupported-type
-- note: at ROW(
SELECT ROW(id, name) AS pair FROM patient;

-- name: bad_unsupported_interval :many
-- expect: reject unsupported-type
-- note: at at
SELECT at - '2024-01-01'::timestamptz AS since FROM visit;

-- name: bad_unsupported_range :many
-- expect: reject unsupported-type
SELECT daterange(since, until) AS r FROM care.stay;

-- name: bad_unsupported_parameter :many
-- expect: reject unsupported-type
-- note: at :how_long
SELECT id FROM visit WHERE at + :how_long::interval > '2024-01-01';

-- name: bad_unsupported_composite :many
-- expect: reject unsupported-type
SELECT ROW(since, until)::care.span AS s FROM care.stay;

-- name: bad_unsupported_search :many
-- expect: reject unsupported-type
SELECT words FROM message;

-- name: bad_mode_rows :exec
-- expect: reject annotation
DELETE FROM message RETURNING id;

-- name: bad_mode_execrows :execrows
-- expect: reject annotation
SELECT id FROM patient;

-- name: bad_mode_none :many
-- expect: reject annotation
UPDATE patient SET name = 'x';

-- name: bad_mode_word :all
-- expect: reject annotation
SELECT id FROM patient;

-- name: bad_key :many
-- cache: yes
-- expect: reject annotation
SELECT id FROM patient;

-- name: bad_scope_word :many
-- scope: everything
-- expect: reject annotation
SELECT id FROM patient;

-- name: bad_lane_word :many
-- lane: fast
-- expect: reject annotation
SELECT id FROM patient;

-- name: bad_optional_unused :many
-- optional: name
-- expect: reject annotation
SELECT id FROM patient WHERE name = :name;

-- name: bad_optional_outside :many
-- optional: name
-- expect: reject annotation
SELECT id, :name::text AS n FROM patient WHERE true /*?name AND name = :name ?*/;

-- name: bad_sort_missing :many
-- expect: reject annotation
SELECT id FROM patient /*sort*/;

-- name: bad_sorts_many :many
-- optional: a, b, c, d, e
-- sort: s = id | t = name | u = born
-- expect: reject annotation
SELECT id FROM patient WHERE true /*?a AND id > :a ?*/ /*?b AND id > :b ?*/ /*?c AND id > :c ?*/ /*?d AND id > :d ?*/ /*?e AND id > :e ?*/ /*sort*/;

-- name: bad_sort_reads_all :many
-- sort: s = id | t = patients_in_all()
-- expect: reject function-not-allowed
SELECT id FROM patient /*sort*/;

-- name: bad_optional_reads_all :many
-- optional: n
-- expect: reject unclassified-relation
SELECT id FROM patient WHERE true /*?n AND name IN (SELECT k FROM scratch WHERE v = :n) ?*/;

-- name: bad_stream_write :stream
-- expect: reject annotation
DELETE FROM message RETURNING id;

-- name: bad_nullable_glued :many
-- expect: reject annotation
-- note: a number would go on in the parameter's own
SELECT id FROM patient WHERE id = :a?1;

-- name: raw_by_clinic :many
-- scope: cross-org
-- expect: raw
SELECT p.clinic_no, count(*) AS n, max(b.visits) AS peers FROM patient p, benchmark b GROUP BY p.clinic_no;

-- name: raw_materialized :many
-- scope: cross-org
-- expect: raw
SELECT c.name, c.no AS clinic FROM care.clinic c WHERE c.no = :clinic;

-- name: bad_raw_write :execrows
-- scope: cross-org
-- expect: reject statement-kind
DELETE FROM message;

-- name: bad_raw_write_in_with :many
-- scope: cross-org
-- expect: reject statement-kind
WITH x AS (DELETE FROM message RETURNING id) SELECT id FROM x;

-- name: bad_slice_glued :many
-- expect: reject annotation
-- note: at :n
SELECT days[1:n] AS some FROM doctor;

-- name: bad_name_glued :many
-- expect: reject annotation
-- note: at :state
SELECT id FROM visit WHERE id IN (1) AND patient_id+id:state = 2;
