#!/usr/bin/env python3
"""regress.py COMPILE PROVE FOLDER [FILE…]: PostgreSQL's own regression suite through rewriter, prover and oracle.

FOLDER is src/test/regress of PostgreSQL 15's source; nothing of it is ours. Its files run statement by statement in two
databases: in `one` as they stand, where organization 1 is alone; in `both`, whose tables hold rows of organization 2
besides, scoped. Every table gets a column organization_id, every unique index too. What the harness changes: an INSERT
without columns gets them, TEMP goes, transactions are not begun, and what no scoping can mend is left out (triggers,
rules, policies, other roles). Prints a table by reason, and what prover or oracle refute.
"""
import collections
import json
import os
import re
import subprocess
import sys
import tempfile

import psycopg2

from worlds import Cluster, Prover, mutants

FILES = ["select", "join", "subselect", "with", "union", "insert_conflict", "merge", "rowsecurity"]
SETUP = ["test_setup", "create_misc", "create_index"]
COLUMN = "organization_id"
QUERY = re.compile(r"(?is)^\s*\(*\s*(select|insert|update|delete|merge|with|values|table)\b")
INSERT = re.compile(r"(?is)\binsert\s+into\s+(?P<table>(?:\"[^\"]+\"|[\w.])+)(?:\s+as\s+\w+)?(?=\s+(values|select|with|table|overriding|\("
                    r"\s*(?:select|values))\b)|\bthen\s+insert\b(?=\s+(values|overriding)\b)")
CLOCK = re.compile(r"(?i)\b(now|random|current_timestamp|clock_timestamp|statement_timestamp|timeofday)\b")
LEFT_OUT = re.compile(r"(?is)^\s*(begin|start|commit|end|rollback|abort|savepoint|release|create (or replace )?(rule|policy"
                      r"|(constraint )?trigger|user|role|event|group)|drop (policy|user|role|rule|trigger|group|owned)|alter policy"
                      r"|set (session|local|role|constraints|transaction)|reset (session|role)|grant|revoke|vacuum|copy"
                      r"|listen|notify|unlisten|declare|fetch|close|move|lock|alter (default|user|role)|security|checkpoint"
                      r"|prepare|execute|deallocate|discard|alter table .*(row level security|owner to)|alter view .*owner"
                      r"|create database|reassign|create (unlogged )?table \S* of|comment on)")


def split(text):
    """Statements, without psql's own lines."""
    text = re.sub(r"(?m)^\\[^\n]*\n", "", text)
    text = re.sub(r"(?s)\\\.\n", "", text)
    pattern = re.compile(r"""(?s)--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|"[^"]*"|\$(\w*)\$.*?\$\1\$|;|\\\w+[^\n]*""")
    start, statements = 0, []
    for match in pattern.finditer(text):
        if match[0] == ";" or match[0].startswith("\\"):
            statement = text[start:match.start()].strip()
            if statement:
                statements.append(statement)
            start = match.end()
    return statements


def without_comments(statement):
    return re.sub(r"(?s)--[^\n]*\n?|/\*.*?\*/", " ", statement).strip()


