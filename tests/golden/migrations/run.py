#!/usr/bin/env python3
"""run.py TENANTRY: what `migrate new` writes, and what it refuses, letter by letter.

1. written/CASE: before.sql is what the migrations made, after.sql the schema file, flags what was asked for; the
   migration must be expected.sql, what is said expected.txt.
2. refused/CASE.sql: the same in one file, parted by "-- becomes"; errors.txt has what is said. Nothing is written.

REWRITE=1 writes the expectations anew.
"""
import os
import shlex
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "migration"))
from server import Project, Server, Tap  # noqa: E402


def read(*path):
    path = os.path.join(*path)
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8") as file:
        return file.read()


def expect(tap, name, said, *path):
    path = os.path.join(HERE, *path)
    if os.environ.get("REWRITE"):
        with open(path, "w", encoding="utf-8") as file:
            file.write(said)
    tap.result(said == read(path), name, said)


def project(server, tenantry, folder, name, before, after):
    made = Project(server, tenantry, os.path.join(folder, name))
    os.mkdir(os.path.join(made.folder, "migrations"))
    with open(os.path.join(made.folder, "migrations", "0001_before.sql"), "w", encoding="utf-8") as file:
        file.write(before)
    made.write_schema(after)
    return made


def written(server, tenantry, folder, tap):
    for case in sorted(os.listdir(os.path.join(HERE, "written"))):
        place = os.path.join(HERE, "written", case)
        made = project(server, tenantry, folder, case, read(place, "before.sql"), read(place, "after.sql"))
        status, said = made.new("after", *shlex.split(read(place, "flags")))
        if not tap.result(status == 0 and len(made.files()) == 2, f"{case} is written", said):
            continue
        expect(tap, f"{case} is written as expected", made.text(), "written", case, "expected.sql")
        expect(tap, f"{case} is told as expected", said, "written", case, "expected.txt")


def refused(server, tenantry, folder, tap):
    all_said = ""
    for case in sorted(os.listdir(os.path.join(HERE, "refused"))):
        if not case.endswith(".sql"):
            continue
        text = read(HERE, "refused", case)
        flags = []
        if text.startswith("-- flags: "):
            first, text = text.split("\n", 1)
            flags = shlex.split(first[len("-- flags: "):])
        before, after = ("\n" + text).split("\n-- becomes\n")
        made = project(server, tenantry, folder, case, before, after)
        status, said = made.new("after", *flags)
        tap.result(status in (1, 2) and len(made.files()) == 1, f"{case[:-4]} is refused, and nothing is written", said)
        all_said += f"{case[:-4]}, exit status {status}:\n{said}\n"
    expect(tap, "refusals read as expected", all_said, "refused", "errors.txt")


def main():
    tap = Tap()
    tenantry = os.path.abspath(sys.argv[1])
    with Server() as server, tempfile.TemporaryDirectory(prefix="tenantry-golden-") as folder:
        server.psql("postgres", "CREATE ROLE reporting")
        written(server, tenantry, folder, tap)
        refused(server, tenantry, folder, tap)
    sys.exit(tap.done())


main()
