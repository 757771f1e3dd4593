-- name: plain__where :many
-- expect: scoped
-- args: {"active": "true"}
SELECT id, name FROM person WHERE active = :active;

-- name: plain__or :many
-- expect: scoped
-- args: {"id": "2"}
SELECT id, name FROM person WHERE id = :id OR true;

-- name: plain__star :many
-- expect: scoped
-- args: {}
SELECT * FROM project;

-- name: plain__star_of_alias :many
-- expect: scoped
-- args: {}
SELECT p.* FROM project p WHERE p.budget > 200;

-- name: plain__star_of_name :many
-- expect: scoped
-- args: {}
SELECT project.*, project.title AS again FROM project;

-- name: plain__tenant_column :many
-- expect: scoped
-- args: {}
SELECT studio_id, count(*) FROM task GROUP BY studio_id;

-- name: qualified__schema :many
-- expect: scoped
-- args: {}
SELECT public.person.name FROM public.person WHERE public.person.active ORDER BY public.person.name;

-- name: qualified__other_schema :many
-- expect: scoped
-- args: {}
SELECT t.title, k.title AS kept FROM task t JOIN stock.task k ON k.id = t.id;

-- name: qualified__star :many
-- expect: scoped
-- args: {}
SELECT stock.task.* FROM stock.task;

-- name: qualified__type :many
-- expect: scoped
-- args: {"grade": "fine"}
SELECT title FROM stock.task WHERE grade = :grade::stock.grade OR grade::text = 'none';

-- name: qualified__enum_literal :many
-- expect: scoped
-- args: {}
SELECT title, 'open'::project_state AS wanted FROM project WHERE state = project_state 'open' OR state = CAST('idea' AS project_state);

-- name: qualified__enum_array :many
-- expect: scoped
-- args: {"states": "{open,done}"}
SELECT title FROM project WHERE state::text = ANY(:states::text[]);

-- name: qualified__collation :many
-- expect: scoped
-- args: {}
SELECT name FROM person WHERE name COLLATE by_code > 'Person 2' ORDER BY name COLLATE by_code;

-- name: only__table :many
-- expect: scoped
-- args: {}
SELECT id, body FROM ONLY note;

-- name: only__parenthesis :many
-- expect: scoped
-- args: {}
SELECT n.id FROM ONLY (note) AS n;

-- name: only__children :many
-- expect: scoped
-- args: {}
SELECT id, body FROM note *;

-- name: inherited__child :many
-- expect: scoped
-- args: {}
SELECT id, body, pinned_at FROM pinned_note;

-- name: partitioned__parent :many
-- expect: scoped
-- args: {"day": "2024-01-01"}
SELECT id, amount FROM entry WHERE day >= :day;

-- name: partitioned__child :many
-- expect: scoped
-- args: {}
SELECT sum(amount) AS total FROM entry_old;

-- name: table_command__plain :many
-- expect: scoped
-- args: {}
TABLE badge;

-- name: table_command__only :many
-- expect: scoped
-- args: {}
TABLE ONLY note;

-- name: table_command__in_cte :many
-- expect: scoped
-- args: {}
WITH a AS (TABLE note) TABLE a;

-- name: table_command__in_union :many
-- expect: scoped
-- args: {}
TABLE note UNION ALL TABLE ONLY note ORDER BY 2 LIMIT 100;

-- name: table_command__subquery :many
-- expect: scoped
-- args: {}
SELECT count(*) FROM (TABLE stock.task) AS k;

-- name: quoted__identifiers :many
-- expect: scoped
-- args: {}
SELECT "Id", "select", "ünï", "a""b" FROM "Odd Table" WHERE "select" <> 'sel1' AND "where" > 0;

-- name: quoted__alias :many
-- expect: scoped
-- args: {}
SELECT "My ""Alias"""."Id" FROM "Odd Table" AS "My ""Alias""" WHERE "My ""Alias"""."a""b" > 1;

-- name: quoted__without_alias :many
-- expect: scoped
-- args: {}
SELECT "Odd Table"."ünï", public."Odd Table"."Id" FROM public."Odd Table";

-- name: quoted__upper_case :many
-- expect: scoped
-- args: {}
SELECT PERSON.NAME FROM Public.PERSON AS Person;

