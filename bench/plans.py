#!/usr/bin/env python3
"""plans.py GENERATE [ROWS]: is the plan of a generated text that of the query one would write by hand?

For each shape: what the generator makes of the author's text, and the same query with the predicate written where a
person would write it. Both are prepared and explained, as a generic and as a custom plan, on a table of a million rows of
a hundred organizations. Exit code 1 where nodes or costs differ by more than a hundredth."""

import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tools"))
from scratch_postgres import Scratch  # noqa: E402

CONFIGURATION = "tenant_type = text\nglobal = rate\n"
SCHEMA = """
CREATE TYPE invoice_status AS ENUM ('draft', 'open', 'paid', 'void');
CREATE TABLE rate (currency text PRIMARY KEY, factor numeric NOT NULL);
CREATE TABLE customer (organization_id text NOT NULL, id int NOT NULL, name text NOT NULL, PRIMARY KEY (organization_id, id));
CREATE TABLE invoice (organization_id text NOT NULL, id int NOT NULL, customer_id int NOT NULL, status invoice_status NOT NULL,
    total numeric(14, 2) NOT NULL, created_at timestamptz NOT NULL, currency text NOT NULL, PRIMARY KEY (organization_id, id));
CREATE INDEX invoice_by_status ON invoice (organization_id, status, created_at, id);
CREATE INDEX invoice_by_time ON invoice (organization_id, created_at, id);
CREATE INDEX invoice_by_customer ON invoice (organization_id, customer_id);
CREATE VIEW customer_total AS SELECT organization_id, customer_id, sum(total) AS total FROM invoice GROUP BY 1, 2;
"""
DATA = """
INSERT INTO rate VALUES ('EUR', 1), ('SEK', 0.09);
INSERT INTO customer SELECT 'org' || o, c, 'customer ' || c FROM generate_series(1, 100) o, generate_series(1, 200) c;
INSERT INTO invoice SELECT 'org' || (n %% 100 + 1), n / 100, n / 100 %% 200 + 1,
    (ARRAY['draft', 'open', 'paid', 'paid', 'paid', 'paid', 'void'])[n %% 7 + 1]::invoice_status,
    n %% 5000, timestamptz '2020-01-01' + n * interval '1 minute', 'EUR' FROM generate_series(0, %d - 1) n;
VACUUM ANALYZE;
"""
# name, the author's text, the same by hand, values of its parameters behind $1
SHAPES = (
    ("by key", "SELECT * FROM invoice WHERE id = :id", "SELECT * FROM invoice WHERE organization_id = $1 AND id = $2", "77"),
    ("list", "SELECT id, total FROM invoice WHERE status = :status ORDER BY created_at, id LIMIT 50",
     "SELECT id, total FROM invoice WHERE organization_id = $1 AND status = $2 ORDER BY created_at, id LIMIT 50", "'open'"),
    ("keyset page", "SELECT id FROM invoice WHERE (created_at, id) > (:at, :id) ORDER BY created_at, id LIMIT 50",
     "SELECT id FROM invoice WHERE organization_id = $1 AND (created_at, id) > ($2, $3) ORDER BY created_at, id LIMIT 50",
     "'2021-03-01', 5"),
    ("array of ids", "SELECT id, total FROM invoice WHERE id = ANY(:ids)",
     "SELECT id, total FROM invoice WHERE organization_id = $1 AND id = ANY($2)", "'{1,2,3}'"),
    ("join", "SELECT i.id, c.name FROM invoice i JOIN customer c ON c.id = i.customer_id WHERE i.status = :status",
     "SELECT i.id, c.name FROM invoice i JOIN customer c ON c.organization_id = $1 AND c.id = i.customer_id"
     " WHERE i.organization_id = $1 AND i.status = $2", "'void'"),
    ("left join", "SELECT c.id, i.total FROM customer c LEFT JOIN invoice i ON i.customer_id = c.id AND i.status = :status",
     "SELECT c.id, i.total FROM customer c LEFT JOIN invoice i ON i.organization_id = $1 AND i.customer_id = c.id"
     " AND i.status = $2 WHERE c.organization_id = $1", "'draft'"),
    ("semi join", "SELECT id FROM customer c WHERE EXISTS (SELECT FROM invoice i WHERE i.customer_id = c.id AND i.status = :status)",
     "SELECT id FROM customer c WHERE c.organization_id = $1 AND EXISTS (SELECT FROM invoice i WHERE i.organization_id = $1"
     " AND i.customer_id = c.id AND i.status = $2)", "'void'"),
    ("aggregate", "SELECT status, count(*), sum(total) FROM invoice GROUP BY status",
     "SELECT status, count(*), sum(total) FROM invoice WHERE organization_id = $1 GROUP BY status", ""),
    ("window", "SELECT id, rank() OVER (ORDER BY total DESC) AS r FROM invoice WHERE status = :status",
     "SELECT id, rank() OVER (ORDER BY total DESC) AS r FROM invoice WHERE organization_id = $1 AND status = $2", "'open'"),
    ("view", "SELECT total FROM customer_total WHERE customer_id = :id",
     "SELECT total FROM customer_total WHERE organization_id = $1 AND customer_id = $2", "5"),
    ("with", "WITH big AS (SELECT id, customer_id FROM invoice WHERE total > :total) SELECT b.id, c.name FROM big b"
     " JOIN customer c ON c.id = b.customer_id",
     "WITH big AS (SELECT id, customer_id FROM invoice WHERE organization_id = $1 AND total > $2) SELECT b.id, c.name FROM big b"
     " JOIN customer c ON c.organization_id = $1 AND c.id = b.customer_id", "4990"),
    ("global table", "SELECT i.total * r.factor AS t FROM invoice i JOIN rate r ON r.currency = i.currency WHERE i.id = :id",
     "SELECT i.total * r.factor AS t FROM invoice i JOIN rate r ON r.currency = i.currency WHERE i.organization_id = $1 AND i.id = $2", "9"),
    ("union", "SELECT id FROM invoice WHERE id = :id UNION ALL SELECT id FROM customer WHERE id = :id",
     "SELECT id FROM invoice WHERE organization_id = $1 AND id = $2 UNION ALL"
     " SELECT id FROM customer WHERE organization_id = $1 AND id = $2", "9"),
    ("for update", "SELECT id, total FROM invoice WHERE id = :id FOR UPDATE",
     "SELECT id, total FROM invoice WHERE organization_id = $1 AND id = $2 FOR UPDATE", "9"),
    ("queue", "SELECT id FROM invoice WHERE status = :status ORDER BY created_at, id LIMIT 1 FOR UPDATE SKIP LOCKED",
     "SELECT id FROM invoice WHERE organization_id = $1 AND status = $2 ORDER BY created_at, id LIMIT 1 FOR UPDATE SKIP LOCKED",
     "'open'"),
    ("update", "UPDATE invoice SET status = 'void' WHERE id = :id",
     "UPDATE invoice SET status = 'void' WHERE id = $2 AND organization_id = $1", "9"),
    ("delete", "DELETE FROM invoice WHERE created_at < :before",
     "DELETE FROM invoice WHERE created_at < $2 AND organization_id = $1", "'2020-01-02'"),
    ("batch", "UPDATE invoice i SET total = b.total FROM unnest(:ids::int[], :totals::numeric[]) AS b (id, total) WHERE b.id = i.id",
     "UPDATE invoice i SET total = b.total FROM unnest($2::int[], $3::numeric[]) AS b (id, total)"
     " WHERE b.id = i.id AND i.organization_id = $1", "'{1,2}', '{10,20}'"),
    ("insert", "INSERT INTO customer (id, name) VALUES (:id, :name) ON CONFLICT (id) DO UPDATE SET name = excluded.name",
     "INSERT INTO customer (id, name, organization_id) VALUES ($2, $3, $1) ON CONFLICT (id, organization_id)"
     " DO UPDATE SET name = excluded.name WHERE customer.organization_id = $1", "9000, 'n'"),
)


