#!/usr/bin/env python3
"""metadata.py GENERATE: what the route cache is told of each query.

metadata/queries.sql says in a `note` which tables are read and written, whether it counts as a write and whether it
reads the clock."""

import json
import os
import re
import subprocess
import sys

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "metadata")


def expectation(note):
    wanted = {"read": [], "written": [], "writes": False, "reads_clock": False}
    for part in note.split(";"):
        word, *tables = part.split()
        if word == "reads":
            wanted["read"] = sorted("public." + table for table in tables)
        elif word == "writes":
            wanted["written"] = sorted("public." + table for table in tables)
        elif word == "writing":
            wanted["writes"] = True
        elif word == "clock":
            wanted["reads_clock"] = True
        else:
            raise ValueError(note)
    return wanted


def main():
    generate = sys.argv[1]
    files = [os.path.join(HERE, name) for name in ("tenantry.conf", "queries.sql")]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    done = subprocess.run([generate, "--report", *files], stdout=subprocess.PIPE, env=environment, text=True, check=False)
    got = {}
    for line in done.stdout.splitlines():
        report = json.loads(line)
        got[report["name"]] = {"read": report["relations"]["read"], "written": report["relations"]["written"],
                               "writes": report["writes"], "reads_clock": report["reads_clock"]}
        if report["verdict"] == "reject":
            got[report["name"]] = report["message"]
    with open(files[1], encoding="utf-8") as file:
        wanted = {name: expectation(note)
                  for name, note in re.findall(r"^-- name: (\w+).*\n(?:-- doc.*\n)?-- note: (.*)$", file.read(), re.M)}
    failed = 0
    for count, (name, want) in enumerate(wanted.items(), 1):
        good = got.get(name) == want
        failed += not good
        print("%s %d - %s" % ("ok" if good else "not ok", count, name.replace("_", " ")))
        if not good:
            print("# wanted %s\n# got    %s" % (want, got.get(name)))
    print("1..%d" % len(wanted))
    return 1 if failed or not wanted else 0


if __name__ == "__main__":
    sys.exit(main())
