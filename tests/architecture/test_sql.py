#!/usr/bin/env python3
"""SQL is in files, and `tenantry generate` proves it. What cannot go through it stands where docs/sql.md says, with the
reason; a statement in a string anywhere else is a fault."""

import os
import re
import sys

import house

OURS = ("src", "include", "include-raw", "examples")
LIST = "docs/sql.md"
ROW = re.compile(r"^\| `([^`]+)` \| .+ \| .+ \|$", re.MULTILINE)
# How a statement begins, at the beginning of a string or behind another statement.
STATEMENT = re.compile(r"(?:^|;)\s*(?:%s)" % "|".join([
    r"select\s+\S|select$", r"insert\s+into\b", r"update\s+\S+\s+(?:as\s+\S+\s+)?set\b", r"delete\s+from\b", r"merge\s+into\b", r"values\s*\(",
    r"with\s+(?:recursive\s+)?\w+\s*(?:\([^)]*\)\s*)?as\s*(?:not\s+|materialized\s*)*\(", r"truncate\s+\w", r"copy\s+\S+\s+(?:to|from)\b", r"call\s+[\w.]+\(",
    r"do\s+\$", r"declare\s+\w+\s+(?:no\s+scroll\s+)?cursor\b", r"(?:create|alter|drop)\s+(?:or\s+replace\s+)?(?:role|user|table|database|schema|function|policy|"
    r"index|view|type|trigger|extension|sequence|unlogged|temp|unique|materialized)\b", r"grant\s+\S", r"revoke\s+\S",
    r"set\s+(?:local\s+|session\s+)?(?:role\b|[\w.]+\s*(?:=|(?-i:\bTO\b)))", r"reset\s+(?:all|role|session|\w+[._]\w+)\b",
    r"(?:begin|commit|rollback)\s*(?:$|;|transaction\b|work\b|to\b|isolation\b|read\b)", r"savepoint\s+\w", r"(?-i:(?:UN)?LISTEN)\s+[\w*\"]+\s*(?:$|;)",
    r"notify\s+\w+\s*(?:$|,|;)", r"lock\s+table\b", r"(?:vacuum|analyze|discard\s+all|deallocate\s+\w+)\s*(?:$|;)", r"refresh\s+materialized\b",
    r"explain\s+(?:select|\()"]), re.IGNORECASE)


def listed(root):
    return tuple(ROW.findall(house.read(root, LIST)))


def statements(text):
    """The line of each string that is a statement. Adjacent strings are one; comments are none."""
    last_end, last = -1, None
    for found in house.TOKENS.finditer(text):
        if found.group("comment") is not None:
            continue
        content = found.group(0)[1:-1]
        if last is not None and not re.sub(r"/\*.*?\*/|//[^\n]*", "", text[last_end:found.start()], flags=re.DOTALL).strip():
            last_end = found.end()
            continue
        last_end, last = found.end(), content
        if found.group(0).startswith('"') and STATEMENT.search(content):
            yield text.count("\n", 0, found.start()) + 1, content


def sql_faults(root):
    allowed = listed(root)
    for name in house.sources(root, *OURS):
        if name.startswith(allowed):
            continue
        for line, content in statements(house.read(root, name)):
            yield "%s:%d: SQL in a string: write it to a file that `tenantry generate` compiles, or say in %s why it cannot: %s" % (
                name, line, LIST, content[:60])


def idle_rows(root):
    """A row of the list that holds nothing excuses what comes next."""
    for path in listed(root):
        if os.path.exists(os.path.join(root, path)) and not any(list(statements(house.read(root, name))) for name in house.sources(root, *OURS) if name.startswith(path)):
            yield "%s: `%s` holds no SQL" % (LIST, path)


def main():
    tap = house.Tap()
    tap.none("SQL in strings stands only where the documentation says why", sql_faults(house.ROOT))
    tap.none("no row of the list is idle", idle_rows(house.ROOT))

    plant = "src/organization/planted.c"
    for text in ("SELECT id FROM invoice", "select 1", "insert into member (id) values ($1)", "Update invoice SET total = 0", "DELETE FROM session",
                 "MERGE INTO a USING b", "WITH x AS (SELECT 1) SELECT", "SET ROLE postgres", "set local app.x = 1", "COMMIT", "COPY a TO STDOUT",
                 "LISTEN changes", "DROP TABLE a", "ROLLBACK; SELECT 1", "TRUNCATE a", "DO $$ BEGIN END $$", "VALUES (1)", "GRANT a TO b"):
        tap.finds("%s in a string" % text, sql_faults, {plant: 'const char *q = "%s";\n' % text}, plant)
    tap.finds("SQL in an example's C", sql_faults, {"examples/invoicing/planted.c": 'const char *q = "SELECT 1 "\n    "FROM a";\n'}, "planted.c:1")
    tap.finds("an idle row", idle_rows, {LIST: lambda text: text + "\n| `src/mail/` | nothing | no reason |\n"}, "src/mail/")
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