class Bench:
    """The two databases of one file."""

    def __init__(self, cluster, name, template):
        self.cluster = cluster
        self.connections = {}
        admin = cluster.connect()
        for world in ("one", "both"):
            database = "%s_%s" % (name, world)
            with admin.cursor() as cursor:
                cursor.execute('CREATE DATABASE "%s" TEMPLATE "%s"' % (database, template))
            self.connections[world] = cluster.connect(database)
            self.run(world, "SET statement_timeout = '4s'; SET client_min_messages = error; SET default_tablespace = ''")
        admin.close()
        self.database = "%s_both" % name
        self.tables = set()
        self.number = 0
        self.path = None
        self.big = set()
        self.adopt()
        self.big = {table for table in self.tables if self.rows("one", "SELECT count(*) > 500 FROM %s" % table)[0][0]}

    def run(self, world, sql, values=None):
        """Rows or None; and the error."""
        with self.connections[world].cursor() as cursor:
            try:
                cursor.execute(sql, values)
                return (cursor.fetchall() if cursor.description else None, bool(cursor.description),
                        cursor.rowcount), None
            except psycopg2.Error as error:
                return None, error

    def rows(self, world, sql, values=None):
        answer, error = self.run(world, sql, values)
        if error:
            raise error
        return answer[0]

    # --- the schema

    def adopt(self):
        """Give new tables their column, new unique indexes too, and fill the other organization."""
        for world in ("one", "both"):
            for (table,) in self.rows(world, """
                    SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.reloftype = 0
                     AND c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)' AND NOT c.relispartition
                     AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = %s
                                     AND NOT a.attisdropped)
                     ORDER BY EXISTS (SELECT FROM pg_inherits WHERE inhrelid = c.oid), c.oid""", [COLUMN]):
                self.run(world, "ALTER TABLE %s ADD COLUMN IF NOT EXISTS %s int NOT NULL DEFAULT 1" % (table, COLUMN))
        for table, in self.rows("both", "SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r', 'p')"
                                " AND relnamespace::regnamespace::text !~ '^(pg_|information_schema)'"):
            self.run("both", "ALTER TABLE %s ALTER %s DROP DEFAULT" % (table, COLUMN))
            self.run("one", "ALTER TABLE %s ALTER %s SET DEFAULT 1" % (table, COLUMN))
        self.widen_unique()
        fresh = {table for (table,) in self.rows("both", """
            SELECT c.oid::regclass::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = %s
             WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition""", [COLUMN])}
        fresh &= {table for (table,) in self.rows("one", "SELECT oid::regclass::text FROM pg_class")}
        for table in sorted(fresh - self.tables):
            self.fill(table)
        self.tables = fresh

    def widen_unique(self):
        """Each unique index of `both` gets the column."""
        for constraint, table, definition in self.rows("both", """
                SELECT conname, conrelid::regclass::text, pg_get_constraintdef(o.oid) FROM pg_constraint o
                 JOIN pg_class c ON c.oid = conrelid WHERE contype IN ('u', 'p') AND NOT c.relispartition
                 AND o.coninhcount = 0 AND connamespace::regnamespace::text !~ '^pg_'
                 AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = conrelid AND a.attname = %s
                                 AND a.attnum = ANY (conkey))""", [COLUMN]):
            wide = re.sub(r"\(([^)]*)\)", r"(\1, %s)" % COLUMN, definition, count=1)
            self.run("both", 'BEGIN; ALTER TABLE %s DROP CONSTRAINT "%s" CASCADE; ALTER TABLE %s ADD CONSTRAINT "%s" %s; COMMIT'
                     % (table, constraint, table, constraint, wide))
            self.run("both", "ROLLBACK")
        for index, definition in self.rows("both", """
                SELECT x.indexrelid::regclass::text, pg_get_indexdef(x.indexrelid) FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid
                 WHERE x.indisunique AND NOT c.relispartition AND c.relnamespace::regnamespace::text !~ '^pg_'
                 AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = x.indexrelid)
                 AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = x.indrelid AND a.attname = %s
                                 AND a.attnum = ANY (x.indkey::int2[]))""", [COLUMN]):
            wide = re.sub(r"(USING \w+ \()", r"\1%s, " % COLUMN, definition, count=1)
            self.run("both", "BEGIN; DROP INDEX %s; %s; COMMIT" % (index, wide))
            self.run("both", "ROLLBACK")

    def fill(self, table):
        """The rows of organization 1 as in `one`, and two thirds of them for organization 2."""
        columns = [row[0] for row in self.rows("both", """
            SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
             AND attgenerated = '' ORDER BY attnum""", [table])]
        names = ", ".join(columns)
        with tempfile.TemporaryFile("w+") as file:
            try:
                with self.connections["one"].cursor() as cursor:
                    cursor.copy_expert("COPY (SELECT %s FROM ONLY %s) TO STDOUT" % (names, table)
                                       if not self.is_partitioned("one", table)
                                       else "COPY (SELECT %s FROM %s) TO STDOUT" % (names, table), file)
                file.seek(0)
                self.run("both", "SET session_replication_role = replica")
                only = "" if self.is_partitioned("both", table) else "ONLY "
                self.run("both", "DELETE FROM %s%s" % (only, table))
                with self.connections["both"].cursor() as cursor:
                    cursor.copy_expert("COPY %s (%s) FROM STDIN" % (table, names), file)
            except psycopg2.Error as error:
                print("# %s was not filled: %s" % (table, str(error).splitlines()[0]))
        other = ", ".join("2" if column == COLUMN else column for column in columns)
        self.run("both", "INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM %s%s x WHERE %s = 1"
                 " AND hashtext(x::text) %% 3 <> 0" % (table, names, other, only, table, COLUMN))
        self.run("both", "SET session_replication_role = origin")

    def is_partitioned(self, world, table):
        return self.rows(world, "SELECT relkind = 'p' FROM pg_class WHERE oid = %s::regclass", [table])[0][0]

    def define(self, statement):
        """A statement that is no query, in both."""
        statement = re.sub(r"(?i)\b(create\s+(?:or\s+replace\s+)?)(?:local\s+|global\s+)?(?:temp|temporary|unlogged)\s+", r"\1",
                           statement)
        statement = re.sub(r"(?i)\son commit (drop|delete rows|preserve rows)", "", statement)
        statement = self.without_keys(statement)
        self.run("one", statement)
        self.run("both", self.widened(statement))
        if re.match(r"(?i)(set|reset)\b", statement):
            self.path = self.rows("one", "SHOW search_path")[0][0]
        else:
            self.adopt()
            self.agree(statement)

    @staticmethod
    def without_keys(statement):
        """Foreign keys go: one between tables of an organization would need its column."""
        if re.match(r"(?is)(create|alter)\s+table", statement):
            statement = re.sub(r"(?is)(,\s*)?\b(constraint\s+\w+\s+)?foreign\s+key\s*\([^)]*\)", " ", statement)
            return re.sub(r"(?is)\sreferences\s+[\w.]+\s*(\([^)]*\))?"
                          r"(\s+on\s+(delete|update)\s+(cascade|restrict|set null|no action))*", " ", statement)
        return statement

    @staticmethod
    def widened(statement):
        """As it is to stand in `both`: unique with the organization."""
        if re.match(r"(?is)alter\s+table", statement):
            return re.sub(r"(?is)\b(unique|primary key)\s*\(([^)]*)\)", r"\1 (\2, %s)" % COLUMN, statement)
        if re.match(r"(?is)create\s+unique\s+index", statement):
            return re.sub(r"(?is)(\son\s+[\w.]+\s*(?:using\s+\w+\s*)?)\(", r"\1(%s, " % COLUMN, statement, count=1)
        return statement

    def near(self, statement):
        """The tables that a statement may have changed: not the big ones that it does not name."""
        return [table for table in sorted(self.tables) if table not in self.big or table in statement.lower()]

    def agree(self, statement):
        """What was run in `one` alone, or by functions, is brought over."""
        for table in self.near(statement):
            if self.state("both", table, 1) != self.state("one", table, 1):
                self.fill(table)

    # --- one query

    def columns(self, table):
        try:
            return [row[0] for row in self.rows("one", """
                SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0
                 AND NOT attisdropped AND attname <> %s AND attgenerated = '' ORDER BY attnum""", [table, COLUMN])]
        except psycopg2.Error:
            return []

    def with_columns(self, statement):
        """An INSERT without columns gets them: as many as PostgreSQL finds values for."""
        for match in reversed(list(INSERT.finditer(statement))):
            table = match["table"]
            if not table:
                merged = re.search(r"(?is)\bmerge\s+into\s+(?:only\s+)?((?:\"[^\"]+\"|[\w.])+)", statement)
                table = merged[1] if merged else ""
            columns = self.columns(table) if table else []
            for count in range(len(columns), 0, -1):
                text = "%s (%s) %s" % (statement[:match.end()], ", ".join(columns[:count]), statement[match.end():])
                error = self.prepared("one", text)
                if error is None or error.pgcode != "42601":
                    statement = statement if error and error.pgcode == "42601" else text
                    break
        return statement

    def prepared(self, world, text, types=""):
        answer, error = self.run(world, "PREPARE query %s AS %s" % (types, text))
        if not error:
            self.run(world, "DEALLOCATE query")
        return error

    def finds_arbiters(self, world, text):
        """ON CONFLICT with columns that no index has is found out by a plan, and not by PREPARE."""
        if not re.search(r"(?i)on\s+conflict\s*\(", text):
            return True
        _, error = self.run(world, "EXPLAIN " + text)
        return not error or error.pgcode != "42P10"

    def vouched(self):
        """Functions that touch no table."""
        return [row[0] for row in self.rows("both", r"""
            SELECT DISTINCT n.nspname || '.' || p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
             JOIN pg_language l ON l.oid = p.prolang WHERE n.nspname !~ '^(pg_|information_schema)'
             AND (l.lanname = 'c' OR p.prosrc !~* '\y(from|insert|update|delete|execute|perform)\y') ORDER BY 1""")]

    def execute(self, world, text, organization, types):
        """What it answers, and what the organization's tables hold then; committed."""
        if types:
            _, error = self.run(world, "PREPARE query %s AS %s" % (types, text))
            if error:
                return ("error", error.pgcode, str(error).splitlines()[0])
            answer, error = self.run(world, "EXECUTE query (%d)" % organization)
            self.run(world, "DEALLOCATE query")
        else:
            answer, error = self.run(world, text)
        if error:
            return ("error", error.pgcode, str(error).splitlines()[0])
        rows, has_rows, count = answer
        return ("ok", sorted(map(repr, rows)) if has_rows else None, count)

    def state(self, world, table, organization):
        where = "" if world == "one" else " WHERE %s = %d" % (COLUMN, organization)
        only = "" if self.is_partitioned(world, table) else "ONLY "
        return self.rows(world, "SELECT count(*), md5(coalesce(string_agg(x::text, '|' ORDER BY x::text COLLATE \"C\"), ''))"
                         " FROM %s%s x%s" % (only, table, where))[0]

    def others(self, statement):
        return self.rows("both", " UNION ALL ".join(
            "SELECT '" + table.replace("'", "''") + "', count(*), md5(coalesce(string_agg(x::text, '|' ORDER BY x::text COLLATE \"C\"), ''))"
            " FROM %s x WHERE %s = 2" % (table, COLUMN) for table in self.near(statement)) + " ORDER BY 1")


