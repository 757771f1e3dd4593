#!/usr/bin/env python3
"""kept_page.py INVOICING: the dashboard rendered each time, kept and exact, kept and up to two seconds old, and nginx.

    each time   --cache-bytes 0: the page's own queries, with the check of who is remembered
    exact       versions, with that check, in one flight, then the page that was kept
    two seconds --cache-staleness 2000: no question to the database while what is known is young
    nginx       a file of the same bytes

All are measured here and now, in turn; medians. Processor time for each request, of server and PostgreSQL, travels
better than requests a second."""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile

import http_request as measuring

PAGE = os.environ.get("PAGE", "/o/acme/")
REPEATS = measuring.REPEATS
KINDS = [("each time", ["--cache-bytes", "0"]), ("exact", []), ("two seconds", ["--cache-staleness", "2000"])]


def start(program, folder, flags):
    port = measuring.free_port()
    data = tempfile.mkdtemp(prefix="data-", dir=folder)
    os.chmod(data, 0o755)
    server = measuring.Server(
        [program, "--listen", "127.0.0.1:%d" % port, "--data", os.path.join(data, "d"), "--demo"] + flags, port, folder)
    server.wait("/healthz")
    settle(os.path.join(data, "d"))
    return server


def settle(data):
    """What PostgreSQL would do to fresh rows by itself within a minute, so that each kind is measured after it."""
    with open(os.path.join(data, "postgres", "postmaster.pid"), encoding="utf-8") as file:
        lines = file.read().splitlines()
    subprocess.run(["psql", "-X", "-q", "-h", lines[4], "-p", lines[3], "-U", "postgres", "-d", "tenantry", "-c", "VACUUM ANALYZE"],
                   env=dict(os.environ, PGPASSFILE=os.path.join(data, "passwords")), check=True, stdin=subprocess.DEVNULL)


def middle(runs, what):
    return statistics.median(what(run) for run in runs)


def report(runs, body):
    print("%s, %d bytes; %s connections, %d × %s s, medians" % (
        PAGE, len(body), measuring.CONNECTIONS, REPEATS, measuring.DURATION))
    print("%-14s %12s %14s %14s" % ("", "requests/s", "server µs", "PostgreSQL µs"))
    rates = {}
    for name, measured in runs.items():
        rates[name] = middle(measured, lambda run: run.requests / run.seconds)
        print("%-14s %12.0f %14.1f %14.1f" % (name, rates[name], middle(measured, lambda run: 1e6 * run.server_s / run.requests),
                                              middle(measured, lambda run: 1e6 * run.database_s / run.requests)))
    print("exact : each time = %.1f (aim 2.5); two seconds : nginx = %.2f (aim 0.8)" % (
        rates["exact"] / rates["each time"], rates["two seconds"] / rates["nginx"]))


def run_all(program, others=()):
    """(name → runs, the page): of the three kinds, nginx, and `others`: (name, (server, path, headers))."""
    folder = tempfile.mkdtemp(prefix="tenantry-bench-")
    os.chmod(folder, 0o755)
    servers = [server for _, (server, _, _) in others]
    try:
        asked = dict(others)
        body = b""
        for name, flags in KINDS:
            server = start(program, folder, flags)
            servers.append(server)
            headers = {"Cookie": server.sign_in()}
            status, body = server.get(PAGE, headers)
            if status != 200:
                raise SystemExit("%s was answered %d" % (PAGE, status))
            asked[name] = (server, PAGE, headers)
        servers.append(measuring.start_nginx(folder, body))
        servers[-1].wait("/page.html")
        asked["nginx"] = (servers[-1], "/page.html", {})

        runs = {name: [] for name in asked}
        for turn in range(REPEATS + 1):
            for name, (server, path, headers) in asked.items():
                run = server.measure(path, headers)
                if turn > 0:  # the first warms up
                    runs[name].append(run)
        return runs, body
    finally:
        for server in servers:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def main():
    if len(sys.argv) != 2:
        raise SystemExit("usage: kept_page.py INVOICING")
    report(*run_all(sys.argv[1]))


if __name__ == "__main__":
    main()
