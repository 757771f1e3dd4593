#!/usr/bin/env python3
"""http_request.py INVOICING NEIGHBOURS: answers with and without tenant queries, against nginx serving a file.

A whole page of the example, with all that it asks for; one row by its key, which is one tenant query for somebody who is
remembered (NEIGHBOURS: tests/http/neighbours, its /quick), and behind the look-up of session and membership that
`--remembered-sessions 0` makes each request begin with; and an answer without any. nginx serves a file that is the page.

They run here and now, one after the other, several times in turn; wrk asks, over the same number of
connections. What counts is processor time for each request (server and PostgreSQL; nginx), from
/proc: it travels better than requests a second. Medians of the repeats are reported, as ratios.

PAGE, CONNECTIONS, DURATION and REPEATS in the environment change the measurement."""

import collections
import http.client
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

PAGE = os.environ.get("PAGE", "/o/acme/audit")
ROW = "/o/calm/quick"
BARE = "/healthz"
CONNECTIONS = os.environ.get("CONNECTIONS", "16")
DURATION = os.environ.get("DURATION", "4")
REPEATS = int(os.environ.get("REPEATS", "3"))
USER = {"email": "maren@tolliday.example", "password": "demo-password"}
ROW_USER = {"email": "ada@example.com", "password": "a long password"}
START_SECONDS = 60

