#!/usr/bin/env python3
"""The totals that the example's database keeps by triggers are what adding the invoices up gives: after everything that
the pages do, after statements that fail or change many rows, between two who change the same customer at once, and for
invoices that were there before the migration.

    test_totals.py INVOICING TENANTRY MIGRATIONS
"""

import os
import re
import shutil
import subprocess
import sys
import time

import example

# What is kept and is not what is added up, from both sides; nothing where all is well.
WRONG = """
WITH counted AS (SELECT * FROM invoice WHERE status IN ('sent', 'paid')),
month_kept AS (SELECT organization_id, first_day::text, invoiced, paid FROM month_total WHERE invoiced <> 0 OR paid <> 0),
month_added AS (SELECT organization_id, date_trunc('month', issued_on)::date::text, sum(total),
        coalesce(sum(total) FILTER (WHERE status = 'paid'), 0) FROM counted GROUP BY 1, 2 HAVING sum(total) <> 0),
customer_kept AS (SELECT organization_id, customer_id::text, invoiced, 0 FROM customer_total WHERE invoiced <> 0),
customer_added AS (SELECT organization_id, customer_id::text, sum(total), 0 FROM counted GROUP BY 1, 2 HAVING sum(total) <> 0)
(TABLE month_kept EXCEPT TABLE month_added) UNION ALL (TABLE month_added EXCEPT TABLE month_kept)
UNION ALL (TABLE customer_kept EXCEPT TABLE customer_added) UNION ALL (TABLE customer_added EXCEPT TABLE customer_kept)"""
ENTER = "SELECT tenantry.enter('%s', 60000, 60000)"


class Database:
    def __init__(self, running, name="tenantry"):
        self.url = running.url("postgres").replace("dbname='tenantry'", "dbname='%s'" % name)
        self.application = running.url("tenantry_app").replace("dbname='tenantry'", "dbname='%s'" % name)

    def sql(self, text):
        done = subprocess.run(["psql", "-X", "-qAt", "-v", "ON_ERROR_STOP=1", "-d", self.url, "-c", text], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, check=True, text=True)
        return done.stdout.strip()

    def session(self):
        return example.Session(["psql", "-X", "-qAt", "-d", self.application], dict(os.environ))


def right(tap, database, name):
    wrong = database.sql(WRONG)
    tap.test(name, wrong == "", wrong[:2000])


def post(server, cookie, page, action, fields=()):
    body = server.ask("GET", "/o/acme" + page, cookie).body
    answer = server.ask("POST", "/o/acme" + action, cookie, [("_ctx", example.action_context(body, action))] + list(fields))
    if answer.status != 303:
        raise SystemExit("Bail out! %s was answered %s" % (action, answer))
    return answer


def test_pages(tap, server, database):
    cookie = server.sign_in()
    right(tap, database, "the demonstration data is added up")
    tap.test("and there is something to add up", int(database.sql("SELECT count(*) FROM month_total WHERE invoiced > 0")) > 20 and
             int(database.sql("SELECT count(*) FROM customer_total WHERE invoiced > 0")) > 20)

    page = server.ask("GET", "/o/acme/invoices/new", cookie).body
    fields = [("new_id", re.search(r'name="new_id" value="([^"]+)"', page).group(1)), ("due_on", "2099-12-31"),
              ("customer_id", re.search(r'<option value="([0-9a-f-]{36})"', page).group(1)), ("description", "Added up"),
              ("quantity", "1"), ("unit_price", "1234.56")]
    made = post(server, cookie, "/invoices/new", "/invoices", fields).headers["Location"].replace("/o/acme", "")
    before = database.sql("SELECT sum(invoiced) FROM month_total")
    right(tap, database, "a draft does not count")
    for action in ("/send", "/paid"):
        post(server, cookie, made, made + action)
        right(tap, database, "right after " + action)
    after = database.sql("SELECT sum(invoiced) FROM month_total")
    tap.test("what was sent is in the sum", float(after) - float(before) > 1234.55, "%s %s" % (before, after))
    sent = re.search(r'href="/o/acme(/invoices/[0-9a-f-]{36})"', server.ask("GET", "/o/acme/invoices?status=sent", cookie).body).group(1)
    post(server, cookie, sent, sent + "/void")
    right(tap, database, "right after /void")
    tap.test("and the void one is taken away", float(database.sql("SELECT sum(invoiced) FROM month_total")) < float(after))


