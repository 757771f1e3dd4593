#!/usr/bin/env python3
"""whole.py TENANTRY: nothing of a schema file is forgotten in silence.

whole.sql has one of everything. What `migrate new` writes from it is applied to one database, the file itself is run in
another, and what pg_dump says of the second must be in what it says of the first. This asks PostgreSQL, not the comparison,
which would miss twice what it does not read. A control takes one thing back: it must be found.
"""
import os
import re
import sys
import tempfile

from server import Project, Server, Tap

HERE = os.path.dirname(os.path.abspath(__file__))
TAKEN_BACK = "ALTER TABLE shop.item REPLICA IDENTITY DEFAULT"


def statements(server, database):
    text = re.sub(r"^(--.*|SET .*|\\(un)?restrict .*)?\n", "", server.dump(database), flags=re.M)
    return set(re.split(r";\n", text))


def main():
    tap = Tap()
    with Server() as server, tempfile.TemporaryDirectory(prefix="tenantry-whole-") as folder:
        with open(os.path.join(HERE, "whole.sql"), encoding="utf-8") as file:
            schema = file.read()
        for name, text in (("migrated", schema), ("alone", "")):
            server.psql("postgres", f"CREATE DATABASE {name}")
            project = Project(server, os.path.abspath(sys.argv[1]), os.path.join(folder, name))
            project.write_schema(text)
            os.makedirs(os.path.join(project.folder, "migrations"))
            said = [project.new("whole", "--planes", "tenant"), project.apply(name, "--planes", "tenant")]
            tap.result(not any(status for status, _ in said), f"{name}: written and applied", *[words for _, words in said])
        server.psql("alone", "GRANT CREATE ON DATABASE alone TO tenantry_owner")
        server.psql("alone", schema, role="tenantry_owner")
        alone = statements(server, "alone")
        forgotten = alone - statements(server, "migrated")
        tap.result(not forgotten and len(alone) > 100, "pg_dump finds everything of the schema file", *sorted(forgotten))
        server.psql("migrated", TAKEN_BACK)
        forgotten = alone - statements(server, "migrated")
        tap.result(len(forgotten) == 1, "and finds what was taken back", *sorted(forgotten))
    sys.exit(tap.done())


main()
