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

-- name: bad_operator_in_path :many
-- expect: reject function-not-allowed
-- note: at =
SELECT id FROM patient WHERE ROW(id, 1)::bed = ROW(2, 1)::bed;

-- name: bad_operator_in_path_in :many
-- expect: reject function-not-allowed
SELECT id FROM patient WHERE ROW(id, 1)::bed IN (ROW(2, 1)::bed, ROW(3, 1)::bed);

-- name: bad_operator_in_path_distinct :many
-- expect: reject function-not-allowed
SELECT p.id FROM (SELECT id, ROW(id, 1)::bed AS b FROM patient) p WHERE p.b IS DISTINCT FROM (SELECT ROW(2, 1)::bed);

-- name: bad_operator_in_path_case :many
-- expect: reject function-not-allowed
SELECT CASE ROW(id, 1)::bed WHEN ROW(2, 1)::bed THEN id END AS c FROM patient;

-- name: bad_operator_in_path_nullif :many
-- expect: reject function-not-allowed
SELECT nullif(ROW(id, 1)::bed, ROW(2, 1)::bed)::text AS c FROM patient;

-- name: bad_operator_in_path_using :many
-- expect: reject function-not-allowed
SELECT p.id FROM (SELECT id, ROW(id, 1)::bed AS b FROM patient) p JOIN (SELECT ROW(id, 1)::bed AS b FROM doctor) d USING (b);

-- name: bad_catalogue_cast :many
-- expect: reject function-not-allowed
-- note: at regclass
SELECT 'public.patient'::regclass::text AS r;

-- name: bad_catalogue_cast_of_number :many
-- expect: reject function-not-allowed
SELECT id::oid::pg_catalog.regclass::text AS r FROM patient;

-- name: bad_catalogue_cast_role :many
-- expect: reject function-not-allowed
SELECT CAST('postgres' AS regrole)::text AS r;

-- name: bad_escaped_name :many
-- expect: reject syntax
-- note: at U&
SELECT id FROM U&"patient";

-- name: bad_escaped_string :many
-- expect: reject syntax
-- note: at U&
SELECT id FROM patient WHERE name = U&'\0041';

-- name: bad_row_type_of_catalogue :many
-- expect: reject catalog-relation
-- note: at pg_catalog.pg_stats
SELECT (jsonb_populate_record(NULL::pg_catalog.pg_stats, '{}')).tablename AS n FROM patient;

-- name: bad_name_by_function :many
-- expect: reject function-not-allowed
-- note: at regclass(
SELECT regclass('patient'::text)::text AS n FROM patient;