def test_statements(tap, database):
    organization = database.sql("SELECT id FROM organization WHERE slug = 'acme'")
    before = database.sql("TABLE month_total ORDER BY 1, 2")
    session = database.session()
    session.run("BEGIN")
    session.run(ENTER % organization)
    session.run("UPDATE invoice SET status = 'void', paid_on = NULL WHERE status IN ('sent', 'paid')")
    seen = session.run("SELECT coalesce(sum(invoiced), 0) || ' ' || coalesce(sum(paid), 0) FROM month_total")
    tap.test("many rows at once, each month and customer to nothing", seen == "0.00 0.00", seen)
    session.run("ROLLBACK")
    tap.test("and as it was after the rollback", database.sql("TABLE month_total ORDER BY 1, 2") == before)
    session.run("BEGIN")
    session.run(ENTER % organization)
    session.run("UPDATE invoice SET issued_on = issued_on - 45, total = total + 0.01 WHERE status = 'sent'")
    session.run("COMMIT")
    session.end()
    right(tap, database, "other months and other amounts")


def test_race(tap, database):
    """Two who change different invoices of one customer and month: the second waits, and adds to what the first wrote."""
    organization = database.sql("SELECT id FROM organization WHERE slug = 'acme'")
    one, other = database.sql("""SELECT id FROM invoice WHERE organization_id = '%s' AND status = 'paid' AND customer_id =
        (SELECT customer_id FROM invoice WHERE organization_id = '%s' AND status = 'paid' GROUP BY 1 ORDER BY count(*) DESC LIMIT 1)
        LIMIT 2""" % (organization, organization)).split()
    first, second = database.session(), database.session()
    for session in (first, second):
        session.run("BEGIN")
        session.run(ENTER % organization)
    first.run("UPDATE invoice SET status = 'void', paid_on = NULL WHERE id = '%s'" % one)
    second.process.stdin.write("UPDATE invoice SET status = 'void', paid_on = NULL WHERE id = '%s';\n" % other)
    second.process.stdin.flush()
    end = time.monotonic() + example.PATIENCE_S
    waits = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    while database.sql(waits) == "0" and time.monotonic() < end:
        time.sleep(0.02)
    tap.test("the second waits for the first", database.sql(waits) != "0")
    first.run("COMMIT")
    second.run("COMMIT")
    first.end()
    second.end()
    right(tap, database, "and both count")


def test_without_triggers(tap, database):
    """The comparison itself can fail."""
    database.sql("ALTER TABLE invoice DISABLE TRIGGER USER")
    database.sql("UPDATE invoice SET total = total + 1 WHERE id = (SELECT id FROM invoice WHERE status = 'paid' LIMIT 1)")
    tap.test("without the triggers the comparison finds the difference", len(database.sql(WRONG).splitlines()) == 4)
    database.sql("UPDATE invoice SET total = total - 1 WHERE id = (SELECT id FROM invoice WHERE status = 'paid' LIMIT 1)")
    database.sql("ALTER TABLE invoice ENABLE TRIGGER USER")


def apply(tenantry, database, folder):
    subprocess.run([tenantry, "migrate", "apply", "--migrations", folder, "--database-admin", database.url, "--database",
                    database.url.replace("'postgres'", "'tenantry_identity'"), "--tenant-database", database.application],
                   stdin=subprocess.DEVNULL, check=True, stdout=subprocess.DEVNULL)


def test_migration(tap, running, database, tenantry, migrations):
    folder = os.path.join(running.folder, "migrations")
    os.mkdir(folder)
    names = sorted(os.listdir(migrations))
    totals = next(name for name in names if name.endswith("_totals.sql"))
    for name in names[:names.index(totals)]:
        shutil.copy(os.path.join(migrations, name), folder)
    database.sql("CREATE DATABASE before_totals OWNER tenantry_owner")
    old = Database(running, "before_totals")
    apply(tenantry, old, folder)
    for table in ("customer", "invoice"):
        columns = database.sql("SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute "
                               "WHERE attrelid = '%s'::regclass AND attnum > 0 AND attgenerated = ''" % table)
        rows = subprocess.run(["psql", "-X", "-qAt", "-d", database.url, "-c", "COPY (SELECT %s FROM %s) TO STDOUT" % (columns, table)],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True).stdout
        subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", old.url, "-c", "COPY %s (%s) FROM STDIN" % (table, columns)],
                       input=rows, check=True)
    shutil.copy(os.path.join(migrations, totals), folder)
    apply(tenantry, old, folder)
    tap.test("the migration adds up what was there before", old.sql("SELECT count(*) > 20 FROM month_total") == "t")
    right(tap, old, "and rightly")
    tap.test("and leaves row-level security forced for the owner", old.sql(
        "SELECT count(*) FROM pg_class WHERE relname IN ('invoice', 'month_total', 'customer_total') AND relforcerowsecurity") == "3")


def main():
    tap = example.Tap()
    running = example.Example(sys.argv[1])
    try:
        database = Database(running)
        test_pages(tap, running.first, database)
        test_statements(tap, database)
        test_race(tap, database)
        test_without_triggers(tap, database)
        test_migration(tap, running, database, sys.argv[2], sys.argv[3])
    finally:
        running.stop()
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
