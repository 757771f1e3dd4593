-- name: view__late :many
-- expect: scoped
-- args: {}
SELECT * FROM late;

-- name: view__late2 :many
-- expect: scoped
-- args: {}
SELECT l.name, i.title FROM late l JOIN item i ON i.id = l.item WHERE l.library = i.library;

-- name: view__item :many
-- expect: scoped
-- args: {}
SELECT t, s FROM item_v WHERE n IN (SELECT n FROM item_v ORDER BY t DESC LIMIT 2);

-- name: view__both :many
-- expect: scoped
-- args: {}
SELECT * FROM arch.both_items WHERE place <> 'x';

-- name: view__desc :many
-- expect: scoped
-- args: {}
SELECT * FROM descent ORDER BY depth, id;

-- name: view__desc2 :many
-- expect: scoped
-- args: {}
WITH RECURSIVE descent AS (SELECT id FROM public.descent WHERE depth = 0 UNION SELECT p.id FROM person p, descent d WHERE p.parent = d.id) SELECT * FROM descent;

-- name: view__shadow :many
-- expect: scoped
-- args: {}
SELECT * FROM shadow;

-- name: view__shadow2 :many
-- expect: scoped
-- args: {}
WITH item AS (SELECT 1 AS id) SELECT s.*, item.id AS one FROM shadow s JOIN item ON true;

-- name: view__nested :many
-- expect: scoped
-- args: {}
SELECT nested.*, nested.rank IS NULL AS b FROM nested;

-- name: view__mixed :many
-- expect: scoped
-- args: {}
SELECT * FROM mixed ORDER BY name;

-- name: view__per :many
-- expect: scoped
-- args: {}
SELECT * FROM per_library;

-- name: view__per2 :many
-- expect: scoped
-- args: {}
SELECT p.place, (SELECT count(*) FROM per_library) AS c FROM per_library AS p (lib, n, place) WHERE lib IS NOT NULL;

-- name: view__first :many
-- expect: scoped
-- args: {}
SELECT * FROM first_item;

-- name: view__whole :many
-- expect: scoped
-- args: {}
SELECT j ->> 'name' AS name, (row_ IS NULL) AS b FROM whole;

-- name: view__only :many
-- expect: scoped
-- args: {}
SELECT n FROM ONLY item_v;

-- name: view__lock :many
-- expect: scoped
-- args: {}
SELECT t FROM item_v FOR UPDATE;

-- name: child__1 :many
-- expect: scoped
-- args: {}
SELECT id, body FROM base_note;

-- name: child__2 :many
-- expect: scoped
-- args: {}
SELECT id, body FROM ONLY base_note;

-- name: child__3 :many
-- expect: scoped
-- args: {}
SELECT b.id, s.stars FROM base_note * b LEFT JOIN star_note AS s ON s.id = b.id;

-- name: partition__1 :many
-- expect: scoped
-- args: {}
SELECT v.day, v.n, p.name FROM visit v JOIN person p ON p.id = v.person ORDER BY 1, 3;

-- name: partition__5 :many
-- expect: scoped
-- args: {}
SELECT n FROM visit_n;

-- name: composite__3 :many
-- expect: scoped
-- args: {}
SELECT (at).*, at = ROW('r1', 1)::shelf AS eq FROM item;

-- name: composite__4 :many
-- expect: scoped
-- args: {}
SELECT DISTINCT ON (at) at::text AS a, title FROM item ORDER BY at, title;

-- name: composite__6 :many
-- expect: scoped
-- args: {}
SELECT title, data['a'][1] AS x, tags[array_lower(tags, 1) : (SELECT count(*) FROM library)] AS s FROM item;

-- name: domain__1 :many
-- expect: scoped
-- args: {"i":"3"}
SELECT title FROM item WHERE isbn = :i::isbn;

-- name: domain__2 :many
-- expect: scoped
-- args: {"l":"{2,3}"}
SELECT title FROM item WHERE isbn = ANY (:l::isbns);

-- name: operator__3 :many
-- expect: scoped
-- args: {}
SELECT id OPERATOR(pg_catalog.+) 3 AS x FROM item ORDER BY title USING OPERATOR(pg_catalog.>);

-- name: function__2 :many
-- expect: scoped
-- args: {}
SELECT fold(title) AS f, arch.label(title) AS l, arch.label(t => title, n => 1) AS m, arch.label(n => 2, t => title) AS o FROM item;

-- name: function__27 :many
-- expect: scoped
-- args: {}
SELECT random() >= 0 AS b, gen_random_uuid() IS NOT NULL AS c, now() <= clock_timestamp() AS d, statement_timestamp() >= transaction_timestamp() AS e FROM item;

