#!/usr/bin/env python3
"""beside.py TENANTRY [FOLDER]: what migrations forget, by a real run: ours, drizzle-kit's, and the ones written by hand.

The same two tables by each way, then the same change: an index, a check and a NOT NULL column on tables that have rows.
What the database then has is read from its catalogue; a table for the documentation is printed. drizzle-kit is fetched by
npm into FOLDER (a temporary one by default).
"""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "tests", "migration"))
from server import Project, Server  # noqa: E402

PACKAGES = ["drizzle-kit@0.31.11", "drizzle-orm@0.45.4"]
TABLES = "('customer', 'invoice')"
# What to look for in a database: the question, and how many of the two tables must have it.
FACTS = [
    ("row-level security enabled", f"SELECT count(*) FROM pg_class WHERE relname IN {TABLES} AND relrowsecurity", 2),
    ("forced, for the owner too", f"SELECT count(*) FROM pg_class WHERE relname IN {TABLES} AND relforcerowsecurity", 2),
    ("a policy with USING", "SELECT count(DISTINCT polrelid) FROM pg_policy WHERE polqual IS NOT NULL"
     f" AND polrelid IN (SELECT oid FROM pg_class WHERE relname IN {TABLES})", 2),
    ("its WITH CHECK written", "SELECT count(DISTINCT polrelid) FROM pg_policy WHERE polwithcheck IS NOT NULL"
     f" AND polrelid IN (SELECT oid FROM pg_class WHERE relname IN {TABLES})", 2),
    ("grants to a role that is not the owner", f"SELECT count(*) FROM pg_class WHERE relname IN {TABLES} AND EXISTS"
     " (SELECT FROM aclexplode(relacl) WHERE grantee NOT IN (0, relowner))", 2),
    ("no TRUNCATE among them", f"SELECT count(*) FROM pg_class WHERE relname IN {TABLES} AND EXISTS"
     " (SELECT FROM aclexplode(relacl) WHERE grantee NOT IN (0, relowner)) AND NOT EXISTS"
     " (SELECT FROM aclexplode(relacl) WHERE grantee <> relowner AND privilege_type = 'TRUNCATE')", 2),
    ("the organization in every unique key", f"SELECT count(*) FROM pg_class t WHERE relname IN {TABLES} AND NOT EXISTS"
     " (SELECT FROM pg_index i WHERE i.indrelid = t.oid AND i.indisunique AND NOT (SELECT attnum FROM pg_attribute"
     " WHERE attrelid = t.oid AND attname = 'organization_id') = ANY (i.indkey::int2[]))", 2),
    ("the organization in the foreign key", "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND cardinality(conkey) = 2"
     " AND conrelid = 'invoice'::regclass", 1),
    ("an index that begins with it", f"SELECT count(*) FROM pg_class t WHERE relname IN {TABLES} AND EXISTS"
     " (SELECT FROM pg_index i WHERE i.indrelid = t.oid AND i.indkey[0] = (SELECT attnum FROM pg_attribute"
     " WHERE attrelid = t.oid AND attname = 'organization_id'))", 2),
]
# What to look for in the text of the change.
TEXTS = [
    ("index built beside the traffic", r"INDEX CONCURRENTLY"),
    ("check added NOT VALID, then validated", r"NOT VALID(.|\n)*VALIDATE CONSTRAINT"),
    ("a value for old rows of the NOT NULL column", r"DEFAULT"),
]


def edit_drizzle(text):
    text = text.replace('total: numeric(', 'reference: text("reference").notNull(),\n    total: numeric(')
    text = text.replace("import { pgTable", "import { check, index as indexOf, pgTable")
    text = text if "import { sql }" in text else 'import { sql } from "drizzle-orm";\n' + text
    rules = 'indexOf("invoice_total").on(table.organizationId, table.total), check("total_check", sql`total >= 0`),'
    if "primaryKey(" in text:
        return text.replace("foreignKey({", rules + "\n    foreignKey({")
    head, tail = text.rsplit("});", 1)
    return head + "}, (table) => [" + rules + "]);" + tail


