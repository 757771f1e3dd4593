#!/usr/bin/env python3
"""under_load.py INVOICING TENANTRY [--invoices N] [--seconds N]: a migration of a big table while it is used.

The example with its demonstration data gets N more invoices (a million by default) of a thousand other organizations.
Clients ask for pages and make invoices all the time; meanwhile its schema file is changed, `migrate new` writes the change
and `migrate apply` applies it: three columns, one of them NOT NULL, an index, checks, and a table that refers to it. Every request must be
answered as without it. Printed: how long apply took, requests and the longest of them, before and during it; and beside
it what the same change does when it is written by hand without care (one transaction, plain forms), on a copy of the
column names, under the same load.
"""
import argparse
import html
import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
EXAMPLE = os.path.join(HERE, "..", "..", "examples", "invoicing")
CLIENTS = 6
PAGES = ["/o/acme/", "/o/acme/invoices", "/o/harbour-finch/invoices?status=sent", "/o/harbour-finch/audit"]
FILL = """
INSERT INTO customer (organization_id, id, name, contact, email, address)
    SELECT 'load-' || n, gen_random_uuid(), 'A customer', 'Somebody', 'a@customer.example', 'A street'
    FROM generate_series(1, 1000) n;
INSERT INTO invoice (organization_id, id, customer_id, year, serial, status, created_at, issued_on, due_on, total)
    SELECT customer.organization_id, gen_random_uuid(), customer.id, 2025, n, 'sent', '2025-01-01', '2025-01-01', '2025-02-01', n
    FROM customer CROSS JOIN generate_series(1, %d) n WHERE customer.organization_id LIKE 'load-%%';
ANALYZE;
"""
# By the author of a schema file …
EDITS = [("    note text NOT NULL DEFAULT '',", "    note text NOT NULL DEFAULT '',\n    reference text NOT NULL,\n"
          "    channel text NOT NULL DEFAULT 'letter',\n    chased_on date CHECK (chased_on >= issued_on),"),
         ("    paid_on date,", "    paid_on date,\n    CONSTRAINT total_is_sane CHECK (total < 1000000000),")]
MORE = """
CREATE INDEX invoice_by_amount ON invoice (organization_id, total);
CREATE TABLE chase (organization_id text, id uuid PRIMARY KEY, invoice_id uuid,
    FOREIGN KEY (organization_id, invoice_id) REFERENCES invoice);
"""
# … and by hand, without care: the same, each in its plain form.
CARELESS = """
BEGIN;
ALTER TABLE invoice ADD COLUMN careless_reference text;
UPDATE invoice SET careless_reference = 'none';
ALTER TABLE invoice ALTER COLUMN careless_reference SET NOT NULL;
ALTER TABLE invoice ALTER COLUMN careless_reference SET DEFAULT 'none';
ALTER TABLE invoice ADD CONSTRAINT careless_check CHECK (total < 1000000000);
CREATE INDEX careless_by_total ON invoice (organization_id, total);
COMMIT;
"""


class Example:
    def __init__(self, program, folder):
        self.data = os.path.join(folder, "data")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log = open(os.path.join(folder, "log"), "w", encoding="utf-8")
        self.process = subprocess.Popen(
            [program, "--demo", "--rate-limit=off", "--loops", "1", "--data", self.data, "--listen", f"127.0.0.1:{self.port}",
             "--base-url", "http://app.example", "--log-level", "error"], stdout=self.log, stderr=self.log)
        for _ in range(600):
            time.sleep(0.2)
            try:
                self.ask("GET", "/sign-in")
                break
            except OSError:
                pass
        with open(os.path.join(self.data, "postgres/postmaster.pid"), encoding="utf-8") as file:
            self.socket_folder = file.read().split("\n")[4]
        with open(os.path.join(self.data, "passwords"), encoding="utf-8") as file:
            self.password = re.search(r"postgres:(\w+)", file.read())[1]
        self.environment = dict(os.environ, PGHOST=self.socket_folder, PGUSER="postgres", PGPASSWORD=self.password,
                                PGDATABASE="tenantry")
        _, headers, _ = self.ask("POST", "/sign-in", "email=maren%40tolliday.example&password=demo-password")
        self.cookie = headers["Set-Cookie"].partition(";")[0]

    def ask(self, method, path, body=None, cookie=None, connection=None):
        connection = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Host": "app.example", "Origin": "http://app.example"}
        if cookie:
            headers["Cookie"] = cookie
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode("utf-8", "replace")

    def psql(self, sql):
        subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1"], input=sql, text=True, env=self.environment, check=True)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        self.log.close()


