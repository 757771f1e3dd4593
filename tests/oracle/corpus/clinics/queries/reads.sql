-- name: natural_join__common_columns :many
-- expect: scoped
-- args: {}
-- note: id, name and the tenant column are merged
SELECT id, name, mentor, born FROM doctor NATURAL LEFT JOIN patient;

-- name: using__merged_full :many
-- expect: scoped
-- args: {}
SELECT id, d.name AS doctor, p.name AS patient FROM doctor d FULL JOIN patient p USING (id, clinic_no) WHERE clinic_no IS NOT NULL;

-- name: using__tenant_column_only :many
-- expect: scoped
-- args: {}
SELECT clinic_no, r.label, s.since FROM care.room r JOIN care.stay s USING (clinic_no) WHERE s.room = r.label;

-- name: outer__predicate_in_where :many
-- expect: scoped
-- args: {}
SELECT p.name, v.id FROM patient p LEFT JOIN visit v ON v.patient_id = p.id WHERE v.id IS NULL OR v.state = 'gone' OR v.fee > 40;

-- name: outer__count_of_nothing :many
-- expect: scoped
-- args: {}
SELECT d.name, count(v.id) AS n, coalesce(sum(v.fee), 0) AS fees, max(v.at) AS last FROM doctor d
  LEFT JOIN visit v ON v.doctor_id = d.id AND v.state <> 'no show' GROUP BY d.id, d.name;

-- name: outer__right_then_left :many
-- expect: scoped
-- args: {}
SELECT d.name, p.name AS patient, v.id FROM visit v RIGHT JOIN patient p ON v.patient_id = p.id AND v.fee > 25
  LEFT JOIN doctor d ON d.id = coalesce(v.doctor_id, p.doctor_id);

-- name: outer__full_on_constant :many
-- expect: scoped
-- args: {}
SELECT r.label, g.code FROM care.room r FULL JOIN drug_group g ON false;

-- name: outer__lateral_left_true :many
-- expect: scoped
-- args: {"n": "2"}
SELECT d.name, l.id, l.fee FROM doctor d LEFT JOIN LATERAL
  (SELECT v.id, v.fee FROM visit v WHERE v.doctor_id = d.id ORDER BY v.fee DESC, v.id FETCH FIRST :n ROWS ONLY) l ON true;

-- name: outer__nested_parentheses :many
-- expect: scoped
-- args: {}
SELECT p.id, x.line FROM patient p LEFT JOIN ((visit v JOIN dose x ON x.visit_id = v.id) LEFT JOIN drug g ON g.code = x.drug AND g.grp = 'B') ON v.patient_id = p.id
 WHERE FALSE IS NOT TRUE AND g.grp IS DISTINCT FROM 'A';

-- name: grouping__sets_mixed :many
-- expect: scoped
-- args: {}
SELECT doctor_id, state, count(*) AS n, grouping(doctor_id, state) AS g FROM visit GROUP BY GROUPING SETS (CUBE (doctor_id, state), ROLLUP (state), ());

-- name: grouping__empty_set :one
-- expect: scoped
-- args: {}
SELECT count(*) AS n, max(fee) AS highest FROM visit WHERE state = 'here' GROUP BY ();

-- name: grouping__having_only :many
-- expect: scoped
-- args: {}
SELECT 1 AS one FROM visit HAVING count(*) > 10;

-- name: grouping__distinct_on_expression :many
-- expect: scoped
-- args: {}
SELECT DISTINCT ON (lower(p.name), v.state) p.name, v.state, v.fee FROM visit v, patient p WHERE p.id = v.patient_id
 ORDER BY lower(p.name), v.state, v.fee DESC, v.id;

-- name: window__percent_and_frames :many
-- expect: scoped
-- args: {}
SELECT id, ntile(3) OVER (ORDER BY fee, id) AS third, cume_dist() OVER (ORDER BY fee) AS c, first_value(id) OVER w AS f,
       count(*) FILTER (WHERE state = 'gone') OVER (PARTITION BY patient_id) AS gone
  FROM visit WINDOW w AS (PARTITION BY doctor_id ORDER BY id RANGE BETWEEN 2 PRECEDING AND CURRENT ROW);

-- name: window__over_aggregate :many
-- expect: scoped
-- args: {}
SELECT state, sum(fee) AS fees, sum(sum(fee)) OVER (ORDER BY state) AS running, sum(fee) / sum(sum(fee)) OVER () AS share FROM visit GROUP BY state;