def report(compiler, bench, folder, statements):
    """The generator's verdict on each, over `both` as it is."""
    conf, file = os.path.join(folder, "tenantry.conf"), os.path.join(folder, "queries.sql")
    with open(conf, "w", encoding="utf-8") as stream:
        stream.write("tenant_column = %s\ntenant_type = integer\nfunction = %s\n" % (COLUMN, ", ".join(bench.vouched())))
    with open(file, "w", encoding="utf-8") as stream:
        for number, (statement, has_rows) in enumerate(statements):
            stream.write("-- name: q%d :%s\n%s;\n\n" % (number, "many" if has_rows else "exec", statement))
    environment = dict(bench.cluster.environment, PGDATABASE=bench.database)
    if bench.path:
        environment["PGOPTIONS"] = "-c search_path=%s" % bench.path.replace(" ", "")
    done = subprocess.run([compiler, conf, file], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, check=False)
    if done.returncode != 0:
        print("# the compiler ended with %d: %s" % (done.returncode, done.stderr))
        return None
    return [json.loads(line) for line in done.stdout.splitlines()]


def returns_rows(bench, statement):
    """As PostgreSQL says: a function without rows cannot be made of a statement with some."""
    if re.match(r"(?is)[(\s]*(select|values|table)\b", statement):
        return not re.search(r"(?is)(select\s*(from|union|intersect|except)\b|select\s*$)", statement)
    error = bench.run("one", "CREATE FUNCTION pg_temp.rows() RETURNS SETOF record LANGUAGE sql BEGIN ATOMIC %s; END" % statement)[1]
    bench.run("one", "DROP FUNCTION IF EXISTS pg_temp.rows")
    return error is None


