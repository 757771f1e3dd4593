#!/usr/bin/env python3
"""Both layers, each alone, over every query of the example.

    both_layers.py INVOICING GENERATE GENERATE_MUTANT CONF QUERY_FILE …

Layer one taken away: what the mutant of the generator writes, which lacks the predicates, answers and
changes the same under row-level security as what the generator writes.
Layer two taken away: with tenantry.enter doing nothing, in the database, no query reads, changes or
writes a row. And without either, the same statements do reach the other organization: the test sees a
leak where there is one.

Each statement runs as the application's role, in a transaction that is rolled back. Prints TAP.
"""
import json
import os
import re
import subprocess
import sys
import tempfile

from world import World

MARK = "~~~"


def report(program, conf, files):
    done = subprocess.run([program, "--report", conf, *files], stdout=subprocess.PIPE, text=True, check=True)
    return {line["name"]: line for line in map(json.loads, done.stdout.splitlines())}


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


# A value for each type that a parameter can have; names that stand for a row get one of `owner`.
BY_TYPE = {
    "text": "sent", "bigint": "5", "integer": "5", "smallint": "5", "numeric": "12.50", "boolean": "true",
    "date": "2026-11-22", "timestamp with time zone": "2099-01-01", "uuid": "00000000-0000-4000-8000-000000000001",
    "text[]": "{sent,paid,draft,void}", "numeric[]": "{1,2}", "bigint[]": "{1,2}", "integer[]": "{1,2}",
    "date[]": "{2026-11-01,2026-11-02}",
    "uuid[]": "{00000000-0000-4000-8000-000000000002,00000000-0000-4000-8000-000000000003}",
}
FIRST_ID, LAST_ID = "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"
BY_NAME = {
    "year": "2026", "serial": "9999", "status": "sent", "row_limit": "1000", "revision": "1", "pattern": "%",
    "after_name": "", "after_day": "1990-01-01", "since": "1990-01-01", "issued_from": "1990-01-01", "issued_to": "2099-01-01",
    "due_before": "2099-01-01", "total_from": "0", "total_to": "99999999", "after_created": "2099-01-01",
    "after_created_id": LAST_ID, "after_due": "1990-01-01", "after_due_id": FIRST_ID, "after_total": "99999999",
    "after_total_id": LAST_ID, "new_id": "00000000-0000-4000-8000-000000000009",
}
# A parameter that stands for a row: which one, by the query's name and its own.
ROWS = [
    (r"customer", r"id", "SELECT id FROM customer WHERE {own} ORDER BY id"),
    (r"", r"customer_id", "SELECT id FROM customer WHERE {own} ORDER BY id"),
    (r"draft_(?!copy|lines_copy|lines_delete)", r"id", "SELECT id FROM invoice WHERE {own} AND status = 'draft' ORDER BY id"),
    (r"(?!demo)", r"id", "SELECT id FROM invoice WHERE {own} AND status = 'sent' ORDER BY id"),
    (r"(?!demo)", r"ids", "SELECT array[id] FROM invoice WHERE {own} AND status = 'sent' ORDER BY id"),
    (r"change", r"change_id", "SELECT change_id FROM audit_log WHERE {own} AND action = 'paid' ORDER BY id"),
    (r"change", r"actor_id", "SELECT actor_id FROM audit_log WHERE {own} AND action = 'paid' ORDER BY id"),
]


