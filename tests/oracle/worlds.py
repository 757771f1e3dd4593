"""Worlds to run a query in: a database of several organizations, and for each of them the one in which
the others never existed. The specification of a tenant query is that its scoped text does in the first
what its author's text does in the second."""
import collections
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import psycopg2
import psycopg2.extensions
import psycopg2.extras

PROGRAMS = "/usr/lib/postgresql/15/bin"
# What the oracle does not look at: it reads a text as it is.
psycopg2.extensions.register_type(psycopg2.extensions.UNICODE)

Outcome = collections.namedtuple("Outcome", "answer own others")


class Cluster:
    """A PostgreSQL of our own on a unix socket. PostgreSQL refuses to run as root."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="tenantry-oracle-")
        os.chmod(self.folder, 0o755)
        self.prefix = []
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres")
            self.prefix = ["runuser", "-u", "postgres", "--"]
        self.data = os.path.join(self.folder, "data")
        self.program("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
                     "--no-sync")
        self.program("pg_ctl", "-D", self.data, "-w", "-l", os.path.join(self.data, "log"), "-o",
                     "-c listen_addresses= -c fsync=off -c jit=off -c autovacuum=off -c max_connections=60"
                     " -c unix_socket_directories=" + self.folder, "start")
        self.environment = dict(os.environ, PGHOST=self.folder, PGUSER="postgres", PGDATABASE="postgres",
                                PGPORT="5432")

    def program(self, name, *arguments):
        subprocess.run([*self.prefix, os.path.join(PROGRAMS, name), *arguments], check=True,
                       stdout=subprocess.DEVNULL)

    def connect(self, database="postgres"):
        connection = psycopg2.connect(host=self.folder, user="postgres", dbname=database, port=5432)
        connection.autocommit = True
        return connection

    def psql(self, database, file):
        subprocess.run([os.path.join(PROGRAMS, "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database, "-f", file],
                       check=True, env=self.environment, stdout=subprocess.DEVNULL)

    def stop(self):
        subprocess.run([*self.prefix, os.path.join(PROGRAMS, "pg_ctl"), "-D", self.data, "-m", "immediate", "stop"],
                       check=False, stdout=subprocess.DEVNULL)
        shutil.rmtree(self.folder, ignore_errors=True)


def configuration(path):
    values = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            key, equals, value = line.split("#")[0].partition("=")
            if equals:
                values[key.strip()] = value.strip()
    return values


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


class Worlds:
    """`both` and `only[X]`, made of a folder with schema.sql, data.sql and tenantry.conf."""

    def __init__(self, cluster, folder, prepare=None):
        self.cluster, self.folder = cluster, folder
        self.conf = configuration(os.path.join(folder, "tenantry.conf"))
        self.name = "w_" + re.sub(r"\W", "_", os.path.basename(os.path.normpath(folder)))
        self.column = self.conf.get("tenant_column", "organization_id")
        self.root, self.root_column = self.conf["tenant_root"].rsplit(".", 1)
        self.admin = cluster.connect()
        self.made = []
        self.database(self.name)
        for file in ("schema.sql", "data.sql"):
            if os.path.exists(os.path.join(folder, file)):
                cluster.psql(self.name, os.path.join(folder, file))
        if prepare:
            prepare(self.name)
        self.read_catalogue()
        self.only = {}
        for index, organization in enumerate(self.organizations):
            name = "%s_only%d" % (self.name, index)
            self.database(name, self.name)
            self.forget_others(name, organization)
            self.only[organization] = World(self, name)
        self.both = World(self, self.name)
        # With statistics the planner reads small tables from end to end, as it would in the worst case.
        for world in [self.both, *self.only.values()]:
            world.ask("ANALYZE")
        self.untouched = {organization: self.both.state(organization)[1] for organization in self.organizations}

    def database(self, name, template="template1"):
        self.run(self.admin, "DROP DATABASE IF EXISTS %s" % quoted(name))
        self.run(self.admin, "CREATE DATABASE %s TEMPLATE %s" % (quoted(name), quoted(template)))
        self.made.append(name)

    @staticmethod
    def run(connection, sql, *values):
        with connection.cursor() as cursor:
            cursor.execute(sql, values or None)
            return cursor.fetchall() if cursor.description else None

    def read_catalogue(self):
        connection = self.cluster.connect(self.name)
        self.root_oid, self.type = self.run(connection, """
            SELECT a.attrelid::regclass::text, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a
             WHERE a.attrelid = %s::regclass AND a.attname = %s""", self.root, self.root_column)[0]
        self.tables = [row[0] for row in self.run(connection, """
            SELECT c.oid::regclass::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
             WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attname = %s AND NOT a.attisdropped
               AND c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)' ORDER BY 1""", self.column)]
        self.unscoped = [row[0] for row in self.run(connection, """
            SELECT c.oid::regclass::text FROM pg_class c
             WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.oid <> %s::regclass
               AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = %s
                               AND NOT a.attisdropped)
               AND c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)' ORDER BY 1""",
            self.root, self.column)]
        self.organizations = [row[0] for row in self.run(connection, "SELECT %s::text FROM %s ORDER BY 1" % (
            quoted(self.root_column), self.root_oid))]
        connection.close()

    def forget_others(self, name, organization):
        """Its rows alone, the column by default, and unique without the column what is unique with it."""
        connection = self.cluster.connect(name)
        column = quoted(self.column)
        self.run(connection, "SET session_replication_role = replica")
        for table in self.tables:
            self.run(connection, "DELETE FROM %s WHERE %s::text <> %%s" % (table, column), organization)
            self.run(connection, "ALTER TABLE %s ALTER %s SET DEFAULT '%s'" % (table, column, organization))
        self.run(connection, "DELETE FROM %s WHERE %s::text <> %%s" % (self.root_oid, quoted(self.root_column)),
                 organization)
        for table, keys, predicate, nulls, deferrable in self.run(connection, """
                SELECT x.indrelid::regclass::text,
                       (SELECT string_agg(pg_get_indexdef(x.indexrelid, k.at::int, true), ', ' ORDER BY k.at)
                          FROM unnest(x.indkey::int2[]) WITH ORDINALITY k(number, at)
                          LEFT JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.number
                         WHERE k.at <= x.indnkeyatts AND a.attname IS DISTINCT FROM %s),
                       coalesce('WHERE ' || pg_get_expr(x.indpred, x.indrelid), ''),
                       CASE WHEN x.indnullsnotdistinct THEN 'NULLS NOT DISTINCT' ELSE '' END,
                       (SELECT CASE WHEN o.condeferred THEN 'DEFERRABLE INITIALLY DEFERRED' ELSE 'DEFERRABLE' END
                          FROM pg_constraint o WHERE o.conindid = x.indexrelid AND o.condeferrable AND o.contype IN ('p', 'u'))
                  FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid
                 WHERE x.indisunique AND t.relkind IN ('r', 'p') AND NOT t.relispartition
                   AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = x.indrelid AND a.attname = %s
                               AND a.attnum = ANY (x.indkey::int2[]))""", self.column, self.column):
            if keys and deferrable:
                self.run(connection, "ALTER TABLE %s ADD UNIQUE %s (%s) %s" % (table, nulls, keys, deferrable))
            elif keys:
                self.run(connection, "CREATE UNIQUE INDEX ON %s (%s) %s %s" % (table, keys, nulls, predicate))
        for (view,) in self.run(connection, "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'm'"):
            self.run(connection, "REFRESH MATERIALIZED VIEW " + view)
        connection.close()

    def done(self):
        for world in [self.both, *self.only.values()]:
            world.connection.close()
        for name in self.made:
            self.run(self.admin, "DROP DATABASE IF EXISTS " + quoted(name))
        self.admin.close()


