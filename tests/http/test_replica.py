#!/usr/bin/env python3
"""A server that reads from a streaming replica: nothing that it serves is older than the primary.

    test_replica.py INVOICING NO_REPLICA_CHECK

Replay on the replica is held and let go, so that it is behind for as long as wanted; it is ended and started again.
The same on NO_REPLICA_CHECK, which believes the replica, must show the old page.
"""

import re
import subprocess
import sys
import time

import example
import replica

TAP = example.Tap()


class World:
    def __init__(self, program, unchecked):
        self.program = program
        self.example = example.Example(program)
        self.primary = self.example.first
        self.replica = replica.Replica(self.example)
        self.sockets = 0
        self.reading = self.another(program)
        self.unchecked = self.another(unchecked)
        self.cookie = self.primary.sign_in()
        self.admin = self.example.psql()
        self.acme = self.admin.run("SELECT id FROM organization WHERE slug = 'acme'")
        self.customer, self.invoice = self.admin.run(
            "SELECT customer_id || ' ' || id FROM invoice WHERE organization_id = '%s' AND status = 'sent' ORDER BY issued_on DESC LIMIT 1" % self.acme).split()
        self.page = "/o/acme/invoices/" + self.invoice

    def another(self, program):
        self.sockets += 1
        metrics = "%s/metrics-%d" % (self.example.folder, self.sockets)
        server = self.example.another(program, ["--tenant-replica", self.replica.url(), "--metrics-listen", "unix:" + metrics])
        server.metrics = example.Connection(metrics)
        return server

    def answers(self, server=None):
        """What became of queries to the replica: given, behind, failed."""
        server = server or self.reading
        server.metrics.request("GET", "/metrics")
        text = server.metrics.getresponse().read().decode()
        return {word: int(re.search(r'tenantry_replica_answers_total\{answer="%s"\} (\d+)' % word, text).group(1))
                for word in ("given", "behind", "failed")}

    def rename(self, name):
        """By somebody outside, who says so."""
        self.admin.run("BEGIN")
        self.admin.run("UPDATE customer SET name = '%s' WHERE organization_id = '%s' AND id = '%s'" % (name, self.acme, self.customer))
        self.admin.run("SELECT tenantry.touch('%s', 'public.customer')" % self.acme)
        self.admin.run("COMMIT")

    def get(self, target=None, server=None):
        return (server or self.reading).ask("GET", target or self.page, self.cookie)


def level(world):
    world.rename("Level GmbH")
    world.replica.catch_up()
    before = world.answers()
    page = world.get()
    after = world.answers()
    TAP.test("a replica that is level answers", "Level GmbH" in page.body and after["given"] > before["given"] and
             after["behind"] == before["behind"], (before, after, page))
    again = world.get()
    TAP.test("the page is kept as any other", again.cache == "tenantry; hit" and again.body == page.body, again)
    csv = world.get("/o/acme/people")
    TAP.test("one that is not kept is read there, too", csv.status == 200, csv)


def behind(world):
    world.replica.catch_up()
    for server in (world.reading, world.unchecked):
        world.get(server=server)
    world.replica.pause()
    world.rename("Newer GmbH")
    before = world.answers()
    page = world.get()
    after = world.answers()
    TAP.test("one that is behind does not", "Newer GmbH" in page.body and after["behind"] > before["behind"], (before, after, page))
    again = world.get()
    TAP.test("and what was read from the primary is kept", again.cache == "tenantry; hit" and "Newer GmbH" in again.body, again)
    page = world.get(server=world.unchecked)
    TAP.test("without the check the old page is served, and kept", "Level GmbH" in page.body, page)

    before = world.answers()
    page = world.get("/o/harbour-finch/")
    after = world.answers()
    TAP.test("for another organization it is good as ever", page.status == 200 and after["given"] > before["given"] and
             after["behind"] == before["behind"], (before, after))

    form = example.action_context(world.get().body, "/invoices/%s/paid" % world.invoice)
    answer = world.reading.ask("POST", world.page + "/paid", world.cookie, {"_ctx": form})
    page = world.get()
    TAP.test("who writes reads what was written", answer.status == 303 and "state-paid" in page.body, (answer, page))
    listed = world.get("/o/acme/invoices?status=paid")
    TAP.test("on every page", world.invoice in listed.body, listed)
    world.replica.resume()
    world.replica.catch_up()
    before = world.answers()
    page = world.get("/o/acme/invoices?status=sent")
    after = world.answers()
    TAP.test("once it has caught up, it answers again", page.status == 200 and after["given"] > before["given"], (before, after))


