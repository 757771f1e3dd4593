#!/usr/bin/env python3
"""round_trip.py TENANTRY [SEEDS [STEPS [FIRST-SEED]]]: random schemas, edited step by step, on data that must survive.

For each seed a random schema is written, and then edited at random. Each time `migrate new` writes the difference,
`migrate apply` applies it to a database with rows, and the values that the edits left alone must be what they were. In
the end the database must be what the same schema file makes of an empty one, by `migrate verify` and, not trusting it,
by pg_dump. Some edits cannot be made: they have to be refused, and nothing may have changed. Which these are is found from
the edits and the rows, never from what the tool says. The seed is in each line; the same seed makes the same run.
"""
import copy
import os
import random
import re
import sys
import tempfile

from random_schema import Edits, Schema, literal
from server import Project, Server, Tap

ROWS = 12


def values_insert(schema, table, start, edits):
    """ROWS rows of two organizations, as SQL."""
    columns = table.plain_columns()
    foreign = {column: target for column, target, _ in table.foreign.values()}
    text = ""
    for number in range(start, start + ROWS):
        names = ([] if table.is_global else ["organization_id"]) + ["id"] + [c.name for c in columns]
        values = ([] if table.is_global else [repr("ab"[number % 2])]) + [str(number)]
        for column in columns:
            if column.name in foreign:
                values.append("NULL" if not column.not_null else str(number))
            elif not column.not_null and number % 5 == 0:
                values.append("NULL")
            else:
                values.append(edits.value(column.type, number))
        text += f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join(values)});\n"
    return text


def fingerprint(server, database, table, columns):
    if not columns:
        return server.psql(database, f"SELECT count(*) FROM {table}")
    texts = ", ".join(f"{name}::text" for name in columns)
    return server.psql(database, f"SELECT md5(string_agg(concat_ws('|', id, {texts}), E'\\n' ORDER BY id)) FROM {table}")


def survivors(before, after, flags):
    """(old table, old column, new table, new column) of what was neither dropped nor given another value."""
    renames = [flags[at + 1].split("=") for at in range(0, len(flags), 2) if flags[at] == "--rename"]
    filled = {flags[at + 1].split("=")[0] for at in range(0, len(flags), 2) if flags[at] == "--fill"}
    for table in before.tables:
        name, columns = table.name, {column.name: column.name for column in table.plain_columns()}
        for old, new in renames:
            if old == name:
                name = new
            elif old.split(".")[0] == name:
                for first, now in columns.items():
                    if now == old.split(".")[1]:
                        columns[first] = new
        if not any(other.name == name for other in after.tables):
            continue
        now = after.table(name)
        types = {column.name: column.type for column in now.plain_columns()}
        kept = [(first, last) for first, last in columns.items()
                if types.get(last) == table.column(first).type and f"{name}.{last}" not in filled]
        yield table.name, [first for first, _ in kept], name, [last for _, last in kept]


def dump_lines(server, database):
    """pg_dump's statements; the order, also of columns, aside, and the names of identity columns' sequences, which keep the
    name that their table once had."""
    text = re.sub(r"^(--.*|SET .*|SELECT pg_catalog.*|\\(un)?restrict .*)?\n", "", server.dump(database), flags=re.M)
    text = re.sub(r"^    SEQUENCE NAME .*\n", "", text, flags=re.M)
    statements = re.split(r";\n", text)
    for at, statement in enumerate(statements):
        lines = [line.rstrip(",") for line in statement.strip().split("\n")]
        statements[at] = "\n".join([lines[0]] + sorted(lines[1:])) if lines[0].startswith("CREATE TABLE") else "\n".join(lines)
    return sorted(statements)


