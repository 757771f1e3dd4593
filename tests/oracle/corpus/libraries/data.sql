INSERT INTO library VALUES ('north', 'North', '2020-01-01'), ('south', 'South', 'infinity');
INSERT INTO language VALUES ('en', 'English'), ('de', 'German');
INSERT INTO arch.era VALUES (1, 'old', '[1,100)'), (2, 'new', '[100,)'), (3, 'none', 'empty');
INSERT INTO census VALUES (2020, 5);
INSERT INTO item (library, id, title, isbn, at, lang, pages, price, data, tags) SELECT l, n, CASE l WHEN 'north' THEN 'N' ELSE 'Title ' END || n, CASE WHEN n > 1 THEN n::text END, ROW('r' || n % 2, n)::shelf, CASE WHEN n % 3 = 0 THEN 'de' ELSE 'en' END,
  n * CASE l WHEN 'north' THEN 3 ELSE 5 END, CASE WHEN n % 2 = 0 THEN n * 1.5 END, jsonb_build_object('k', n, 'l', l, 'a', jsonb_build_array(n, n + 1)), ARRAY['t' || n, l] FROM unnest(ARRAY['north', 'south']) l, generate_series(1, CASE l WHEN 'north' THEN 5 ELSE 8 END) n;
INSERT INTO person SELECT n, l || ' ' || n, CASE WHEN n > 2 THEN n - 2 END, l, CASE WHEN n <> 3 THEN date '1980-01-01' + n * 400 END, 'm' || n FROM unnest(ARRAY['north', 'south']) l, generate_series(1, CASE l WHEN 'north' THEN 4 ELSE 6 END) n;
INSERT INTO loan SELECT i.id, 1 + (i.id + k) % 4, daterange(date '2024-01-01' + i.id + 20 * k, date '2024-01-05' + i.id + 20 * k), (enum_range(NULL::loan_state))[1 + (i.id + k + length(library)) % 3], CASE WHEN k = 1 THEN i.pages END, library FROM item i, generate_series(1, 3) k WHERE k <= 1 + i.pages % 3;
INSERT INTO visit SELECT date '2024-01-01' + n, library, id, n + length(name) FROM person, generate_series(1, 3) n;
INSERT INTO arch.item SELECT n, 'Arch ' || l || n, n % 3, l FROM unnest(ARRAY['north', 'south']) l, generate_series(1, CASE l WHEN 'north' THEN 3 ELSE 4 END) n;
INSERT INTO base_note SELECT l, n, l || n FROM unnest(ARRAY['north', 'south']) l, generate_series(1, 3) n;
INSERT INTO star_note SELECT l, n, l || n, n FROM unnest(ARRAY['north', 'south']) l, generate_series(4, 5) n;
INSERT INTO log SELECT l, n, l || n FROM unnest(ARRAY['north', 'south']) l, generate_series(1, 2) n;