def generated(generate):
    with tempfile.TemporaryDirectory() as folder:
        def write(name, text):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)
            return os.path.join(folder, name)
        write("schema.sql", SCHEMA)
        queries = "".join("-- name: %s :%s\n%s;\n\n" % (
            name.replace(" ", "_"), "many" if text.startswith(("SELECT", "WITH")) else "exec", text) for name, text, _, _ in SHAPES)
        done = subprocess.run([generate, "--report", write("tenantry.conf", CONFIGURATION), write("queries.sql", queries)],
                              env={k: v for k, v in os.environ.items() if not k.startswith("PG")},
                              stdout=subprocess.PIPE, text=True, check=False)
    return {report["name"].replace("_", " "): report for report in map(json.loads, done.stdout.splitlines())}


def explain(scratch, text, values, mode):
    values = "'org7'" + (", " + values if values else "")
    said = scratch.psql("SET search_path = public; SET plan_cache_mode = %s; PREPARE q (text) AS %s;\nEXPLAIN (FORMAT JSON) EXECUTE q (%s);"
                        % (mode, text.rstrip("; \n"), values))
    return json.loads(said)[0]["Plan"]


def shape(plan):
    """Nodes with what they read by, without the names of aliases."""
    return (plan["Node Type"], plan.get("Index Name"), plan.get("Join Type"), plan.get("Operation"),
            tuple(shape(child) for child in plan.get("Plans", ())))


def main():
    generate = sys.argv[1]
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 1000000
    reports = generated(generate)
    differ = 0
    with Scratch() as scratch:
        scratch.psql(SCHEMA + DATA % rows)
        print("%-14s %28s %28s" % ("", "generic: hand, generated", "custom: hand, generated"))
        for name, _, by_hand, values in SHAPES:
            line = "%-14s" % name
            for mode in ("force_generic_plan", "force_custom_plan"):
                hand = explain(scratch, by_hand, values, mode)
                ours = explain(scratch, reports[name]["rewritten"] or reports[name]["message"], values, mode)
                same = shape(hand) == shape(ours) and abs(hand["Total Cost"] - ours["Total Cost"]) <= 0.01 * hand["Total Cost"]
                differ += not same
                line += " %11.2f %11.2f %4s" % (hand["Total Cost"], ours["Total Cost"], "=" if same else "≠")
                if not same:
                    line += "\n    hand %s\n    ours %s\n" % (shape(hand), shape(ours))
            print(line)
    print("%d shapes, each generic and custom, on %d rows: %s" %
          (len(SHAPES), rows, "same nodes, same cost" if differ == 0 else "%d differ" % differ))
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
