INSERT INTO care.clinic SELECT c, 'Clinic ' || c, CASE WHEN c <> 30 THEN date '2000-01-01' + c::int END, c FROM unnest('{10,20,30}'::bigint[]) c;
INSERT INTO drug_group VALUES ('A', 'pain'), ('B', 'sleep');
INSERT INTO drug VALUES ('asp', 'A', 2.50), ('ibu', 'A', 4), ('val', 'B', 7.25);
INSERT INTO care.holiday VALUES ('2024-01-01', 'New Year'), ('2023-12-25', 'Christmas');
INSERT INTO benchmark VALUES (2023, 100), (2024, 200);
INSERT INTO scratch VALUES ('a', 'b');
INSERT INTO doctor (clinic_no, id, name, mentor, licence, rate, days)
  SELECT no, i, 'Dr ' || i, CASE WHEN i > 1 THEN 1 + (i + no) % (i - 1) END, 'L' || no || i, CASE WHEN i <> 3 THEN 50 + i + no END,
    CASE WHEN i % 2 = 0 THEN ARRAY[1, i] ELSE '{}' END
  FROM care.clinic, generate_series(1, 3 + no::int / 10) i;
INSERT INTO patient (clinic_no, id, name, born, doctor_id, notes, tags)
  SELECT no, i, 'Patient ' || i || CASE WHEN i % 2 = 0 THEN ' of ' || no ELSE '' END, CASE WHEN i % 4 <> 0 THEN date '1970-06-01' + 900 * i + no::int END,
    CASE WHEN i % 3 <> 0 THEN 1 + (i + no) % 4 END, jsonb_build_object('blood', substr('ABO', 1 + i % 3, 1), 'no', no, 'list', jsonb_build_array(i, no)),
    CASE WHEN i % 3 = 1 THEN ARRAY['new', 't' || no] WHEN i % 3 = 2 THEN '{}' END
  FROM care.clinic, generate_series(1, 5 + no::int / 10) i;
INSERT INTO visit (clinic_no, id, patient_id, doctor_id, state, at, fee, done)
  SELECT no, i, 1 + (i * 7 + no) % 6, CASE WHEN i % 4 <> 0 THEN 1 + (i + no) % 3 END, (enum_range(NULL::visit_state))[1 + (i + no / 10) % 4],
    timestamptz '2024-01-10 08:00Z' + i * interval '3 hours' + no * interval '1 minute', 10 * i + no, (i * 10 + no) % 101
  FROM care.clinic, generate_series(1, 9 + no::int / 10) i;
INSERT INTO dose SELECT clinic_no, id, l, (ARRAY['asp', 'ibu', 'val'])[1 + (id + l + clinic_no) % 3], l + clinic_no / 20.0
  FROM visit, generate_series(1, 2) l WHERE l <= 1 + (id + clinic_no / 10) % 2;
INSERT INTO care.room SELECT no, 'R' || i, (i + no / 10) % 3 FROM care.clinic, generate_series(1, 2 + no::int / 10) i;
INSERT INTO care.stay SELECT no, 'R' || 1 + i % 3, i, date '2023-12-20' + 4 * i + (no / 10)::int, CASE WHEN i % 2 = 0 THEN date '2024-02-01' + i END
  FROM care.clinic, generate_series(1, 5) i;
INSERT INTO message (clinic_no, body) SELECT no, 'Message ' || i || ' of ' || no FROM care.clinic, generate_series(1, 2 + no::int / 10) i;
REFRESH MATERIALIZED VIEW visits_by_month;
