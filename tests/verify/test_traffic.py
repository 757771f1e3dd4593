#!/usr/bin/env python3
"""test_traffic.py TENANTRY [ROUNDS]: a database with rows and traffic in it. Nothing of the traffic fails, nothing is left
behind, whenever verify is killed."""
import os
import random
import signal
import subprocess
import sys
import threading
import time

import verify_world as world

OPTIONS = ("--app-role", "verify_app", "--tenant-column", "org_id", "--tenant-setting", "app.org_id")
ORGANIZATIONS = ["%08x-1111-4111-8111-111111111111" % n for n in range(8)]

FILL = "".join("""
insert into organization values ('%(org)s', 'Org');
with c as (insert into customer (org_id, name, email) values ('%(org)s', 'Someone', 'a@example.com') returning id)
insert into invoice (org_id, customer_id, number, net) select '%(org)s', id, n, n from c, generate_series(1, 20) n;
insert into note (org_id, body) select '%(org)s', 'note ' || n from generate_series(1, 50) n;
""" % {"org": org} for org in ORGANIZATIONS)

SUM = """select md5(string_agg(t.sum, '' order by t.sum)) from (
  select 'c' || md5(string_agg(c::text, '' order by id)) as sum from customer c
  union all select 'i' || md5(string_agg(i::text, '' order by id)) from invoice i where number > 0
  union all select 'e' || count(*) from event union all select 'l' || count(*) from invoice_line
  union all select 'o' || count(*) from organization
  union all select 's' || last_value from customer_number_seq
  union all select 'p' || count(*) from pg_policy union all select 'd' || count(*) from pg_class where relnamespace = 'public'::regnamespace
  union all select 'n' || count(*) from pg_namespace where nspname !~ '^pg_(temp|toast)') t"""


class Traffic(threading.Thread):
    """One connection that works without a pause, with limits that a blocked one would run into."""

    def __init__(self, server, number):
        super().__init__()
        self.server, self.number, self.stopping, self.done, self.error = server, number, False, 0, None

    def run(self):
        org = ORGANIZATIONS[self.number % len(ORGANIZATIONS)]
        # One backend, many transactions: psql would hide which of them failed, so the count of each is looked at.
        process = subprocess.Popen(["psql", "-qXAt", "-v", "ON_ERROR_STOP=1", self.server.url("traffic", "verify_app")],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        process.stdin.write("set lock_timeout = '2s'; set statement_timeout = '5s';\n")
        while not self.stopping:
            process.stdin.write("begin; select set_config('app.org_id', '%s', true);"
                                "update note set status = 'seen' where org_id = '%s';"
                                "insert into note (org_id, body) values ('%s', 'x');"
                                "delete from note where body = 'x'; select count(*) from note; commit;\n" % (org, org, org))
            process.stdin.flush()
            for wanted in (org, "50"):
                line = process.stdout.readline().strip()
                if line != wanted:
                    self.error = line
                    process.kill()
                    return
            self.done += 1
        process.stdin.close()
        process.wait()


def left_over(server):
    """Sessions, locks and databases of verify that are still there, once the server has had a moment."""
    for _ in range(100):
        rest = server.psql("select count(*) from pg_stat_activity where application_name = 'tenantry'"
                           " union all select count(*) from pg_database where datname like 'tenantry_verify_%'")
        if rest.split() == ["0", "0"]:
            return None
        time.sleep(0.1)
    return rest


def killed(tenantry, server, options, after):
    process = subprocess.Popen([tenantry, "verify", server.url("traffic"), *OPTIONS, *options],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.wait()


def killed_while_it_makes_its_database(tenantry, server):
    """CREATE DATABASE goes on in the server, and commits when nobody is left to hear of it."""
    holder = subprocess.Popen(["psql", "-qXAt", server.url()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    holder.stdin.write("begin; lock table pg_database in share mode; select 1;\n")
    holder.stdin.flush()
    holder.stdout.readline()
    process = subprocess.Popen([tenantry, "verify", server.url("traffic"), *OPTIONS, "--clone"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    waits = ("select count(*) from pg_stat_activity where query ilike 'create database tenantry_verify%'"
             " and wait_event_type = 'Lock'")
    end = time.monotonic() + 30
    while server.psql(waits) != "1" and time.monotonic() < end:
        time.sleep(0.02)
    is_making = server.psql(waits) == "1"
    process.send_signal(signal.SIGKILL)
    process.wait()
    # Whoever drops it has had its time to look before there is anything to drop.
    time.sleep(1)
    holder.stdin.write("commit;\n")
    holder.stdin.close()
    holder.wait()
    return is_making


def main():
    tenantry, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 6
    random.seed(int(os.environ.get("SEED", time.time())))
    tap = world.Tap()
    server = world.Server()
    try:
        server.base()
        server.database("traffic", "clean")
        server.psql(FILL, "traffic")
        before = server.psql(SUM, "traffic")
        threads = [Traffic(server, number) for number in range(3)]
        for thread in threads:
            thread.start()
        began = time.monotonic()
        clone = world.verify(tenantry, server, "traffic", "--clone", *OPTIONS)
        took = time.monotonic() - began
        tap.ok(not world.codes(clone, level="leak") and clone["summary"]["attacked"] == "on a clone",
               "on a clone: proven clean", clone["findings"], clone["summary"])
        place = world.verify(tenantry, server, "traffic", "--in-place", *OPTIONS)
        tap.ok(not world.codes(place, level="leak") and place["summary"]["attacked"] == "in place",
               "in place: proven clean", place["findings"], place["summary"])
        for number in range(rounds):
            killed(tenantry, server, ["--clone"] if number % 2 else ["--in-place"], random.uniform(0.02, took))
        for thread in threads:
            thread.stopping = True
        for thread in threads:
            thread.join()
        tap.ok(all(thread.error is None and thread.done for thread in threads), "no statement of the traffic failed",
               [(thread.done, thread.error) for thread in threads])
        rest = left_over(server)
        tap.ok(rest is None, "no session and no database is left after kill -9", rest)
        is_making = killed_while_it_makes_its_database(tenantry, server)
        rest = left_over(server)
        tap.ok(is_making and rest is None, "nor when it was killed while its database was being made", is_making, rest)
        tap.ok(server.psql(SUM, "traffic") == before, "rows, sequences and schema are what they were")
        server.psql("grant truncate, trigger on note to verify_app; create policy open on note for delete using (true);", "traffic")
        place = world.verify(tenantry, server, "traffic", "--in-place", *OPTIONS)
        tap.ok({"truncate-granted", "policy-always-true"} <= world.codes(place), "faults are found in place too", place["findings"])
        clone = world.verify(tenantry, server, "traffic", "--clone", *OPTIONS)
        tap.ok({"truncate-granted", "policy-always-true", "trigger-granted"} <= world.codes(clone, proof="attack"),
               "and shown on a clone", [(f["code"], f["proof"]) for f in clone["findings"]])
    finally:
        server.stop()
    return tap.done()


sys.exit(main())
