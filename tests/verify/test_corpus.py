#!/usr/bin/env python3
"""test_corpus.py TENANTRY [--all]: schemas with one planted fault, or with none though it looks so, in corpus/*.sql.

The head of a file says what is to be found and how verify is called: "expect: leak CODE", "expect: warn CODE" or "expect:
clean", and the options; "shown: CODE" is to be found by a statement that got through, "proven: yes" leaves nothing unproven,
"clone: yes" is attacked on a clone. Where it says "mend: yes", and of every
leak with --all, what --fix prints is run as well, and the fault has to be gone."""
import os
import re
import subprocess
import sys

import verify_world as world

FOLDER = os.path.join(world.HERE, "corpus")


def head(text):
    return {key: re.split(r"[ ,]+", value.strip()) for key, value in re.findall(r"^-- ([a-z-]+): *(.*)$", text, re.M)}


def options(said):
    for name in ("app-role", "tenant-column", "tenant-setting", "tenant-claim"):
        for value in said.get(name, ()):
            yield from ("--" + name, value)
    if "clone" in said:
        yield "--clone"


def check_fix(tap, tenantry, server, name, said):
    script = subprocess.run([tenantry, "verify", server.url("case"), "--fix", "--fail-on", "never", *options(said)],
                            capture_output=True, text=True, check=False).stdout
    done = server.psql(script, "case", check=False)
    left = world.codes(world.verify(tenantry, server, "case", *options(said)), level="leak")
    tap.ok(done.returncode == 0 and not left, "%s: gone after --fix" % name, done.stderr, left, script)


def check_file(tap, tenantry, server, name, every):
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        text = file.read()
    said = head(text)
    server.database("case")
    server.psql(text, "case")
    report = world.verify(tenantry, server, "case", *options(said))
    kind, wanted, also = said["expect"][0], set(said["expect"][1:]), set(said.get("also", ()))
    leaks = world.codes(report, level="leak")
    if kind == "leak":
        tap.ok(wanted <= leaks, "%s: %s is found" % (name, ", ".join(sorted(wanted))), leaks, report["unproven"])
    elif kind == "warn":
        tap.ok(wanted <= world.codes(report), "%s: %s is said" % (name, ", ".join(sorted(wanted))), world.codes(report))
    if kind != "leak":
        tap.ok(not leaks - also, "%s: nothing is found that is not there" % name, report["findings"])
    shown = set(said.get("shown", ()))
    if shown:
        tap.ok(shown <= world.codes(report, proof="attack"), "%s: %s is shown" % (name, ", ".join(sorted(shown))),
               report["findings"], report["unproven"])
    if "proven" in said:
        tap.ok(not report["unproven"], "%s: nothing stays unproven" % name, report["unproven"])
    if kind == "leak" and (every or "mend" in said):
        check_fix(tap, tenantry, server, name, said)


def main():
    tenantry, every = sys.argv[1], "--all" in sys.argv
    tap = world.Tap()
    server = world.Server()
    try:
        for name in sorted(os.listdir(FOLDER)):
            check_file(tap, tenantry, server, name, every)
    finally:
        server.stop()
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