-- name: comments__everywhere :many
-- expect: scoped
-- args: {}
SELECT /* FROM task */ p.id -- WHERE
  FROM /* a /* nested */ one */ person /* alias */ AS -- here
  p -- the end
 WHERE p.active /* organization */ -- last
;

-- name: comments__trailing :many
-- expect: scoped
-- args: {}
SELECT id FROM task --task
-- nothing

-- name: strings__look_like_sql :many
-- expect: scoped
-- args: {}
SELECT id, 'FROM task WHERE :x $1' AS a, $q$ SELECT * FROM person; :y $q$ AS b, E'\'; DROP TABLE task; --' AS c, $$;$$ AS d FROM task;

-- name: strings__like_parameter :many
-- expect: scoped
-- args: {"x": "Task 1%"}
SELECT id FROM task WHERE title LIKE :x AND title <> ':x' AND '10:30'::time > '09:00';

-- name: join_inner__on :many
-- expect: scoped
-- args: {}
SELECT t.title, p.title AS project FROM task AS t JOIN project AS p ON p.id = t.project_id;

-- name: join_inner__comma :many
-- expect: scoped
-- args: {}
SELECT t.title, p.title AS project FROM task t, project p WHERE p.id = t.project_id;

-- name: join_inner__cross :many
-- expect: scoped
-- args: {}
SELECT p.id, c.code FROM project p CROSS JOIN currency c CROSS JOIN badge;

-- name: join_left__on :many
-- expect: scoped
-- args: {}
SELECT p.name, t.title FROM person p LEFT JOIN task t ON t.assignee = p.id;

-- name: join_left__where_null :many
-- expect: scoped
-- args: {}
SELECT p.name FROM person p LEFT JOIN task t ON t.assignee = p.id AND t.done WHERE t.id IS NULL;

-- name: join_left__global :many
-- expect: scoped
-- args: {}
SELECT h.name, e.amount FROM holiday h LEFT JOIN entry e ON e.day = h.day;

-- name: join_right__on :many
-- expect: scoped
-- args: {}
SELECT p.title, t.title AS task FROM task t RIGHT OUTER JOIN project p ON t.project_id = p.id AND t.done;

-- name: join_full__on :many
-- expect: scoped
-- args: {}
SELECT p.id, b.label FROM project p FULL OUTER JOIN badge b ON b.id = p.id + 1;

-- name: join_using__two :many
-- expect: scoped
-- args: {}
SELECT id, p.name, b.label FROM person p JOIN badge b USING (id);

-- name: join_using__left :many
-- expect: scoped
-- args: {}
SELECT id, name, label FROM person LEFT JOIN badge USING (studio_id, id);

-- name: join_using__alias :many
-- expect: scoped
-- args: {}
SELECT k.id, p.name FROM person p JOIN badge b USING (id) AS k;

-- name: join_natural__inner :many
-- expect: scoped
-- args: {}
SELECT * FROM badge NATURAL JOIN (SELECT studio_id, id, name FROM person) q;

-- name: join_natural__full :many
-- expect: scoped
-- args: {}
SELECT id, label, value FROM badge NATURAL FULL JOIN counter;

-- name: join_self__pairs :many
-- expect: scoped
-- args: {}
SELECT a.name, b.name AS boss FROM person a JOIN person b ON a.boss = b.id;

-- name: join_parenthesis__alias :many
-- expect: scoped
-- args: {}
SELECT j.a, j.b FROM (task t JOIN project p ON p.id = t.project_id) AS j (s1, a, c, d, e, f, g, h, s2, b);

-- name: join_parenthesis__nested :many
-- expect: scoped
-- args: {}
SELECT p.name, t.title FROM person p LEFT JOIN (task t JOIN project q ON q.id = t.project_id AND q.state = 'open') ON t.assignee = p.id;

-- name: join_chain__mixed :many
-- expect: scoped
-- args: {}
SELECT p.name, t.title, q.title AS project, c.rate FROM person p LEFT JOIN task t ON t.assignee = p.id
  LEFT JOIN project q ON q.id = t.project_id INNER JOIN currency c ON c.code = coalesce(q.currency, 'EUR');

-- name: alias_columns__table :many
-- expect: scoped
-- args: {}
SELECT x.c, x.title FROM task AS x (a, b, c, d) WHERE x.b > 3;

-- name: alias_columns__no_as :many
-- expect: scoped
-- args: {}
SELECT x.b, x.a FROM badge x (z, a, b);

