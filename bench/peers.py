#!/usr/bin/env python3
"""peers.py PEERS BUILD: tenantry beside the TypeScript stack that a user would pick instead.

PEERS is the folder that has that stack (its run.sh, and a README of what it measures); what is built of it is kept below
BUILD. First peers_target answers the peers' own two resources on a copy of their database, with their cookies, beside
the JSON server and Next, asked in turn as run.sh asks them (which takes peers_target as TARGET_CMD, too). Then the example's dashboard, rendered each time, kept and exact, and
kept up to two seconds, beside Next's page and nginx serving the example's bytes. Ratios of requests a second, and of
processor time for each request, of server and PostgreSQL together.

CONNECTIONS, DURATION and REPEATS in the environment change the measurement."""

import collections
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

import http_request as measuring
import kept_page

DATABASE = "peer_tenantry"
ORIGIN = "http://localhost:3000"
RESOURCES = ("dashboard", "audit")
SECRET = "peer-bench-secret-4f8b2c91d7e6a3055b1c"
ROLES = ("tenantry_owner", "tenantry_identity", "tenantry_app", "tenantry_raw")
TABLES = ("invoice", "audit_logs", "user", "session", "account", "verification", "organization", "member", "invitation")
# (resource, peer) → how many times its requests a second are aimed at.
AIMS = {("dashboard", "node-api"): 6, ("audit", "node-api"): 15}
NEXT_AIM = 15
JSON_AIM = 6


class Peers:
    def __init__(self, source, build):
        self.program = os.path.join(os.path.abspath(build), "bench", "peers", "peers_target")
        self.folder = os.environ.get("PEERS_FOLDER", os.path.join(os.path.abspath(build), "bench", "peers-built"))
        if not os.path.isdir(self.folder):
            shutil.copytree(source, self.folder)
            subprocess.run(["chmod", "-R", "u+w", self.folder], check=True)
        self.environment = dict(os.environ, PG_PORT=os.environ.get("PG_PORT", "55405"),
                                PG_HOME=os.environ.get("PG_HOME", os.path.join(tempfile.gettempdir(), "tenantry-peers-pg")))

    def run(self, **more):
        subprocess.run(["./run.sh"], cwd=self.folder, env=dict(self.environment, **more), check=True, stdin=subprocess.DEVNULL)

    def sql(self, database, *statements):
        command = ["psql", "-X", "-qAt", "-v", "ON_ERROR_STOP=1", "-h", self.environment["PG_HOME"], "-p", self.environment["PG_PORT"],
                   "-U", "postgres", "-d", database]
        for statement in statements:
            command += ["-c", statement]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)

    def url(self, role):
        return "host=%s port=%s user=%s dbname=%s" % (self.environment["PG_HOME"], self.environment["PG_PORT"], role, DATABASE)

    def arguments(self):
        return ["--secret", SECRET, "--rate-limit=off", "--database", self.url("tenantry_identity"), "--tenant-database",
                self.url("tenantry_app")]

    def make(self):
        """The peers' builds and database, and a copy of that which tenantry adopts."""
        for part in ("node-api", "seed-stack"):
            # Not `npm ci`, as run.sh would: newer ones refuse a lock file without the packages of other systems.
            if not os.path.isdir(os.path.join(self.folder, part, "node_modules")):
                subprocess.run(["npm", "install", "--no-audit", "--no-fund"], cwd=os.path.join(self.folder, part), check=True,
                               stdin=subprocess.DEVNULL)
        self.run(SETUP_ONLY="1")
        self.sql("postgres", "DROP DATABASE IF EXISTS %s WITH (FORCE)" % DATABASE, "CREATE DATABASE %s TEMPLATE peer" % DATABASE)
        for role in ROLES:
            self.sql("postgres", "DO $$ BEGIN CREATE ROLE %s LOGIN %s; EXCEPTION WHEN duplicate_object THEN END $$"
                     % (role, "BYPASSRLS" if role == "tenantry_raw" else ""))
        # Whoever migrates owns what is migrated.
        self.sql(DATABASE, "ALTER DATABASE %s OWNER TO tenantry_owner" % DATABASE,
                 *['ALTER TABLE "%s" OWNER TO tenantry_owner' % table for table in TABLES])
        port = measuring.free_port()
        server = measuring.Server([self.program, "--listen", "127.0.0.1:%d" % port, "--database-admin", self.url("postgres")] +
                                  self.arguments(), port, self.folder)
        server.wait("/readyz")
        server.stop()
        self.sql(DATABASE, "VACUUM ANALYZE")

    def work(self, name):
        return os.path.join(self.folder, ".work", name)

    def postmaster(self):
        with open(os.path.join(self.environment["PG_HOME"], "data", "postmaster.pid"), encoding="utf-8") as file:
            return int(file.readline())

    def start(self, name):
        """One of them, as run.sh starts it."""
        port = measuring.free_port()
        folder, program = {"next": ("seed-stack", "server.mjs"), "node-api": ("node-api", "dist/server.mjs")}[name]
        environment = dict(self.environment, PGHOST=self.environment["PG_HOME"], PGPORT=self.environment["PG_PORT"], PGUSER="peer_app",
                           PGDATABASE="peer", WORKERS=str(os.cpu_count()), SECRET=SECRET, ORIGIN=ORIGIN, PORT=str(port),
                           BETTER_AUTH_SECRET=SECRET, BETTER_AUTH_URL=ORIGIN, TRUSTED_ORIGINS=ORIGIN, NODE_ENV="production",
                           NEXT_TELEMETRY_DISABLED="1", BETTER_AUTH_TELEMETRY="0", HOSTNAME="127.0.0.1")
        server = measuring.Server(["node", program], port, self.folder, database_root=self.postmaster(), env=environment,
                                  cwd=os.path.join(self.folder, folder))
        server.wait("/api/auth/ok")
        return server

    def start_ours(self):
        port = measuring.free_port()
        server = measuring.Server([self.program, "--listen", "127.0.0.1:%d" % port] + self.arguments(), port, self.folder,
                                  database_root=self.postmaster())
        server.wait("/readyz")
        return server

    def first_cookies(self):
        with open(self.work("cookies.tsv"), encoding="utf-8") as file:
            token, data = file.readline().split("\t")[:2]
        return {"Cookie": "better-auth.session_token=%s; better-auth.session_data=%s" % (token, data)}

    def compare(self, servers):
        """(server, resource) → (requests a second, processor µs a request), medians. All thousand sessions ask in turn."""
        runs = collections.defaultdict(list)
        for turn in range(measuring.REPEATS + 1):
            for resource in RESOURCES:
                for name, server in servers.items():
                    path = ("/api/" if name == "node-api" else "/") + resource
                    check_answer(server.get(path, self.first_cookies()), name, resource)
                    run = server.measure(path, {}, os.path.join(self.folder, "wrk", "requests.lua"), {
                        "W_KIND": "cached", "W_PATH": path, "W_COOKIES": self.work("cookies.tsv"), "W_ORIGIN": ORIGIN})
                    if turn > 0:  # the first warms up
                        runs[name, resource].append((run.requests / run.seconds, 1e6 * (run.server_s + run.database_s) / run.requests))
        return {key: tuple(statistics.median(values) for values in zip(*measured)) for key, measured in runs.items()}


