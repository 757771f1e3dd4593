#!/usr/bin/env python3
"""at_rest.py INVOICING: how soon it answers, and what it holds when nobody asks.

Start: from the start of a process to its first answer, with PostgreSQL up: a page with a tenant query, asked for by who
is signed in, and beside it /healthz. Memory: what is resident of the process alone, without PostgreSQL: at rest, with CLIENTS
connections that said nothing, after each has asked once, and when all of these have been idle for a while.

STARTS and CLIENTS in the environment change the measurement."""

import os
import resource
import select
import socket
import statistics
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "http"))
import example

STARTS = int(os.environ.get("STARTS", "15"))
CLIENTS = int(os.environ.get("CLIENTS", "10000"))
PAGE = os.environ.get("PAGE", "/o/acme/customers")
IDLE_SECONDS = 6
PATIENCE_S = 30


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def connect(port):
    end = time.monotonic() + PATIENCE_S
    while True:
        client = socket.socket()
        try:
            client.connect(("127.0.0.1", port))
            return client
        except OSError:
            client.close()
            if time.monotonic() > end:
                raise
            time.sleep(0.0002)


def ask(client, target, cookie):
    """The whole answer; a second one is not asked for on the same connection before it has come."""
    client.sendall(("GET %s HTTP/1.1\r\nHost: app.example\r\nCookie: %s\r\n\r\n" % (target, cookie)).encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        part = client.recv(65536)
        if not part:
            raise SystemExit("%s was not answered" % target)
        answer += part
    head, body = answer.split(b"\r\n\r\n", 1)
    length = int(head.lower().split(b"content-length:")[1].split()[0])
    while len(body) < length:
        body += client.recv(65536)
    if b" 200 " not in head.splitlines()[0]:
        raise SystemExit("%s was answered %s" % (target, head.splitlines()[0]))


def command(program, world, port, *more):
    return [program, "--listen", "127.0.0.1:%d" % port, "--address-limit", "0", "--base-url", example.BASE, "--rate-limit=off", "--log-level", "warning",
            "--connection-limit", str(CLIENTS + 100), "--database", world.url("tenantry_identity"),
            "--tenant-database", world.url("tenantry_app"), "--secret-file", os.path.join(world.data, "secret"), *more]


def start_ms(program, world, target, cookie):
    port = free_port()
    began = time.monotonic()
    process = subprocess.Popen(command(program, world, port, "--stop-notice-ms", "0"))
    client = connect(port)
    ask(client, target, cookie)
    took = time.monotonic() - began
    client.close()
    process.terminate()
    process.wait(PATIENCE_S)
    return 1000 * took


def resident_mb(pid):
    with open("/proc/%d/smaps_rollup" % pid, encoding="ascii") as file:
        figures = {line.split(":")[0]: int(line.split()[1]) for line in file if line.endswith("kB\n")}
    return figures["Rss"] / 1024, (figures["Private_Dirty"] + figures["Private_Clean"]) / 1024


def show(what, pid, rest=None):
    resident, private = resident_mb(pid)
    more = ", %.0f bytes a connection" % ((resident - rest) * 1024 * 1024 / CLIENTS) if rest else ""
    print("%-48s %7.1f MB, of these its own %.1f MB%s" % (what, resident, private, more), flush=True)
    return resident


def memory(program, world, cookie):
    port = free_port()
    process = subprocess.Popen(command(program, world, port, "--idle-timeout", "600"))
    try:
        first = connect(port)
        ask(first, PAGE, cookie)
        rest = show("at rest, after one page", process.pid)
        clients = [connect(port) for _ in range(CLIENTS)]
        ask(first, PAGE, cookie)
        show("%d connections, silent" % CLIENTS, process.pid, rest)
        for client in clients:
            ask(client, PAGE, cookie)
        show("each has asked once", process.pid, rest)
        select.select([], [], [], IDLE_SECONDS)
        show("%d seconds later" % IDLE_SECONDS, process.pid, rest)
        for client in clients[::100]:
            ask(client, PAGE, cookie)
        print("%-48s all of %d" % ("asked again, and answered", len(clients[::100])))
        for client in clients:
            client.close()
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def main():
    if len(sys.argv) != 2:
        raise SystemExit("usage: at_rest.py INVOICING")
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    world = example.Example(sys.argv[1], ["--cache-bytes", "0"])
    try:
        cookie = world.first.sign_in()
        for target in (PAGE, "/healthz"):
            taken = [start_ms(sys.argv[1], world, target, cookie) for _ in range(STARTS)]
            print("start to first answer, %-20s median %6.1f ms, %6.1f to %.1f" %
                  (target, statistics.median(taken), min(taken), max(taken)), flush=True)
        memory(sys.argv[1], world, cookie)
    finally:
        world.stop()


if __name__ == "__main__":
    main()
