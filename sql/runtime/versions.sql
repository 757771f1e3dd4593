-- name: versions :many
-- doc: How often each relation of the organization was written.
SELECT relation, version FROM tenantry.version;

-- name: bump :exec
-- doc: One more for each of them, in their order: two writers that lock versions in different orders would wait for
-- doc: each other.
INSERT INTO tenantry.version AS v (relation, version) SELECT r, 1 FROM unnest(:relations::text[]) AS r ORDER BY r
ON CONFLICT (relation) DO UPDATE SET version = v.version + 1;
