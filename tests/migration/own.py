#!/usr/bin/env python3
"""own.py TENANTRY ROOT: tenantry's own tables and the example's are made by `tenantry migrate`.

Each folder of migrations is held against its schema, where nothing is left to write. A control adds a column to a copy
of the file: it must be found, and become the next migration, which a database that has the others takes.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

from server import Project, Server, Tap

OWN = [("tenantry's tables of people and organizations", "identity", "verification"),
       ("tenantry's tables beside an application's", "tenant", "tenantry.version")]
EXAMPLE = ("examples/invoicing/schema.sql", "examples/invoicing/migrations")
FORGOTTEN = "\nALTER TABLE {} ADD COLUMN forgotten text;\n"


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


def append(text, *path):
    with open(os.path.join(*path), "a", encoding="utf-8") as file:
        file.write(text)


class Copy:
    """Of what tools/own-migration reads and writes."""

    def __init__(self, server, tenantry, root, folder):
        self.server, self.tenantry, self.folder = server, tenantry, folder
        for part in ("sql/schema", "sql/migrations"):
            shutil.copytree(os.path.join(root, part), os.path.join(folder, part))
        for part in ("tools/own-migration", "src/migration/meson.build"):
            os.makedirs(os.path.dirname(os.path.join(folder, part)))
            shutil.copy(os.path.join(root, part), os.path.join(folder, part))

    def write(self, plane):
        done = subprocess.run(["tools/own-migration", plane, "forgotten"], cwd=self.folder, text=True, check=False,
                              env=dict(self.server.environment, TENANTRY=self.tenantry), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        return done.returncode, done.stdout

    def schema(self, plane):
        """All files of the plane's schema, as one."""
        folder = os.path.join(self.folder, "sql/schema")
        whole = os.path.join(self.folder, f"{plane}.sql")
        names = [f"{plane}.sql"] + sorted(name for name in os.listdir(folder) if name.startswith(f"{plane}_"))
        with open(whole, "w", encoding="utf-8") as file:
            file.write("".join(read(folder, name) for name in names))
        return whole

    def files(self, plane):
        return sorted(os.listdir(os.path.join(self.folder, "sql/migrations", plane)))


def own(tap, server, copy, name, plane, table):
    project = Project(server, copy.tenantry, copy.folder)
    flags = ["--planes", "none", "--plane", plane, "--migrations", f"sql/migrations/{plane}"]
    files = copy.files(plane)

    built_in = re.findall(rf"'../../sql/migrations/{plane}/(\w+\.sql)'", read(copy.folder, "src/migration/meson.build"))
    tap.result(built_in == files, f"{name}: each migration is a part of the program", built_in, files)
    status, said = project.migrate("verify", "--schema", copy.schema(plane), *flags)
    tap.result(status == 0 and "0 errors, 0 warnings" in said, f"{name}: migrations and schema are the same", said)
    status, said = copy.write(plane)
    tap.result(status == 0 and "nothing to do" in said and copy.files(plane) == files, f"{name}: nothing is left to write", said)

    server.psql("postgres", f"CREATE DATABASE {plane}")
    admin = ["--database-admin", f"dbname={plane}"]
    applied = [project.migrate("apply", *flags, *admin)]
    append(FORGOTTEN.format(table), copy.folder, f"sql/schema/{plane}.sql")
    status, said = project.migrate("verify", "--schema", copy.schema(plane), *flags)
    tap.result(status == 1 and f"{table}.forgotten is missing" in said, f"{name}: a column that no migration has is found", said)
    status, said = copy.write(plane)
    made = copy.files(plane)
    tap.result(status == 0 and len(made) == len(files) + 1 and "becomes a part of the program" in said
               and "ADD COLUMN forgotten text" in read(copy.folder, "sql/migrations", plane, made[-1]),
               f"{name}: a change of the schema file becomes the next migration", said, made)
    applied.append(project.migrate("apply", *flags, *admin))
    verified, said = project.migrate("verify", "--schema", copy.schema(plane), *flags, *admin)
    tap.result([status for status, _ in applied] == [0, 0] and applied[1][1].endswith("1 applied\n") and verified == 0,
               f"{name}: a database that has the others takes it", applied, said)


def example(tap, server, tenantry, root, folder):
    project = Project(server, tenantry, os.path.join(folder, "example"))
    schema, migrations = (os.path.join(root, part) for part in EXAMPLE)
    status, said = project.migrate("verify", "--schema", schema, "--migrations", migrations)
    # What it is told for the day of more than one machine: Citus has no triggers, and four keep the example's totals.
    warnings = [line for line in said.splitlines() if line.startswith("warning: ")]
    tap.result(status == 0 and "0 errors, 4 warnings" in said and
               all(line.startswith("warning: rules: citus-trigger: public.invoice") for line in warnings),
               "the example: migrations and schema file are the same", said)
    project.write_schema(read(schema) + FORGOTTEN.format("invoice"))
    status, said = project.migrate("verify", "--migrations", migrations)
    tap.result(status == 1 and "invoice.forgotten is missing" in said, "the example: a column that no migration has is found", said)


def main():
    tenantry, root = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    tap = Tap()
    with Server() as server, tempfile.TemporaryDirectory(prefix="tenantry-own-") as folder:
        copy = Copy(server, tenantry, root, os.path.join(folder, "copy"))
        for name, plane, table in OWN:
            own(tap, server, copy, name, plane, table)
        example(tap, server, tenantry, root, folder)
    sys.exit(tap.done())


main()