class Checker:
    def __init__(self, world, scoped, mutant):
        self.world, self.scoped, self.mutant = world, scoped, mutant
        self.count = self.failed = 0
        self.row_ids = {}
        one, other = world.ask("SELECT id FROM organization ORDER BY slug").split("\n")
        self.own, self.foreign = one, other
        self.tables = world.ask(
            "SELECT c.oid::regclass FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
            " WHERE c.relkind = 'r' AND c.relrowsecurity AND a.attname = 'organization_id' ORDER BY 1").split("\n")
        self.types = {name: self.parameter_types(query["rewritten"]) for name, query in scoped.items()}

    def parameter_types(self, text):
        out = self.world.psql(f"PREPARE q AS {text};\nSELECT unnest(parameter_types)::text FROM pg_prepared_statements;")
        return [line for line in out.split("\n")[1:] if line]

    def row(self, name, parameter, owner):
        """The row of `owner` that a parameter stands for; None where it stands for none."""
        for query, which, statement in ROWS:
            if re.match(query, name) and re.fullmatch(which, parameter):
                if (statement, owner) not in self.row_ids:
                    own = "organization_id = " + quoted(owner)
                    self.row_ids[statement, owner] = self.world.ask(statement.format(own=own) + " LIMIT 1")
                return self.row_ids[statement, owner]
        return None

    def arguments(self, name, organization, owner):
        values = [organization]
        for parameter, kind in zip(self.scoped[name]["params"], self.types[name][1:]):
            values.append(self.row(name, parameter["name"], owner)
                          or BY_NAME.get(parameter["name"], BY_TYPE.get(kind)))
        missing = [kind for value, kind in zip(values, self.types[name]) if value is None]
        if missing:
            sys.exit(f"Bail out! {name}: no value for a parameter of type {missing[0]}")
        return ", ".join(quoted(value) for value in values)

    def fingerprints(self):
        parts = [f"SELECT {quoted(table)}, organization_id, md5(string_agg(t::text, '|' ORDER BY t::text))"
                 f" FROM {table} AS t GROUP BY organization_id" for table in self.tables]
        return " UNION ALL ".join(parts) + " ORDER BY 1, 2;\n"

    def run(self, text, arguments, entered, role="tenantry_app"):
        """(what it answered, what every tenant table holds after it)"""
        out = self.world.psql(
            f"BEGIN;\nPREPARE q AS {text};\nSET ROLE {role};\n"
            f"SELECT tenantry.enter({quoted(entered)}, 5000, 5000);\n\\echo {MARK}\n"
            f"SAVEPOINT s;\nEXECUTE q({arguments});\n\\if :ERROR\nROLLBACK TO s;\n\\endif\n\\echo {MARK}\n"
            f"RESET ROLE;\nSELECT set_config('app.org_id', '', true);\n" + self.fingerprints() + "ROLLBACK;\n")
        _, answer, after = out.split(MARK)
        return sorted(answer.strip().split("\n")), after

    def ok(self, good, sentence, detail=""):
        self.count += 1
        self.failed += not good
        print(("ok" if good else "not ok"), self.count, "-", sentence)
        if not good:
            print("# " + detail.replace("\n", "\n# ")[:4000])

    def without_predicates(self, name):
        for owner in (self.own, self.foreign):
            arguments = self.arguments(name, self.own, owner)
            wanted = self.run(self.scoped[name]["rewritten"], arguments, self.own)
            got = self.run(self.mutant[name]["rewritten"], arguments, self.own)
            if not self.same(wanted, got):
                return self.ok(False, f"without its predicates, {name} answers and changes the same", f"{wanted}\n{got}")
        return self.ok(True, f"without its predicates, {name} answers and changes the same")

    def same(self, wanted, got):
        """Ids and times are made anew at each run; what the other organization holds is not."""
        if wanted == got:
            return True
        generated = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\d [\d:.]+\+\d\d")
        return [generated.sub("", line) for line in wanted[0]] == [generated.sub("", line) for line in got[0]] \
            and self.foreign_part(wanted[1]) == self.foreign_part(got[1])

    def foreign_part(self, after):
        return [line for line in after.split("\n") if f"|{self.foreign}|" in line]

    def without_context(self, name, before):
        """As if nobody were there: the answer is that of an organization without rows, or a refusal."""
        arguments = self.arguments(name, self.own, self.own)
        got = self.run(self.scoped[name]["rewritten"], arguments, self.own)
        nobody = self.run(self.scoped[name]["rewritten"], self.arguments(name, "nobody", self.own), "nobody")
        refused = any("42501" in line for line in got[0])
        unchanged = got[1].strip().split("\n")[-len(before):] == before
        self.ok((refused or got[0] == nobody[0]) and unchanged,
                f"without tenantry.enter, {name} reads, changes and writes nothing", f"{got}\n{nobody}")

    def leaks(self, name):
        """Does it reach the other organization when neither layer is there?"""
        for owner in (self.own, self.foreign):
            arguments = self.arguments(name, self.own, owner)
            wanted = self.run(self.scoped[name]["rewritten"], arguments, self.own)
            if self.run(self.mutant[name]["rewritten"], arguments, self.own, role="postgres") != wanted:
                return True
        return False


def main():
    invoicing, generate, generate_mutant, conf, *files = sys.argv[1:]
    os.environ.pop("PGHOST", None)
    scoped = {name: query for name, query in report(generate, conf, files).items() if query["verdict"] == "scoped"}
    mutant = report(generate_mutant, conf, files)

    with tempfile.TemporaryDirectory(prefix="tenantry-layers-") as folder:
        os.chmod(folder, 0o755)
        world = World(invoicing, folder)
        try:
            checker = Checker(world, scoped, mutant)
            reading = [name for name in scoped
                       if mutant[name]["rewritten"] != scoped[name]["rewritten"] and "WHERE" in scoped[name]["rewritten"]]
            print(f"1..{2 * len(scoped) + 1}")
            for name in scoped:
                checker.without_predicates(name)

            leaking = [name for name in reading if checker.leaks(name)]
            checker.ok(len(leaking) * 4 >= len(reading) * 3,
                       f"without either layer, {len(leaking)} of {len(reading)} queries reach the other organization",
                       "these do not: " + ", ".join(sorted(set(reading) - set(leaking))))

            world.psql("CREATE OR REPLACE FUNCTION tenantry.enter(organization text, statement_ms integer,"
                       " lock_ms integer) RETURNS text LANGUAGE sql VOLATILE RETURN organization;")
            before = world.psql(checker.fingerprints()).strip().split("\n") + ["ROLLBACK"]
            for name in scoped:
                checker.without_context(name, before)
        finally:
            world.stop()
    sys.exit(1 if checker.failed else 0)


main()
