#!/usr/bin/env python3
"""One definition: every line of definitions/ is documented, has a name of its own, and a test or a use."""

import importlib.machinery
import importlib.util
import os
import re
import sys

import house


def load_tool():
    path = os.path.join(house.ROOT, "tools", "document-definitions")
    loader = importlib.machinery.SourceFileLoader("document_definitions", path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("document_definitions", loader))
    # The tool's folder is not one for compiled Python.
    sys.dont_write_bytecode = True
    loader.exec_module(module)
    return module


TOOL = load_tool()


def page_faults(root):
    yield from TOOL.stale_pages(root)


def error_faults(root):
    """Names and types are used once, statuses exist, sentences are sentences."""
    names, types = set(), set()
    for name, status, kind, sentence in TOOL.definitions(house.read(root, "definitions/errors.def"), "ERROR"):
        if name in names or kind in types:
            yield "errors.def: %s (%s) is there twice" % (name, kind)
        names.add(name)
        types.add(kind)
        if not re.fullmatch(r"[45]\d\d", status):
            yield "errors.def: %s: %s is no status of a failure" % (name, status)
        if not re.fullmatch(r"[a-z]+(-[a-z]+)*", kind):
            yield "errors.def: %s: the type %s is not words with -" % (name, kind)
        if not sentence.endswith((".", "?", "!")):
            yield "errors.def: %s: what a client reads is no sentence" % name


def setting_faults(root):
    names = set()
    for name, kind, default, _, help_text in TOOL.definitions(house.read(root, "definitions/settings.def"), "SETTING"):
        if name in names:
            yield "settings.def: %s is there twice" % name
        names.add(name)
        if kind in ("COUNT", "SECONDS", "MS") and not default.isdigit():
            yield "settings.def: %s: the default %r is no number" % (name, default)
        if not help_text.endswith("."):
            yield "settings.def: %s: what it does is no sentence" % name


def metric_faults(root):
    """Named once; as many label sets as are said; somebody counts each."""
    text = house.read(root, "definitions/metrics.def")
    sets = {}
    for name, count, texts in TOOL.definitions(text, "METRIC_LABELS"):
        sets[name] = int(count)
        if len(texts.split("|")) != int(count):
            yield "metrics.def: %s: %s label sets are said, %d are there" % (name, count, len(texts.split("|")))
    code = "".join(house.read(root, name) for name in house.sources(root, "src", ends=(".c",)))
    names, families = set(), set()
    for name, kind, family, labels, help_text in TOOL.definitions(text, "METRIC"):
        if name in names or family in families:
            yield "metrics.def: %s (%s) is there twice" % (name, family)
        names.add(name)
        families.add(family)
        if kind not in ("COUNTER", "GAUGE", "SECONDS") or labels not in sets:
            yield "metrics.def: %s: %s, %s" % (name, kind, labels)
        if not re.search(r"\bMETRIC_%s\b" % name, code):
            yield "metrics.def: %s: nobody counts it" % name
        if not help_text.endswith("."):
            yield "metrics.def: %s: what it tells is no sentence" % name


def finding_faults(root):
    """Each finding is planted in a database by a test, which runs its mend."""
    tests = house.read(root, "tests/database/test_catalogue.c")
    for name, code, level, start, _, mend in TOOL.definitions(house.read(root, "definitions/findings.def"), "FINDING"):
        if level not in ("LEAK", "WARN") or start not in ("REFUSES", "ALLOWS"):
            yield "findings.def: %s: %s, %s" % (name, level, start)
        if not re.fullmatch(r"[a-z]+(-[a-z]+)*", code) or not mend:
            yield "findings.def: %s: a code is words with -, and every fault has its mend" % name
        if not re.search(r"\bFINDING_%s\b" % name, tests):
            yield "findings.def: %s: tests/database/test_catalogue.c does not plant it" % name


# These say that tenantry itself is at fault; tests/unit/generator makes them happen, or mutants do.
OWN_FAULTS = ("dependency", "prover", "splice")


def rejection_faults(root):
    """Each reason has a sentence and a mend, is used, and is shown by a query that is refused for it."""
    refused = house.read(root, "tests/golden/queries/refused/errors.txt")
    folder = os.path.join(root, "src/generator")
    code = "".join(house.read(root, "src/generator/" + name) for name in sorted(os.listdir(folder)))
    known = set()
    for reason, when, mend in TOOL.definitions(house.read(root, "definitions/rejections.def"), "REJECTION"):
        if reason in known:
            yield "rejections.def: %s is there twice" % reason
        known.add(reason)
        if not when.endswith((".", "values of every organization.")) or not mend:
            yield "rejections.def: %s: when is no sentence, or there is no mend" % reason
        if '"%s"' % reason not in code:
            yield "rejections.def: %s: nothing is refused for it" % reason
        if reason not in OWN_FAULTS and "[%s]" % reason not in refused:
            yield "rejections.def: %s: tests/golden/queries/refused does not show it" % reason
    for reason in re.findall(r'\breject\(\s*[^,]+,\s*[^,]+,\s*"([a-z-]+)"|walk_reject\(\s*[^,]+,\s*"([a-z-]+)"', code):
        if (reason[0] or reason[1]) not in known:
            yield "rejections.def: %s is missing" % (reason[0] or reason[1])


def main():
    tap = house.Tap()
    tap.none("the pages of docs/ are what definitions/ says", page_faults(house.ROOT))
    tap.none("findings have a level, a mend and a test", finding_faults(house.ROOT))
    tap.none("errors are named once, with a status and a sentence", error_faults(house.ROOT))
    tap.none("settings are named once, with a default and a sentence", setting_faults(house.ROOT))

    tap.none("metrics are named once, with their labels, and counted", metric_faults(house.ROOT))

    tap.none("reasons of rejections have a mend, a use and an example", rejection_faults(house.ROOT))

    def append(line):
        return lambda text: text + line + "\n"

    errors, settings = "definitions/errors.def", "definitions/settings.def"
    tap.finds("an error that is not documented", page_faults,
              {errors: append('ERROR(PLANTED, 400, "planted", "Planted.")')}, "docs/errors.md")
    tap.finds("a setting that is not documented", page_faults,
              {settings: append('SETTING(planted, COUNT, "1", "N", "Planted.")')}, "docs/settings.md")
    tap.finds("a table that has no page", page_faults, {"definitions/planted.def": "\n"}, "definitions/planted.def")
    tap.finds("an error that is there twice", error_faults,
              {errors: append('ERROR(INTERNAL, 500, "internal", "Twice.")')}, "INTERNAL")
    tap.finds("a status of success", error_faults,
              {errors: append('ERROR(PLANTED, 200, "planted", "Planted.")')}, "200")
    tap.finds("a finding that no test plants", finding_faults,
              {"definitions/findings.def": append('FINDING(PLANTED, "planted", LEAK, REFUSES, "Planted", "ALTER")')},
              "PLANTED")
    tap.finds("a reason that nothing is refused for", rejection_faults,
              {"definitions/rejections.def": append('REJECTION("planted", "Planted.", "Remove it.")')}, "planted")
    tap.finds("a reason without a definition", rejection_faults,
              {"src/generator/scope.c": append('int x = walk_reject(walk, "planted", 0, "Planted");')}, "planted")
    tap.finds("a metric that nobody counts", metric_faults,
              {"definitions/metrics.def": append('METRIC(PLANTED, COUNTER, "planted", NONE, "Planted.")')}, "PLANTED")
    tap.finds("a default that is no number", setting_faults,
              {settings: append('SETTING(planted, COUNT, "many", "N", "Planted.")')}, "many")
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
