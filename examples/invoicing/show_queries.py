#!/usr/bin/env python3
"""Turn what `tenantry generate` reports of the queries into a table for the isolation page.

    show_queries.py REPORT OUT
"""
import json
import sys


def literal(text):
    lines = text.split("\n")
    return "\n        ".join(json.dumps(line + ("\n" if line is not lines[-1] else ""), ensure_ascii=False) for line in lines)


report, out = sys.argv[1:]
entries = ""
with open(report, encoding="utf-8") as lines:
    for query in map(json.loads, lines):
        if query["verdict"] == "scoped":
            entries += '    { "%s",\n        %s },\n' % (query["name"], literal(query["rewritten"]))

with open(out, "w", encoding="utf-8") as file:
    file.write("""/* Made from the generator's report by show_queries.py. */
#pragma once

#include "isolation.h"


static const struct shown_query shown_queries[] = {
%s};
""" % entries)