def drizzle(folder, name, schema, edit):
    """The texts of both migrations."""
    project = os.path.join(folder, name)
    os.makedirs(project, exist_ok=True)
    path = os.path.join(project, "schema.ts")
    texts = []
    for text in (schema, edit(schema)):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        done = subprocess.run(["npx", "drizzle-kit", "generate", "--dialect", "postgresql", "--schema", f"./{name}/schema.ts", "--out",
                               "./" + name + "/out"], cwd=folder, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False)
        files = sorted(glob.glob(os.path.join(project, "out", "*.sql")))
        if done.returncode or len(files) != len(texts) + 1:
            sys.exit(done.stdout)
        with open(files[-1], encoding="utf-8") as file:
            texts.append(file.read())
    return texts


def fresh(server, name):
    server.psql("postgres", f"DROP DATABASE IF EXISTS {name}")
    server.psql("postgres", f"CREATE DATABASE {name} OWNER tenantry_owner")
    return name


def facts(server, database):
    answers = ["yes" if int(server.psql(database, question)) == wanted else "**forgotten**" for _, question, wanted in FACTS]
    granted = [name for name, *_ in FACTS].index("grants to a role that is not the owner")
    if answers[granted] != "yes":
        answers[granted + 1] = "no grants"
    return answers


def change_facts(server, database, text):
    answers = ["yes" if re.search(pattern, text) else "**no**" for _, pattern in TEXTS]
    return answers


def rows_added(server, database, text):
    """Does the change go through where rows are?"""
    server.psql(database, "INSERT INTO invoice (organization_id, total) VALUES ('a', 1)")
    done = subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database], input=text, text=True,
                          env=server.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    return "applies" if done.returncode == 0 else "**fails**: " + done.stderr.split("ERROR:")[1].split("\n")[0].strip()


def ours(server, tenantry, folder):
    project = Project(server, tenantry, os.path.join(folder, "ours"))
    with open(os.path.join(HERE, "schema.sql"), encoding="utf-8") as file:
        schema = file.read()
    project.write_schema(schema)
    for status, said in (project.new("first"), project.apply(fresh(server, "ours"))):
        if status:
            sys.exit(said)
    answers = facts(server, "ours")
    project.write_schema(schema.replace("total numeric(14,2) NOT NULL", "total numeric(14,2) NOT NULL CHECK (total >= 0),\n"
                                        "    reference text NOT NULL")
                         + "CREATE INDEX invoice_total ON invoice (organization_id, total);\n")
    status, said = project.new("second")
    asked = "reference is new, NOT NULL" in said and status == 1
    status, said = project.new("second", "--fill", "invoice.reference='none'")
    if status or not asked:
        sys.exit(said)
    server.psql("ours", "INSERT INTO invoice (organization_id, total) VALUES ('a', 1)")
    status, said = project.apply("ours")
    return answers + change_facts(server, "ours", project.text()) + ["applies" if status == 0 else said]


def theirs(server, name, texts):
    fresh(server, name)
    server.psql(name, texts[0])
    answers = facts(server, name) + change_facts(server, name, texts[1])
    return answers + [rows_added(server, name, texts[1])]


HAND_CHANGE = """
ALTER TABLE invoice ADD COLUMN reference text NOT NULL;
ALTER TABLE invoice ADD CHECK (total >= 0);
CREATE INDEX invoice_total ON invoice (organization_id, total);
"""


def main():
    folder = sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp(prefix="tenantry-drizzle-")
    if not os.path.isdir(os.path.join(folder, "node_modules")):
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, *PACKAGES], check=True)
    with Server() as server:
        server.psql("postgres", "CREATE ROLE tenantry_owner; CREATE ROLE app_user")
        columns = {"tenantry migrate": ours(server, os.path.abspath(sys.argv[1]), folder)}
        for title, file in (("drizzle-kit, tables", "drizzle_plain.ts"), ("drizzle-kit, with pgPolicy", "drizzle_policies.ts")):
            with open(os.path.join(HERE, file), encoding="utf-8") as source:
                columns[title] = theirs(server, file[:-3], drizzle(folder, file[:-3], source.read(), edit_drizzle))
        with open(os.path.join(HERE, "hand.sql"), encoding="utf-8") as source:
            columns["by hand, from a tutorial"] = theirs(server, "by_hand", [source.read(), HAND_CHANGE])
    names = [name for name, *_ in FACTS] + [name for name, _ in TEXTS] + ["the change, where rows are"]
    print("| | " + " | ".join(columns) + " |\n|---" + "|---" * len(columns) + "|")
    for at, name in enumerate(names):
        print(f"| {name} | " + " | ".join(answers[at] for answers in columns.values()) + " |")
    if len(sys.argv) <= 2:
        shutil.rmtree(folder)


main()