def purged(world):
    """Versions that begin again: the replica's are higher, and older."""
    world.rename("Higher GmbH")
    world.replica.catch_up()
    world.get()
    world.replica.pause()
    world.admin.run("DELETE FROM tenantry.version WHERE organization_id = '%s'" % world.acme)
    world.rename("Begun again GmbH")
    page = world.get()
    TAP.test("a version that is higher there is not taken for newer", "Begun again GmbH" in page.body, page)
    world.replica.resume()
    world.replica.catch_up()


def gone(world):
    world.replica.stop()
    world.rename("Alone GmbH")
    page = world.get()
    TAP.test("without the replica the primary answers", page.status == 200 and "Alone GmbH" in page.body, page)
    late = world.another(world.program)
    page = world.get(server=late)
    TAP.test("and a server starts without it", page.status == 200 and "Alone GmbH" in page.body, page)

    world.replica.start()
    world.replica.catch_up()
    end = time.monotonic() + 30
    before = world.answers()["given"]
    while world.answers()["given"] == before and time.monotonic() < end:
        world.rename("Back %d GmbH" % time.monotonic_ns())
        world.replica.catch_up()
        world.get()
        time.sleep(0.1)
    TAP.test("when it is back, it is asked again", world.answers()["given"] > before, world.answers())


def promoted(world):
    world.replica.admin.run("SELECT pg_promote()")
    world.replica.admin.run("UPDATE customer SET name = 'Another history' WHERE organization_id = '%s' AND id = '%s'" % (world.acme, world.customer))
    world.rename("Own history")
    world.replica.admin.run("SELECT tenantry.touch('%s', 'public.customer')" % world.acme)
    before = world.answers()
    page = world.get()
    after = world.answers()
    TAP.test("one that was promoted is not believed, whatever its versions", "Own history" in page.body and
             after["given"] == before["given"] and after["behind"] > before["behind"], (before, after, page))


def refused(world):
    """What cannot be right is said at start."""
    cases = [
        ("the primary as its own replica", world.example.url("tenantry_app"), "is no standby"),
        ("a URL that is none", "postgres://%zz", "tenant-replica"),
    ]
    for name, url, message in cases:
        done = subprocess.run([world.program, "--listen", "unix:%s/refused" % world.example.folder, "--base-url", example.BASE,
                               "--database", world.example.url("tenantry_identity"), "--tenant-database",
                               world.example.url("tenantry_app"), "--tenant-replica", url, "--secret-file",
                               world.example.data + "/secret"], stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
                              timeout=60, check=False)
        TAP.test("%s is refused" % name, done.returncode != 0 and message in done.stderr, done)


def superuser(world):
    answer = subprocess.run([world.program, "--listen", "unix:%s/super" % world.example.folder, "--base-url", example.BASE,
                             "--database", world.example.url("tenantry_identity"), "--tenant-database",
                             world.example.url("tenantry_app"), "--tenant-replica", world.replica.url("postgres"),
                             "--secret-file", world.example.data + "/secret"], stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
                            text=True, timeout=60, check=False)
    TAP.test("a role there that row-level security does not hold is refused", answer.returncode != 0 and
             "replica plane" in answer.stderr, answer)


def main():
    world = World(sys.argv[1], sys.argv[2])
    try:
        for part in (level, behind, purged, superuser, gone, refused, promoted):
            part(world)
        world.admin.end()
    finally:
        world.replica.stop()
        world.example.stop()
    return TAP.done()


if __name__ == "__main__":
    sys.exit(main())
