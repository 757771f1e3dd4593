-- name: cte__plain :many
-- expect: scoped
-- args: {}
WITH big AS (SELECT * FROM project WHERE budget > 200), few AS (SELECT id FROM big) SELECT b.title FROM big b JOIN few USING (id);

-- name: cte__shadows :many
-- expect: scoped
-- args: {}
WITH task AS (SELECT id, title FROM task WHERE done) SELECT t.title, k.title AS kept FROM task t JOIN stock.task k USING (id);

-- name: cte__shadow_ends :many
-- expect: scoped
-- args: {}
SELECT (WITH person AS (SELECT 1 AS id) SELECT count(*) FROM person) AS one, (SELECT count(*) FROM person) AS many;

-- name: cte__not_seen_before :many
-- expect: scoped
-- args: {}
WITH a AS (SELECT count(*) AS n FROM badge), badge AS (SELECT 1 AS id) SELECT a.n, badge.id FROM a, badge;

-- name: cte__nested :many
-- expect: scoped
-- args: {}
WITH a AS (WITH b AS (SELECT id FROM person WHERE active) SELECT id FROM b UNION SELECT id FROM badge) SELECT count(*) FROM a, project;

-- name: cte__materialized :many
-- expect: scoped
-- args: {}
WITH a (x) AS MATERIALIZED (SELECT spent FROM task), b AS NOT MATERIALIZED (SELECT max(x) AS m FROM a) SELECT count(*) FROM a, b WHERE a.x < b.m;

-- name: cte__of_global_name :many
-- expect: scoped
-- args: {}
WITH currency AS (SELECT title AS code FROM project) SELECT code FROM currency;

-- name: recursive__tree :many
-- expect: scoped
-- args: {"root": "1"}
WITH RECURSIVE t (id, depth) AS (SELECT id, 0 FROM person WHERE id = :root UNION ALL
  SELECT p.id, t.depth + 1 FROM person p JOIN t ON p.boss = t.id WHERE t.depth < 4) SELECT id, depth FROM t;

-- name: recursive__search :many
-- expect: scoped
-- args: {}
WITH RECURSIVE t AS (SELECT id, boss FROM person WHERE boss IS NULL UNION ALL SELECT p.id, p.boss FROM person p, t WHERE p.boss = t.id)
  SEARCH DEPTH FIRST BY id SET path CYCLE id SET looped USING trail SELECT id, looped, path::text FROM t;

-- name: recursive__shadows :many
-- expect: scoped
-- args: {}
WITH RECURSIVE person AS (SELECT 1 AS id UNION SELECT person.id + 1 FROM person WHERE person.id < (SELECT count(*) FROM badge)) SELECT id FROM person;

-- name: recursive__mutual_order :many
-- expect: scoped
-- args: {}
WITH RECURSIVE a AS (SELECT id FROM b), b AS (SELECT id FROM task WHERE done) SELECT count(*) FROM a;

-- name: view__plain :many
-- expect: scoped
-- args: {}
SELECT title, project, spent FROM open_task;

-- name: view__window :many
-- expect: scoped
-- args: {}
SELECT person, hours, place FROM person_load;

-- name: view__in_view :many
-- expect: scoped
-- args: {}
SELECT b.person FROM busiest AS b;

-- name: view__recursive :many
-- expect: scoped
-- args: {}
SELECT name, depth FROM everyone;

-- name: view__union :many
-- expect: scoped
-- args: {}
SELECT count(*) FROM titles;

-- name: view__joined :many
-- expect: scoped
-- args: {}
SELECT o.title, l.place FROM open_task o LEFT JOIN person_load l ON l.hours > o.spent;

-- name: view__alias_columns :many
-- expect: scoped
-- args: {}
SELECT x.w, public.person_load.hours FROM public.person_load, busiest AS x (w);

-- name: view__of_global :many
-- expect: scoped
-- args: {}
SELECT r.code, p.title FROM rates r JOIN project p ON p.currency = r.code;

-- name: view__table_command :many
-- expect: scoped
-- args: {}
TABLE person_load;

-- name: whole_row__json :many
-- expect: scoped
-- args: {}
SELECT row_to_json(p) AS j, to_jsonb(p) - 'studio_id' AS k FROM project p;

-- name: whole_row__text :many
-- expect: scoped
-- args: {}
SELECT b::text AS t, b IS NOT NULL AS here FROM badge b;