TICKS = os.sysconf("SC_CLK_TCK")
Run = collections.namedtuple("Run", "requests seconds server_s database_s")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def processes():
    """pid → (parent, name, processor seconds) of everything that runs."""
    table = {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open("/proc/%s/stat" % entry, encoding="utf-8", errors="replace") as file:
                text = file.read()
        except OSError:
            continue
        name = text[text.index("(") + 1:text.rindex(")")]
        fields = text[text.rindex(")") + 2:].split()
        table[int(entry)] = (int(fields[1]), name, (int(fields[11]) + int(fields[12])) / TICKS)
    return table


def family(table, root):
    """root and all that descend from it."""
    found = {root}
    grown = True
    while grown:
        more = {pid for pid, (parent, _, _) in table.items() if parent in found} - found
        found |= more
        grown = bool(more)
    return found & table.keys()


def processor_seconds(root, database_root=None):
    """(of the program itself, of the PostgreSQL below it or below `database_root`) since they began."""
    table = processes()
    members = family(table, root)
    database = sum(table[pid][2] for pid in members if table[pid][1] == "postgres")
    apart = sum(table[pid][2] for pid in family(table, database_root)) if database_root else 0
    return sum(table[pid][2] for pid in members) - database, database + apart


class Server:
    """A program that listens on loopback, started and ended here."""

    def __init__(self, command, port, folder, database_root=None, **options):
        self.port = port
        self.database_root = database_root
        self.log = open(os.path.join(folder, os.path.basename(command[0]) + ".log"), "w+", encoding="utf-8")
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL,
                                        **options)

    def wait(self, path, headers=None):
        end = time.time() + START_SECONDS
        while time.time() < end:
            if self.process.poll() is not None:
                break
            try:
                return self.get(path, headers)
            except OSError:
                time.sleep(0.1)
        self.log.seek(0)
        raise SystemExit("it did not come up:\n" + self.log.read())

    def get(self, path, headers=None):
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        client.request("GET", path, headers=headers or {})
        answer = client.getresponse()
        return answer.status, answer.read()

    def sign_in(self, user=None):
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        client.request("POST", "/api/auth/sign-in/email", json.dumps(user or USER),
                       {"Content-Type": "application/json", "Origin": "http://127.0.0.1:%d" % self.port})
        answer = client.getresponse()
        body = answer.read()
        cookies = [value.split(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie"]
        if answer.status != 200 or not cookies:
            raise SystemExit("signing in was answered %d: %s" % (answer.status, body[:200]))
        return "; ".join(cookies)

    def measure(self, path, headers, script=None, environment=None):
        """`script` is wrk's, and finds `environment` in its own."""
        before = processor_seconds(self.process.pid, self.database_root)
        command = ["wrk", "-t1", "-c" + CONNECTIONS, "-d%ss" % DURATION, "--timeout", "20s"]
        for name, value in headers.items():
            command += ["-H", "%s: %s" % (name, value)]
        if script:
            command += ["-s", script]
        out = subprocess.run(command + ["http://127.0.0.1:%d%s" % (self.port, path)], stdout=subprocess.PIPE,
                             stdin=subprocess.DEVNULL, text=True, check=True, env=dict(os.environ, **(environment or {}))).stdout
        after = processor_seconds(self.process.pid, self.database_root)
        wrong = re.search(r"Non-2xx or 3xx responses: (\d+)|Socket errors: .*", out)
        if wrong:
            raise SystemExit("not every answer was good: " + wrong.group(0))
        done = re.search(r"(\d+) requests in ([\d.]+)s", out)
        if int(done.group(1)) == 0:
            raise SystemExit("%s was not answered once in %s s: DURATION is too short here" % (path, DURATION))
        return Run(int(done.group(1)), float(done.group(2)), after[0] - before[0], after[1] - before[1])

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)
        self.log.close()


def start_nginx(folder, body):
    port = free_port()
    with open(os.path.join(folder, "page.html"), "wb") as file:
        file.write(body)
    with open(os.path.join(folder, "nginx.conf"), "w", encoding="utf-8") as file:
        file.write("""
daemon off;
worker_processes %d;
pid %s/nginx.pid;
error_log stderr warn;
events { worker_connections 1024; }
http {
    access_log off;
    sendfile on;
    keepalive_requests 1000000000;
    types { text/html html; }
    client_body_temp_path %s/b; proxy_temp_path %s/p; fastcgi_temp_path %s/f; uwsgi_temp_path %s/u; scgi_temp_path %s/s;
    server { listen 127.0.0.1:%d; root %s; }
}
""" % (os.cpu_count(), folder, folder, folder, folder, folder, folder, port, folder))
    # Its workers drop root's rights, and still have to reach the file.
    os.chmod(folder, 0o755)
    return Server([shutil.which("nginx") or "/usr/sbin/nginx", "-e", "stderr", "-c", folder + "/nginx.conf"], port, folder)


def median(runs, what):
    return statistics.median(what(run) for run in runs)


def report(runs, body):
    def micros(seconds):
        return lambda run: 1e6 * getattr(run, seconds) / run.requests

    def rate(run):
        return run.requests / run.seconds

    print("%s, %d bytes; %s connections, %d × %s s, medians" % (PAGE, len(body), CONNECTIONS, REPEATS, DURATION))
    print("%-30s %12s %14s %14s" % ("", "requests/s", "server µs", "PostgreSQL µs"))
    nginx = median(runs["nginx, that page as a file"], micros("server_s"))
    for name, measured in runs.items():
        server, database = median(measured, micros("server_s")), median(measured, micros("database_s"))
        print("%-30s %12.0f %14.1f %14.1f   together %6.1f, of nginx %5.1f times" % (
            name, median(measured, rate), server, database, server + database, (server + database) / nginx))
    print("aim for one tenant query: together 50 µs where nginx takes 17, that is 2.9 times")


def start(program, folder, name, *arguments):
    port = free_port()
    data = os.path.join(folder, name)
    server = Server([program, "--listen", "127.0.0.1:%d" % port, "--data", data, "--demo", *arguments], port, folder)
    server.wait("/healthz")
    return server


def get_page(server, path, headers):
    status, body = server.get(path, headers)
    if status != 200:
        raise SystemExit("%s was answered %d" % (path, status))
    return body


def main():
    if len(sys.argv) != 3:
        raise SystemExit("usage: http_request.py INVOICING NEIGHBOURS")
    folder = tempfile.mkdtemp(prefix="tenantry-bench-")
    os.chmod(folder, 0o755)
    servers = []
    try:
        servers.append(start(sys.argv[1], folder, "pages", "--cache-bytes", "0"))
        servers.append(start(sys.argv[2], folder, "rows"))
        servers.append(start(sys.argv[2], folder, "asked", "--remembered-sessions", "0"))
        pages, rows, asked = servers
        page_headers, row_headers = {"Cookie": pages.sign_in()}, {"Cookie": rows.sign_in(ROW_USER)}
        asked_headers = {"Cookie": asked.sign_in(ROW_USER)}
        body = get_page(pages, PAGE, page_headers)
        get_page(rows, ROW, row_headers)
        get_page(asked, ROW, asked_headers)
        theirs = start_nginx(folder, body)
        servers.append(theirs)
        if theirs.wait("/page.html") != (200, body):
            raise SystemExit("nginx does not serve the page")

        kinds = {
            "a page, its queries": lambda: pages.measure(PAGE, page_headers),
            "one row, one tenant query": lambda: rows.measure(ROW, row_headers),
            "the same, who asks is asked": lambda: asked.measure(ROW, asked_headers),
            "no query, " + BARE: lambda: pages.measure(BARE, {}),
            "nginx, that page as a file": lambda: theirs.measure("/page.html", {}),
        }
        runs = {name: [] for name in kinds}
        for turn in range(REPEATS + 1):
            for name, measure in kinds.items():
                run = measure()
                if turn > 0:  # the first warms up
                    runs[name].append(run)
        report(runs, body)
    finally:
        for server in servers:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