class Count:
    def __init__(self):
        self.reasons = collections.Counter()
        self.by_file = collections.defaultdict(collections.Counter)
        self.refuted, self.crashes, self.mutants, self.runs = [], 0, 0, 0
        self.examples = collections.defaultdict(list)


def is_apart(line, statement):
    if line.get("reason") == "function-not-allowed":
        return "functions"
    if line.get("reason") == "conflict-arbiter" and re.search(r"(?is)on\s+conflict\s*\([^)]*\(", statement):
        return "expression arbiters"
    return None


def compare(bench, count, name, line, statement):
    """An accepted statement against the oracle; it is done for good, so that both go on alike."""
    text = line["rewritten"]
    writes = re.search(r"(?i)\b(insert|update|delete|merge)\b", statement)
    before = bench.others(statement) if writes else None
    scoped = bench.execute("both", text, 1, "(int)")
    alone = bench.execute("one", statement, 1, "")
    count.runs += 1
    touched = writes and bench.others(statement) != before
    same = scoped == alone if scoped[0] != "error" and alone[0] != "error" else scoped[:2] == alone[:2]
    if "57014" in (scoped[1], alone[1]):
        same = True  # one of them took too long
    if CLOCK.search(statement) and scoped[0] == alone[0] == "ok":
        same = scoped[2] == alone[2]
    stale = []
    if writes:
        stale = [table for table in bench.near(statement) if bench.state("both", table, 1) != bench.state("one", table, 1)]
    if not same or touched or stale:
        count.refuted.append("%s: %s\n  became %s\n  scoped %s\n  alone  %s\n  %s" % (
            name, statement, text, str(scoped)[:500], str(alone)[:500], "touched another" if touched else stale))
        for table in stale:
            bench.fill(table)
    elif writes and hash(statement) % 3:
        bench.execute("both", text, 2, "(int)")


