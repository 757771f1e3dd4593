-- name: plain :many
SELECT id AS sure_id, name AS sure_name, nick AS null_nick, state AS sure_state, shout AS null_shout,
    loud AS sure_loud FROM person;

-- name: left_join :many
SELECT p.name AS sure_name, t.name AS null_pet, t.id AS null_pet_id FROM person p LEFT JOIN pet t ON t.owner = p.id;

-- name: right_join :many
SELECT p.name AS null_name, t.name AS sure_pet FROM person p RIGHT JOIN pet t ON t.owner = p.id;

-- name: full_join :many
SELECT p.name AS null_name, t.name AS null_pet FROM person p FULL JOIN pet t ON t.owner = p.id;

-- name: join_using :many
SELECT id, n.name AS null_name FROM person p LEFT JOIN pet n USING (organization_id, id);

-- name: full_using :many
SELECT id, p.loud AS null_or_not, t.name AS null_pet FROM pet t FULL JOIN person p USING (id);

-- name: natural_left :many
SELECT k.label AS null_label, p.name AS sure_name FROM person p LEFT JOIN (SELECT code AS kind, label FROM kind) k USING (kind);

-- name: left_of_inner :many
SELECT p.name AS sure_name, t.name AS null_pet, k.label AS null_label
FROM person p LEFT JOIN (pet t JOIN kind k ON k.code = 'a') ON t.owner = p.id;

-- name: left_lateral :many
SELECT p.name AS sure_name, x.name AS null_pet FROM person p LEFT JOIN LATERAL (SELECT name FROM pet WHERE owner = p.id) x ON true;

-- name: left_of_with :many
WITH w AS (SELECT id, owner, name FROM pet) SELECT p.name, w.name AS null_pet FROM person p LEFT JOIN w ON w.owner = p.id;

-- name: left_inside_with :many
WITH w AS (SELECT p.id, t.name AS pet FROM person p LEFT JOIN pet t ON t.owner = p.id) SELECT pet AS null_pet FROM w;

-- name: left_inside_from :many
SELECT s.pet AS null_pet FROM (SELECT t.name AS pet FROM person p LEFT JOIN pet t ON t.owner = p.id) s;

-- name: left_view :many
SELECT p.name, n.name AS null_other FROM person p LEFT JOIN named n ON n.id = p.id + 1;

-- name: view_with_left :many
SELECT name, pet AS null_pet, pet_id AS null_pet_id FROM person_pet;

-- name: same_table_twice :many
SELECT a.name, b.name AS null_next FROM person a LEFT JOIN person b ON b.id = a.id + 1;

-- name: scalar_subquery :many
SELECT (SELECT name FROM pet WHERE owner = p.id) AS null_pet, EXISTS (SELECT FROM pet WHERE owner = p.id) AS sure_has,
    ARRAY(SELECT name FROM pet WHERE owner = p.id) AS sure_pets FROM person p;

-- name: aggregates_of_nothing :many
SELECT count(*) AS sure_n, count(nick) AS sure_nicks, max(id) AS null_max, min(name) AS null_min, sum(id) AS null_sum,
    bool_and(true) AS null_all, array_agg(name) AS null_list, string_agg(name, ',') AS null_text
FROM person WHERE false;

-- name: aggregate_filter :many
SELECT count(*) FILTER (WHERE false) AS sure_n, max(id) FILTER (WHERE false) AS null_max FROM person;

-- name: grouping_sets :many
SELECT name AS null_name, kind AS null_kind, count(*) AS sure_n FROM person GROUP BY GROUPING SETS ((name), (kind), ());

-- name: rollup_constant :many
SELECT 'a'::text AS null_constant, coalesce(name, 'x') AS null_coalesce, count(*) AS sure_n
FROM person GROUP BY ROLLUP (1, 2);

-- name: rollup_inside :many
SELECT s.name AS null_name FROM (SELECT name FROM person GROUP BY ROLLUP (name)) s;

