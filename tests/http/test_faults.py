#!/usr/bin/env python3
"""tests/http/test_faults.py INVOICING [--rounds N] [--load-seconds N]: faults under load.

The example is asked for pages and sign-ins by many clients at once while its PostgreSQL is killed, and
while it is told to end itself. What is counted is complete answers: every request that was sent before
the server was told to end must have one, soon, the server must be well again by itself, and what was answered as
written, a sign-in or a customer, must be there afterwards."""

import argparse
import collections
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
import uuid

CLIENTS = 24
START_PATIENCE_S = 120
# The longest that a request waits for a connection to PostgreSQL is 5 s; a page asks more than once.
ANSWER_PATIENCE_S = 20
# A write whose COMMIT was not answered: it is neither repeated nor called undone.
OUTCOME_UNKNOWN = b"The answer to the last step was lost"
SIGN_IN = b"email=maren%40tolliday.example&password=demo-password"
PAGES = ["/o/acme/", "/o/acme/invoices", "/o/harbour-finch/invoices?status=sent", "/o/acme/audit", "/sign-in"]


class Cut(Exception):
    """The connection ended without a complete answer."""


class Connection:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), ANSWER_PATIENCE_S)
        self.reader = self.socket.makefile("rb")

    def close(self):
        self.reader.close()
        self.socket.close()

    def line(self):
        line = self.reader.readline(65536)
        if not line.endswith(b"\r\n"):
            raise Cut("the head ended")
        return line[:-2].decode("latin-1")

    def ask(self, request):
        """The status, the headers and the body of the answer."""
        self.socket.sendall(request)
        status = int(self.line().split()[1])
        headers = {}
        while line := self.line():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        length = int(headers.get("content-length", 0))
        body = self.reader.read(length)
        if len(body) < length:
            raise Cut("the body ended")
        return status, headers, body


def page_request(path, cookie):
    return ("GET %s HTTP/1.1\r\nHost: app.example\r\nCookie: %s\r\n\r\n" % (path, cookie)).encode()


def sign_in_request():
    return (b"POST /sign-in HTTP/1.1\r\nHost: app.example\r\nOrigin: http://app.example\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s"
            % (len(SIGN_IN), SIGN_IN))


def customer_request(cookie, context, name):
    body = b"_ctx=%s&name=%s&contact=&email=kept%%40faults.example&address=" % (context.encode(), name.encode())
    return (b"POST /o/acme/customers HTTP/1.1\r\nHost: app.example\r\nOrigin: http://app.example\r\nCookie: %s\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s"
            % (cookie.encode(), len(body), body))


def kind_of(request):
    if request.startswith(b"POST /sign-in "):
        return "sign-in"
    return "write" if request.startswith(b"POST ") else "page"


class Load:
    """Clients that ask one request after another, each on its own connection, until told to stop."""

    def __init__(self, port):
        self.port = port
        self.lock = threading.Lock()
        self.stopped = threading.Event()
        self.told_to_end = None  # when the server was
        self.statuses = collections.Counter()
        self.bad = []            # what must not have happened
        self.cut_at_the_end = 0
        self.slowest = {"page": 0.0, "sign-in": 0.0, "write": 0.0}
        self.written = []        # pages that must be there, each with the cookie that opens it
        self.last_good = None    # when the last page came that is what was asked for
        self.unavailable = []    # when each 503 came
        connection = Connection(port)
        status, headers, _ = connection.ask(sign_in_request())
        connection.close()
        if status != 303:
            raise RuntimeError("signing in: %d" % status)
        self.cookie = headers["set-cookie"].partition(";")[0]
        connection = Connection(port)
        _, _, form = connection.ask(page_request("/o/acme/customers/new", self.cookie))
        connection.close()
        self.context = re.search(rb'action="/o/acme/customers"[^>]*>\s*<input type="hidden" name="_ctx" value="([^"]+)"',
                                 form)[1].decode()
        self.threads = [threading.Thread(target=self.client, args=(number,), daemon=True) for number in range(CLIENTS)]
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join()

    def note(self, request, status, headers, body, took):
        now = time.monotonic()
        with self.lock:
            self.statuses[status] += 1
            kind = kind_of(request)
            self.slowest[kind] = max(self.slowest[kind], took)
            if status in (200, 303):
                self.last_good = now
                if kind == "sign-in":
                    self.written.append(("/o/acme/", headers["set-cookie"].partition(";")[0]))
                elif kind == "write":
                    self.written.append((headers["location"], self.cookie))
            elif status == 503:
                self.unavailable.append(now)
                if "retry-after" not in headers:
                    self.bad.append("503 without Retry-After")
            elif not (kind != "page" and OUTCOME_UNKNOWN in body):
                self.bad.append("status %d" % status)

    def note_cut(self, sent, why):
        with self.lock:
            told = self.told_to_end
            if told is not None and sent >= told:
                self.cut_at_the_end += 1
            else:
                when = "" if told is None else ", sent %.0f ms before the server was told to end" % (
                    (told - sent) * 1000)
                self.bad.append("%s after %.1f s%s" % (why, time.monotonic() - sent, when))

    def request(self, turn):
        # Every client signs in now and then, so that the workers run too.
        if turn % 40 == 0:
            return sign_in_request()
        if turn % 8 == 0:
            return customer_request(self.cookie, self.context, "Kept %s" % uuid.uuid4().hex)
        return page_request(PAGES[turn % len(PAGES)], self.cookie)

    def lost(self, port):
        """What was answered as written and is not there."""
        connection = Connection(port)
        lost = [path for path, cookie in self.written if connection.ask(page_request(path, cookie))[0] != 200]
        connection.close()
        return lost

    def client(self, number):
        connection = None
        turn = number
        while not self.stopped.is_set():
            turn += 1
            request = self.request(turn)
            try:
                connection = connection or Connection(self.port)
            except OSError:
                if self.told_to_end is None:
                    self.note_cut(time.monotonic(), "no connection")
                return
            sent = time.monotonic()
            try:
                status, headers, body = connection.ask(request)
                self.note(request, status, headers, body, time.monotonic() - sent)
                if headers.get("connection", "").lower() == "close":
                    connection.close()
                    connection = None
            except (OSError, Cut, ValueError, IndexError) as problem:
                self.note_cut(sent, "no answer (%s)" % (problem or type(problem).__name__))
                connection.close()
                connection = None
        if connection:
            connection.close()


