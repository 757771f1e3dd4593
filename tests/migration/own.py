#!/usr/bin/env python3
"""own.py TENANTRY ROOT: tenantry's own tables and the example's are what `tenantry migrate` would write.

Each folder of migrations is held against its schema file. A control adds a column to a copy of the file: it must be found.
"""
import os
import sys
import tempfile

from server import Project, Server, Tap

OWN = [("tenantry's tables of people and organizations", "sql/schema/identity.sql", "sql/migrations/identity",
        ["--planes", "none", "--plane", "identity"], "verification"),
       ("tenantry's tables beside an application's", "sql/schema/tenant.sql", "sql/migrations/tenant",
        ["--planes", "none", "--plane", "tenant"], "tenantry.version"),
       ("the invoicing example", "examples/invoicing/schema.sql", "examples/invoicing/migrations", [], "invoice")]


def main():
    tenantry, root = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    tap = Tap()
    with Server() as server, tempfile.TemporaryDirectory(prefix="tenantry-own-") as folder:
        project = Project(server, tenantry, folder)
        for name, schema, migrations, flags, table in OWN:
            schema, migrations = os.path.join(root, schema), os.path.join(root, migrations)
            status, said = project.migrate("verify", "--schema", schema, "--migrations", migrations, *flags)
            tap.result(status == 0 and "0 errors, 0 warnings" in said, f"{name}: migrations and schema file are the same", said)
            with open(schema, encoding="utf-8") as file:
                project.write_schema(file.read() + f"\nALTER TABLE {table} ADD COLUMN forgotten text;\n")
            status, said = project.migrate("verify", "--migrations", migrations, *flags)
            tap.result(status == 1 and f"{table}.forgotten is missing" in said, f"{name}: a column that no migration has is found",
                       said)
    sys.exit(tap.done())


main()
