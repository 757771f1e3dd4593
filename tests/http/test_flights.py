#!/usr/bin/env python3
"""What a request costs: how many flights to the database, and that hashing passwords stops nobody else.

    test_flights.py TENANTRY"""

import http.client
import json
import re
import socket
import subprocess
import sys
import threading
import time

from organizations import BASE, PASSWORD, Answer, Connection, Person, Server, done, test


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Metrics:
    def __init__(self, port):
        self.port = port

    def of(self, pattern):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
        connection.close()
        return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if re.match(pattern, line))

    def flights(self):
        return self.of(r'tenantry_flights_total\{plane="identity",lane="(read|write)"\}')

    def leases(self):
        return self.of(r'tenantry_lease_duration_seconds_count\{plane="identity"\}')

    def hashing(self):
        return self.of("tenantry_worker_jobs_waiting ")


def cookies_of(server, email):
    """All cookies of signing in, the cookie cache too."""
    connection = Connection(server.path)
    connection.request("POST", "/api/auth/sign-in/email", json.dumps({"email": email, "password": PASSWORD}),
                       {"Content-Type": "application/json", "X-Forwarded-For": "203.0.113.7"})
    answer = Answer(connection.getresponse())
    connection.close()
    assert answer.status == 200, answer
    return "; ".join(line.split(";")[0] for line in answer.headers.get_all("Set-Cookie"))


def count_flights(server, metrics):
    person = Person(server, "counted")
    first = person.organization("create", name="One", slug="one").json["id"]
    person.organization("create", name="Two", slug="two")
    cached = Person(server, cookie=cookies_of(server, person.email))
    cases = [
        ("get-session with the cookie cache asks no database", 0, lambda: cached.get("get-session")),
        ("told to look, it asks once", 1, lambda: cached.get("get-session", disableCookieCache="1")),
        ("without that cookie, too", 1, lambda: person.get("get-session")),
        ("a list is session and list: two", 2, lambda: person.get("organization/list")),
        ("set-active reads the session and writes it: two", 2, lambda: person.organization("set-active", organizationId=first)),
        ("signing in reads the account and writes the session: two", 2, lambda: cookies_of(server, person.email)),
    ]
    for name, wanted, call in cases:
        flights, leases = metrics.flights(), metrics.leases()
        call()
        flights, leases = metrics.flights() - flights, metrics.leases() - leases
        test(name, (flights, leases) == (wanted, 0), "%d flights, %d leases" % (flights, leases))


def restored(server):
    """Signing in begins where that person was last."""
    person = Person(server, "returns")
    email = person.email
    one = person.organization("create", name="One", slug="returns-one").json["id"]
    alone = Person(server, cookie=cookies_of(server, email)).session()["activeOrganizationId"]
    test("who belongs to one organization begins in it", alone == one, alone)
    two = person.organization("create", name="Two", slug="returns-two").json["id"]
    for place in (one, two):
        person.organization("set-active", organizationId=place)
        person.post("sign-out")
        person = Person(server, cookie=cookies_of(server, email))
        test("who belongs to two begins where they signed out", person.session()["activeOrganizationId"] == place, person.session())


def hashing(server, metrics):
    """Many sign-ins hash; who only asks is answered while they do."""
    person = Person(server, "hashed")
    asking = Person(server, cookie=cookies_of(server, person.email))
    threads = [threading.Thread(target=cookies_of, args=(server, person.email)) for _ in range(24)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 30
    while metrics.hashing() < 8 and time.monotonic() < deadline:
        time.sleep(0.005)
    waited = metrics.hashing()
    answers = [asking.get("get-session"), asking.get("get-session", disableCookieCache="1")]
    still = metrics.hashing()
    for thread in threads:
        thread.join()
    test("while many sign-ins hash, get-session is answered before they are",
         waited >= 8 and still > 0 and [each.status for each in answers] == [200, 200], (waited, still, answers))


def one_count(program):
    """Passwords tried by the form and by the wire are counted together."""
    server = Server(program)
    try:
        person = Person(server, "tried")
        other = Person(server)
        other.address = person.address
        statuses = []
        for attempt in range(20):
            connection = Connection(server.path)
            connection.request("POST", "/sign-in", "email=%s&password=wrong-%d" % (person.email, attempt),
                               {"Content-Type": "application/x-www-form-urlencoded", "Origin": BASE, "X-Forwarded-For": person.address})
            statuses.append(connection.getresponse().status)
            connection.close()
        over = other.post("sign-in/email", email=person.email, password="wrong")
        test("the form lets eighteen try in a minute", statuses.count(429) == 2, statuses)
        test("and then the wire none", over.status == 429, over)
    finally:
        server.stop()


def left_as_it_was(program, server):
    """A start without the owner's role says when the database does otherwise than the setting."""
    for word, says in (("reference", True), ("strict", False)):
        run = subprocess.Popen([program, "--listen", "unix:%s/other" % server.folder, "--base-url", BASE, "--secret", "x" * 32,
                                "--database", server.identity_url(), "--compatibility", word], stderr=subprocess.PIPE, text=True)
        text = ""
        for line in run.stderr:
            text += line
            if "answers at" in line:
                break
        run.terminate()
        run.communicate()
        test("started as %s on a strict database it %s" % (word, "says so" if says else "has nothing to say"),
             ("--compatibility is reference, but" in text) == says and "answers at" in text, text)


def main():
    port = free_port()
    server = Server(sys.argv[1], "--rate-limit=off", "--metrics-listen", "127.0.0.1:%d" % port)
    metrics = Metrics(port)
    try:
        count_flights(server, metrics)
        restored(server)
        hashing(server, metrics)
        left_as_it_was(sys.argv[1], server)
    finally:
        status = server.stop()
    test("the server leaves", status == 0, status)
    one_count(sys.argv[1])
    return done()


sys.exit(main())
