-- name: child__4 :execrows
-- expect: scoped
-- args: {}
UPDATE base_note SET body = body || '!' WHERE id > 2;

-- name: child__5 :execrows
-- expect: scoped
-- args: {}
DELETE FROM ONLY base_note b USING star_note s WHERE s.id = b.id + 2;

-- name: partition__2 :execrows
-- expect: scoped
-- args: {}
INSERT INTO visit (person, day, n) SELECT id, '2024-05-05', id FROM person ON CONFLICT (person, day) DO UPDATE SET n = visit.n + excluded.n;

-- name: partition__3 :exec
-- expect: scoped
-- args: {}
INSERT INTO visit (day, person) VALUES ('2024-01-02', 1) ON CONFLICT (day, person, library) DO UPDATE SET n = DEFAULT, day = excluded.day + 100;

-- name: partition__4 :execrows
-- expect: scoped
-- args: {}
UPDATE visit SET day = day + 100 WHERE person = 2;

-- name: partition__6 :many
-- expect: scoped
-- args: {}
DELETE FROM visit_rest WHERE n > 5 RETURNING *;

-- name: partition__7 :exec
-- expect: scoped
-- args: {}
MERGE INTO visit v USING person p ON p.id = v.person AND v.day = '2024-01-02' WHEN MATCHED AND v.n > 8 THEN DELETE WHEN MATCHED THEN UPDATE SET n = v.n + 100 WHEN NOT MATCHED THEN INSERT (person, day) VALUES (p.id, '2024-09-09');

-- name: exclusion__2 :exec
-- expect: scoped
-- args: {}
INSERT INTO loan (item, person, during) VALUES (1, 1, '[2024-01-01,2024-02-01)') ON CONFLICT DO NOTHING;

-- name: exclusion__3 :exec
-- expect: scoped
-- args: {}
INSERT INTO loan (item, person, during) SELECT item, person, daterange(lower(during), upper(during) + 1) FROM loan WHERE fee IS NOT NULL ON CONFLICT ON CONSTRAINT loan_library_item_during_excl DO NOTHING;

-- name: exclusion__5 :many
-- expect: scoped
-- args: {}
INSERT INTO loan (item, person, during, fee) SELECT item, person, during, 9 FROM loan ON CONFLICT (item, during) DO UPDATE SET fee = coalesce(loan.fee, 0) + excluded.fee, state = 'lost' WHERE loan.state <> excluded.state RETURNING fee;

-- name: arbiter__1 :exec
-- expect: scoped
-- args: {}
INSERT INTO item (title, isbn) VALUES ('new', NULL), ('newer', '3') ON CONFLICT (isbn) DO UPDATE SET title = excluded.title || item.title, pages = item.pages + excluded.pages;

-- name: arbiter__2 :exec
-- expect: scoped
-- args: {}
INSERT INTO item (title, price) VALUES ('  N2 ', 3) ON CONFLICT (fold(title)) WHERE price IS NOT NULL DO UPDATE SET pages = 1000;

-- name: arbiter__5 :exec
-- expect: scoped
-- args: {}
INSERT INTO item (id, title, isbn) VALUES (1, 'x', '99') ON CONFLICT DO NOTHING;

-- name: arbiter__6 :exec
-- expect: scoped
-- args: {}
INSERT INTO item AS excluded_ (id, title) OVERRIDING SYSTEM VALUE VALUES (2, 'b') ON CONFLICT (id) DO UPDATE SET (title, pages) = (SELECT i.title || '+', excluded_.pages + 1 FROM item i WHERE i.id = 3);

-- name: deferred__2 :execrows
-- expect: scoped
-- args: {}
UPDATE person a SET mail = b.mail FROM person b WHERE a.id + b.id = 5;

-- name: deferred__3 :exec
-- expect: scoped
-- args: {}
INSERT INTO person (id, name, mail) VALUES (90, 'x', 'm1');

-- name: generated__1 :exec
-- expect: scoped
-- args: {}
INSERT INTO item (title, folded) VALUES ('ABC', DEFAULT);

