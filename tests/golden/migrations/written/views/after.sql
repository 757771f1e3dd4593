CREATE TABLE invoice (organization_id text, id bigint, total bigint, due date, PRIMARY KEY (organization_id, id));
CREATE VIEW new_view WITH (security_invoker = true) AS SELECT organization_id, total FROM invoice WHERE due > '2026-01-01';
CREATE VIEW longer_view AS SELECT organization_id, id, due FROM invoice;
GRANT SELECT ON longer_view TO tenantry_app;
CREATE VIEW on_top AS SELECT id FROM longer_view;
CREATE VIEW other_view AS SELECT id, total FROM invoice;
COMMENT ON VIEW other_view IS 'kept';
CREATE MATERIALIZED VIEW totals AS SELECT organization_id, sum(total), count(*) FROM invoice GROUP BY 1;
CREATE INDEX totals_index ON totals (organization_id);
