#!/usr/bin/env python3
"""lint.py LINT GENERATE: schemas that no rewriting can mend are refused, each in words that name the place; and the same without
the fault is taken. The attack that a fault would allow stands beside it where it can be shown. Prints TAP."""
import os
import subprocess
import sys
import tempfile

from corpus import Tap
from worlds import Cluster

CONF = "tenant_root = shop.id\ntenant_column = shop_id\nglobal = rate\ncross_org = total\nfunction = fine\n"
SCHEMA = """
CREATE TABLE shop (id text PRIMARY KEY, name text NOT NULL);
CREATE TABLE rate (code text NOT NULL, day date NOT NULL, PRIMARY KEY (code, day)) PARTITION BY RANGE (day);
CREATE TABLE rate_new PARTITION OF rate FOR VALUES FROM ('2024-01-01') TO (MAXVALUE);
CREATE TABLE total (n int);
CREATE FUNCTION fine(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION evil(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN (SELECT count(*) FROM person); END';
CREATE TABLE person (shop_id text NOT NULL REFERENCES shop, id int NOT NULL, name text, n int DEFAULT fine(3), PRIMARY KEY (shop_id, id),
  UNIQUE (shop_id, name), CHECK (fine(n) > 0));
CREATE TABLE sale (shop_id text NOT NULL REFERENCES shop, id int NOT NULL, seller int, code text, day date,
  PRIMARY KEY (shop_id, id), FOREIGN KEY (shop_id, seller) REFERENCES person ON DELETE SET NULL (seller),
  FOREIGN KEY (code, day) REFERENCES rate);
"""
TENANT = "CREATE TABLE bad (shop_id text NOT NULL, id int NOT NULL, person int"
# What is added, and the words of the refusal; None: it is taken.
CASES = [
    ("", None),
    ("CREATE TABLE bad (shop_id varchar(40) NOT NULL, id int, PRIMARY KEY (shop_id, id))", None),
    ("CREATE DOMAIN shop_key AS text; CREATE TABLE bad (shop_id shop_key NOT NULL)", None),
    ("CREATE TABLE bad (shop_id text, id int)", "bad.shop_id can be NULL"),
    ("CREATE TABLE bad (shop_id int NOT NULL, id int)", "bad.shop_id is integer, and an organization is text"),
    ("CREATE TABLE bad (shop_id char(8) NOT NULL, id int)", "bad.shop_id is character, and an organization is text"),
    ("CREATE EXTENSION citext; CREATE TABLE bad (shop_id citext NOT NULL)", "bad.shop_id is public.citext, and an organization is text"),
    ("CREATE COLLATION lax (provider = icu, locale = 'und-u-ks-level2', deterministic = false);"
     "CREATE TABLE bad (shop_id text COLLATE lax NOT NULL)", "different texts are equal"),
    ("CREATE TABLE bad (shop_id text NOT NULL GENERATED ALWAYS AS ('a' || id) STORED, id int)", "bad.shop_id is generated"),
    (TENANT + ", FOREIGN KEY (id) REFERENCES one (id))", "foreign key bad_id_fkey of public.bad does not include shop_id"),
    (TENANT + ", other text REFERENCES shop)", "foreign key bad_other_fkey of public.bad does not include shop_id"),
    (TENANT + ", other text, FOREIGN KEY (other, person) REFERENCES person)", "does not include shop_id"),
    (TENANT + ", FOREIGN KEY (shop_id, person) REFERENCES person ON DELETE SET DEFAULT)", "is SET DEFAULT"),
    (TENANT + ", FOREIGN KEY (shop_id, person) REFERENCES person ON DELETE SET DEFAULT (person))", None),
    (TENANT + ", FOREIGN KEY (shop_id, person) REFERENCES person ON DELETE CASCADE ON UPDATE CASCADE)", None),
    ("ALTER TABLE rate ADD shop text REFERENCES shop", "rate belongs to every organization, and refers to rows of one"),
    (TENANT + ", n int DEFAULT evil(1))", "calls evil"),
    (TENANT + ", n int GENERATED ALWAYS AS (evil(id)) STORED)", "calls evil"),
    (TENANT + ", CHECK (evil(id) > 0))", "calls evil"),
    (TENANT + "); CREATE UNIQUE INDEX ON bad (shop_id, evil(id))", "calls evil"),
    (TENANT + "); CREATE INDEX ON bad (id) WHERE evil(id) > 0", "calls evil"),
    ("CREATE DOMAIN odd AS int CHECK (evil(VALUE) > 0)", "calls evil"),
    ("CREATE DOMAIN odd AS int DEFAULT evil(1)", "calls evil"),
    (TENANT + ", n text DEFAULT query_to_xml('SELECT * FROM person', true, true, '')::text)", "reads any relation it is told to"),
    ("CREATE DOMAIN odd AS text DEFAULT table_to_xml('person', true, true, '')::text;" + TENANT + ", n odd)", "reads any relation it is told to"),
    ("CREATE DOMAIN odd AS text CHECK (xpath_exists('//id', table_to_xml('person', true, true, '')));" + TENANT + ", n odd)",
     "reads any relation it is told to"),
    ("CREATE FUNCTION fine() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER t BEFORE INSERT ON sale FOR EACH ROW"
     " WHEN (NEW.id > 0 AND table_to_xml('person', true, true, '') IS NOT NULL) EXECUTE FUNCTION fine()", "reads any relation it is told to"),
    ("CREATE FUNCTION fine() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER t BEFORE INSERT ON sale FOR EACH ROW"
     " WHEN (NEW.id > 0) EXECUTE FUNCTION fine()", None),
    ("CREATE FUNCTION t() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER t BEFORE INSERT ON sale"
     " FOR EACH ROW EXECUTE FUNCTION t()", "trigger t on table public.sale calls t"),
    ("CREATE TYPE pair AS (a int, b int); CREATE FUNCTION pair_cmp(pair, pair) RETURNS int LANGUAGE plpgsql IMMUTABLE AS"
     " 'BEGIN RETURN (SELECT count(*) FROM person); END'; CREATE FUNCTION pair_lt(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';"
     " CREATE OPERATOR < (LEFTARG = pair, RIGHTARG = pair, FUNCTION = pair_lt);"
     " CREATE OPERATOR CLASS pair_ops DEFAULT FOR TYPE pair USING btree AS OPERATOR 1 <, FUNCTION 1 pair_cmp(pair, pair)", "calls pair_cmp"),
    ("CREATE EXTENSION btree_gist", None),
    ("CREATE RULE r AS ON INSERT TO sale DO ALSO INSERT INTO person (shop_id, id) VALUES ('b', 9)", "a rule runs another statement"),
    ("CREATE TABLE rate_of_shop (shop_id text NOT NULL, code text, day date, extra int);"
     "CREATE TABLE lone (code text, day date); ALTER TABLE rate_of_shop INHERIT lone -- global = lone", "inherits from"),
    (TENANT + ", name text UNIQUE)", "unique index bad_name_key of public.bad does not include shop_id"),
    (TENANT + ", during int4range, EXCLUDE USING gist (during WITH &&))", "unique index bad_during_excl of public.bad"),
    (TENANT + ", name text); CREATE UNIQUE INDEX ON bad (lower(name)) WHERE id > 0", "unique index bad_lower_idx of public.bad"),
    (TENANT + ", name text); CREATE UNIQUE INDEX ON bad (name) INCLUDE (shop_id)", "does not include shop_id"),
]


