#!/usr/bin/env python3
"""own.py GENERATE: the statements of tenants' data that stand in C are, word for word, what is generated of their
author's text in sql/runtime. Prints TAP."""
import os
import re
import sys

from corpus import HERE, Tap
from worlds import Cluster, report

ROOT = os.path.dirname(os.path.dirname(HERE))
PLACES = {"bump": "src/tenant/bump.c", "versions": "src/tenant/versions.c"}


def text_in(path):
    """What stands behind `.text =`, its strings put together."""
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        strings = re.search(r'\.text =\s*((?:"(?:\\.|[^"\\])*"\s*)+)', file.read())[1]
    return "".join(re.sub(r"\\(.)", r"\1", part) for part in re.findall(r'"((?:\\.|[^"\\])*)"', strings))


def main():
    generate, = sys.argv[1:]
    tap, cluster = Tap(), Cluster()
    try:
        lines = report(generate, cluster, os.path.join(ROOT, "sql/tenant.conf"), [os.path.join(ROOT, "sql/runtime/versions.sql")])
    finally:
        cluster.stop()
    for name, path in PLACES.items():
        wanted = " ".join((lines[name]["rewritten"] or lines[name]["message"]).split())
        tap.result(text_in(path) == wanted, "%s holds what is generated of %s" % (path, name), [wanted, text_in(path)])
    tap.result(lines.keys() == PLACES.keys(), "each query of that file has its place", [list(lines)])
    sys.exit(tap.done())


if __name__ == "__main__":
    main()
