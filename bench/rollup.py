#!/usr/bin/env python3
"""rollup.py INVOICING NIGHTLY_REVENUE: the nightly roll-up over 1,000 organizations and a million invoices, against the one
SQL statement that adds up and writes down the same by itself.

The script reads across organizations as tenantry_raw, each use recorded, and writes as tenantry_app: a transaction for each
organization, with row-level security and the bump that ends what was kept. The statement is run as a superuser, in one
transaction, without any of that. Both after each other, in turn; medians; and the script once more, where all is written
down already.

ORGANIZATIONS, INVOICES (of each) and REPEATS in the environment change the measurement."""

import datetime
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ORGANIZATIONS = int(os.environ.get("ORGANIZATIONS", "1000"))
INVOICES = int(os.environ.get("INVOICES", "1000"))
REPEATS = int(os.environ.get("REPEATS", "3"))

FILL = """
INSERT INTO customer (organization_id, id, name, contact, email, address)
    SELECT 'roll' || o, md5('c' || o)::uuid, 'Customer', '', '', '' FROM generate_series(1, {organizations}) o;
INSERT INTO letterhead (organization_id, legal_name, address, tax_number, bank_account)
    SELECT 'roll' || o, 'Organization ' || o, '', '', '' FROM generate_series(1, {organizations}) o;
INSERT INTO invoice (organization_id, id, customer_id, year, serial, status, created_at, issued_on, due_on, paid_on, total)
    SELECT 'roll' || o, md5(o || '/' || n)::uuid, md5('c' || o)::uuid, 2026, n,
        CASE WHEN n % 3 = 0 THEN 'sent' ELSE 'paid' END::invoice_status, now(), day, day + 30,
        CASE WHEN n % 3 = 0 THEN NULL ELSE day + 10 END, 10 + n % 5000
    FROM generate_series(1, {organizations}) o, generate_series(1, {invoices}) n,
        LATERAL (SELECT current_date - (n * 7 + o) % 700 AS day) d;
ANALYZE;
CHECKPOINT;
"""
STATEMENT = """
INSERT INTO revenue_month (organization_id, first_day, invoice_count, invoiced, paid, open, overdue, as_of)
SELECT organization_id, '{day}',
    count(*) FILTER (WHERE status IN ('sent', 'paid') AND issued_on >= '{day}' AND issued_on < '{end}'),
    coalesce(sum(total) FILTER (WHERE status IN ('sent', 'paid') AND issued_on >= '{day}' AND issued_on < '{end}'), 0),
    coalesce(sum(total) FILTER (WHERE paid_on >= '{day}' AND paid_on < '{end}'), 0),
    coalesce(sum(total) FILTER (WHERE status = 'sent'), 0),
    coalesce(sum(total) FILTER (WHERE status = 'sent' AND due_on < current_date), 0), current_date
FROM invoice GROUP BY organization_id
ON CONFLICT (organization_id, first_day) DO UPDATE
SET invoice_count = excluded.invoice_count, invoiced = excluded.invoiced, paid = excluded.paid, open = excluded.open,
    overdue = excluded.overdue, as_of = excluded.as_of
"""
SUMS = "SELECT count(*), sum(invoice_count), sum(invoiced), sum(paid), sum(open), sum(overdue) FROM revenue_month WHERE first_day = '%s'"


class Database:
    """The example's embedded one."""

    def __init__(self, program, folder):
        self.data = os.path.join(folder, "data")
        self.process = subprocess.Popen([program, "--demo", "--data", self.data, "--listen", "unix:" + os.path.join(folder, "socket")],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.raw = None
        for line in self.process.stdout:
            found = re.search(r'TENANTRY_RAW_DATABASE="([^"]+)" TENANTRY_TENANT_DATABASE="([^"]+)"', line)
            if found:
                self.raw, self.tenant = found.groups()
                break
        if not self.raw:
            raise SystemExit("the example did not start")
        self.host = re.search(r"host='([^']+)'", self.raw).group(1)

    def sql(self, text):
        return subprocess.run(["psql", "-X", "-qAt", "-v", "ON_ERROR_STOP=1", "-h", self.host, "-U", "postgres", "-d", "tenantry", "-c", text],
                              env=dict(os.environ, PGPASSFILE=os.path.join(self.data, "passwords")), check=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True).stdout.strip()

    def script(self, program, *arguments):
        began = time.monotonic()
        subprocess.run([program, "--json"] + list(arguments), check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, env={"TENANTRY_RAW_DATABASE": self.raw, "TENANTRY_TENANT_DATABASE": self.tenant})
        return time.monotonic() - began

    def stop(self):
        self.process.terminate()
        self.process.wait(60)


def measure(database, script):
    day = datetime.date.today().replace(day=1)
    end = (day + datetime.timedelta(days=32)).replace(day=1)
    alone, with_script = [], []
    for _ in range(REPEATS):
        database.sql("DELETE FROM revenue_month")
        began = time.monotonic()
        database.sql(STATEMENT.format(day=day, end=end))
        alone.append(time.monotonic() - began)
        expected = database.sql(SUMS % day)
        database.sql("DELETE FROM revenue_month")
        with_script.append(database.script(script))
        if database.sql(SUMS % day) != expected:
            raise SystemExit("the script wrote %s, the statement %s" % (database.sql(SUMS % day), expected))
    again = database.script(script)
    return statistics.median(alone), statistics.median(with_script), again


def main():
    if len(sys.argv) != 3:
        raise SystemExit("usage: rollup.py INVOICING NIGHTLY_REVENUE")
    folder = tempfile.mkdtemp(prefix="tenantry-bench-")
    os.chmod(folder, 0o755)
    database = Database(sys.argv[1], folder)
    try:
        # One statement of a group each: what is in one string is one transaction, and CHECKPOINT may not be in one.
        for statement in FILL.format(organizations=ORGANIZATIONS, invoices=INVOICES).split(";")[:-1]:
            database.sql(statement)
        alone, script, again = measure(database, sys.argv[2])
    finally:
        database.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print("%d organizations, %d invoices; medians of %d" % (ORGANIZATIONS, ORGANIZATIONS * INVOICES, REPEATS))
    print("one statement       %6.2f s" % alone)
    print("the script          %6.2f s   %.2f times the statement; %.2f ms an organization" % (script, script / alone, 1000 * script / ORGANIZATIONS))
    print("the script again    %6.2f s   (all is written down)" % again)


if __name__ == "__main__":
    main()
