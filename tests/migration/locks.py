#!/usr/bin/env python3
"""locks.py TENANTRY ROOT: the locks that each kind of generated statement takes on tables that were there before.

Every statement of the golden migrations is run on a database as it was before it, in a transaction of its own, and
pg_locks is read before it ends; of CREATE INDEX CONCURRENTLY while it waits for an older transaction. The table in
docs/migrate.md must be what was measured. REWRITE=1 writes it anew. Prints TAP.
"""
import itertools
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from server import Project, Server, Tap  # noqa: E402

STRENGTH = ["AccessShareLock", "RowShareLock", "RowExclusiveLock", "ShareUpdateExclusiveLock", "ShareLock",
            "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock"]
WORDS = {"AccessShareLock": "nothing", "RowShareLock": "nothing", "RowExclusiveLock": "nothing",
         "ShareUpdateExclusiveLock": "other changes of the table only", "ShareLock": "writes",
         "ShareRowExclusiveLock": "writes", "ExclusiveLock": "writes", "AccessExclusiveLock": "reads and writes"}
LOCKS = "SELECT mode FROM pg_locks WHERE granted AND pid = {pid} AND relation IN (SELECT oid FROM old_table)"
BESIDE, MARK = "CREATE INDEX CONCURRENTLY", "=== locks"
BEGIN, END = "<!-- measured by tests/migration/locks.py -->", "<!-- end -->"

# The statement's words without its names; the first pattern that fits.
KINDS = [
    (r"CREATE (UNIQUE )?INDEX CONCURRENTLY", BESIDE),
    (r"CREATE (UNIQUE )?INDEX", "CREATE INDEX (on a new table)"),
    (r"CREATE TABLE \S+ PARTITION OF", "CREATE TABLE … PARTITION OF"),
    (r"CREATE (UNLOGGED )?TABLE", "CREATE TABLE"),
    (r"CREATE (OR REPLACE )?(MATERIALIZED VIEW|VIEW|FUNCTION|PROCEDURE)", "CREATE {2}"),
    (r"CREATE (TYPE|DOMAIN|SCHEMA|SEQUENCE|TRIGGER|POLICY|RULE|STATISTICS)", "CREATE {1}"),
    (r"ALTER TABLE \S+ ADD CONSTRAINT \S+ .*USING INDEX", "ADD CONSTRAINT … USING INDEX"),
    (r"ALTER TABLE \S+ ADD CONSTRAINT \S+ (FOREIGN KEY|CHECK) .*NOT VALID", "ADD CONSTRAINT … {1} … NOT VALID"),
    (r"ALTER TABLE \S+ ADD CONSTRAINT \S+ (FOREIGN KEY|PRIMARY KEY|CHECK)", "ADD CONSTRAINT … {1} (of a new table)"),
    (r"ALTER TABLE \S+ ADD CONSTRAINT \S+ EXCLUDE", "ADD CONSTRAINT … EXCLUDE"),
    (r"ALTER TABLE \S+ (VALIDATE|DROP|RENAME) CONSTRAINT", "{1} CONSTRAINT"),
    (r"ALTER TABLE \S+ ADD COLUMN .*(GENERATED|gen_random_uuid)", "ADD COLUMN, with a value for each row"),
    (r"ALTER TABLE \S+ (ADD|DROP|RENAME) COLUMN", "{1} COLUMN"),
    (r"ALTER TABLE \S+ (DETACH PARTITION|ATTACH PARTITION|REPLICA IDENTITY|CLUSTER ON)", "{1}"),
    (r"ALTER TABLE \S+ ALTER COLUMN \S+ (SET STATISTICS|ADD GENERATED)", "ALTER COLUMN … {1}"),
    (r"ALTER TABLE \S+ ALTER COLUMN \S+ SET \(", "ALTER COLUMN … SET (n_distinct = …)"),
    (r"ALTER VIEW \S+ ALTER COLUMN", "ALTER VIEW … ALTER COLUMN … SET DEFAULT"),
    (r"ALTER (INDEX|MATERIALIZED VIEW) \S+ ALTER COLUMN", "ALTER {1} … ALTER COLUMN … SET STATISTICS"),
    (r"ALTER STATISTICS", "ALTER STATISTICS"),
    (r"COMMENT ON EXTENSION", "COMMENT ON EXTENSION"),
    (r"SELECT setval", "SELECT setval(…)"),
    (r"ALTER TABLE \S+ ALTER COLUMN \S+ (TYPE|SET DEFAULT|DROP DEFAULT|SET NOT NULL|DROP NOT NULL|SET STORAGE)",
     "ALTER COLUMN … {1}"),
    (r"ALTER TABLE \S+ (ENABLE|FORCE|NO FORCE|DISABLE) ROW", "{1} ROW LEVEL SECURITY"),
    (r"ALTER TABLE \S+ (ENABLE|DISABLE) (TRIGGER|RULE)", "{1} {2}"),
    (r"ALTER (TABLE|VIEW|TYPE|INDEX) \S+ RENAME TO", "ALTER {1} … RENAME TO"),
    (r"ALTER TYPE \S+ (ADD VALUE|RENAME VALUE|ADD ATTRIBUTE)", "ALTER TYPE … {1}"),
    (r"ALTER (POLICY|DOMAIN|SEQUENCE)", "ALTER {1}"),
    (r"DROP (TABLE|MATERIALIZED VIEW|VIEW|INDEX|TYPE|FUNCTION|TRIGGER|RULE|SCHEMA|SEQUENCE|POLICY)", "DROP {1}"),
    (r"(GRANT|REVOKE|UPDATE|COMMENT ON (TABLE|COLUMN|CONSTRAINT|TYPE|VIEW))", "{1}"),
]