-- name: set__nested_with_order :many
-- expect: scoped
-- args: {}
(SELECT name FROM doctor EXCEPT SELECT 'Dr 2') UNION ALL (SELECT name FROM patient ORDER BY name DESC LIMIT 2) INTERSECT ALL (SELECT name FROM patient) ORDER BY name;

-- name: set__with_inside_arm :many
-- expect: scoped
-- args: {}
SELECT id FROM doctor UNION (WITH doctor AS (SELECT id + 100 AS id FROM patient) SELECT id FROM doctor) EXCEPT SELECT id FROM visit WHERE id < 2;

-- name: cte__twice_with_same_name :many
-- expect: scoped
-- args: {}
WITH v AS (SELECT id, fee FROM visit WHERE fee > 25) SELECT v.id, (WITH v AS (SELECT count(*) AS n FROM v) SELECT n FROM v) AS n FROM v;

-- name: cte__named_like_a_global :many
-- expect: scoped
-- args: {}
WITH drug (code, price) AS (SELECT label, floor FROM care.room) SELECT d.code, g.price FROM drug d JOIN public.drug g ON g.price > d.price;

-- name: cte__recursive_two_tables :many
-- expect: scoped
-- args: {"name": "Dr 1"}
WITH RECURSIVE below AS (SELECT id, 1 AS depth FROM doctor WHERE name = :name
  UNION ALL SELECT d.id, b.depth + 1 FROM below b JOIN doctor d ON d.mentor = b.id WHERE b.depth < 6),
  seen AS (SELECT DISTINCT p.name FROM patient p JOIN below USING (id))
SELECT (SELECT count(*) FROM below) AS doctors, name FROM seen;

-- name: cte__recursive_shadows_its_table :many
-- expect: scoped
-- args: {}
WITH RECURSIVE doctor AS (SELECT 1 AS id UNION ALL SELECT doctor.id + 1 FROM doctor WHERE doctor.id < (SELECT count(*) FROM public.doctor)) SELECT id FROM doctor;

-- name: subquery__everywhere :many
-- expect: scoped
-- args: {"a": "1"}
SELECT CASE (SELECT count(*) FROM care.room) WHEN 4 THEN 'four' ELSE (SELECT max(label) FROM care.room) END AS rooms,
       (ARRAY(SELECT id FROM doctor ORDER BY id))[:a] AS first, (SELECT name FROM patient ORDER BY id OFFSET 2 LIMIT 1) || '' AS third
  FROM (SELECT count(*) FROM visit GROUP BY doctor_id HAVING count(*) > (SELECT min(floor) FROM care.room)) x (n)
 WHERE n BETWEEN (SELECT 0) AND (SELECT count(*) FROM patient) ORDER BY (SELECT min(id) FROM doctor), n LIMIT (SELECT 5 FROM care.clinic);

-- name: subquery__any_of_union :many
-- expect: scoped
-- args: {}
SELECT name FROM patient WHERE id <> ALL (SELECT patient_id FROM visit WHERE state = 'gone' UNION SELECT patient_id FROM care.stay) OR ROW(id, name) = ANY (SELECT id, name FROM doctor);

-- name: subquery__in_from_function :many
-- expect: scoped
-- args: {}
SELECT g FROM generate_series(1, (SELECT count(*) FROM doctor)) AS g;

-- name: subquery__in_rows_from :many
-- expect: scoped
-- args: {}
SELECT a, b, n FROM ROWS FROM (unnest((SELECT array_agg(id ORDER BY id) FROM doctor)), jsonb_array_elements_text((SELECT notes -> 'list' FROM patient WHERE id = 2))) WITH ORDINALITY AS r (a, b, n);

-- name: subquery__in_values :many
-- expect: scoped
-- args: {}
VALUES ('rooms', (SELECT count(*) FROM care.room)), ('doctors', (SELECT count(*) FROM doctor)) ORDER BY 1 LIMIT 9;

-- name: page__keyset_descending :many
-- expect: scoped
-- args: {"after_fee": "55.00", "after_id": "4", "n": "4"}
SELECT id, fee FROM visit WHERE ROW(fee, id) < ROW(:after_fee, :after_id) ORDER BY fee DESC, id DESC LIMIT :n;

-- name: page__offset :many
-- expect: scoped
-- args: {"skip": "2", "n": "3"}
SELECT id FROM patient ORDER BY id DESC OFFSET :skip ROWS FETCH NEXT :n ROWS ONLY;

