-- name: lateral__limit :many
-- expect: scoped
-- args: {}
SELECT p.name, l.title FROM person p, LATERAL (SELECT t.title FROM task t WHERE t.assignee = p.id ORDER BY t.spent DESC, t.id LIMIT 2) l;

-- name: lateral__left :many
-- expect: scoped
-- args: {}
SELECT p.title, l.n FROM project p LEFT JOIN LATERAL (SELECT count(*) AS n, max(t.spent) AS m FROM task t WHERE t.project_id = p.id) l ON l.m > 5;

-- name: lateral__function :many
-- expect: scoped
-- args: {}
SELECT p.name, s FROM person p, unnest(p.skills) AS s;

-- name: lateral__values :many
-- expect: scoped
-- args: {}
SELECT p.name, v.k FROM person p CROSS JOIN LATERAL (VALUES (p.id, 1), (p.id * 2, 2)) AS v (n, k) WHERE v.n > 4;

-- name: exists__correlated :many
-- expect: scoped
-- args: {}
SELECT name FROM person p WHERE EXISTS (SELECT FROM task t WHERE t.assignee = p.id AND t.done);

-- name: exists__not :many
-- expect: scoped
-- args: {}
SELECT title FROM project p WHERE NOT EXISTS (SELECT 1 FROM task t WHERE t.project_id = p.id);

-- name: in_subquery__plain :many
-- expect: scoped
-- args: {}
SELECT title FROM task WHERE assignee IN (SELECT id FROM person WHERE active);

-- name: in_subquery__not :many
-- expect: scoped
-- args: {}
SELECT title FROM project WHERE owner NOT IN (SELECT id FROM person WHERE skills = '{}');

-- name: in_subquery__row :many
-- expect: scoped
-- args: {}
SELECT title FROM task WHERE (project_id, assignee) IN (SELECT id, owner FROM project);

-- name: in_subquery__any :many
-- expect: scoped
-- args: {}
SELECT title FROM project WHERE budget >= ALL (SELECT budget FROM project) OR id = ANY (SELECT place FROM task WHERE done);

-- name: scalar__select_list :many
-- expect: scoped
-- args: {}
SELECT p.name, (SELECT count(*) FROM task t WHERE t.assignee = p.id) AS tasks, (SELECT max(spent) FROM task) AS longest FROM person p;

-- name: scalar__where :many
-- expect: scoped
-- args: {}
SELECT title FROM task WHERE spent > (SELECT avg(spent) FROM task);

-- name: scalar__order_limit :many
-- expect: scoped
-- args: {}
SELECT title FROM project ORDER BY (SELECT count(*) FROM task t WHERE t.project_id = project.id) DESC, id LIMIT (SELECT count(*) / 2 FROM person) OFFSET (SELECT min(id) FROM badge);

-- name: scalar__array :many
-- expect: scoped
-- args: {}
SELECT p.title, ARRAY(SELECT t.id FROM task t WHERE t.project_id = p.id ORDER BY t.id) AS ids FROM project p;

-- name: scalar__row :many
-- expect: scoped
-- args: {}
SELECT name FROM person WHERE (boss, active) = (SELECT id, active FROM person WHERE id = 2);

-- name: scalar__in_case :many
-- expect: scoped
-- args: {}
SELECT CASE WHEN id > (SELECT avg(id) FROM person) THEN 'late' ELSE (SELECT min(name) FROM person) END AS k FROM person;

-- name: scalar__in_function :many
-- expect: scoped
-- args: {}
SELECT coalesce((SELECT title FROM project WHERE budget > 500 ORDER BY id LIMIT 1), 'none') AS t, greatest((SELECT max(id) FROM task), 3) AS g;

-- name: subquery_from__nested :many
-- expect: scoped
-- args: {}
SELECT a.n FROM (SELECT count(*) AS n FROM (SELECT DISTINCT title FROM task) b) a;

-- name: subquery_from__alias_columns :many
-- expect: scoped
-- args: {}
SELECT z.x FROM (SELECT id, title FROM project) AS z (w, x);

-- name: group__having :many
-- expect: scoped
-- args: {"n": "2"}
SELECT assignee, count(*) AS n, sum(spent) AS total FROM task GROUP BY assignee HAVING count(*) > :n;

-- name: group__filter :many
-- expect: scoped
-- args: {}
SELECT count(*) FILTER (WHERE done) AS done, count(DISTINCT assignee) AS people, string_agg(title, ',' ORDER BY title) AS all_titles FROM task;

