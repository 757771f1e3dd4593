#!/usr/bin/env python3
"""What a server shows to who runs it: the logs, the metrics, its health, from its start to its end.

    test_seen.py SERVE          (a program that serves the sign-in, with an embedded database)
"""

import http.client
import json
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

from prometheus_client.openmetrics import parser

PATIENCE_S = 90
TRACE = "0af7651916cd43dd8448eb211c80319c"
count = 0
failed = 0


def test(name, is_good, detail=""):
    global count, failed
    count += 1
    failed += not is_good
    print("%s %d - %s" % ("ok" if is_good else "not ok", count, name))
    if not is_good:
        print("# %s" % (str(detail)[:2000].replace("\n", "\n# "),))
    sys.stdout.flush()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ask(port, path, headers=None, method="GET"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, headers=dict({"Host": "app.example"}, **(headers or {})))
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    finally:
        connection.close()


class Server:
    def __init__(self, program, folder, *flags, stdout=None):
        self.port, self.metrics_port = free_port(), free_port()
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("TENANTRY_", "PG"))}
        self.errors = os.path.join(folder, "errors")
        self.process = subprocess.Popen(
            [program, "--data", os.path.join(folder, "data"), "--listen", "127.0.0.1:%d" % self.port,
             "--metrics-listen", "127.0.0.1:%d" % self.metrics_port, "--loops", "2", *flags],
            env=environment, stdout=stdout or subprocess.DEVNULL, stderr=open(self.errors, "wb"))
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end and self.process.poll() is None:
            try:
                if ask(self.port, "/readyz")[0] == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("Bail out! the server does not start: " + self.log())

    def log(self):
        with open(self.errors, encoding="utf-8", errors="replace") as file:
            return file.read()

    def metrics(self):
        """{(name, labels as text): value} of all samples, read by Prometheus's own parser."""
        status, headers, text = ask(self.metrics_port, "/metrics")
        if status != 200 or not headers["Content-Type"].startswith("application/openmetrics-text; version=1.0.0"):
            raise ValueError("%s %s" % (status, headers))
        samples = {}
        for family in parser.text_string_to_metric_families(text):
            for sample in family.samples:
                labels = ",".join("%s=%s" % pair for pair in sorted(sample.labels.items()))
                samples[(sample.name, labels)] = sample.value
        return samples