def kind_of(statement):
    for pattern, words in KINDS:
        found = re.match(pattern, statement, re.S)
        if found:
            return re.sub(r"\{(\d)\}", lambda group: found[int(group[1])], words)
    return None


def statements_of(text):
    text = re.sub(r"^--.*\n", "", text, flags=re.M)
    parts, quoted = [], ""
    for part in re.split(r"(;\n|\$\w*\$)", text):
        quoted += part
        if part == ";\n" and len(re.findall(r"\$\w*\$", quoted)) % 2 == 0:
            parts.append(quoted.strip().rstrip(";"))
            quoted = ""
    return [part for part in parts if part and part not in ("BEGIN", "COMMIT")]


def built_beside(server, database, statement):
    """The locks of a build that waits for a transaction older than itself."""
    holder = server.holder(database, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM pg_class")
    build = subprocess.Popen(["psql", "-X", "-q", "-d", database, "-c", statement], env=server.environment)
    modes = pid = ""
    while not pid and build.poll() is None:
        pid = server.psql(database, "SELECT pid FROM pg_stat_activity WHERE query LIKE 'CREATE%INDEX CONCURRENTLY%'"
                                    " AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()")
    if pid:
        modes = server.psql(database, LOCKS.format(pid=pid))
    holder.communicate()
    build.wait()
    return modes


def taken(server, database, statements):
    """The locks of each, at the end of a transaction of its own."""
    text = "".join(f"BEGIN;\n{statement};\n\\echo {MARK}\n{LOCKS.format(pid='pg_backend_pid()')};\nCOMMIT;\n" for statement in statements)
    return server.psql(database, text, role="tenantry_owner").split(MARK)[1:]


def measure(server, tenantry, root, folder, case, found, unknown):
    place = os.path.join(root, "tests/golden/migrations/written", case)
    project = Project(server, tenantry, os.path.join(folder, case))
    os.mkdir(os.path.join(project.folder, "migrations"))
    with open(os.path.join(place, "before.sql"), encoding="utf-8") as source, \
            open(os.path.join(project.folder, "migrations", "0001_before.sql"), "w", encoding="utf-8") as file:
        file.write(source.read())
    server.psql("postgres", f"CREATE DATABASE {case}")
    status, said = project.apply(case)
    if status:
        sys.exit(said)
    server.psql(case, "CREATE TABLE old_table AS SELECT oid FROM pg_class WHERE relkind IN ('r', 'p', 'm')"
                      " AND relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace);"
                      f"GRANT SELECT ON old_table TO tenantry_owner; GRANT CREATE ON DATABASE {case} TO tenantry_owner")
    with open(os.path.join(place, "expected.sql"), encoding="utf-8") as file:
        statements = statements_of(file.read())
    unknown += [statement for statement in statements if not kind_of(statement)]
    for alone, group in itertools.groupby(filter(kind_of, statements), key=lambda text: kind_of(text) == BESIDE):
        group = list(group)
        modes = [built_beside(server, case, statement) for statement in group] if alone else taken(server, case, group)
        for statement, each in zip(group, modes, strict=True):
            strongest = max([STRENGTH.index(mode) for mode in each.split() if mode in STRENGTH], default=-1)
            found[kind_of(statement)] = max(found.get(kind_of(statement), -1), strongest)


def table(found):
    lines = ["| lock | meanwhile wait | statements |", "|---|---|---|"]
    for strength in range(len(STRENGTH) - 1, -2, -1):
        kinds = sorted(kind for kind, strongest in found.items() if strongest == strength)
        mode = STRENGTH[strength] if strength >= 0 else ""
        name = re.sub(r"(?<!^)([A-Z])", r" \1", mode[:-4]).upper() if mode else "none"
        if kinds:
            lines.append(f"| {name} | {WORDS.get(mode, 'nothing')} | {'; '.join(f'`{kind}`' for kind in kinds)} |")
    return "\n".join(lines)


def main():
    tenantry, root = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    tap, found, unknown = Tap(), {}, []
    with Server() as server, tempfile.TemporaryDirectory(prefix="tenantry-locks-") as folder:
        server.psql("postgres", "CREATE ROLE reporting")
        for case in sorted(os.listdir(os.path.join(root, "tests/golden/migrations/written"))):
            measure(server, tenantry, root, folder, case, found, unknown)
    path = os.path.join(root, "docs/migrate.md")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    wanted = re.sub(re.escape(BEGIN) + r".*?" + re.escape(END), lambda _: f"{BEGIN}\n{table(found)}\n{END}", text, flags=re.S)
    if os.environ.get("REWRITE"):
        with open(path, "w", encoding="utf-8") as file:
            file.write(wanted)
    tap.result(not unknown, "each golden statement is of a kind that the table has", *unknown)
    tap.result(BEGIN in text and wanted == text, "docs/migrate.md tells the locks that are taken", table(found))
    sys.exit(tap.done())


main()
