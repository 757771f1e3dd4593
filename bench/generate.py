#!/usr/bin/env python3
"""generate.py GENERATE [QUERIES]: how long does it take to generate 500 queries?

With a database (of this run, so that its start does not count), and from the lock file. The yardstick is psql, which
prepares the author's texts on the same database: the least that anything could do which asks PostgreSQL about types."""

import os
import resource
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tools"))
from scratch_postgres import Scratch  # noqa: E402

SHAPES = (
    "SELECT id, total, created_at FROM invoice WHERE status = :status AND total > %d ORDER BY created_at LIMIT :row_limit",
    "SELECT i.id, c.name FROM invoice i JOIN customer c ON c.id = i.customer_id WHERE i.id > :id + %d",
    "SELECT c.name, count(i.id) AS n, sum(i.total) AS s FROM customer c LEFT JOIN invoice i ON i.customer_id = c.id"
    " AND i.total > %d GROUP BY c.name",
    "WITH big AS (SELECT id, customer_id FROM invoice WHERE total > %d) SELECT b.id FROM big b WHERE EXISTS"
    " (SELECT FROM customer c WHERE c.id = b.customer_id)",
    "UPDATE invoice SET total = :total WHERE id = :id AND total > %d",
)
SCHEMA = """CREATE TYPE invoice_status AS ENUM ('open', 'paid');
CREATE TABLE customer (organization_id text NOT NULL, id int NOT NULL, name text NOT NULL, PRIMARY KEY (organization_id, id));
CREATE TABLE invoice (organization_id text NOT NULL, id int NOT NULL, customer_id int NOT NULL, status invoice_status NOT NULL,
    total numeric(14, 2) NOT NULL, created_at timestamptz NOT NULL, PRIMARY KEY (organization_id, id));
"""


def timed(command, environment, folder):
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, check=True, env=environment, cwd=folder, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.monotonic() - began, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    generate = os.path.abspath(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    texts = [SHAPES[n % len(SHAPES)] % n for n in range(count)]
    with tempfile.TemporaryDirectory() as folder, Scratch() as scratch:
        def write(name, text):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        write("schema.sql", SCHEMA)
        write("tenantry.conf", "tenant_type = text\n")
        write("queries.sql", "".join("-- name: query_number_%d :%s\n%s;\n\n" % (
            n, "execrows" if text.startswith("UPDATE") else "many", text) for n, text in enumerate(texts)))
        scratch.psql(SCHEMA)
        prepared = []
        for n, text in enumerate(texts):
            for number, name in enumerate((":status", ":row_limit", ":id", ":total"), 1):
                text = text.replace(name, "$%d" % number)
            prepared.append("PREPARE p%d (invoice_status, bigint, int, numeric) AS %s;" % (n, text))
        write("prepare.sql", "\n".join(prepared))
        psql = timed(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", "prepare.sql"], scratch.environment, folder)
        command = [generate, "tenantry.conf", "queries.sql", "--out", "out"]
        database = timed(command, scratch.environment, folder)
        locked = timed([*command, "--locked"], scratch.environment, folder)
    for name, (seconds, processor) in (("psql prepares the authors' texts", psql), ("generate, asking the database", database),
                                       ("generate, from the lock file", locked)):
        print("%-36s %6.0f ms  %6.0f ms of its own processor time  %5.2f × psql" % (
            name, seconds * 1000, processor * 1000, seconds / psql[0]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