def wait_for(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


def lines_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines()


def metrics_tell_what_happened(server):
    before = server.metrics()
    for _ in range(20):
        ask(server.port, "/api/auth/get-session", {"Cookie": "a=b"})
        ask(server.port, "/nothing-here")
    ask(server.port, "/choose", {"Cookie": "better-auth.session_token=nobody.signed"})
    signed = ask(server.port, "/api/auth/sign-in/email", {"Content-Type": "application/json"}, "POST")
    after = server.metrics()

    def grew(name, labels=""):
        return after[(name, labels)] - before[(name, labels)]

    test("answers are counted by class", grew("tenantry_http_requests_total", "class=2xx") >= 20 and
         grew("tenantry_http_requests_total", "class=4xx") >= 20, (before, after, signed[0]))
    test("and timed", grew("tenantry_http_request_duration_seconds_count") >= 40 and
         after[("tenantry_http_request_duration_seconds_sum", "")] > 0)
    # The first answers come before the pool has opened the rest of its connections.
    test("connections to PostgreSQL are told by plane and lane", wait_for(
        lambda: server.metrics()[("tenantry_database_connections", "lane=read,plane=identity")] >= 2))
    test("gauges come back to rest", wait_for(
        lambda: server.metrics()[("tenantry_flights_under_way", "lane=read,plane=identity")] == 0 and
        server.metrics()[("tenantry_http_requests_running", "")] == 0))
    test("the process tells of its memory", 1e6 < after[("process_resident_memory_bytes", "")] < 1e9)
    test("another address of the listener is 404", ask(server.metrics_port, "/")[0] == 404)
    test("the metrics are not on the public listener", ask(server.port, "/metrics")[0] == 404)


def the_access_log_tells_each_request(server, path):
    parent = "00-%s-b7ad6b7169203331-01" % TRACE
    _, headers, _ = ask(server.port, "/no/such?token=secret-of-a-mail", {"traceparent": parent})
    request_id = headers["X-Request-Id"]
    wait_for(lambda: any(request_id in line for line in lines_of(path)))
    lines = [json.loads(line) for line in lines_of(path)]
    found = [line for line in lines if line.get("requestId") == request_id]

    test("a request is one line of JSON", len(found) == 1 and found[0]["status"] == 404 and
         found[0]["method"] == "GET" and found[0]["path"] == "/no/such" and found[0]["durationMs"] >= 0, found)
    test("its trace is told", found and found[0].get("traceId") == TRACE, found)
    test("and passed on", headers["traceresponse"] == "00-%s-%s-01" % (TRACE, request_id), headers)
    test("the query, where tokens stand, is not", "secret-of-a-mail" not in json.dumps(lines))

    asset = re.search(r'href="(/assets/[^"]+)"', ask(server.port, "/sign-in")[2]).group(1)
    tag = ask(server.port, asset)[1]["ETag"]
    ask(server.port, asset, {"If-None-Match": tag})
    ask(server.port, asset, method="HEAD")
    wait_for(lambda: len([line for line in lines_of(path) if '"path":"%s"' % asset in line]) == 3)
    told = [(line["status"], line["bytes"] > 0) for line in map(json.loads, lines_of(path)) if line.get("path") == asset]
    test("bytes that were not sent are not told", told == [(200, True), (304, False), (200, False)], told)

    ask(server.port, "/", method="GE\\\"T")
    ask(server.port, "/%22%5C%0A\"\\")
    with socket.create_connection(("127.0.0.1", server.port)) as raw:
        raw.sendall(b"\x16\x03\x01\xff\x00\"\n\xfe nonsense\r\n\r\n")
        raw.recv(1000)
    time.sleep(0.2)
    test("whatever is sent, each line is JSON", all(json.loads(line)["level"] for line in lines_of(path)))

    os.rename(path, path + ".1")
    server.process.send_signal(signal.SIGHUP)
    wait_for(lambda: os.path.exists(path))
    ask(server.port, "/after-the-turn")
    test("SIGHUP opens the file anew",
         wait_for(lambda: any("/after-the-turn" in line for line in lines_of(path))) and
         not any("/after-the-turn" in line for line in lines_of(path + ".1")))
    test("the log of errors is JSON too", all(json.loads(line)["message"] for line in server.log().splitlines()),
         server.log())


def readiness_goes_down_first(server):
    seen = []  # what probes of new connections were told, in order
    stopped = threading.Event()

    def probe():
        while not stopped.is_set():
            try:
                seen.append(ask(server.port, "/readyz")[0])
            except OSError:
                seen.append("refused")
            time.sleep(0.005)

    half = socket.create_connection(("127.0.0.1", server.port))
    half.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n")
    prober = threading.Thread(target=probe)
    prober.start()
    time.sleep(0.1)
    server.process.send_signal(signal.SIGTERM)
    wait_for(lambda: seen[-1:] == ["refused"])
    outside = ask(server.metrics_port, "/readyz")
    half.sendall(b"\r\n")
    answer = half.recv(4096)
    stopped.set()
    prober.join()
    status = server.process.wait(30)

    order = [told for at, told in enumerate(seen) if at == 0 or seen[at - 1] != told]
    test("ready, then not ready, and only then refused", order[:3] == [200, 503, "refused"], order)
    test("the other listener tells it to the last", outside[0] == 503 and "stopping" in outside[2], outside)
    test("who was asking is answered", answer.startswith(b"HTTP/1.1 200 "), answer)
    test("the server leaves with 0", status == 0, status)
    used = [int(kib) for kib in re.findall(r"at most (\d+) KiB of stacks of 128 KiB", server.log())]
    print("# stacks of fibers used: %s KiB" % used)
    test("half of a fiber's stack is enough", len(used) == 2 and 4 <= max(used) <= 64, used or server.log())


def nobody_reads_the_log(program, folder):
    reader, writer = os.pipe()
    server = Server(program, folder, "--access-log", "stdout", "--stop-notice-ms", "0", stdout=writer)
    os.close(writer)
    long_path = "/" + "a" * 2000
    statuses = {ask(server.port, long_path)[0] for _ in range(200)}
    dropped = server.metrics()[("tenantry_log_lines_dropped_total", "")]
    test("a log that nobody reads holds nobody up", statuses == {404}, statuses)
    test("what is lost is counted", dropped > 50, dropped)
    server.process.terminate()
    test("and the server stops", server.process.wait(30) == 0)
    text = os.read(reader, 1 << 20).decode()
    test("what is there are whole lines of text", bool(re.fullmatch(
        r"(\S+Z access [0-9a-f]{16} 127\.0\.0\.1 GET /\S* \d{3} \d+ \d+\.\d{3}ms\n)+", text)), text[:500])


def main(program):
    folder = tempfile.mkdtemp(prefix="tenantry-seen-")
    os.chmod(folder, 0o755)
    try:
        path = os.path.join(folder, "access")
        server = Server(program, folder, "--access-log", path, "--log-format", "json")
        metrics_tell_what_happened(server)
        the_access_log_tells_each_request(server, path)
        readiness_goes_down_first(server)
        nobody_reads_the_log(program, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print("1..%d" % count)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
