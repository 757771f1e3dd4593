-- name: sample_put :exec
INSERT INTO sample (id, truth, small, whole, big, single, twice, words, raw_bytes, document, identifier, exact, amount,
    at_time, at_local, on_day, feeling, truths, smalls, wholes, bigs, singles, twices, texts, blobs, documents,
    identifiers, exacts, amounts, times, locals, days, feelings)
VALUES (:id, :truth?, :small?, :whole?, :big?, :single?, :twice?, :words?, :raw_bytes?, :document?, :identifier?,
    :exact?, :amount?::price, :at_time?, :at_local?, :on_day?, :feeling?, :truths?, :smalls?, :wholes?, :bigs?,
    :singles?, :twices?, :texts?, :blobs?, :documents?, :identifiers?, :exacts?, :amounts?::price[], :times?,
    :locals?, :days?, :feelings?);

-- name: sample_get :one
SELECT * FROM sample WHERE id = :id;

-- name: sample_lists :one
SELECT truths AS "truths!", wholes AS "wholes!", texts AS "texts!", blobs AS "blobs!", documents AS "documents!",
    amounts AS "amounts!", exacts AS "exacts!", times AS "times!", locals AS "locals!", days AS "days!",
    feelings AS "feelings!", twices AS "twices!"
FROM sample WHERE id = :id;

-- name: entries_add :execrows
-- doc: A batch is arrays.
INSERT INTO entry (id, label, score)
SELECT b.id, b.label, b.score FROM unnest(:ids::bigint[], :labels::text[], :scores::int[]) AS b (id, label, score);

-- name: entries_search :many
-- optional: label, least
-- sort: worst = score, id | best = score DESC, id
SELECT id, label, score FROM entry WHERE true /*?label AND label = :label ?*/ /*?least AND score >= :least ?*/
/*sort*/ LIMIT :row_limit;

-- name: entries_after :many
-- doc: A page, after the row that was the last one on the page before.
SELECT id, label, score FROM entry WHERE (score, id) > (:after_score, :after_id) ORDER BY score, id LIMIT :row_limit;

-- name: entries_stream :stream
-- optional: least
SELECT id, label, score FROM entry WHERE true /*?least AND score >= :least ?*/ ORDER BY id;

-- name: samples_feeling :many
-- optional: feeling
SELECT id FROM sample WHERE true /*?feeling AND feeling = :feeling ?*/ ORDER BY id;

-- name: entry_rename :execrows
UPDATE entry SET label = :label WHERE id = :id;

-- name: entries_slowly :stream
SELECT id, repeat('x', score) AS "long!" FROM entry ORDER BY id;

-- name: entries_break :stream
-- doc: Fails at the 300th row.
SELECT s.id, 1 / (s.id - 300) AS "quotient!" FROM (SELECT id FROM entry ORDER BY id OFFSET 0) AS s;

-- name: entry_find :maybe
SELECT label, score FROM entry WHERE id = :id;

-- name: entries_count :one
SELECT count(*) AS entry_count FROM entry;

-- name: entries_all :many
SELECT id FROM entry ORDER BY id;

-- name: entries_divided :many
-- doc: Fails where a score is `least_score`.
SELECT 100 / (score - :least_score) AS "quotient!" FROM entry ORDER BY id;

-- together: entries_page = entry_find, entries_search,
--     entries_count
-- doc: What one page shows.

-- together: entries_whole = entries_count, entries_all

-- together: entries_fragile = entries_count, entries_divided, samples_feeling