-- name: row__cast :many
-- expect: scoped
-- args: {}
SELECT (jsonb_populate_record(NULL::person, to_jsonb(p))).name AS n FROM person p;

-- name: row__cmp :many
-- expect: scoped
-- args: {}
SELECT a.id FROM person a JOIN person b ON a.* IS DISTINCT FROM b.* AND (a.born, a.id) >= (b.born, b.id);

-- name: natural :many
-- expect: scoped
-- args: {}
SELECT * FROM arch.item NATURAL JOIN (SELECT id, pages FROM item) i;

-- name: natural__3 :many
-- expect: scoped
-- args: {}
SELECT library, count(*) AS n FROM library l(library) NATURAL JOIN person GROUP BY library;

-- name: natural__4 :many
-- expect: scoped
-- args: {}
SELECT library.title, library.slug, item.library FROM library JOIN item ON item.library = library.slug;

-- name: same_name__1 :many
-- expect: scoped
-- args: {}
SELECT public.item.title AS a, ai.title AS b FROM public.item, arch.item ai WHERE ai.id = public.item.id;

-- name: same_name__2 :many
-- expect: scoped
-- args: {}
SELECT item.title FROM arch.item;

-- name: column_as_table :many
-- expect: scoped
-- args: {}
SELECT "library" AS lib, "library"."title" FROM "library", item AS "x";

-- name: column_as_table__2 :many
-- expect: scoped
-- args: {}
SELECT library, x.library IS NULL AS b FROM person x ORDER BY library, x.id;

-- name: everybodys__5 :many
-- expect: scoped
-- args: {}
SELECT l.name FROM item i JOIN language l ON l.code = i.lang FOR UPDATE OF i;

-- name: subquery__1 :many
-- expect: scoped
-- args: {}
SELECT title, (SELECT p.name FROM person p WHERE p.id = (SELECT l.person FROM loan l WHERE l.item = i.id AND l.library = p.library ORDER BY l.during LIMIT 1)) AS who FROM item i;

-- name: subquery__2 :many
-- expect: scoped
-- args: {}
SELECT title FROM item i WHERE pages > ALL (SELECT pages FROM item j WHERE j.lang = i.lang AND j.id <> i.id) OR NOT (id = SOME (SELECT item FROM loan));

-- name: lateral :many
-- expect: scoped
-- args: {}
SELECT p.name, t.* FROM person p LEFT JOIN LATERAL (SELECT i.title, l.fee FROM loan l, item i WHERE i.id = l.item AND l.person = p.id UNION ALL SELECT p.name, (SELECT max(fee) FROM loan WHERE person < p.id)) t ON t.fee IS NOT NULL;

-- name: lateral__2 :many
-- expect: scoped
-- args: {}
SELECT i.title, e.k, a FROM item i, jsonb_each(i.data) e(k, v), LATERAL jsonb_array_elements(CASE jsonb_typeof(v) WHEN 'array' THEN v ELSE '[]' END) WITH ORDINALITY x(a, o);

-- name: full_join :many
-- expect: scoped
-- args: {}
SELECT coalesce(a.title, b.title) AS t, library, a.id, b.id AS bid FROM item a FULL JOIN arch.item b USING (library, id) FULL JOIN log c USING (library) ORDER BY 1, 3, 4;

-- name: window :many
-- expect: scoped
-- args: {}
SELECT name, born - lag(born) OVER w AS d, count(*) FILTER (WHERE parent IS NULL) OVER (w RANGE '1000 days' PRECEDING) AS c, nth_value(name, 2) OVER (ORDER BY id GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE GROUP) AS nv FROM person WINDOW w AS (ORDER BY born);

-- name: set_operations :many
-- expect: scoped
-- args: {}
SELECT id FROM (SELECT id FROM item UNION (SELECT id FROM person INTERSECT SELECT item FROM loan) EXCEPT SELECT id FROM log) x(id) WHERE id IN (VALUES (1), ((SELECT max(id) FROM item)));

-- name: set_ordered :many
-- expect: scoped
-- args: {}
(TABLE log) UNION ALL (SELECT * FROM log ORDER BY id LIMIT 1) ORDER BY 2, 3;

-- name: inserted__5 :execrows
-- expect: scoped
-- args: {}
INSERT INTO log (body, id) WITH q AS (SELECT title, id FROM item) SELECT title, id + 20 FROM q WINDOW w AS () ORDER BY id FETCH FIRST 3 ROWS ONLY FOR UPDATE;
