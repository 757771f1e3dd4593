#!/usr/bin/env python3
"""lock.py GENERATE CONF FILE… [-- CONF FILE…]…: the lock file.

With it no database is asked; what changed, was edited by hand or cannot be proved does not count. Every lock file
that is committed says what the database says."""

import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "..", "tools"))
from scratch_postgres import Scratch  # noqa: E402

count = failed = 0


def result(good, name, detail=""):
    global count, failed
    count += 1
    failed += not good
    print("%s %d - %s" % ("ok" if good else "not ok", count, name), flush=True)
    for line in str(detail).splitlines() if not good else ():
        print("# " + line)


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


def write(text, *path):
    with open(os.path.join(*path), "w", encoding="utf-8") as file:
        file.write(text)


class Project:
    def __init__(self, generate, folder, server):
        self.generate, self.folder, self.server = generate, folder, server
        for name in ("tenantry.conf", "schema.sql", "queries.sql"):
            shutil.copy(os.path.join(HERE, "compiled", "lists", name), folder)

    def run(self, *arguments, database=False):
        """Without a database: libpq's variables name one that is not there."""
        environment = dict(self.server.environment)
        if not database:
            environment["PGHOST"] = "/nonexistent"
        done = subprocess.run([self.generate, "tenantry.conf", *arguments], cwd=self.folder, env=environment,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        return done.returncode, done.stdout

    def outputs(self):
        out = os.path.join(self.folder, "out")
        return {name: read(out, name) for name in sorted(os.listdir(out))} if os.path.isdir(out) else {}

    def change(self, name, before, after):
        text = read(self.folder, name)
        assert before in text, before
        write(text.replace(before, after), self.folder, name)


def sums(lock, change):
    """Lines whose checksum is right again after a change: as one who knows the format would make them."""
    # lock_sum: FNV-1a of the JSON, times 31, plus the inputs; these are got from any line.
    def fnv(data):
        value = 14695981039346656037
        for byte in data:
            value = (value ^ byte) * 1099511628211 % 2 ** 64
        return value
    lines = lock.splitlines()
    inputs = (int(lines[0][:16], 16) - fnv(lines[0][17:].encode()) * 31) % 2 ** 64
    out = []
    for line in lines:
        text = change(line[17:])
        out.append("%016x %s" % ((fnv(text.encode()) * 31 + inputs) % 2 ** 64, text))
    return "\n".join(out) + "\n"


def without_database(project):
    status, said = project.run("queries.sql", "--out", "out")
    result(status == 2 and "tenantry.lock: there is no such file, so a database is needed" in said,
           "without a lock file a database is needed, and it is said why", said)
    status, said = project.run("queries.sql", "--out", "out", database=True)
    result(status == 0 and os.path.exists(os.path.join(project.folder, "tenantry.lock")), "it is written", said)
    first, lock = project.outputs(), read(project.folder, "tenantry.lock")
    shutil.rmtree(os.path.join(project.folder, "out"))
    status, said = project.run("queries.sql", "--out", "out", "--locked")
    result(status == 0 and project.outputs() == first, "with it the same is written, and no database asked", said)
    status, said = project.run("--check", "queries.sql", database=True)
    result(status == 0 and read(project.folder, "tenantry.lock") == lock, "it is right", said)
    return lock


def stale(project, lock):
    for what, name, before, after, words in (
            ("a query", "queries.sql", "LIMIT :row_limit", "LIMIT 7", "query invoices_search is new or another one"),
            ("the schema", "schema.sql", "name text NOT NULL", "name text", "the schema or tenantry itself"),
            ("the configuration", "tenantry.conf", "global", "# a comment\nglobal", "the configuration"),
            ("a sort", "queries.sql", "largest = total DESC, id", "largest = total DESC, id DESC", "new or another")):
        original = read(project.folder, name)
        project.change(name, before, after)
        status, said = project.run("queries.sql", "--out", "out", "--locked")
        result(status == 1 and words in said and "run without --locked" in said,
               "%s that changed is told, with the mend" % what, said)
        write(original, project.folder, name)
    project.change("queries.sql", "The list of invoices, narrowed", "A list of invoices, narrowed")
    status, said = project.run("queries.sql", "--out", "out", "--locked")
    result(status == 0 and "A list of invoices" in read(project.folder, "out", "queries.h"),
           "another comment needs no database", said)
    original = read(project.folder, "queries.sql")
    names = re.findall(r"^-- name: (\w+) :(?:many|one|maybe)\n(?:-- .*\n)*SELECT", original, re.M)[:2]
    write(original + "\n-- together: both_of_them = %s\n" % ", ".join(names), project.folder, "queries.sql")
    status, said = project.run("queries.sql", "--out", "out", "--locked")
    result(status == 0 and "bool both_of_them(" in read(project.folder, "out", "queries.h"),
           "nor do queries that go together from now on", said)
    write(original, project.folder, "queries.sql")
    write(lock.replace('"writes":true,', ""), project.folder, "tenantry.lock")
    status, said = project.run("queries.sql", "--out", "out", "--locked")
    result(status == 1 and "invoices_mark" in said, "a line that was edited does not count", said)
    write(lock.replace("\n", "\n\n<<<<<<< ours\n", 1) + lock, project.folder, "tenantry.lock")
    status, said = project.run("queries.sql", "--out", "out", "--locked")
    result(status == 1 and "not complete" in said or "schema" in said, "a conflict left in it does not count", said)


def merged(project, lock):
    """What a union of two sides leaves: lines of another schema, and of a query that was another one."""
    old = sums(lock, lambda text: text.replace('"source":"', '"source":"f')).splitlines()
    foreign = [line.replace(line[:4], "0000") for line in lock.splitlines()]
    write(lock + "\n".join(line for line in old if '"query"' in line) + "\n" + "\n".join(foreign) + "\n",
          project.folder, "tenantry.lock")
    status, said = project.run("queries.sql", "--out", "out", "--locked")
    result(status == 0, "lines that a merge left do no harm", said)
    status, said = project.run("queries.sql", "--out", "out")
    result(status == 0 and read(project.folder, "tenantry.lock") == lock, "the next run takes them away", said)


def unproved(project, lock):
    """Whoever makes a lock file with right checksums cannot make it hold a query that reads everybody's rows."""
    write(sums(lock, lambda text: text), project.folder, "tenantry.lock")
    status, said = project.run("queries.sql", "--out", "out", "--locked")
    result(status == 0, "a line made anew with its checksum counts", said)
    predicate = ' WHERE \\"invoice\\".\\"organization_id\\" = $1::text'
    planted = sums(lock, lambda text: text.replace(predicate, "", 1))
    assert planted != lock
    write(planted, project.folder, "tenantry.lock")
    status, said = project.run("queries.sql", "--out", "out", "--locked")
    result(status == 1 and "is new or another one" in said,
           "a text without its predicate is not taken, whatever its checksum", said)
    write(lock, project.folder, "tenantry.lock")


def other_files(project):
    write("-- name: other :one\nSELECT count(*) AS n FROM customer;\n", project.folder, "other.sql")
    status, said = project.run("other.sql", "--out", "other", database=True)
    result(status == 0, "a second set of files has its lines in the same file", said)
    for name in ("queries.sql", "other.sql"):
        status, said = project.run(name, "--out", "out", "--locked")
        result(status == 0, "both are held: " + name, said)
    status, said = project.run("queries.sql", "--out", "out", "--locked", "--depfile", "out.d")
    depends = read(project.folder, "out.d") if status == 0 else said
    result(all(name in depends for name in ("tenantry.conf", "schema.sql", "queries.sql", "out/queries.h:")),
           "the depfile names what is read", depends)


def committed(generate, groups, server):
    for configuration, *files in groups:
        done = subprocess.run([generate, "--check", configuration, *files], env=server.environment, text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        result(done.returncode == 0, "%s is what the database says" % os.path.basename(configuration), done.stdout)


def main():
    generate, *rest = sys.argv[1:]
    groups = [[]]
    for word in rest:
        if word == "--":
            groups.append([])
        else:
            groups[-1].append(word)
    with tempfile.TemporaryDirectory() as folder, Scratch() as server:
        project = Project(os.path.abspath(generate), folder, server)
        lock = without_database(project)
        stale(project, lock)
        merged(project, lock)
        unproved(project, lock)
        other_files(project)
        committed(generate, groups, server)
    print("1..%d" % count)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