-- name: whole_row__field :many
-- expect: scoped
-- args: {}
SELECT (p).name, (p.home).city AS city, (home).street AS street FROM person p;

-- name: whole_row__compare :many
-- expect: scoped
-- args: {}
SELECT a.id FROM badge a JOIN badge b ON a = b;

-- name: whole_row__star_compare :many
-- expect: scoped
-- args: {"id": "2"}
SELECT a.id FROM badge a JOIN badge b ON a.* = b.* WHERE a.* IS NOT NULL AND b.* IS DISTINCT FROM NULL AND a.id <> :id;

-- name: whole_row__count :many
-- expect: scoped
-- args: {}
SELECT count(p) AS n, json_agg(p.id ORDER BY p.id) AS ids FROM project p;

-- name: row_compare__page :many
-- expect: scoped
-- args: {"spent": "5", "id": "3", "n": "4"}
SELECT id, spent FROM task WHERE (spent, id) > (:spent, :id) ORDER BY spent, id LIMIT :n;

-- name: row_compare__distinct :many
-- expect: scoped
-- args: {}
SELECT id FROM task WHERE ROW(project_id, assignee) IS DISTINCT FROM ROW(1, 2);

-- name: row_compare__fetch_first :many
-- expect: scoped
-- args: {"n": "3"}
SELECT id FROM task ORDER BY spent DESC, id OFFSET 1 ROW FETCH FIRST :n ROWS ONLY;

-- name: row_compare__with_ties :many
-- expect: scoped
-- args: {}
SELECT id, done FROM task ORDER BY done FETCH FIRST 1 ROW WITH TIES;

-- name: function_from__series :many
-- expect: scoped
-- args: {}
SELECT g.n, p.name FROM generate_series(1, 8) AS g (n) LEFT JOIN person p ON p.id = g.n;

-- name: function_from__rows_from :many
-- expect: scoped
-- args: {"ids": "{1,2,3}", "names": "{a,b}"}
SELECT r.a, r.b, r.ordinality, p.name FROM ROWS FROM (unnest(:ids::int[]), unnest(:names::text[])) WITH ORDINALITY AS r (a, b) JOIN person p ON p.id = r.a;

-- name: function_from__json_table :many
-- expect: scoped
-- args: {"rows": "[{\"id\": 1, \"state\": \"open\"}, {\"id\": 2, \"state\": \"done\"}]"}
SELECT j.id, p.title FROM jsonb_to_recordset(:rows::jsonb) AS j (id int, state project_state) JOIN project p ON p.state = j.state;

-- name: function_from__json_each :many
-- expect: scoped
-- args: {}
SELECT p.id, e.key, e.value FROM project p CROSS JOIN LATERAL jsonb_each_text(p.details) e;

-- name: function_from__rows_from_record :many
-- expect: scoped
-- args: {}
SELECT p.id, r.x FROM project p, ROWS FROM (jsonb_to_record(p.details) AS (rank int, studio int), generate_series(1, 2)) AS r (x, y, z);

-- name: function_from__xmltable :many
-- expect: scoped
-- args: {}
SELECT x.n, (SELECT count(*) FROM person) AS c FROM XMLTABLE('/a/b' PASSING ('<a><b n="1"/></a>'::xml) COLUMNS n int PATH '@n') AS x;

-- name: function_vouched__unqualified :many
-- expect: scoped
-- args: {}
SELECT initials(name) AS i, stock.twice(score) AS s FROM person WHERE public.initials(name) = 'P.';

-- name: function_vouched__plpgsql :many
-- expect: scoped
-- args: {}
SELECT shout(name) AS s FROM person;

-- name: function_vouched__named_argument :many
-- expect: scoped
-- args: {}
SELECT initials(name => p.name) AS i FROM person p;

-- name: operators__any_array :many
-- expect: scoped
-- args: {"ids": "{1,3}"}
SELECT name FROM person WHERE id = ANY(:ids::int[]) AND 'ink' = ANY(skills);

-- name: operators__qualified :many
-- expect: scoped
-- args: {"id": "2"}
SELECT name FROM person WHERE id OPERATOR(pg_catalog.>) :id;

