#!/usr/bin/env python3
"""command.py TENANTRY: what is wrong with a call, a file's name or a folder is said in words that help, and nothing is written."""
import os
import sys
import tempfile

from server import Project, Server, Tap

TABLE = "CREATE TABLE {} (organization_id text, id int, PRIMARY KEY (organization_id, id));\n"
NAME = "a migration's name is up to 120 small letters, digits and underscores"
# Arguments, and what has to be said of them.
WRONG = [
    ([], "what to do is missing"),
    (["frob"], "not understood: frob"),
    (["new"], "the new migration has no name"),
    (["new", "one", "two"], "not understood: two"),
    (["new", "a/b"], NAME + ", begun by a letter, not a/b"),
    (["new", "../a"], NAME),
    (["new", "Ab"], NAME),
    (["new", "x" * 121], NAME),
    (["new", "a", "--frob"], "there is no flag --frob"),
    (["new", "a", "--lose"], "no good value for --lose"),
    (["new", "a", "--engine", "x"], "--engine is plain or citus, not x"),
    (["new", "a", "--planes", "x"], "--planes is identity,tenant or one of them or none, not x"),
    (["apply"], "--database-admin (or TENANTRY_DATABASE_ADMIN) is missing"),
    (["status"], "--database-admin (or TENANTRY_DATABASE_ADMIN) is missing"),
    (["apply", "--lock-attempts", "0"], "no good value for --lock-attempts"),
    (["apply", "--lock-timeout=soon"], "no good value for --lock-timeout"),
    (["verify", "--migrations", "nowhere"], "there is no folder of migrations at nowhere"),
    (["apply", "--database-admin", "host=/nowhere"], "the administrator's connection: "),
    (["new", "a", "--schema", "nowhere.sql"], "nowhere.sql: No such file or directory"),
    (["new", "a", "--schema", "migrations"], "migrations: Is a directory"),
    (["new", "a", "--rename", "note"], "--rename note: write it as"),
    (["new", "a", "--fill", "note"], "--fill note: write it as"),
]


def write(project, name, text):
    with open(os.path.join(project.folder, "migrations", name), "w", encoding="utf-8") as file:
        file.write(text)


def make(server, tenantry, folder, name, files):
    project = Project(server, tenantry, os.path.join(folder, name))
    os.mkdir(os.path.join(project.folder, "migrations"))
    for file, text in files.items():
        write(project, file, text)
    return project


def main():
    tap, tenantry = Tap(), os.path.abspath(sys.argv[1])
    with Server() as server, tempfile.TemporaryDirectory(prefix="tenantry-command-") as folder:
        project = make(server, tenantry, folder, "wrong", {"0001_a.sql": TABLE.format("a")})
        project.write_schema(TABLE.format("a") + "ALTER TABLE a ADD COLUMN note text;\n")
        for arguments, words in WRONG:
            status, said = project.migrate(*arguments)
            tap.result(status == 2 and words in said and said.count("\n") == 1 and len(project.files()) == 1,
                       f"migrate {' '.join(arguments)[:60]}", status, said)

        for name, last in (("letters", "setup.sql"), ("longer", "9999_a.sql")):
            project = make(server, tenantry, folder, name, {last: TABLE.format("a")})
            status, said = project.new("after", "--custom")
            tap.result(status == 2 and f"would be applied before {last}" in said and len(project.files()) == 1,
                       f"nothing is written that would be applied before {last}", said)
        project = make(server, tenantry, folder, "times", {"20260101120000_a.sql": TABLE.format("a")})
        status, said = project.new("after", "--custom")
        tap.result(status == 0 and project.files()[1] == "20260101120001_after.sql", "a longer number is counted on", said)

        project = make(server, tenantry, folder, "branches", {f"0003_{table}.sql": TABLE.format(table) for table in "ab"})
        project.write_schema("\ufeff" + TABLE.format("a").replace("\n", "\r\n") + TABLE.format("b"))
        words = "0003_a and 0003_b have one number"
        status, said = project.migrate("verify", "--planes", "tenant")
        tap.result(words in said and said.strip().endswith("warnings"), "verify warns of two files with one number", said)
        status, said = project.new("after", "--planes", "tenant")
        tap.result(status == 0 and words in said and project.files()[-1] == "0004_after.sql"
                   and "\r" not in project.text(), "and so does new, which reads a file of Windows", said)
    sys.exit(tap.done())


main()
