#!/usr/bin/env python3
"""What no source file does: banned calls, SQL of the tenant setting, markup by printf, length, machine paths."""

import re
import sys

import house

LINES_MAX = 600
OURS = ("src", "include", "include-raw", "examples")

# name: why, and what instead
BANNED = {
    "strcpy": "unbounded", "strcat": "unbounded", "sprintf": "unbounded", "vsprintf": "unbounded",
    "gets": "unbounded", "strncpy": "leaves text without its end", "strtok": "keeps hidden state",
    "atoi": "cannot say that it failed", "atol": "cannot say that it failed", "atoll": "cannot say that it failed",
    "system": "runs a shell", "popen": "runs a shell", "mktemp": "races", "tmpnam": "races", "alloca": "unbounded stack",
    "setjmp": "STYLE: no setjmp", "longjmp": "STYLE: no setjmp", "sigsetjmp": "STYLE: no setjmp",
    "siglongjmp": "STYLE: no setjmp",
    "PQescapeString": "values are bind parameters", "PQescapeLiteral": "values are bind parameters",
}
# Some of the language's statements take no parameters (CREATE ROLE … PASSWORD): one place quotes for them.
BANNED_BUT = {("src/postgres/direct.c", "PQescapeLiteral")}
CALL = re.compile(r"(?<![\w.>])(%s)\s*\(" % "|".join(sorted(BANNED)))
# cmocka writes "not ok 1 # SKIP" for it, which meson takes for a failure: who cannot try a test leaves it out of the list.
SKIP = re.compile(r"(?<![\w.>])skip\s*\(\s*\)")
GOTO = re.compile(r"\bgoto\b")
EXIT = re.compile(r"(?<![\w.>])(exit|quick_exit)\s*\(")
SETTING = re.compile(r"\bset_config\s*\((?!'(?:statement|lock)_timeout')|\bSET\s+(LOCAL\s+|SESSION\s+)?(\\?\")?app\.", re.IGNORECASE)
MARKUP = re.compile(r"</?[a-z][a-z0-9]*[\s>/]|</?[a-z]+$")
CONVERSION = re.compile(r"%[-+ #0]*[\d*]*(\.[\d*]+)?(hh|h|ll|l|z|j|t|L)?[diouxXeEfgGcsp]")

# The generator of pages writes C that writes markup; html owns the appenders. Elsewhere a page is a file.
MARKUP_ALLOWED = ("src/html/", "src/generator/", "src/pages/")


def main_files(name):
    """Programs may end themselves; layers below may not."""
    return name.startswith("src/programs/") or name.endswith("/main.c") or "/scripts/" in name


def banned_faults(root):
    for name in house.sources(root, *OURS):
        code = house.without_strings(house.read(root, name))
        for found in CALL.finditer(code):
            if (name, found.group(1)) in BANNED_BUT:
                continue
            yield "%s:%d: %s: %s" % (name, house.line_of(code, found.start()), found.group(1), BANNED[found.group(1)])
        for found in GOTO.finditer(code):
            yield "%s:%d: goto" % (name, house.line_of(code, found.start()))
        if main_files(name):
            continue
        for found in EXIT.finditer(code):
            yield "%s:%d: %s outside main" % (name, house.line_of(code, found.start()), found.group(1))


def skip_faults(root):
    for name in house.sources(root, "tests"):
        code = house.without_strings(house.read(root, name))
        for found in SKIP.finditer(code):
            yield "%s:%d: skip: it is a failure in TAP" % (name, house.line_of(code, found.start()))


# Who opens handles: memberships where the database has just confirmed them, and databases where a request or
# the demonstration data has such a membership. Nobody else can get at one organization's rows.
MINTS = {
    "membership_open": ("src/tenant/", "src/context/resolver.c"),
    "membership_hold": ("src/tenant/", "src/organization/change.c", "src/organization/life.c"),
    "tenant_db_open": ("src/tenant/", "src/server/organization.c", "src/server/demo.c"),
    "handle_open": ("src/tenant/", "src/raw/"),
    # By an id, before anybody's membership is known: for nothing but numbers.
    "versions_read": ("src/tenant/", "src/server/cached_page.c"),
    "identity_open": ("src/tenant/", "src/context/", "src/server/"),
}
MINT = re.compile(r"(?<![\w.>])(%s)\s*\(" % "|".join(sorted(MINTS)))


def mint_faults(root):
    for name in house.sources(root, *OURS):
        code = house.without_strings(house.read(root, name))
        for found in MINT.finditer(code):
            if not name.startswith(MINTS[found.group(1)]):
                yield "%s:%d: %s: handles are opened from a membership that was just verified, not here" % (
                    name, house.line_of(code, found.start()), found.group(1))


# The verifier attacks databases of others, whose settings have other names; it is linked into no server.
SETTING_ALLOWED = ("src/verifier/", "src/programs/tenantry_verify.c")


