-- name: insert__values :one
-- expect: scoped
-- args: {"id": "50", "label": "Fresh"}
INSERT INTO badge (id, label) VALUES (:id, :label) RETURNING *;

-- name: insert__conflicting_key :execrows
-- expect: scoped
-- args: {"id": "1"}
-- args: {"id": "5"}
INSERT INTO note (id, body) VALUES (:id, 'again');

-- name: insert__many_rows :execrows
-- expect: scoped
-- args: {}
INSERT INTO task (id, project_id, title, place, spent) VALUES (60, 1, 'a', 60, DEFAULT), (61, 2, 'b', 61, 3), (62, (SELECT max(id) FROM project), 'c', 62, (SELECT max(spent) FROM task));

-- name: insert__values_in_parentheses :execrows
-- expect: scoped
-- args: {}
INSERT INTO note (id, body) (VALUES (70, 'a'), (71, 'b'));

-- name: insert__values_in_two_parentheses :execrows
-- expect: scoped
-- args: {}
INSERT INTO note (id, body) ((VALUES (70, 'a') ORDER BY 1) LIMIT 1);

-- name: insert__select_in_parentheses :execrows
-- expect: scoped
-- args: {}
INSERT INTO note (id, body) (SELECT id + 100, name FROM person);

-- name: insert__overriding_system :execrows
-- expect: scoped
-- args: {}
INSERT INTO counter (id, name) OVERRIDING SYSTEM VALUE VALUES (99, 'system');

-- name: insert__overriding_user :one
-- expect: scoped
-- args: {}
INSERT INTO counter (name, value) OVERRIDING USER VALUE VALUES ('user', (SELECT count(*) FROM counter)) RETURNING name, value;

-- name: insert__overriding_user_select :many
-- expect: scoped
-- args: {}
INSERT INTO counter (name, value) OVERRIDING USER VALUE SELECT 'user ' || id, id FROM badge RETURNING name;

-- name: insert__default_values :one
-- expect: scoped
-- args: {}
WITH gone AS (DELETE FROM person WHERE id = 99 RETURNING 1) INSERT INTO "Odd Table" ("Id") SELECT 1000 + count(*) FROM person RETURNING "Id";

-- name: insert__select :execrows
-- expect: scoped
-- args: {"day": "2025-01-01"}
INSERT INTO entry (id, day, amount) SELECT id, :day, budget FROM project WHERE state <> 'done';

-- name: insert__select_distinct :execrows
-- expect: scoped
-- args: {}
INSERT INTO badge (label, id) SELECT DISTINCT ON (project_id) title, 200 + project_id FROM task ORDER BY project_id, id;

-- name: insert__select_group :execrows
-- expect: scoped
-- args: {}
INSERT INTO entry (id, day, amount) SELECT 500 + project_id, '2025-02-02', sum(spent) FROM task GROUP BY 1 HAVING count(*) > 1 ORDER BY 1;

-- name: insert__select_window :execrows
-- expect: scoped
-- args: {}
INSERT INTO note (id, body) SELECT 300 + rank() OVER w, title FROM task WHERE assignee IS DISTINCT FROM 2 WINDOW w AS (ORDER BY id) LIMIT 3;

-- name: insert__select_distinct_from :execrows
-- expect: scoped
-- args: {}
INSERT INTO person (id, name, active) SELECT 300 + id, 'N' || id, boss IS DISTINCT FROM 2 FROM person;

-- name: insert__select_union :execrows
-- expect: scoped
-- args: {}
INSERT INTO note (id, body) SELECT 400 + id, name FROM person UNION ALL (SELECT 500 + id, title FROM project ORDER BY id LIMIT 2) UNION SELECT 600, 'x' ORDER BY 1;

-- name: insert__select_union_of_values :execrows
-- expect: scoped
-- args: {}
INSERT INTO note (id, body) VALUES (700, 'a') UNION SELECT 701, max(name) FROM person EXCEPT (VALUES (702, 'z'));

-- name: insert__table_command :execrows
-- expect: scoped
-- args: {}
WITH fresh AS (SELECT 800 + id AS id, label FROM badge) INSERT INTO note (id, body) TABLE fresh;

-- name: insert__select_star :execrows
-- expect: scoped
-- args: {}
INSERT INTO note (id, body) SELECT * FROM (SELECT 810 + id, name FROM person) q;