class Load:
    """Clients that read pages, and one that makes invoices, until told to stop."""

    def __init__(self, example):
        self.example = example
        self.stopped = threading.Event()
        self.lock = threading.Lock()
        self.reset()
        self.threads = [threading.Thread(target=self.reader, args=(at,), daemon=True) for at in range(CLIENTS)]
        self.threads.append(threading.Thread(target=self.writer, daemon=True))
        for thread in self.threads:
            thread.start()

    def reset(self):
        with self.lock:
            self.took, self.failed = {"page": [], "invoice": []}, []

    def timed(self, kind, wanted, *arguments, **names):
        begun = time.monotonic()
        try:
            status, headers, body = self.example.ask(*arguments, **names)
        except (OSError, http.client.HTTPException) as problem:
            status, headers, body = repr(problem), {}, ""
        with self.lock:
            self.took[kind].append(time.monotonic() - begun)
            if status != wanted:
                self.failed.append(f"{arguments[0]} {arguments[1]}: {status}")
        return body

    def reader(self, number):
        connection = http.client.HTTPConnection("127.0.0.1", self.example.port, timeout=60)
        while not self.stopped.is_set():
            self.timed("page", 200, "GET", PAGES[number % len(PAGES)], cookie=self.example.cookie, connection=connection)
            number += 1

    def writer(self):
        page = self.example.ask("GET", "/o/acme/invoices/new", cookie=self.example.cookie)[2]
        fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
        fields.update(customer_id=re.search(r'<option value="([0-9a-f-]{36})"', page)[1], due_on="2099-01-01",
                      description="Work", quantity="1", unit_price="10.00", note="")
        body = urllib.parse.urlencode({name: html.unescape(value) for name, value in fields.items()})
        while not self.stopped.is_set():
            self.timed("invoice", 303, "POST", "/o/acme/invoices", body, cookie=self.example.cookie)
            time.sleep(0.02)

    def report(self, title):
        with self.lock:
            words = [f"{len(took)} {kind}s, longest {max(took, default=0) * 1000:.0f} ms" for kind, took in self.took.items()]
            print(f"{title}: {'; '.join(words)}; {len(self.failed)} failed", flush=True)
            for line in self.failed[:5]:
                print("    " + line)
            return len(self.failed), max((max(took, default=0) for took in self.took.values()))


def migrate(tenantry, project, example, *arguments, scratch=False):
    environment = dict(example.environment)
    if scratch:
        environment = {name: value for name, value in environment.items() if not name.startswith("PG")}
    done = subprocess.run([tenantry, "migrate", *arguments], cwd=project, env=environment, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        sys.exit(done.stdout)
    return done.stdout


def project_make(tenantry, folder, example):
    project = os.path.join(folder, "project")
    shutil.copytree(os.path.join(EXAMPLE, "migrations"), os.path.join(project, "migrations"))
    with open(os.path.join(EXAMPLE, "schema.sql"), encoding="utf-8") as file:
        schema = file.read()
    for old, new in EDITS:
        assert old in schema
        schema = schema.replace(old, new)
    with open(os.path.join(project, "schema.sql"), "w", encoding="utf-8") as file:
        file.write(schema + MORE)
    migrate(tenantry, project, example, "new", "reminders", "--fill", "invoice.reference='none'", scratch=True)
    # The running program's INSERT does not name the new column: the default of the transition is the next release's to drop.
    path = os.path.join(project, "migrations", sorted(os.listdir(os.path.join(project, "migrations")))[-1])
    with open(path, encoding="utf-8") as file:
        text = file.read()
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace("ALTER TABLE public.invoice ALTER COLUMN reference DROP DEFAULT;\n", ""))
    return project


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("invoicing")
    parser.add_argument("tenantry")
    parser.add_argument("--invoices", type=int, default=1000000)
    parser.add_argument("--seconds", type=int, default=10)
    given = parser.parse_args()
    tenantry = os.path.abspath(given.tenantry)
    with tempfile.TemporaryDirectory(prefix="tenantry-load-") as folder:
        os.chmod(folder, 0o755)
        example = Example(given.invoicing, folder)
        load = None
        try:
            example.psql(FILL % (given.invoices // 1000))
            project = project_make(tenantry, folder, example)
            load = Load(example)
            time.sleep(given.seconds)
            load.report(f"{given.invoices} invoices, before")
            load.reset()
            begun = time.monotonic()
            migrate(tenantry, project, example, "apply", "--database-admin", "dbname=tenantry")
            took = time.monotonic() - begun
            failed, longest = load.report(f"while `migrate apply` worked for {took:.1f} s")
            load.reset()
            begun = time.monotonic()
            example.psql(CARELESS)
            took = time.monotonic() - begun
            load.report(f"while the careless form worked for {took:.1f} s")
        finally:
            if load:
                load.stopped.set()
            example.stop()
        print(f"{failed} failed requests, longest wait {longest * 1000:.0f} ms")
        sys.exit(1 if failed else 0)


main()