-- name: param__twice_and_nullable :many
-- expect: scoped
-- args: {"state": "gone", "who": null}
-- args: {"state": "no show", "who": "2"}
SELECT id FROM visit WHERE state = :state AND (:who?::int IS NULL OR patient_id = :who OR doctor_id = :who);

-- name: param__cast_and_colons :many
-- expect: scoped
-- args: {"day": "2024-01-11", "tz": "UTC"}
SELECT id, ':day' AS s, 'a:b' AS t FROM visit WHERE at::date = :day::date AND (at AT TIME ZONE :tz)::time >= '08:00'::time AND at::text LIKE '%:%';

-- name: param__enum_array :many
-- expect: scoped
-- args: {"states": "{gone,here}"}
SELECT id FROM visit WHERE state = ANY (:states);

-- name: param__slice_with_spaces :many
-- expect: scoped
-- args: {"a": "1", "b": "2"}
SELECT days[:a : :b] AS some, days[1:1] AS first FROM doctor;

-- name: param__json_operators :many
-- expect: scoped
-- args: {"key": "blood", "path": "{list,0}"}
SELECT id, notes ->> :key AS k, notes #>> :path AS p, notes ? :key AS has, notes @? '$.list[*] ? (@ > 3)' AS deep FROM patient;

-- name: json__aggregated :many
-- expect: scoped
-- args: {}
SELECT doctor_id, jsonb_object_agg(id, fee ORDER BY id) AS fees, json_build_object('n', count(*)) AS n FROM visit GROUP BY doctor_id;

-- name: json__recordset_join :many
-- expect: scoped
-- args: {"rows": "[{\"id\": 1, \"state\": \"gone\"}, {\"id\": 2, \"state\": \"here\"}]"}
SELECT v.id, j.state FROM jsonb_to_recordset(:rows) AS j (id int, state visit_state) JOIN visit v ON v.id = j.id OR v.state = j.state;

-- name: json__to_row_type :many
-- expect: scoped
-- args: {"doc": "{\"label\": \"R9\", \"floor\": 7}"}
-- note: the type of a table's rows is no access to its rows
SELECT r.label, r.floor, (SELECT count(*) FROM doctor) AS doctors FROM jsonb_populate_record(NULL::care.room, :doc) r;

-- name: json__fields_of_row_type :many
-- expect: scoped
-- args: {"doc": "{\"name\": \"N\"}"}
SELECT (jsonb_populate_record(NULL::patient, :doc)).name AS given, p.name FROM patient p WHERE p.id < 3;

-- name: array__operators :many
-- expect: scoped
-- args: {"tags": "{new}"}
SELECT name, cardinality(tags) AS n, tags && :tags AS has, array_position(days, 2) AS second FROM patient JOIN doctor USING (id, name) RIGHT JOIN patient q USING (id, tags, name);

-- name: text_search__ranked :many
-- expect: scoped
-- args: {"q": "message"}
SELECT body, ts_rank(words, to_tsquery('simple', :q)) AS rank FROM message WHERE words @@ plainto_tsquery('simple', :q) ORDER BY rank DESC, body;

-- name: types__infinity_and_ranges :many
-- expect: scoped
-- args: {"until": "infinity"}
SELECT room, since, daterange(since, until) @> date '2024-01-15' AS then, coalesce(until, 'infinity') AS until FROM care.stay WHERE since < :until;

-- name: types__domain_and_generated :many
-- expect: scoped
-- args: {"done": "50"}
SELECT id, done, fee_gross, done::percent AS again FROM visit WHERE done >= :done;

-- name: partition__one_child :many
-- expect: scoped
-- args: {}
SELECT room, patient_id FROM care.stay_past UNION ALL SELECT room, patient_id FROM ONLY care.stay_now;

-- name: view__invoker_grouped :many
-- expect: scoped
-- args: {}
SELECT id, cost FROM visit_cost WHERE cost > 30;

-- name: view__rank_over_view :many
-- expect: scoped
-- args: {}
-- note: ranks and limits inside of a view count the clinic's own rows
SELECT t.name, t.place, r.cost FROM top_patient t JOIN care.patient_rank r USING (name, place);

-- name: view__of_globals_only :many
-- expect: scoped
-- args: {}
SELECT code, price, (SELECT count(*) FROM dose WHERE dose.drug = l.code) AS doses FROM price_list l;

