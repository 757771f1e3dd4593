-- name: versions :many
-- doc: The version of each relation of the organization that was written; and one that is another on each day, of this
-- doc: database's clock and time zone and of UTC.
SELECT relation, version FROM tenantry.version
UNION ALL SELECT '~day', (current_date - date '1970-01-01' + (now() AT TIME ZONE 'UTC')::date - date '1970-01-01')::bigint;

-- name: bump :exec
-- doc: A higher one for each of them, in their order: two writers that lock versions in different orders would wait for
-- doc: each other.
INSERT INTO tenantry.version AS v (relation) SELECT r FROM unnest(:relations::text[]) AS r ORDER BY r
ON CONFLICT (relation) DO UPDATE SET version = v.version + 1 + (random() * 16777216)::bigint;
