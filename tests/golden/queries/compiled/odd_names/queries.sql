-- name: odd :many
-- doc: A /* comment */ within "a comment" ??/
SELECT * FROM "Odd ""t.x";

-- name: odd_ones :execrows
UPDATE "Odd ""t.x" SET "unix" = :linux, "typeof" = :tn_call_begin, st = :row WHERE id = :error AND "2x A" = :query_odd;
