-- The tenant tables of the TypeScript peers, to write queries for.
CREATE TABLE invoice (
    organization_id text NOT NULL,
    id bigint NOT NULL,
    number text NOT NULL,
    customer_name text NOT NULL,
    status text NOT NULL,
    total_cents bigint NOT NULL,
    issued_on date NOT NULL,
    due_on date NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE audit_logs (
    organization_id text NOT NULL,
    id bigint NOT NULL,
    actor_id text NOT NULL,
    action text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (organization_id, id)
);
