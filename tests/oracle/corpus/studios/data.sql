INSERT INTO studio SELECT s, 'Studio ' || s, CASE WHEN s = 2 THEN 'paid' ELSE 'free' END, 3 + s FROM generate_series(1, 3) s;
INSERT INTO currency VALUES ('EUR', 1), ('USD', 1.1), ('GBP', 0.85);
INSERT INTO holiday VALUES ('2024-01-01', 'New Year'), ('2024-05-01', 'May Day');
INSERT INTO usage_total VALUES ('2024-01-01', 10), ('2024-01-02', 20);
INSERT INTO forgotten VALUES (1, 'a'), (2, 'b');
-- Studios 1, 2, 3 have 6, 8, 5 people.
INSERT INTO person (studio_id, id, name, email, boss, skills, born, score, active, home)
  SELECT s, i, 'Person ' || i, CASE WHEN i <> 4 THEN 'p' || i || '@example.org' END, CASE WHEN i > 1 THEN (i + s) % 3 + 1 END,
    CASE i % 3 WHEN 0 THEN '{ink,oil}'::text[] WHEN 1 THEN ARRAY['ink', 's' || s] ELSE '{}' END,
    CASE WHEN i % 4 <> 3 THEN date '1980-01-01' + 100 * i + s END, CASE WHEN i <> 5 THEN 10 * i + s END, i % 4 <> 0,
    CASE WHEN i < 4 THEN ROW('Street ' || i, 'City ' || s)::address END
  FROM generate_series(1, 3) s, generate_series(1, CASE s WHEN 1 THEN 6 WHEN 2 THEN 8 ELSE 5 END) i;
UPDATE person SET boss = NULL WHERE boss = id;
INSERT INTO project (studio_id, id, title, state, budget, currency, owner, details, started)
  SELECT s, i, 'Project ' || i, (ARRAY['idea', 'open', 'done'])[(i + s) % 3 + 1]::project_state, 100 * i + s,
    (ARRAY['EUR', 'USD', 'GBP'])[i % 3 + 1], CASE WHEN i <> 3 THEN (i + s) % 5 + 1 END,
    jsonb_build_object('rank', i, 'studio', s, 'tags', jsonb_build_array('t' || i)), date '2024-01-01' + 10 * i + s
  FROM generate_series(1, 3) s, generate_series(1, 3 + s) i;
INSERT INTO task (studio_id, id, project_id, assignee, title, spent, done, place)
  SELECT s, i, (i + s) % 4 + 1, CASE WHEN i % 5 <> 0 THEN i % 5 + 1 END, 'Task ' || i, i + s * 0.25, (i + s) % 3 = 0, i
  FROM generate_series(1, 3) s, generate_series(1, 10 + s * 2) i;
INSERT INTO badge SELECT s, i, 'C' || s || i, 'Badge ' || i FROM generate_series(1, 3) s, generate_series(1, 2 + s) i;
INSERT INTO booking SELECT s, i, int4range(i * 10 + s, i * 10 + s + 5) FROM generate_series(1, 3) s, generate_series(1, 2 + s) i;
INSERT INTO counter (studio_id, id, name, value) SELECT s, i, 'counter ' || i, 10 * i + s FROM generate_series(1, 3) s, generate_series(1, 1 + s) i;
INSERT INTO entry SELECT s, i, date '2023-12-20' + 3 * i + s, 7 * i + s FROM generate_series(1, 3) s, generate_series(1, 6 + s) i;
INSERT INTO note SELECT s, i, 'Note ' || i || ' of ' || s FROM generate_series(1, 3) s, generate_series(1, 2 + s) i;
INSERT INTO pinned_note SELECT s, 10 + i, 'Pinned ' || i || ' of ' || s, date '2024-02-01' + i FROM generate_series(1, 3) s, generate_series(1, s) i;
INSERT INTO "Odd Table" SELECT s, i, 'sel' || i, 'ü' || s, i * s, i FROM generate_series(1, 3) s, generate_series(1, 2 + s) i;
INSERT INTO stock.task SELECT s, i, 'Stock ' || i, (ARRAY['raw', 'fine'])[i % 2 + 1]::stock.grade FROM generate_series(1, 3) s, generate_series(1, 3 + s) i;
INSERT INTO stock.material VALUES ('ink', 3), ('oil', 5);