class Server:
    def __init__(self, program):
        self.folder = tempfile.mkdtemp(prefix="tenantry-faults-")
        # PostgreSQL runs as another user than root, who must be able to pass through.
        os.chmod(self.folder, 0o755)
        self.program = program
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def start(self):
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("TENANTRY_", "PG"))}
        self.log = open(os.path.join(self.folder, "log"), "ab")
        self.process = subprocess.Popen(
            [self.program, "--demo", "--rate-limit=off", "--loops", "2", "--data", os.path.join(self.folder, "data"), "--listen",
             "127.0.0.1:%d" % self.port, "--base-url", "http://app.example", "--log-level", "error",
             # No request may be cut here, however long a busy machine needs for those that were accepted.
             "--drain-timeout", "50"],
            env=environment, stdout=subprocess.DEVNULL, stderr=self.log)
        end = time.monotonic() + START_PATIENCE_S
        while time.monotonic() < end and self.process.poll() is None:
            try:
                connection = Connection(self.port)
                status, _, _ = connection.ask(page_request("/sign-in", ""))
                connection.close()
                if status == 200:
                    return
            except (OSError, Cut):
                time.sleep(0.05)
        raise RuntimeError("the server does not start\n" + self.end_of_log())

    def end_of_log(self):
        with open(os.path.join(self.folder, "log"), encoding="utf-8", errors="replace") as log:
            return log.read()[-12000:]

    def kill_postmaster(self):
        with open(os.path.join(self.folder, "data", "postgres", "postmaster.pid")) as file:
            os.kill(int(file.readline()), signal.SIGKILL)

    def terminate(self):
        """Its exit code, and how long it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(90), time.monotonic() - began

    def end(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def told(load):
    return "%s; %d written; slowest page %.2f s, write %.2f s, sign-in %.2f s" % (
        ", ".join("%d × %d" % (count, status) for status, count in sorted(load.statuses.items())), len(load.written),
        load.slowest["page"], load.slowest["write"], load.slowest["sign-in"])


def first_of(problems):
    return "; ".join("%d × %s" % (count, text) for text, count in collections.Counter(problems).most_common(8))


def lost_of(load, server):
    lost = load.lost(server.port)
    if not load.written:
        return "nothing was written, which shows nothing"
    return "answered as written, and not there: %s" % ", ".join(lost[:5]) if lost else None


def postmaster_is_killed(server, options):
    """None, or what was wrong."""
    load = Load(server.port)
    time.sleep(options.load_seconds)
    killed = time.monotonic()
    server.kill_postmaster()
    # Well again: pages come, and no 503 for a second.
    well = None
    while well is None and time.monotonic() < killed + 40:
        time.sleep(0.05)
        with load.lock:
            last_bad = load.unavailable[-1] if load.unavailable else killed
            if load.last_good and load.last_good > last_bad and time.monotonic() > max(last_bad, killed) + 1:
                well = max(last_bad, killed) - killed
    load.stop()
    print("# %s; 503 until %s s after the kill" % (told(load), "?" if well is None else "%.2f" % well))
    if load.bad:
        return first_of(load.bad)
    if well is None:
        return "40 s later it still answers 503"
    return lost_of(load, server)


def server_is_told_to_end(server, options):
    load = Load(server.port)
    time.sleep(options.load_seconds)
    with load.lock:
        load.told_to_end = time.monotonic()
    status, took = server.terminate()
    load.stop()
    print("# %s; ended in %.2f s; %d cut that were sent after SIGTERM" % (told(load), took, load.cut_at_the_end))
    if status != 0:
        return "it left with status %d" % status
    if load.bad:
        return first_of(load.bad)
    server.start()
    return lost_of(load, server)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--load-seconds", type=float, default=1.5)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))

    count = failed = 0
    server = Server(options.program)
    try:
        server.start()
        tests = [("a killed postmaster leaves no request without an answer", postmaster_is_killed)] * options.rounds
        tests += [("SIGTERM cuts no request that was sent before it", server_is_told_to_end)] * options.rounds
        print("1..%d" % len(tests))
        for name, test in tests:
            if server.process.poll() is not None:
                server.start()
            problem = test(server, options)
            count += 1
            failed += problem is not None
            if problem:
                problem += "\n" + server.end_of_log()
            print("%s %d - %s" % ("ok" if problem is None else "not ok", count, name))
            for line in (problem or "").splitlines():
                print("# %s" % line)
            sys.stdout.flush()
    finally:
        server.end()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