class World:
    def __init__(self, worlds, name):
        self.worlds, self.name = worlds, name
        self.connection = worlds.cluster.connect(name)
        self.ask("SET timezone = 'UTC'")
        self.ask("SET statement_timeout = '10s'")

    def ask(self, sql, values=None):
        with self.connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.description else None

    def undo(self):
        """The limit of time is for what a query does: a busy machine may need longer to undo it."""
        while self.connection.info.transaction_status != psycopg2.extensions.TRANSACTION_STATUS_IDLE:
            try:
                self.ask("ROLLBACK")
            except psycopg2.errors.QueryCanceled:
                pass

    def state(self, organization):
        """Fingerprints of what the organization's tables hold, and of everything else."""
        worlds = self.worlds
        parts = []
        for table in worlds.tables:
            parts.append("SELECT '%s', %s::text = '%s', md5(coalesce(string_agg(x::text, '|' ORDER BY x::text), ''))"
                         " FROM %s x GROUP BY 2" % (table.replace("'", "''"), "x." + quoted(worlds.column),
                                                    organization, table))
        parts.append("SELECT '%s', x.%s::text = '%s', md5(coalesce(string_agg(x::text, '|' ORDER BY x::text), ''))"
                     " FROM %s x GROUP BY 2" % (worlds.root_oid, quoted(worlds.root_column), organization,
                                                worlds.root_oid))
        for table in worlds.unscoped:
            parts.append("SELECT '%s', false, md5(coalesce(string_agg(x::text, '|' ORDER BY x::text), '')) FROM %s x" % (
                table.replace("'", "''"), table))
        rows = self.ask(" UNION ALL ".join(parts) + " ORDER BY 1, 2")
        return ([row for row in rows if row[1]], [row for row in rows if not row[1]])

    def run(self, text, organization, values, writes):
        """What it answers, and what it leaves behind; all undone."""
        # PostgreSQL infers the type of a parameter that the text has; one that another variant has needs some.
        types = ", ".join([self.worlds.type] + ["unknown" if re.search(r"\$%d(?!\d)" % (number + 2), text) else "text"
                                                for number in range(len(values))])
        own = others = None
        # The next numbers of sequences outlive a rollback.
        self.ask("SELECT setval(oid::regclass, 1000, false) FROM pg_class WHERE relkind = 'S'")
        self.ask("BEGIN")
        try:
            with self.connection.cursor() as cursor:
                cursor.execute("PREPARE query (%s) AS %s" % (types, text))
                cursor.execute("EXECUTE query (%s)" % ", ".join(["%s"] * (len(values) + 1)), [organization, *values])
                rows = sorted(map(repr, cursor.fetchall())) if cursor.description else None
                answer = (cursor.statusmessage.split(" ")[0] if cursor.statusmessage else "", cursor.rowcount, rows)
                if writes:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                    own, others = self.state(organization)
        except psycopg2.Error as error:
            answer = ("error", error.pgcode, str(error).split("\n", maxsplit=1)[0])
        self.undo()
        if self.ask("SELECT 1 FROM pg_prepared_statements WHERE name = 'query'"):
            self.ask("DEALLOCATE query")
        return Outcome(answer, own, others)