class Run:
    def __init__(self, server, tenantry, folder, seed, steps, tap):
        self.server, self.seed, self.steps, self.tap = server, seed, steps, tap
        self.tenantry, self.folder = tenantry, folder
        self.random = random.Random(seed)
        self.schema = Schema()
        self.edits = Edits(self.random, self.schema)
        self.database = f"grown_{seed}"
        self.project = Project(server, tenantry, os.path.join(folder, f"grown_{seed}"))
        self.next_row = 1

    def fill(self):
        for table in self.schema.tables:
            self.server.psql(self.database, "SET session_replication_role = replica;\n"
                             + values_insert(self.schema, table, self.next_row, self.edits))
        self.next_row += ROWS

    def impossible(self, number):
        """An edit that has to be refused before anything is written. None, or what went wrong."""
        wanted = self.edits.impossible()
        self.project.write_schema(self.schema.sql())
        files = self.project.files()
        status, said = self.project.new(f"impossible_{number}")
        if status != 1 or wanted not in said or self.project.files() != files:
            return f"migrate new, exit status {status}, should have named {wanted}:\n{said}\n{self.schema.sql()}"
        self.edits.take_back()
        return None

    def dangling(self):
        """The first reference that some row would have to nothing, if it got the value that is asked for."""
        for table, column, target, _ in self.edits.references_filled():
            rows = self.server.psql(self.database, f"SELECT count(*) FROM {table} referring WHERE {column} IS NULL"
                                    f" AND NOT EXISTS (SELECT FROM {target} WHERE id = 7"
                                    " AND organization_id = referring.organization_id)")
            if rows != "0":
                return table, column, target
        return None

    def stops_for_rows(self, table, column, target):
        """The rows do not fit: apply has to say so and to leave them as they are, which is tried in a copy; then they are mended."""
        self.server.psql("postgres", f"CREATE DATABASE stopped TEMPLATE {self.database}")
        then = self.data("stopped")
        status, said = self.project.apply("stopped")
        now = self.data("stopped")
        self.server.psql("postgres", "DROP DATABASE stopped")
        if status != 2 or "violates foreign key constraint" not in said or "run again to go on" not in said:
            return f"apply should have stopped at {table}.{column}, exit status {status}:\n{said}\n{self.project.text()}"
        if now != then:
            return f"the stopped apply changed rows:\n{self.project.text()}"
        self.server.psql(self.database, f"UPDATE {table} referring SET {column} = (SELECT min(id) FROM {target}"
                         f" WHERE organization_id = referring.organization_id) WHERE {column} IS NULL")
        return None

    def data(self, database):
        """All rows, as text; a step before the one that stopped may have given tables and columns other names."""
        text = self.server.dump(database, "--data-only", "--exclude-table=tenantry.*")
        return sorted(line for line in text.split("\n") if not line.startswith(("COPY ", "--", "SELECT pg_catalog.setval")))

    def step(self, number):
        """None, or what went wrong."""
        if number and self.random.random() < 0.4:
            wrong = self.impossible(number)
            if wrong:
                return wrong
        before = copy.deepcopy(self.schema)
        self.edits.some(self.random.randint(3, 9), number == 0)
        self.project.write_schema(self.schema.sql())
        kept = [(new, news, fingerprint(self.server, self.database, old, olds))
                for old, olds, new, news in survivors(before, self.schema, self.edits.flags)] if number else []
        status, said = self.project.new(f"step_{number}", *self.edits.flags)
        if status:
            return f"migrate new {' '.join(self.edits.flags)}:\n{said}\n{self.schema.sql()}"
        for _ in self.edits.references_filled():
            hindrance = self.dangling()
            wrong = hindrance and self.stops_for_rows(*hindrance)
            if wrong:
                return wrong
        status, said = self.project.apply(self.database)
        if status:
            return f"migrate apply:\n{said}\n{self.project.text()}"
        for table, columns, then in kept:
            if fingerprint(self.server, self.database, table, columns) != then:
                return f"values of {table} ({', '.join(columns)}) changed:\n{self.project.text()}"
        self.fill()
        return None

    def ends_equal(self):
        status, said = self.project.migrate("verify", "--database-admin", f"dbname={self.database}")
        if status:
            return f"migrate verify:\n{said}"
        fresh = Project(self.server, self.tenantry, os.path.join(self.folder, f"fresh_{self.seed}"))
        fresh.write_schema(self.schema.sql())
        self.server.psql("postgres", f"CREATE DATABASE fresh_{self.seed}")
        for status, said in (fresh.new("all"), fresh.apply(f"fresh_{self.seed}")):
            if status:
                return said
        grown, made = dump_lines(self.server, self.database), dump_lines(self.server, f"fresh_{self.seed}")
        if grown != made:
            return "pg_dump differs:\n" + "\n".join(["- " + line for line in grown if line not in made]
                                                    + ["+ " + line for line in made if line not in grown])
        return None

    def run(self):
        self.server.psql("postgres", f"CREATE DATABASE {self.database}")
        for _ in range(3):
            self.edits.add_table()
        wrong, number = None, 0
        for number in range(self.steps):
            wrong = self.step(number)
            if wrong:
                break
        name = f"seed {self.seed}: {self.steps} steps of edits keep the rows"
        self.tap.result(not wrong, name, f"at step {number}", wrong or "")
        if not wrong:
            wrong = self.ends_equal()
            self.tap.result(not wrong, f"seed {self.seed}: the database ends as the schema file says", wrong or "")
        for database in (self.database, f"fresh_{self.seed}"):
            self.server.psql("postgres", f"DROP DATABASE IF EXISTS {database}")


def main():
    tenantry = os.path.abspath(sys.argv[1])
    seeds, steps, first = ([int(word) for word in sys.argv[2:]] + [3, 4, 1][len(sys.argv) - 2:])[:3]
    tap = Tap()
    with Server() as server, tempfile.TemporaryDirectory(prefix="tenantry-round-trip-") as folder:
        for seed in range(first, first + seeds):
            Run(server, tenantry, folder, seed, steps, tap).run()
    sys.exit(tap.done())


main()