-- name: cube_exists :many
SELECT EXISTS (SELECT FROM pet) AS null_there, count(*) AS sure_n FROM person GROUP BY CUBE (1);

-- name: cases :many
SELECT CASE WHEN id = 1 THEN name END AS null_case, CASE WHEN id = 1 THEN name ELSE 'x' END AS either,
    nullif(name, 'Ann') AS null_nullif, coalesce(nick, 'none') AS sure_nick, coalesce(nick, shout) AS null_coalesce,
    greatest(nick, NULL) AS null_greatest FROM person;

-- name: constants :many
SELECT 1 AS sure_one, 'x' AS sure_x, 'x'::text AS sure_text, NULL AS null_null, NULL::text AS null_text,
    nick IS NULL AS sure_test, (nick = 'bob') AS null_equal, true AS sure_true FROM person;

-- name: constant_of_domain :many
SELECT 'good'::mood AS of_type, '{}'::int[] AS sure_array, '{"a": null}'::jsonb -> 'b' AS null_json;

-- name: unions :many
SELECT name AS null_name FROM person UNION ALL SELECT nick FROM person;

-- name: union_inside :many
SELECT s.name AS null_name FROM (SELECT name FROM person UNION ALL SELECT NULL) s;

-- name: except_inside :many
SELECT nick AS null_nick FROM person EXCEPT SELECT name FROM person;

-- name: values_list :many
SELECT v.x AS null_x FROM (VALUES (1), (NULL)) v (x);

-- name: recursion :many
WITH RECURSIVE r AS (SELECT id, name FROM person WHERE id = 1 UNION ALL SELECT r.id + 1, NULL FROM r WHERE r.id < 3)
SELECT r.name AS null_name FROM r;

-- name: windows :many
SELECT row_number() OVER (ORDER BY id) AS sure_row, rank() OVER (ORDER BY id) AS sure_rank,
    lag(id) OVER (ORDER BY id) AS null_lag, first_value(nick) OVER (ORDER BY id) AS null_first,
    sum(id) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING) AS null_sum,
    count(*) OVER () AS sure_n FROM person;

-- name: function_result :many
SELECT pick(name) AS null_picked, pick('x') AS null_again FROM person;

-- name: function_in_from :many
SELECT g.n AS sure_or_not, j.id AS null_id FROM generate_series(1, 2) AS g (n), jsonb_to_record('{}') AS j (id int);

-- name: child_breaks_promise :many
SELECT id, word AS null_word FROM base;

-- name: star_shifts_names :many
SELECT x.*, 1 AS one, e.* FROM (SELECT nick AS null_first, shout AS null_second FROM person) x, (SELECT FROM empty_row) e;

-- name: star_of_nothing :many
SELECT x.*, e.*, 'a'::text AS last FROM (SELECT nick AS null_first, shout AS null_second FROM person) x, (SELECT FROM empty_row) e;

-- name: star :many
SELECT * FROM (SELECT name AS sure_name, nick AS null_nick FROM person) p;

-- name: whole_row_field :many
SELECT (t).name AS null_name FROM (SELECT t FROM person p LEFT JOIN pet t ON t.owner = p.id) s;

-- name: inserted :many
INSERT INTO person (id, name) VALUES (9, 'New') RETURNING id AS sure_id, nick AS null_nick, loud AS sure_loud;

-- name: updated_from_left :many
UPDATE person SET nick = nick FROM kind k LEFT JOIN pet t ON t.owner = 1 AND k.code = 'a'
WHERE k.label IS NOT NULL AND person.id = 1 RETURNING person.name AS sure_name, t.name AS null_or_not;

-- name: deleted_through_with :many
WITH gone AS (DELETE FROM pet RETURNING owner, name) SELECT p.name, g.name AS null_gone FROM person p LEFT JOIN gone g ON g.owner = p.id;

-- name: promised :many
SELECT nick AS "nick?", name AS "name?" FROM person;