-- name: operators__json :many
-- expect: scoped
-- args: {"key": "rank", "d": "{\"rank\": 2}"}
SELECT title, details -> :key AS v, details ->> 'studio' AS s FROM project WHERE details ? :key AND details @> :d;

-- name: operators__extension :many
-- expect: scoped
-- args: {"q": "Person 3"}
SELECT name, similarity(name, :q) AS s FROM person WHERE (name <-> :q) < 0.5;

-- name: operators__extension_type :many
-- expect: scoped
-- args: {"q": "PERSON 3"}
SELECT name FROM person WHERE name::citext = :q::citext OR name::citext LIKE 'person 1';

-- name: operators__of_the_project :many
-- expect: scoped
-- args: {"id": "3"}
SELECT name FROM person WHERE id ~=~ :id AND id IN (SELECT id FROM badge);

-- name: operators__of_the_project_and_with :many
-- expect: scoped
-- args: {}
WITH person AS (SELECT id FROM person WHERE id ~=~ 2) SELECT b.label FROM badge b JOIN person ON person.id ~=~ b.id;

-- name: operators__slice :many
-- expect: scoped
-- args: {"a": "1"}
SELECT skills[1:2] AS s, skills[: :a] AS t FROM person;

-- name: operators__between_like :many
-- expect: scoped
-- args: {"a": "2", "b": "4"}
SELECT name FROM person WHERE id BETWEEN :a AND :b OR name SIMILAR TO '%5' OR name ILIKE 'x%' ESCAPE '!' OR born IS NULL;

-- name: operators__extract :many
-- expect: scoped
-- args: {}
SELECT extract(year FROM started) AS y, started AT TIME ZONE 'UTC' AS z, position('j' IN title) AS p, substring(title FROM 1 FOR 3) AS s, overlay(title PLACING 'x' FROM 1) AS o, trim(BOTH 'P' FROM title) AS t FROM project;

-- name: operators__distinct_from :many
-- expect: scoped
-- args: {"boss": null}
SELECT name FROM person WHERE boss IS NOT DISTINCT FROM :boss?::int;

-- name: nullable__filter :many
-- expect: scoped
-- args: {"state": null, "q": "Project%"}
-- args: {"state": "open", "q": null}
SELECT title FROM project WHERE (:state?::project_state IS NULL OR state = :state) AND (:q?::text IS NULL OR title LIKE :q);

-- name: lock__for_update :many
-- expect: scoped
-- args: {}
SELECT id FROM task WHERE done ORDER BY id FOR UPDATE;

-- name: lock__of :many
-- expect: scoped
-- args: {}
SELECT t.id, c.code FROM task t JOIN project p ON p.id = t.project_id JOIN currency c ON c.code = p.currency FOR NO KEY UPDATE OF t, p SKIP LOCKED;

-- name: lock__share_nowait :many
-- expect: scoped
-- args: {}
SELECT * FROM badge FOR SHARE NOWAIT;

-- name: lock__several :many
-- expect: scoped
-- args: {}
SELECT p.id FROM person AS p, badge WHERE badge.id = p.id FOR UPDATE OF badge FOR KEY SHARE OF p;

-- name: lock__subquery :many
-- expect: scoped
-- args: {"n": "2"}
SELECT id FROM (SELECT id FROM task WHERE NOT done ORDER BY id LIMIT :n FOR UPDATE SKIP LOCKED) q;

-- name: lock__of_quoted :many
-- expect: scoped
-- args: {}
SELECT "Id" FROM "Odd Table" AS "T" FOR UPDATE OF "T";

-- name: root__own :many
-- expect: scoped
-- args: {}
SELECT title, plan FROM studio;

-- name: root__joined :many
-- expect: scoped
-- args: {}
SELECT s.title, p.name FROM studio s LEFT JOIN person p ON p.studio_id = s.id AND p.active;

-- name: root__by_id :many
-- expect: scoped
-- args: {"id": "2"}
SELECT title FROM studio WHERE id = :id OR plan = 'free';

-- name: global__alone :many
-- expect: scoped
-- args: {"code": "USD"}
SELECT c.rate, m.price, (SELECT count(*) FROM task) AS tasks FROM currency c, stock.material m WHERE c.code = :code;

-- name: no_relation__expression :one
-- expect: scoped
-- args: {"a": "2"}
SELECT :a::int + 1 AS n, (SELECT count(*) FROM person) AS people;