-- name: view__lateral_and_shadowed :many
-- expect: scoped
-- args: {}
WITH visit AS (SELECT 1 AS id) SELECT c.id, c.cost FROM visit_cost c, LATERAL (SELECT visit.id FROM visit WHERE visit.id <= c.id) x;

-- name: function__vouched_in_schema :many
-- expect: scoped
-- args: {}
SELECT care.mask(name) AS name, age_band(born) AS band FROM patient;

-- name: function__stable_built_ins :many
-- expect: scoped
-- args: {}
SELECT to_char(at, 'YYYY-MM') AS month, extract(dow FROM at)::int AS dow, format('%s/%s', id, state) AS f FROM visit WHERE at < now();

-- name: identifiers__upper_and_quoted :many
-- expect: scoped
-- args: {}
SELECT "p"."NAME" AS "Name", P.Id FROM (SELECT name AS "NAME", ID FROM PATIENT) P;

-- name: identifiers__alias_is_a_table :many
-- expect: scoped
-- args: {}
SELECT doctor.name, patient.name AS doctor FROM patient AS doctor JOIN doctor AS patient ON doctor.doctor_id = patient.id;

-- name: identifiers__keywords :many
-- expect: scoped
-- args: {}
SELECT id AS "from", name AS where_, at AS "order", state AS "limit" FROM visit JOIN doctor USING (id);

-- name: comments__nested_and_dollar :many
-- expect: scoped
-- args: {}
SELECT /* a /* b -- c */ ; */ id, $a$it's; -- $b$ :x$a$ AS s, E'\\' AS t FROM visit -- :nothing
WHERE /*;*/ state /* = 'here' */ = 'gone'; -- end

-- name: lock__share_of_two :many
-- expect: scoped
-- args: {}
SELECT v.id FROM visit v JOIN patient p ON p.id = v.patient_id LEFT JOIN doctor d ON d.id = v.doctor_id ORDER BY v.id FOR SHARE OF v NOWAIT FOR UPDATE OF p SKIP LOCKED;

-- name: lock__beside_a_view_of_globals :many
-- expect: scoped
-- args: {}
SELECT l.code, v.id FROM visit v JOIN price_list l ON l.price > v.fee - 40 FOR UPDATE OF v;

-- name: root__in_other_schema :one
-- expect: scoped
-- args: {}
SELECT c.name, (SELECT count(*) FROM visit) AS visits FROM care.clinic AS c;

-- name: root__by_its_key :maybe
-- expect: scoped
-- args: {"no": "10"}
SELECT name, beds FROM care.clinic WHERE no = :no OR beds > 0;

-- name: root__qualified_columns :many
-- expect: scoped
-- args: {}
SELECT care.clinic.name, public.doctor.name AS doctor FROM care.clinic JOIN public.doctor ON public.doctor.clinic_no = care.clinic.no;

-- name: tenant_column__among_themselves :many
-- expect: scoped
-- args: {"least": "2"}
SELECT v.id FROM visit v JOIN patient p ON (v.clinic_no, v.patient_id) = (p.clinic_no, p.id) AND v.clinic_no >= p.clinic_no + 0 WHERE v.id >= :least;

-- name: tenant_column__with_a_constant :many
-- expect: scoped
-- args: {}
SELECT id, clinic_no FROM visit WHERE clinic_no IN (20, 30) OR clinic_no IS NULL OR id = 1;

-- name: optional__filters :many
-- optional: state, least, doctor
-- expect: scoped
-- args: {"state": "gone", "least": "20", "doctor": "2"}
SELECT id, fee FROM visit WHERE patient_id > 0 /*?state AND state = :state ?*/ /*?least AND fee >= :least ?*/ /*?doctor AND doctor_id = :doctor ?*/ ORDER BY id;

-- name: optional__joins_and_sorts :many
-- optional: drug
-- sort: newest = v.at DESC, v.id | cheapest = v.fee, v.id | by_patient = (SELECT p.name FROM patient p WHERE p.id = v.patient_id), v.id
-- expect: scoped
-- args: {"drug": "ibu", "n": "4"}
SELECT v.id, v.fee FROM visit v WHERE true /*?drug AND EXISTS (SELECT FROM dose d WHERE d.visit_id = v.id AND d.drug = :drug) ?*/ /*sort*/ LIMIT :n;

-- name: types__search_configuration :many
-- expect: scoped
-- args: {"q": "message"}
SELECT body FROM message WHERE to_tsvector('simple'::regconfig, body) @@ to_tsquery('simple', :q);