-- name: composite__1 :execrows
-- expect: scoped
-- args: {}
UPDATE item SET at.room = 'z' || (SELECT count(*) FROM loan), at.no = (at).no + 1 WHERE (at).room = 'r1';

-- name: composite__2 :exec
-- expect: scoped
-- args: {}
INSERT INTO item (title, at.room, at.no, tags[1], tags[2]) VALUES ('a', 'r', 3, 'x', (SELECT min(name) FROM person));

-- name: composite__5 :execrows
-- expect: scoped
-- args: {}
UPDATE item SET data['k'] = '5', data['z']['y'] = to_jsonb((SELECT count(*) FROM person)) WHERE data['a'][0] = '2';

-- name: same_name__3 :exec
-- expect: scoped
-- args: {}
INSERT INTO arch.item (id, title) SELECT id + 100, title FROM item RETURNING_ WHERE id < 3;

-- name: same_name__4 :execrows
-- expect: scoped
-- args: {}
UPDATE arch.item SET title = item.title || p.title FROM public.item p WHERE p.id = item.id;

-- name: same_name__5 :execrows
-- expect: scoped
-- args: {}
DELETE FROM arch.item USING person WHERE arch.item.id = person.id AND item.era IS NOT NULL;

-- name: scope_column__5 :exec
-- expect: scoped
-- args: {}
UPDATE library SET title = l.title || i.title FROM item i, library l WHERE l.slug = i.library AND i.id = 2;

-- name: chain__1 :many
-- expect: scoped
-- args: {}
WITH a AS (INSERT INTO arch.item (id, title) SELECT id + 50, title FROM item WHERE id < 3 RETURNING *), b AS (INSERT INTO log (id, body) SELECT a.id, a.title FROM a RETURNING id, body), c AS (DELETE FROM loan l USING item i WHERE l.item = i.id AND i.title IN (SELECT body FROM b) RETURNING l.*) SELECT (SELECT count(*) FROM a) AS a, (SELECT count(*) FROM b) AS b, (SELECT count(*) FROM c) AS c, (SELECT count(*) FROM log) AS before;

-- name: chain__2 :exec
-- expect: scoped
-- args: {}
WITH person AS (SELECT max(id) + 1 AS id FROM person) INSERT INTO log (id, body) SELECT id + 10, 'x' FROM person;

-- name: chain__3 :execrows
-- expect: scoped
-- args: {}
WITH RECURSIVE t(id) AS (SELECT id FROM person WHERE parent IS NULL UNION SELECT p.id FROM person p JOIN t ON p.parent = t.id), u AS (UPDATE person SET name = name || '*' WHERE id IN (TABLE t) RETURNING id) DELETE FROM loan WHERE person IN (SELECT id FROM u WHERE id > 2);

-- name: chain__4 :many
-- expect: scoped
-- args: {}
WITH d AS MATERIALIZED (DELETE FROM log RETURNING library, id, body) SELECT d.id, d.body, l.body AS still FROM d LEFT JOIN log l USING (library, id);

-- name: inserted__2 :execrows
-- expect: scoped
-- args: {}
INSERT INTO log (body, id) (VALUES ('a', 77), ((SELECT title FROM item WHERE id = 2), 78) EXCEPT ALL VALUES ('a', 77));

-- name: inserted__3 :execrows
-- expect: scoped
-- args: {}
INSERT INTO log (body, id) ((SELECT title, id + 30 FROM item ORDER BY id DESC LIMIT 2) UNION (SELECT name, id + 60 FROM person) ORDER BY 2 LIMIT 5);

-- name: inserted__4 :execrows
-- expect: scoped
-- args: {}
INSERT INTO log (body, id) SELECT title, unnest(ARRAY[100, 200]) + id FROM item GROUP BY title, id HAVING count(*) > 0;

-- name: partition_index__2 :exec
-- expect: scoped
-- args: {}
INSERT INTO slot (no, day) VALUES (1, '2023-02-02') ON CONFLICT (day, no) DO NOTHING;

-- name: arbiter__named_twice :execrows
-- expect: scoped
-- args: {}
INSERT INTO item (id, title) VALUES (1, 'one'), (30, 'thirty') ON CONFLICT (id, id) DO UPDATE SET title = item.title || excluded.title;