-- name: group__rollup :many
-- expect: scoped
-- args: {}
SELECT state, currency, count(*) AS n, grouping(state, currency) AS g FROM project GROUP BY ROLLUP (state, currency);

-- name: group__cube :many
-- expect: scoped
-- args: {}
SELECT state, owner, sum(budget) AS b FROM project GROUP BY CUBE (state, owner);

-- name: group__sets :many
-- expect: scoped
-- args: {}
SELECT state, currency, sum(budget) AS b FROM project GROUP BY GROUPING SETS ((state), (currency), ());

-- name: group__distinct_sets :many
-- expect: scoped
-- args: {}
SELECT state, count(*) FROM project GROUP BY DISTINCT ROLLUP (state), ROLLUP (state);

-- name: group__ordered_set :many
-- expect: scoped
-- args: {}
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY budget) AS median, mode() WITHIN GROUP (ORDER BY state) AS common FROM project;

-- name: group__primary_key :many
-- expect: scoped
-- args: {}
SELECT p.name, p.email, count(t.id) AS n FROM person p LEFT JOIN task t ON t.assignee = p.id GROUP BY p.studio_id, p.id;

-- name: group__primary_key_star :many
-- expect: scoped
-- args: {}
SELECT b.*, count(*) AS n FROM badge b JOIN task t ON t.project_id = b.id GROUP BY b.id, b.studio_id HAVING max(b.label) > '' ORDER BY b.label;

-- name: group__primary_key_alone :many
-- expect: scoped
-- args: {}
SELECT title, upper(slug) AS s, count(*) AS n FROM project GROUP BY studio_id, id;

-- name: group__primary_key_outer :many
-- expect: scoped
-- args: {}
SELECT p.name, b.label, count(*) AS n FROM person p LEFT JOIN badge b ON b.id = p.id + 2 AND b.studio_id = p.studio_id GROUP BY p.studio_id, p.id, b.studio_id, b.id;

-- name: group__primary_key_view :many
-- expect: scoped
-- args: {}
SELECT title, spent FROM project_spent;

-- name: distinct__plain :many
-- expect: scoped
-- args: {}
SELECT DISTINCT currency, state FROM project;

-- name: distinct__on :many
-- expect: scoped
-- args: {}
SELECT DISTINCT ON (project_id) project_id, title FROM task ORDER BY project_id, spent DESC, id;

-- name: window__rank :many
-- expect: scoped
-- args: {}
SELECT title, rank() OVER (PARTITION BY project_id ORDER BY spent DESC) AS r, sum(spent) OVER w AS s, lag(title) OVER w AS before FROM task WINDOW w AS (ORDER BY id);

-- name: window__frame :many
-- expect: scoped
-- args: {}
SELECT id, avg(amount) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW) AS a FROM entry;

-- name: window__subquery :many
-- expect: scoped
-- args: {}
SELECT id FROM (SELECT id, row_number() OVER (ORDER BY spent DESC) AS n FROM task) t WHERE n <= 3;

-- name: set__union :many
-- expect: scoped
-- args: {}
SELECT name FROM person UNION SELECT title FROM project ORDER BY 1 LIMIT 7;

-- name: set__union_all_parenthesis :many
-- expect: scoped
-- args: {}
(SELECT id FROM task ORDER BY id DESC LIMIT 2) UNION ALL (SELECT id FROM person ORDER BY id LIMIT 1);

-- name: set__except :many
-- expect: scoped
-- args: {}
SELECT id FROM task EXCEPT ALL SELECT id FROM project;

-- name: set__intersect_nested :many
-- expect: scoped
-- args: {}
SELECT id FROM task INTERSECT (SELECT id FROM person UNION SELECT id + 8 FROM badge);

-- name: set__values :many
-- expect: scoped
-- args: {}
SELECT id FROM project UNION VALUES (1), ((SELECT max(id) FROM task)), (99);

-- name: values__plain :many
-- expect: scoped
-- args: {}
VALUES (1, (SELECT count(*) FROM task)), (2, (SELECT count(*) FROM person));

-- name: values__from :many
-- expect: scoped
-- args: {}
SELECT v.k, p.name FROM (VALUES (1, 'a'), (2, 'b')) AS v (id, k) JOIN person p USING (id) WHERE p.score > 11;

