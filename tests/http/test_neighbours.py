#!/usr/bin/env python3
"""What one organization's sleeps, locks and 100,000 rows cost another one.

    test_neighbours.py NEIGHBOURS [--seconds N] [--rounds N]

Of 64 connections one half is the calm organization's, which asks for one row by its key; the other half
is the loud one's. The calm one's 99th percentile is measured quiet and with the loud one, in turn, and
printed as a ratio; how good that is, is for who reads it: a machine that others use as well makes single rounds worse.
What must hold is that each of the calm one's requests is answered, none with an error."""

import argparse
import http.client
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

EACH = 32
LOUD = ["/o/loud/sleep", "/o/loud/hold", "/o/loud/wait", "/o/loud/many"]
PATIENCE_S = 90


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self, program, folder):
        self.port = free_port()
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("TENANTRY_", "PG"))}
        self.log = os.path.join(folder, "log")
        self.process = subprocess.Popen(
            [program, "--demo", "--data", os.path.join(folder, "data"), "--listen", "127.0.0.1:%d" % self.port,
             "--base-url", "http://app.example", "--loops", "2", "--log-level", "warning"],
            env=environment, stdout=subprocess.DEVNULL, stderr=open(self.log, "wb"))
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                if self.ask("GET", "/readyz")[0] == 200:
                    break
            except OSError:
                pass
            if time.monotonic() > end or self.process.poll() is not None:
                raise SystemExit("Bail out! the server does not start: " + open(self.log).read()[-2000:])
            time.sleep(0.1)
        _, headers, _ = self.ask("POST", "/sign-in", b"email=ada%40example.com&password=a+long+password", {
            "Content-Type": "application/x-www-form-urlencoded", "Origin": "http://app.example"})
        self.cookie = "; ".join(value.partition(";")[0] for name, value in headers if name.lower() == "set-cookie")

    def ask(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body, dict({"Host": "app.example"}, **(headers or {})))
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, answer.getheaders(), text


class Clients:
    """Connections of one organization that ask as fast as they are answered."""

    def __init__(self, server, paths, count):
        self.server, self.paths = server, paths
        self.stopped = threading.Event()
        self.statuses = {}
        self.threads = [threading.Thread(target=self.run, args=(number,)) for number in range(count)]
        for thread in self.threads:
            thread.start()

    def run(self, number):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        path = self.paths[number % len(self.paths)]
        while not self.stopped.is_set():
            connection.request("GET", path, headers={"Host": "app.example", "Cookie": self.server.cookie})
            answer = connection.getresponse()
            answer.read()
            key = (path, answer.status)
            self.statuses[key] = self.statuses.get(key, 0) + 1

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join()


def percentile(server, seconds):
    """(ms, requests a second, what went wrong) of the calm organization, asked by wrk."""
    out = subprocess.run(
        ["wrk", "-t1", "-c%d" % EACH, "-d%ds" % seconds, "--latency", "--timeout", "10s", "-H", "Host: app.example",
         "-H", "Cookie: " + server.cookie, "http://127.0.0.1:%d/o/calm/quick" % server.port],
        stdout=subprocess.PIPE, text=True, check=True).stdout
    value, unit = re.search(r"^\s+99%\s+([\d.]+)(us|ms|s)$", out, re.MULTILINE).groups()
    bad = re.search(r"(Non-2xx.*|Socket errors.*)", out)
    return (float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit],
            float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1)), bad and bad.group(1))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="tenantry-neighbours-")
    os.chmod(folder, 0o755)
    server = Server(options.program, folder)
    quiets, besides, faults = [], [], []
    try:
        percentile(server, 1)
        for number in range(options.rounds):
            quiet, quiet_rate, quiet_bad = percentile(server, options.seconds)
            loud = Clients(server, LOUD, EACH)
            time.sleep(0.5)
            beside, beside_rate, beside_bad = percentile(server, options.seconds)
            loud.stop()
            quiets.append(quiet)
            besides.append(beside)
            faults += [bad for bad in (quiet_bad, beside_bad) if bad]
            print("# p99 quiet %.2f ms (%.0f/s), beside the loud one %.2f ms (%.0f/s): %.2f times" % (
                quiet, quiet_rate, beside, beside_rate, beside / quiet))
            print("# the loud one: %s" % ", ".join(
                "%s %d × %d" % (path.rpartition("/")[2], times, status)
                for (path, status), times in sorted(loud.statuses.items())))
    finally:
        server.process.terminate()
        server.process.wait(60)
        shutil.rmtree(folder, ignore_errors=True)

    # Each round has its quiet figure from the seconds before: what the machine does otherwise is in both.
    print("# of %d rounds the median is %.2f times" % (
        len(quiets), statistics.median(beside / quiet for beside, quiet in zip(besides, quiets))))
    print("1..1\n%s 1 - each request of the calm organization is answered well" % ("not ok" if faults else "ok"))
    for fault in faults:
        print("# " + fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
