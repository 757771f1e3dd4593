-- name: insert__identity_left_out :many
-- expect: scoped
-- args: {"body": "hello"}
INSERT INTO message (body) VALUES (:body), (:body || '!') RETURNING body, words::text AS words;

-- name: insert__default_values :one
-- expect: scoped
-- args: {}
INSERT INTO message DEFAULT VALUES RETURNING body;

-- name: insert__returning_tenant_column :one
-- expect: scoped
-- args: {"id": "77"}
INSERT INTO patient AS p (id, name, born) VALUES (:id, 'Fresh', NULL) RETURNING p.*, p.clinic_no AS clinic, age_band(born) AS band;

-- name: insert__select_from_own_join :execrows
-- expect: scoped
-- args: {}
INSERT INTO dose (visit_id, line, drug, amount) SELECT v.id, 9, g.code, g.price FROM visit v CROSS JOIN drug g WHERE v.state = 'gone' AND g.grp = 'B';

-- name: insert__values_beside_select :execrows
-- expect: scoped
-- args: {}
INSERT INTO care.room (label, floor) SELECT 'S' || id, id FROM doctor UNION VALUES ('V1', 1), ('V2', 2) ORDER BY 1 LIMIT 4;

-- name: insert__nested_with :execrows
-- expect: scoped
-- args: {}
WITH busy AS (SELECT doctor_id, count(*) AS n FROM visit GROUP BY 1) INSERT INTO care.room (label, floor) WITH rooms AS (SELECT count(*) AS n FROM care.room) SELECT 'B' || b.doctor_id, r.n FROM busy b, rooms r WHERE b.doctor_id IS NOT NULL;

-- name: insert__foreign_key_of_another :execrows
-- expect: scoped
-- args: {"patient": "8"}
-- note: patient 8 is another clinic's alone for the smallest
INSERT INTO visit (id, patient_id, at) VALUES (500, :patient, '2025-01-01');

-- name: insert__unnest_batch :many
-- expect: scoped
-- args: {"ids": "{301,302}", "names": "{A,B}"}
INSERT INTO doctor (id, name) SELECT * FROM unnest(:ids::int[], :names::text[]) RETURNING id, name;

-- name: insert__partition_by_value :execrows
-- expect: scoped
-- args: {"since": "2023-05-05"}
INSERT INTO care.stay (room, patient_id, since) SELECT label, 1, :since FROM care.room WHERE floor = 1;

-- name: conflict__on_key :one
-- expect: scoped
-- args: {"id": "2", "name": "Renamed"}
-- args: {"id": "222", "name": "New"}
INSERT INTO patient (id, name) VALUES (:id, :name) ON CONFLICT (id) DO UPDATE SET name = excluded.name, notes = patient.notes || '{"again": true}' RETURNING id, name, notes;

-- name: conflict__key_with_tenant_column :execrows
-- expect: scoped
-- args: {"label": "R1"}
INSERT INTO care.room (label, floor) VALUES (:label, 9) ON CONFLICT (label, clinic_no) DO UPDATE SET floor = excluded.floor;

-- name: conflict__named_constraint :execrows
-- expect: scoped
-- args: {}
INSERT INTO visit (id, patient_id, at, fee) SELECT id + 900, patient_id, at, 1 FROM visit ON CONFLICT ON CONSTRAINT visit_slot DO UPDATE SET fee = visit.fee + excluded.fee WHERE visit.state <> 'gone';

-- name: conflict__two_columns :execrows
-- expect: scoped
-- args: {}
INSERT INTO visit (id, patient_id, at) SELECT id + 900, patient_id, at FROM visit WHERE id < 4 ON CONFLICT (at, patient_id) DO NOTHING;

-- name: conflict__any_of_own :execrows
-- expect: scoped
-- args: {}
INSERT INTO care.room (label) SELECT 'R' || g FROM generate_series(1, 5) g ON CONFLICT DO NOTHING;

-- name: conflict__subquery_in_set_and_where :execrows
-- expect: scoped
-- args: {}
INSERT INTO care.room AS r (label) VALUES ('R1'), ('R2') ON CONFLICT (label) DO UPDATE SET floor = (SELECT count(*) FROM care.stay s WHERE s.room = r.label) WHERE EXISTS (SELECT FROM care.stay s WHERE s.room = excluded.label);

-- name: conflict__on_partitioned :execrows
-- expect: scoped
-- args: {}
INSERT INTO care.stay (room, patient_id, since) SELECT room, patient_id, since FROM care.stay ON CONFLICT (room, since) DO UPDATE SET until = '2024-12-31';

-- name: update__join_of_three :execrows
-- expect: scoped
-- args: {}
UPDATE visit AS v SET fee = v.fee + x.amount FROM dose x JOIN drug g ON g.code = x.drug LEFT JOIN care.room r ON r.floor = x.line WHERE x.visit_id = v.id AND x.line = 1 AND r.label IS DISTINCT FROM 'R2';

-- name: update__row_from_subselect :execrows
-- expect: scoped
-- args: {}
UPDATE doctor SET (rate, days) = (SELECT avg(fee)::numeric(8,2), coalesce(array_agg(visit.id ORDER BY visit.id), '{}') FROM visit WHERE doctor_id = doctor.id), name = upper(name);

