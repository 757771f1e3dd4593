#!/usr/bin/env python3
"""errors_of_others.py COMPILE: a condition that fails on a value of another organization.

PostgreSQL may evaluate a condition of one operator before the organization's predicate: an equality joins its class of
equals and comes last of what costs the same. Where that operator can fail on a value (a pattern in a column), the error
would tell of a row that is not the organization's. Row-level security forbids that order: its predicate comes before every
operator that is not leakproof. The attack is shown without it, and held with it. Prints TAP."""
import os
import sys
import tempfile

import psycopg2

from corpus import Tap
from worlds import Cluster, compiled

SCHEMA = """
CREATE TABLE rule (organization_id text NOT NULL, id int NOT NULL, pattern text NOT NULL, PRIMARY KEY (organization_id, id));
INSERT INTO rule SELECT 'acme', i, 'a.*' FROM generate_series(1, 20) i;
INSERT INTO rule SELECT 'zulu', i, '(' FROM generate_series(1, 20) i;
ANALYZE rule;
CREATE ROLE app NOINHERIT;
GRANT SELECT, UPDATE, DELETE ON rule TO app;
ALTER TABLE rule ENABLE ROW LEVEL SECURITY;
ALTER TABLE rule FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON rule USING (organization_id = (SELECT nullif(current_setting('app.org_id', true), '')));
"""
QUERIES = {
    "read": ("many", "SELECT id FROM rule WHERE :q ~ pattern"),
    "changed": ("execrows", "UPDATE rule SET id = id WHERE :q ~ pattern"),
    "deleted": ("execrows", "DELETE FROM rule WHERE :q ~ pattern"),
}


class Folder:
    """What compiled() wants to know of worlds."""

    def __init__(self, cluster, folder, name):
        self.cluster, self.folder, self.name = cluster, folder, name


def run(connection, text, role):
    """How many rows, or the error's code."""
    with connection.cursor() as cursor:
        cursor.execute("BEGIN; SET LOCAL ROLE %s; SET LOCAL app.org_id = 'acme'" % role)
        try:
            cursor.execute("PREPARE q (text, text) AS " + text)
            cursor.execute("EXECUTE q ('acme', 'abc')")
            answer = cursor.rowcount
        except psycopg2.Error as error:
            answer = error.pgcode
        cursor.execute("ROLLBACK")
        cursor.execute("DEALLOCATE ALL")
    return answer


def main():
    compiler, = sys.argv[1:]
    tap, cluster = Tap(), Cluster()
    try:
        connection = cluster.connect()
        with connection.cursor() as cursor:
            cursor.execute(SCHEMA)
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "tenantry.conf"), "w", encoding="utf-8") as file:
                file.write("tenant_type = text\n")
            queries = os.path.join(folder, "queries.sql")
            with open(queries, "w", encoding="utf-8") as file:
                file.writelines("-- name: %s :%s\n%s;\n\n" % (name, mode, text) for name, (mode, text) in QUERIES.items())
            lines = compiled(compiler, Folder(cluster, folder, "postgres"), queries)
        for name, line in lines.items():
            tap.result(run(connection, line["rewritten"], "postgres") == "2201B",
                       "%s: without row-level security another organization's pattern is tried" % name, [line])
            tap.result(run(connection, line["rewritten"], "app") == 20,
                       "%s: as the application's role it is not" % name, [line, run(connection, line["rewritten"], "app")])
    finally:
        cluster.stop()
    sys.exit(tap.done())


if __name__ == "__main__":
    main()