def check_answer(answer, name, resource):
    status, body = answer
    wanted = (b"INV-000300", b"INV-000281", b"overdue") if resource == "dashboard" else (b"invoice.create",)
    if status != 200 or any(text not in body for text in wanted):
        raise SystemExit("%s answered %s with %d: %s" % (name, resource, status, body[:300]))


def report_resources(results):
    print("\nThe peers' resources: how many times the requests a second of each, and how many times less processor time a request")
    for resource in RESOURCES:
        ours = results["tenantry", resource]
        for peer in ("node-api", "next"):
            theirs = results[peer, resource]
            aim = AIMS.get((resource, peer))
            print("  %-10s tenantry %7.0f/s %7.0f µs   %-8s %6.0f/s %6.0f µs   %5.1f times, processor %5.1f%s" % (
                resource, *ours, peer, *theirs, ours[0] / theirs[0], theirs[1] / ours[1], " (aim %d)" % aim if aim else ""))


def report_pages(runs):
    figures = {name: (kept_page.middle(measured, lambda run: run.requests / run.seconds),
                      kept_page.middle(measured, lambda run: 1e6 * (run.server_s + run.database_s) / run.requests))
               for name, measured in runs.items()}
    print("\nThe example's dashboard beside Next's page, the JSON server, and nginx with the same bytes")
    for name, (rate, micros) in figures.items():
        print("  %-12s %8.0f/s %8.0f µs" % (name, rate, micros))
    for name, other, aim in (("each time", "next", NEXT_AIM), ("each time", "node-api", JSON_AIM), ("exact", "each time", 2.5),
                             ("two seconds", "nginx", 0.8)):
        print("  %s : %s = %.2f times the requests, %.2f times less processor (aim %s)" % (
            name, other, figures[name][0] / figures[other][0], figures[other][1] / figures[name][1], aim))


def main():
    if len(sys.argv) != 3:
        raise SystemExit("usage: peers.py PEERS BUILD")
    peers = Peers(sys.argv[1], sys.argv[2])
    peers.make()
    if os.environ.get("ONLY_MAKE"):
        return
    servers = {}
    try:
        for name in ("node-api", "next"):
            servers[name] = peers.start(name)
        servers["tenantry"] = peers.start_ours()
        report_resources(peers.compare(servers))
        cookies = peers.first_cookies()
        others = [("next", (servers["next"], "/dashboard", cookies)), ("node-api", (servers["node-api"], "/api/dashboard", cookies))]
        runs, _ = kept_page.run_all(os.path.join(sys.argv[2], "examples", "invoicing", "invoicing"), others)
        report_pages(runs)
    finally:
        for server in servers.values():
            server.stop()


if __name__ == "__main__":
    main()