-- name: update__returning_joined :many
-- expect: scoped
-- args: {"state": "here"}
UPDATE visit SET state = :state FROM patient WHERE patient.id = visit.patient_id AND patient.born IS NULL RETURNING patient.name, visit.state, visit.fee_gross;

-- name: update__moves_partition :execrows
-- expect: scoped
-- args: {}
UPDATE care.stay SET since = since - 40 WHERE since >= '2024-01-01' AND room = 'R1';

-- name: update__json_and_array :execrows
-- expect: scoped
-- args: {"v": "\"x\""}
UPDATE patient SET notes['deep'] = :v::jsonb, tags[1] = name WHERE tags IS NOT NULL;

-- name: update__where_is_an_or :execrows
-- expect: scoped
-- args: {}
UPDATE care.room SET floor = floor + 1 WHERE label = 'R1' OR NOT false OR floor IN (SELECT line FROM dose);

-- name: update__own_clinic :one
-- expect: scoped
-- args: {"beds": "44"}
UPDATE care.clinic SET beds = :beds, name = (SELECT min(name) FROM doctor) RETURNING name, beds;

-- name: update__primary_key :execrows
-- expect: scoped
-- args: {}
UPDATE dose SET line = line + 10 WHERE drug = 'asp';

-- name: delete__using_self :many
-- expect: scoped
-- args: {}
DELETE FROM visit v USING visit w WHERE w.patient_id = v.patient_id AND w.at > v.at RETURNING v.id;

-- name: delete__cascades :execrows
-- expect: scoped
-- args: {"id": "3"}
DELETE FROM patient WHERE id = :id;

-- name: delete__sets_null :execrows
-- expect: scoped
-- args: {}
DELETE FROM doctor WHERE NOT EXISTS (SELECT FROM doctor d WHERE d.mentor = doctor.id);

-- name: delete__from_partition :execrows
-- expect: scoped
-- args: {}
DELETE FROM care.stay_now WHERE until IS NULL;

-- name: delete__using_view :execrows
-- expect: scoped
-- args: {}
DELETE FROM care.room r USING top_patient t WHERE r.floor < t.place AND NOT EXISTS (SELECT FROM care.stay s WHERE s.room = r.label);

-- name: merge__three_actions :exec
-- expect: scoped
-- args: {}
MERGE INTO care.room AS r USING (SELECT 'R' || id AS label, rate FROM doctor) d ON r.label = d.label
WHEN MATCHED AND d.rate IS NULL THEN DO NOTHING
WHEN MATCHED AND r.floor = 0 THEN UPDATE SET floor = 100
WHEN MATCHED AND NOT EXISTS (SELECT FROM care.stay s WHERE s.room = r.label) THEN DELETE
WHEN NOT MATCHED AND d.rate > 60 THEN INSERT (label, floor) VALUES (d.label, d.rate)
WHEN NOT MATCHED THEN INSERT (floor, label) VALUES (DEFAULT, d.label);

-- name: merge__table_as_source :exec
-- expect: scoped
-- args: {}
MERGE INTO patient p USING doctor ON doctor.id = p.id AND doctor.clinic_no = p.clinic_no WHEN MATCHED THEN UPDATE SET (name, doctor_id) = (doctor.name, NULL);

-- name: merge__on_is_an_or :exec
-- expect: scoped
-- args: {}
MERGE INTO care.room r USING (VALUES ('R1'), ('R3')) s (label) ON r.label = s.label OR false WHEN MATCHED THEN UPDATE SET floor = r.floor + 7;

-- name: merge__with_and_joined_source :exec
-- expect: scoped
-- args: {}
WITH fees AS (SELECT patient_id, sum(fee) AS fee FROM visit GROUP BY patient_id)
MERGE INTO patient AS t USING (fees f JOIN patient p ON p.id = f.patient_id) ON t.id = p.id AND CASE WHEN f.fee > 0 THEN true END
WHEN MATCHED AND f.fee > 60 THEN UPDATE SET notes = jsonb_build_object('fee', f.fee);

-- name: cte__delete_feeds_update :many
-- expect: scoped
-- args: {}
WITH gone AS (DELETE FROM dose WHERE drug = 'asp' RETURNING visit_id, amount), total AS (SELECT visit_id, sum(amount) AS a FROM gone GROUP BY 1)
UPDATE visit SET fee = fee + total.a FROM total WHERE total.visit_id = visit.id RETURNING visit.id, visit.fee;

-- name: cte__insert_update_select :many
-- expect: scoped
-- args: {}
WITH a AS (INSERT INTO care.room (label) VALUES ('X1'), ('X2') ON CONFLICT (label) DO NOTHING RETURNING label),
     b AS (UPDATE care.room SET floor = 50 WHERE floor = 1 RETURNING label), c AS (DELETE FROM message RETURNING body)
SELECT label FROM a UNION ALL SELECT label FROM b UNION ALL SELECT body FROM c;

-- name: cte__write_unread :execrows
-- expect: scoped
-- args: {}
WITH w AS (DELETE FROM message) UPDATE doctor SET rate = 1;

-- name: types__row_type_insert :execrows
-- expect: scoped
-- args: {"rows": "[{\"label\": \"J1\", \"floor\": 3, \"clinic_no\": 20}]"}
-- note: what the document says of the clinic is not used
INSERT INTO care.room (label, floor) SELECT label, floor FROM jsonb_populate_recordset(NULL::care.room, :rows);