def check_report(tap, cluster, generate):
    """Each query has its verdict in a report; that nothing can be generated is told beside."""
    with tempfile.TemporaryDirectory() as folder:
        texts = {"tenantry.conf": CONF + "schema = schema.sql\n", "queries.sql": "-- name: people :many\nSELECT id FROM person;\n",
                 "schema.sql": SCHEMA + TENANT + ", n int DEFAULT evil(1));\n"}
        for name, text in texts.items():
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        run = lambda *options: subprocess.run(  # noqa: E731
            [os.path.abspath(generate), *options, "tenantry.conf", "queries.sql"], cwd=folder, env=cluster.environment, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, check=False)
        report, whole = run("--report"), run("--no-lock", "--out", "gen")
        tap.result('"verdict":"scoped"' in report.stdout.replace(" ", "") and "nothing can be generated for this schema" in report.stderr
                   and "calls evil" in report.stderr, "a report tells the schema's fault and goes on", [report.stdout, report.stderr])
        tap.result(whole.returncode == 2 and "calls evil" in whole.stderr and not os.path.exists(os.path.join(folder, "gen")),
                   "without it nothing is written", [whole.stdout, whole.stderr])


def main():
    lint, generate = sys.argv[1:]
    tap, cluster = Tap(), Cluster()
    try:
        admin = cluster.connect()
        with admin.cursor() as cursor:
            cursor.execute("CREATE DATABASE plain")
        with cluster.connect("plain") as connection, connection.cursor() as cursor:
            cursor.execute(SCHEMA + "CREATE TABLE one (shop_id text NOT NULL, id int PRIMARY KEY); DROP TABLE one;")
        connection.close()
        for number, (more, words) in enumerate(CASES):
            database = "case_%d" % number
            with admin.cursor() as cursor:
                cursor.execute("CREATE DATABASE %s TEMPLATE plain" % database)
            connection = cluster.connect(database)
            with connection.cursor() as cursor:
                if "REFERENCES one " in more:
                    cursor.execute("CREATE TABLE one (shop_id text NOT NULL, id int PRIMARY KEY)")
                try:
                    cursor.execute(more or "SELECT 1")
                except Exception as error:  # pylint: disable=broad-except
                    tap.result(words and words in str(error), "%s: %s" % (more, words), [error])
                    connection.close()
                    continue
            connection.close()
            with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
                file.write(CONF.replace("global = rate", "global = rate, lone") if "global = lone" in more else CONF)
                file.flush()
                done = subprocess.run([lint, file.name], env=dict(cluster.environment, PGDATABASE=database), stdout=subprocess.PIPE,
                                      text=True, check=False)
            good = done.returncode == 0 and not done.stdout if not words else words in done.stdout
            tap.result(good, "%s: %s" % (more.splitlines()[0] if more else "the schema without a fault", words or "taken"), [done.stdout])
        check_report(tap, cluster, generate)
    finally:
        cluster.stop()
    sys.exit(tap.done())


if __name__ == "__main__":
    main()