def run_batch(bench, count, name, batch, compiler, prove, folder):
    if not batch:
        return
    lines = report(compiler, bench, folder, batch)
    if lines is None or len(lines) != len(batch):
        count.crashes += 1
        return
    accepted = [line for line in lines if line["verdict"] == "scoped"]
    prover = Prover(prove, bench.cluster, os.path.join(folder, "tenantry.conf"), bench.database)
    texts = [[line["rewritten"], *mutants(line["rewritten"], "integer")] for line in accepted]
    answers = iter(prover.check([text for each in texts for text in each]))
    for each in texts:
        for place, text in enumerate(each):
            refusal = next(answers)
            count.mutants += place > 0
            if (place == 0) == bool(refusal):
                count.refuted.append("%s: the prover %s: %s" % (name, "refuses" if refusal else "takes a mutant", text))

    for line, (statement, _) in zip(lines, batch):
        key = is_apart(line, statement) or line.get("reason") or "accepted"
        count.reasons[key] += 1
        count.by_file[name][key] += 1
        if key != "accepted":
            count.examples[key].append("%s: %s -- %s" % (name, " ".join(statement.split()), line["message"]))
        if line["verdict"] == "scoped":
            compare(bench, count, name, line, statement)
            continue
        bench.run("one", statement)
        bench.agree(statement)


def run_file(cluster, count, name, path, template, compiler, prove):
    bench = Bench(cluster, name, template)
    with open(path, encoding="utf-8") as stream, tempfile.TemporaryDirectory() as folder:
        batch = []
        for statement in split(stream.read()):
            bare = without_comments(statement)
            explained = re.match(r"(?is)explain\s*(\([^)]*\)|verbose|analyze)*\s*", bare)
            if explained:
                bare = bare[explained.end():]
            if not QUERY.match(bare) or re.search(r"(?is)^(\(|\s)*select\b.*\binto\s+(temp|table|unlogged|[a-z_])", bare) and \
                    not re.match(r"(?is)(insert|with|merge)", bare):
                run_batch(bench, count, name, batch, compiler, prove, folder)
                batch = []
                if bare and not LEFT_OUT.match(bare):
                    bench.define(bare)
                continue
            if len(batch) > 200:
                run_batch(bench, count, name, batch, compiler, prove, folder)
                batch = []
            bare = bench.with_columns(bare)
            if not bench.prepared("one", bare) and bench.finds_arbiters("one", bare):
                batch.append((bare, returns_rows(bench, bare)))
        run_batch(bench, count, name, batch, compiler, prove, folder)
    for connection in bench.connections.values():
        connection.close()


def table(count):
    """Markdown, for docs/generator-coverage.md."""
    reasons = ["accepted"] + sorted(reason for reason in count.reasons if reason != "accepted")
    lines = ["| file | " + " | ".join(reasons) + " | accepted of the rest |", "|---" * (len(reasons) + 2) + "|"]
    for name, row in [*count.by_file.items(), ("all", count.reasons)]:
        rest = sum(row.values()) - row["functions"] - row["expression arbiters"]
        lines.append("| %s | %s | %.0f %% |" % (name, " | ".join(str(row[reason] or "") for reason in reasons),
                                               100 * row["accepted"] / max(rest, 1)))
    return "\n".join(lines)


def main():
    compiler, prove, folder, *names = sys.argv[1:]
    count, cluster = Count(), Cluster()
    try:
        admin = cluster.connect()
        with admin.cursor() as cursor:
            cursor.execute("CREATE DATABASE regress")
        environment = dict(cluster.environment, PGDATABASE="regress", PG_ABS_SRCDIR=folder, PG_LIBDIR="/nonexistent",
                           PG_DLSUFFIX=".so", PG_ABS_BUILDDIR=folder, PGOPTIONS="-c client_min_messages=error")
        for name in SETUP:
            subprocess.run(["psql", "-X", "-q", "-f", os.path.join(folder, "sql", name + ".sql")], env=environment, check=False,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for name in names or FILES:
            run_file(cluster, count, name, os.path.join(folder, "sql", name + ".sql"), "regress", compiler, prove)
            print("# %s: %s" % (name, dict(count.by_file[name])), flush=True)
    finally:
        cluster.stop()
    for refuted in count.refuted:
        print("REFUTED " + refuted)
    if os.environ.get("EXAMPLES"):
        for reason, examples in count.examples.items():
            for example in examples:
                print("[%s] %s" % (reason, example[:400]))
    print(table(count))
    print("%d accepted statements run, %d mutants refused or not, %d refuted, %d crashes" % (
        count.runs, count.mutants, len(count.refuted), count.crashes))
    sys.exit(bool(count.refuted or count.crashes))


if __name__ == "__main__":
    main()
