#!/usr/bin/env python3
"""scale.py TENANTRY [TABLES ROLES]: how long verify takes, and what it asks for, on a schema of so many tables and roles.

A PostgreSQL of its own, with the settings it comes with. Every table has a tenant column, a policy and, four of five, a foreign
key to the one before; every role belongs to one group. One table has a second policy that opens it and one role may TRUNCATE
another: what is found has to be that, however many there are. The last line but one is the processor time of PostgreSQL."""
import json
import os
import resource
import signal
import subprocess
import sys
import time

import verify_world as world

PREDICATE = "org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)"


def schema(tables, roles):
    yield "create role scale_group nologin;"
    for role in range(roles):
        yield "create role scale_%d login in role scale_group;" % role
    for table in range(tables):
        parent = ", parent_id uuid, foreign key (org_id, parent_id) references t%d (org_id, id)" % (table - 1)
        yield ("create table t%d (org_id uuid not null, id uuid not null default gen_random_uuid(), name text not null, "
               "n int, primary key (org_id, id)%s);" % (table, parent if table % 5 else ""))
        yield "alter table t%d enable row level security, force row level security;" % table
        yield "create policy p on t%d using (%s) with check (%s);" % (table, PREDICATE, PREDICATE)
        yield "grant select, insert, update, delete on t%d to scale_group;" % table
    yield "grant truncate on t%d to scale_%d;" % (tables // 2, roles // 2)
    yield "create policy open on t%d for select using (n > 3);" % (tables // 3)


def server_seconds(server):
    """Of all its processes that have ended."""
    with open(os.path.join(server.folder, "data", "postmaster.pid"), encoding="utf-8") as file:
        pid = file.readline().strip()
    with open("/proc/%s/stat" % pid, encoding="utf-8") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")


def measure(tenantry, server, *options):
    before, began = server_seconds(server), time.monotonic()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([tenantry, "verify", server.url("scale"), "--format", "json", *options], capture_output=True,
                          text=True, check=False)
    ended = time.monotonic()
    time.sleep(1)  # PostgreSQL counts a process when it has buried it
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    if not done.stdout:
        sys.exit("verify %s: %s" % (" ".join(options), done.stderr[-500:]))
    report = json.loads(done.stdout)
    summary = report["summary"]
    print("| %s | %.0f s | %.1f s | %.1f s | %d MB | %d | %d | %d of %d | %s |" % (
        " ".join(options) or "in place", ended - began,
        now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime, server_seconds(server) - before,
        now.ru_maxrss // 1024, summary["statements"], summary["round_trips"], summary["proven_tables"],
        summary["tenant_tables"], ", ".join(sorted({f["code"] for f in report["findings"]}))), flush=True)
    return {f["code"] for f in report["findings"]} >= {"permissive-or", "truncate-granted"}


def main():
    tenantry = sys.argv[1]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the server ends with it
    tables, roles = (int(word) for word in (sys.argv[2:4] or ("2000", "200")))
    server = world.Server()
    try:
        server.database("scale")
        server.psql("\n".join(schema(tables, roles)), "scale")
        print("| %d tables, %d roles | time | own CPU | server's CPU | memory | statements | round trips | proven | found |"
              % (tables, roles))
        print("|---|---|---|---|---|---|---|---|---|", flush=True)
        every = [measure(tenantry, server, "--static"), measure(tenantry, server), measure(tenantry, server, "--clone")]
    finally:
        server.stop()
    return 0 if all(every) else 1


if __name__ == "__main__":
    sys.exit(main())