-- name: insert__select_of_cte :many
-- expect: scoped
-- args: {}
INSERT INTO note (id, body) WITH a AS (SELECT id, name FROM person WHERE active) SELECT 900 + id, name FROM a RETURNING id;

-- name: insert__with_outside :many
-- expect: scoped
-- args: {}
WITH a AS (SELECT id, name FROM person WHERE active) INSERT INTO note AS n (id, body) SELECT 900 + id, name FROM a RETURNING n.id, n.body;

-- name: insert__unnest :execrows
-- expect: scoped
-- args: {"ids": "{80,81,82}", "titles": "{a,b,c}"}
INSERT INTO badge (id, label) SELECT * FROM unnest(:ids::int[], :titles::text[]);

-- name: insert__foreign_key :execrows
-- expect: scoped
-- args: {"project": "5"}
-- args: {"project": "6"}
INSERT INTO task (id, project_id, title, place) VALUES (77, :project, 't', 77);

-- name: insert__composite_field :execrows
-- expect: scoped
-- args: {}
INSERT INTO person (id, name, home.street, home.city, skills[1]) VALUES (90, 'Nova', 'S', (SELECT max((home).city) FROM person), 'x');

-- name: insert__quoted :one
-- expect: scoped
-- args: {"v": "9"}
INSERT INTO "Odd Table" ("Id", "a""b", "select") VALUES (900, :v, (SELECT max("ünï") FROM "Odd Table")) RETURNING "select" AS "Sel", "Odd Table"."Id";

-- name: insert__partition :execrows
-- expect: scoped
-- args: {}
INSERT INTO entry_new (id, day, amount) SELECT id, day + 1000, amount FROM entry;

-- name: insert__returning_subquery :many
-- expect: scoped
-- args: {}
INSERT INTO note (id, body) VALUES (950, 'x') RETURNING id, (SELECT count(*) FROM task) AS tasks;

-- name: insert__other_schema :many
-- expect: scoped
-- args: {}
INSERT INTO stock.task (id, title, grade) SELECT 90 + t.id, t.title, 'fine'::stock.grade FROM task t WHERE t.done RETURNING task.title;

-- name: conflict__nothing_on_columns :execrows
-- expect: scoped
-- args: {"email": "p2@example.org"}
-- args: {"email": "p7@example.org"}
INSERT INTO person (id, name, email) VALUES (70, 'Seventy', :email) ON CONFLICT (email) DO NOTHING;

-- name: conflict__nothing_at_all :execrows
-- expect: scoped
-- args: {"id": "1"}
-- args: {"id": "7"}
INSERT INTO note (id, body) VALUES (:id, 'quiet') ON CONFLICT DO NOTHING;

-- name: conflict__constraint :one
-- expect: scoped
-- args: {"title": "Project 2"}
-- args: {"title": "Project 6"}
INSERT INTO project (id, title) VALUES (70, :title) ON CONFLICT ON CONSTRAINT project_title DO UPDATE SET budget = project.budget + 1000, state = excluded.state RETURNING id, budget;

-- name: conflict__update :many
-- expect: scoped
-- args: {"name": "counter 1"}
-- args: {"name": "counter 4"}
INSERT INTO counter AS c (id, name, value) VALUES (50, :name, 1) ON CONFLICT (name) DO UPDATE SET value = c.value + excluded.value WHERE c.value < 1000 OR true RETURNING c.name, c.value;

-- name: conflict__update_subquery :execrows
-- expect: scoped
-- args: {"name": "counter 2"}
INSERT INTO counter (id, name) VALUES (51, :name) ON CONFLICT (name) DO UPDATE SET (value, id) = (SELECT count(*), max(id) FROM task);

-- name: conflict__with_tenant_column :execrows
-- expect: scoped
-- args: {"name": "counter 2"}
INSERT INTO counter (id, name) VALUES (52, :name) ON CONFLICT (studio_id, name) DO UPDATE SET value = 7;

-- name: conflict__partial_index :execrows
-- expect: scoped
-- args: {"name": "Person 6"}
-- args: {"name": "Person 4"}
INSERT INTO person (id, name, active) VALUES (71, upper(:name), true), (72, :name || ' ', true) ON CONFLICT (name) WHERE active DO UPDATE SET score = 0;

-- name: conflict__expression :execrows
-- expect: scoped
-- args: {"name": "PERSON 7"}
INSERT INTO person (id, name) VALUES (73, :name) ON CONFLICT (lower(name)) DO UPDATE SET name = excluded.name WHERE person.active;