def setting_faults(root):
    """The tenant setting is written in sql/ alone, by tenantry.enter."""
    for name in house.sources(root, *OURS, ends=(".c", ".h", ".html", ".sql", ".py")):
        if name.startswith(SETTING_ALLOWED):
            continue
        text = house.read(root, name)
        found = [(house.line_of(text, hit.start()), hit.group(0)) for hit in SETTING.finditer(text)] \
            if not name.endswith((".c", ".h")) else \
            [(line, content) for line, content in house.strings(text) if SETTING.search(content)]
        for line, content in found:
            yield "%s:%d: the tenant setting is set in sql/ only: %s" % (name, line, content.strip()[:60])


def markup_faults(root):
    """Markup with a printf conversion in it: nothing escapes what goes in there."""
    for name in house.sources(root, *OURS, ends=(".c",)):
        if name.startswith(MARKUP_ALLOWED):
            continue
        for line, content in house.strings(house.read(root, name)):
            if MARKUP.search(content) and CONVERSION.search(content):
                yield "%s:%d: markup by printf, escaped by nobody: %s" % (name, line, content[:60])


def length_faults(root):
    for name in house.files(root):
        if name.endswith((".c", ".h", ".py", ".sh", ".js", ".css", ".sql", ".html")):
            count = house.read(root, name).count("\n")
            if count > LINES_MAX:
                yield "%s: %d lines; at 500 look for the second idea (limit %d)" % (name, count, LINES_MAX)


# Written apart, so that this file is not its own fault.
PLACES = re.compile("|".join([
    r"(?<![\w.-])/" + r"work/\w", r"(?<![\w.-])/" + r"root/\w", r"(?<![\w.-])/" + r"home/\w",
    r"https?://[a-z.-]*(?:npmjs|" + r"pypi|pythonhosted|debian)[a-z]*\.(?:org|com)",
    r"\bregistry\." + r"npmjs\b", r"\bproxy\." + r"golang\b"]))


def place_faults(root):
    for name in house.files(root):
        for number, line in enumerate(house.read(root, name).splitlines(), 1):
            found = PLACES.search(line)
            if found:
                yield "%s:%d: a place of one machine, or a registry: %s" % (name, number, found.group(0))


def main():
    tap = house.Tap()
    tap.none("no banned call, no goto, no exit outside main", banned_faults(house.ROOT))
    tap.none("no test calls cmocka's skip", skip_faults(house.ROOT))
    tap.none("the tenant setting is set in sql/ only", setting_faults(house.ROOT))
    tap.none("no markup by printf", markup_faults(house.ROOT))
    tap.none("no file above %d lines" % LINES_MAX, length_faults(house.ROOT))
    tap.none("no path of a machine, no registry's host", place_faults(house.ROOT))

    tap.none("handles are opened only where a membership was verified", mint_faults(house.ROOT))

    plant = "src/server/planted.c"
    for mint in sorted(MINTS):
        tap.finds("%s where nothing was verified" % mint, mint_faults,
                  {"src/account/planted.c": "void f(void) { %s(1); }\n" % mint}, mint)
    calls = sorted(BANNED)
    tap.finds("each banned call", banned_faults,
              {plant: "".join("void f%d(void) { %s (a, b); }\n" % each for each in enumerate(calls))},
              *["%s:%d: %s:" % (plant, line, call) for line, call in enumerate(calls, 1)])
    tap.finds("goto", banned_faults, {plant: "void f(void) { goto out; }\n"}, "goto")
    tap.finds("exit in a layer", banned_faults, {plant: "void f(void) { exit(1); }\n"}, "exit outside main")
    tap.finds("cmocka's skip", skip_faults, {"tests/unit/base/planted.c": "void f(void) { skip(); }\n"}, "planted.c:1: skip")
    tap.finds("set_config in C", setting_faults,
              {plant: 'const char *q = "select set_config(\'app.org_id\', $1, true)";\n'}, plant)
    tap.finds("SET LOCAL in C", setting_faults, {plant: 'const char *q = "SET LOCAL app.org_id = 1";\n'}, plant)
    tap.finds("set_config in an example's query", setting_faults,
              {"examples/invoicing/queries/planted.sql": "select set_config('app.org_id', 'x', true);\n"}, "planted.sql")
    tap.finds("markup by printf", markup_faults, {plant: 'void f(void) { p("<b>%s</b>", name); }\n'}, plant)
    tap.finds("a file that is too long", length_faults, {plant: "\n" * (LINES_MAX + 1)}, plant)
    tap.finds("a machine's path", place_faults, {"docs/planted.md": "see /" + "work/main/x\n"}, "docs/planted.md")
    tap.finds("a registry's host", place_faults,
              {"docs/planted.md": "https://registry." + "npmjs.org/x\n"}, "docs/planted.md")
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