def ran_out_of_time(*outcomes):
    return any(outcome.answer[:2] == ("error", "57014") for outcome in outcomes)


def same(left, right):
    if left.answer[0] == "error" or right.answer[0] == "error":
        return left.answer[:2] == right.answer[:2]
    return left.answer == right.answer and left.own == right.own


Verdict = collections.namedtuple("Verdict", "agrees touches has_teeth is_error details")


def judge(worlds, original, scoped, values, writes, organizations=None):
    """Does the scoped text do what the specification says? And would the oracle see it if it did not?"""
    agrees, touches, teeth, errors, details = True, False, False, 0, []
    for organization in organizations or worlds.organizations:
        limited = worlds.both.run(scoped, organization, values, writes)
        alone = worlds.only[organization].run(original, organization, values, writes)
        free = worlds.both.run(original, organization, values, writes)
        errors += alone.answer[0] == "error"
        # On a busy machine one may end in time and the other not: that says nothing of either.
        if ran_out_of_time(limited, alone, free):
            errors += 1
            continue
        if not same(limited, alone):
            agrees = False
            details.append("organization %s: scoped %s\n alone %s" % (organization, shown(limited), shown(alone)))
        if limited.others is not None and limited.others != worlds.untouched[organization]:
            touches = True
            details.append("organization %s: another's rows changed" % organization)
        teeth = teeth or not same(free, alone) or (
            free.others is not None and free.others != worlds.untouched[organization])
    return Verdict(agrees, touches, teeth, errors > 0, details)


def shown(outcome):
    return json.dumps([outcome.answer, outcome.own], default=str)[:1500]


def report(generate, cluster, conf, files, database="postgres"):
    """The generator's verdict on each query, by name."""
    done = subprocess.run([generate, "--report", conf, *files], env=dict(cluster.environment, PGDATABASE=database),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode not in (0, 1) or (done.stderr and not done.stdout):
        sys.exit("Bail out! %s --report: status %d\n%s" % (generate, done.returncode, done.stderr))
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {line["name"]: line for line in lines}


def compiled(compiler, worlds, file):
    """The same without loading the schema anew: over the database of several organizations."""
    done = subprocess.run([compiler, os.path.join(worlds.folder, "tenantry.conf"), file], stdout=subprocess.PIPE, text=True,
                          env=dict(worlds.cluster.environment, PGDATABASE=worlds.name), check=True)
    return {line["name"]: line for line in map(json.loads, done.stdout.splitlines())}


def texts_of(line):
    """Each text that a query can be: what the author wrote, and what is run."""
    return [(variant["original"], variant["rewritten"]) for variant in line.get("variants", [line])]


class Prover:
    """The prover by itself, over a database that holds the schema."""

    def __init__(self, program, cluster, conf, database):
        self.command = [program, conf]
        self.environment = dict(cluster.environment, PGDATABASE=database)

    def check(self, texts):
        """For each text None, or why it is refused."""
        done = subprocess.run(self.command, env=self.environment, input="\0".join(texts) + "\0" if texts else "",
                              stdout=subprocess.PIPE, text=True, check=True)
        answers = done.stdout.split("\0")[:-1]
        if len(answers) != len(texts):
            sys.exit("Bail out! the prover answered %d times for %d texts" % (len(answers), len(texts)))
        return [answer or None for answer in answers]


def mutants(scoped, scope_type):
    """The text with one injected predicate replaced by true, or one injected value by NULL: each in turn."""
    parameter = r"\$1::" + re.escape(scope_type)
    name = r'"(?:[^"]|"")+"'
    found = [(match, "true") for match in re.finditer(name + r"\." + name + " = " + parameter, scoped)]
    found += [(match, match[1] + "NULL::" + scope_type) for match in re.finditer("(, |VALUES \\()" + parameter, scoped)]
    return [scoped[:match.start()] + put + scoped[match.end():] for match, put in found]