-- name: conflict__many_rows :execrows
-- expect: scoped
-- args: {}
INSERT INTO counter (id, name, value) SELECT 60 + id, 'counter ' || id, id FROM person ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE counter.value <> excluded.value;

-- name: conflict__whole_row :execrows
-- expect: scoped
-- args: {"value": "7"}
INSERT INTO counter (id, name, value) VALUES (1, 'counter 1', :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE counter.* IS DISTINCT FROM excluded.* OR counter.* = excluded.*;

-- name: conflict__quoted :execrows
-- expect: scoped
-- args: {}
INSERT INTO "Odd Table" ("Id", "select") VALUES (2, 'new'), (5, 'newer') ON CONFLICT ("Id") DO UPDATE SET "select" = excluded."select", "where" = "Odd Table"."where" + 1;

-- name: update__where :execrows
-- expect: scoped
-- args: {"id": "3"}
UPDATE task SET title = 'Changed' WHERE id = :id OR done;

-- name: update__all :execrows
-- expect: scoped
-- args: {}
UPDATE badge SET label = label || '!';

-- name: update__alias :many
-- expect: scoped
-- args: {}
UPDATE task AS t SET spent = t.spent + 1 WHERE t.place > 5 RETURNING t.id, t.spent;

-- name: update__no_as :execrows
-- expect: scoped
-- args: {}
UPDATE task t SET done = true, spent = DEFAULT WHERE NOT t.done;

-- name: update__from :execrows
-- expect: scoped
-- args: {}
UPDATE task t SET title = p.title || ': ' || t.title FROM project p JOIN person o ON o.id = p.owner WHERE p.id = t.project_id AND o.active;

-- name: update__from_self :execrows
-- expect: scoped
-- args: {}
UPDATE person p SET score = q.n FROM (SELECT assignee, count(*) AS n FROM task GROUP BY assignee) q WHERE q.assignee = p.id;

-- name: update__from_lateral :many
-- expect: scoped
-- args: {}
UPDATE project AS p SET budget = l.s FROM person o, LATERAL (SELECT sum(spent) AS s FROM task t WHERE t.assignee = o.id) l WHERE p.owner = o.id AND l.s IS NOT NULL RETURNING p.id, o.name, p.budget;

-- name: update__multi_assign :execrows
-- expect: scoped
-- args: {}
UPDATE project SET (budget, details) = (SELECT coalesce(sum(spent), 0), jsonb_agg(task.id ORDER BY task.id) FROM task WHERE task.project_id = project.id);

-- name: update__multi_assign_row :execrows
-- expect: scoped
-- args: {"a": "x"}
UPDATE task SET (title, spent) = ROW(:a, spent * 2), done = DEFAULT WHERE id IN (SELECT id FROM badge);

-- name: update__multi_assign_twice :execrows
-- expect: scoped
-- args: {}
UPDATE task SET (title, spent) = (SELECT max(name), max(score) FROM person), (place, done) = (place + 100, (SELECT bool_or(active) FROM person));

-- name: update__scalar_subquery :execrows
-- expect: scoped
-- args: {}
UPDATE person SET score = (SELECT count(*) FROM task WHERE assignee = person.id);

-- name: update__exists :execrows
-- expect: scoped
-- args: {}
UPDATE project SET state = 'done' WHERE NOT EXISTS (SELECT FROM task t WHERE t.project_id = project.id AND NOT t.done);

-- name: update__qualified_target :many
-- expect: scoped
-- args: {}
UPDATE public.badge SET label = 'q' WHERE public.badge.id = 2 RETURNING public.badge.id, badge.label;

-- name: update__only :execrows
-- expect: scoped
-- args: {}
UPDATE ONLY note SET body = 'only';

-- name: update__only_parenthesis :execrows
-- expect: scoped
-- args: {}
UPDATE ONLY (note) AS n SET body = 'only' WHERE n.id > 1;

-- name: update__children :execrows
-- expect: scoped
-- args: {}
UPDATE note * SET body = 'all' WHERE id > 1;

-- name: update__partitioned :execrows
-- expect: scoped
-- args: {}
UPDATE entry SET amount = amount * 2, day = day + 7 WHERE day < '2024-01-05';

-- name: update__root :execrows
-- expect: scoped
-- args: {"title": "New"}
UPDATE studio SET title = :title, seats = (SELECT count(*) FROM person);

-- name: update__quoted :execrows
-- expect: scoped
-- args: {"v": "4"}
UPDATE "Odd Table" AS "O" SET "where" = "O"."where" + 1, "select" = 'where' WHERE "where" < :v;

-- name: update__array_and_field :execrows
-- expect: scoped
-- args: {}
UPDATE person SET skills[2] = 'x', home.city = 'Y' WHERE 'ink' = ANY (skills);

-- name: update__case_where :execrows
-- expect: scoped
-- args: {}
UPDATE task SET title = CASE WHEN done THEN 'where' ELSE 'returning' END WHERE CASE WHEN done THEN spent > 2 ELSE place > 3 END;

-- name: update__with :many
-- expect: scoped
-- args: {}
WITH late AS (SELECT id FROM task WHERE NOT done ORDER BY id LIMIT 2) UPDATE task SET done = true FROM late WHERE late.id = task.id RETURNING task.id;

-- name: update__no_condition_returning :many
-- expect: scoped
-- args: {}
UPDATE badge SET label = 'x' RETURNING id;

-- name: update__from_no_condition :execrows
-- expect: scoped
-- args: {}
UPDATE badge SET label = s.title FROM studio s;

-- name: delete__all :execrows
-- expect: scoped
-- args: {}
DELETE FROM badge;

-- name: delete__where :many
-- expect: scoped
-- args: {"n": "3"}
DELETE FROM task t WHERE t.spent > :n OR t.assignee IS NULL RETURNING t.id, t.title;

-- name: delete__using :execrows
-- expect: scoped
-- args: {}
DELETE FROM task USING project p, person o WHERE p.id = task.project_id AND o.id = p.owner AND o.active;

-- name: delete__using_without_where :execrows
-- expect: scoped
-- args: {}
DELETE FROM badge AS b USING person;

-- name: delete__subquery :execrows
-- expect: scoped
-- args: {}
DELETE FROM task WHERE project_id IN (SELECT id FROM project WHERE state = 'idea');

-- name: delete__cascade :execrows
-- expect: scoped
-- args: {"id": "2"}
DELETE FROM project WHERE id = :id;

-- name: delete__set_null :execrows
-- expect: scoped
-- args: {}
WITH own AS (UPDATE project SET owner = NULL WHERE owner = 5 RETURNING id) DELETE FROM person WHERE id = 5 AND NOT EXISTS (SELECT FROM person q WHERE q.boss = 5);

-- name: delete__inherited :execrows
-- expect: scoped
-- args: {}
DELETE FROM note WHERE id >= 2;

-- name: delete__only :execrows
-- expect: scoped
-- args: {}
DELETE FROM ONLY note;

-- name: delete__with_recursive :execrows
-- expect: scoped
-- args: {}
WITH RECURSIVE t(id) AS (SELECT min(id) FROM badge UNION ALL SELECT b.id FROM badge b JOIN t ON b.id = t.id + 1 WHERE b.id < 4) DELETE FROM badge USING t WHERE badge.id = t.id;

-- name: writing_cte__move :many
-- expect: scoped
-- args: {}
WITH gone AS (DELETE FROM badge WHERE id > 1 RETURNING id, label) INSERT INTO note (id, body) SELECT 100 + id, label FROM gone RETURNING id;

-- name: writing_cte__several :many
-- expect: scoped
-- args: {}
WITH a AS (UPDATE task SET done = true WHERE NOT done RETURNING id), b AS (INSERT INTO note (id, body) SELECT 200 + id, 'done' FROM a RETURNING id),
  c AS (DELETE FROM entry WHERE id < 3 RETURNING amount) SELECT (SELECT count(*) FROM a) AS a, (SELECT count(*) FROM b) AS b, (SELECT sum(amount) FROM c) AS c;

-- name: writing_cte__select_sees_old :many
-- expect: scoped
-- args: {}
WITH a AS (UPDATE badge SET label = 'new' RETURNING id, label) SELECT a.label, badge.label AS old FROM a JOIN badge USING (id);

-- name: writing_cte__upsert :many
-- expect: scoped
-- args: {}
WITH u AS (INSERT INTO counter (id, name, value) VALUES (70, 'counter 1', 5) ON CONFLICT (name) DO UPDATE SET value = 5 RETURNING name) SELECT name, (SELECT sum(value) FROM counter) AS s FROM u;

-- name: writing_cte__shadow :execrows
-- expect: scoped
-- args: {}
WITH person AS (SELECT id FROM person WHERE active) UPDATE task SET title = 'p' FROM person WHERE person.id = task.assignee;

-- name: merge__update :exec
-- expect: scoped
-- args: {}
MERGE INTO task t USING project p ON p.id = t.project_id AND p.state = 'open' WHEN MATCHED THEN UPDATE SET title = p.title, done = true;

-- name: merge__insert :exec
-- expect: scoped
-- args: {}
MERGE INTO note USING (SELECT id, name FROM person) s ON note.id = s.id WHEN NOT MATCHED THEN INSERT (id, body) VALUES (s.id, s.name);

-- name: merge__all_actions :exec
-- expect: scoped
-- args: {"n": "3"}
MERGE INTO counter AS c USING (SELECT 'counter ' || id AS name, id FROM person) AS s ON c.name = s.name
WHEN MATCHED AND s.id = 1 THEN DELETE
WHEN MATCHED AND c.value > :n THEN UPDATE SET value = c.value + s.id
WHEN MATCHED THEN DO NOTHING
WHEN NOT MATCHED AND s.id > 6 THEN DO NOTHING
WHEN NOT MATCHED THEN INSERT (id, name, value) VALUES (s.id, s.name, (SELECT count(*) FROM task));

-- name: merge__case_in_on :exec
-- expect: scoped
-- args: {}
MERGE INTO badge b USING person p ON b.id = CASE WHEN p.active THEN p.id ELSE -1 END WHEN MATCHED THEN UPDATE SET label = CASE WHEN b.id > 1 THEN p.name ELSE 'one' END WHEN NOT MATCHED THEN DO NOTHING;

-- name: merge__or_in_on :exec
-- expect: scoped
-- args: {}
MERGE INTO badge b USING (VALUES (1, 2)) AS v (x, y) ON b.id = v.x OR b.id = v.y WHEN MATCHED THEN DELETE;

-- name: merge__values :exec
-- expect: scoped
-- args: {"id": "2", "label": "M"}
-- args: {"id": "4", "label": "M"}
MERGE INTO badge b USING (VALUES (:id::int, :label::text)) AS s (id, label) ON b.id = s.id
WHEN MATCHED THEN UPDATE SET label = s.label WHEN NOT MATCHED THEN INSERT (id, label) VALUES (s.id, s.label);

-- name: merge__join_source :exec
-- expect: scoped
-- args: {}
MERGE INTO task t USING (person p JOIN project q ON q.owner = p.id) ON t.project_id = q.id AND t.assignee = p.id WHEN MATCHED AND NOT t.done THEN UPDATE SET spent = 0;

-- name: merge__cte :exec
-- expect: scoped
-- args: {}
WITH s AS (SELECT id, title FROM stock.task) MERGE INTO badge USING s ON s.id = badge.id WHEN MATCHED THEN UPDATE SET (label, code) = (s.title, NULL) WHEN NOT MATCHED THEN INSERT (label, id) VALUES (s.title, s.id);

-- name: merge__overriding :exec
-- expect: scoped
-- args: {}
MERGE INTO counter c USING badge b ON c.name = b.label WHEN NOT MATCHED THEN INSERT (id, name) OVERRIDING SYSTEM VALUE VALUES (b.id, b.label);

-- name: merge__only :exec
-- expect: scoped
-- args: {}
MERGE INTO ONLY note AS n USING badge b ON n.id = b.id WHEN MATCHED THEN UPDATE SET body = b.label;

-- name: merge__view_source :exec
-- expect: scoped
-- args: {}
MERGE INTO person p USING person_load l ON p.name = l.person WHEN MATCHED THEN UPDATE SET score = l.hours;

-- name: merge__default_values :exec
-- expect: scoped
-- args: {}
MERGE INTO counter c USING (SELECT 1 AS one FROM badge LIMIT 1) s ON c.name = 'none' WHEN NOT MATCHED THEN INSERT (id, name, value) VALUES (5, 'made', DEFAULT);

-- name: merge__column_called_insert :exec
-- expect: scoped
-- args: {}
MERGE INTO badge b USING (SELECT id, name AS insert, active AS matched FROM person) s ON b.id = s.id AND s.matched
WHEN NOT MATCHED AND s.insert <> 'x' AND s.matched THEN INSERT (id, label) VALUES (s.id, s.insert);
