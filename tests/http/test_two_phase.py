#!/usr/bin/env python3
"""Two-phase commit: a write that was prepared, and is finished later, by anybody, from any connection.

    test_two_phase.py INVOICING

Once COMMIT PREPARED has answered nobody is served what was before it: not by the process whose page was hot, not by one
that reads from a streaming replica, whatever was restarted in between.
"""

import glob
import os
import signal
import sys

import example
import replica

TAP = example.Tap()


class World:
    def __init__(self, program):
        self.program = program
        self.example = example.Example(program)
        self.one = self.example.first
        self.admin = self.example.psql()
        self.admin.run("ALTER SYSTEM SET max_prepared_transactions = 20")
        self.restart_postgres()
        self.two = self.example.another(program)
        self.replica = replica.Replica(self.example)
        self.reading = self.example.another(program, ["--tenant-replica", self.replica.url()])
        self.cookie = self.one.sign_in()
        self.acme = self.admin.run("SELECT id FROM organization WHERE slug = 'acme'")
        self.customer, self.invoice = self.admin.run(
            "SELECT customer_id || ' ' || id FROM invoice WHERE organization_id = '%s' AND status = 'sent' ORDER BY issued_on DESC LIMIT 1"
            % self.acme).split()
        self.page = "/o/acme/invoices/" + self.invoice

    def restart_postgres(self, how=signal.SIGINT):
        """Its supervisor starts it again."""
        self.admin.end()
        with open(glob.glob(os.path.join(self.example.data, "*", "postmaster.pid"))[0], encoding="utf-8") as file:
            postmaster = int(file.readline())
        os.kill(postmaster, how)
        example.wait_until(lambda: not os.path.exists("/proc/%d" % postmaster), "the old PostgreSQL is gone")
        self.admin = None
        example.wait_until(self.reach_postgres, "PostgreSQL is back")
        for server in [self.one] + self.example.more:
            server.wait()

    def reach_postgres(self):
        session = self.example.psql()
        if session.run("SELECT 1") != "1":
            session.end()
            return False
        self.admin = session
        return True

    def prepare(self, name, transaction, with_bump=True):
        """As another program would: on a connection that is gone afterwards."""
        session = self.example.psql()
        session.run("BEGIN")
        session.run("UPDATE customer SET name = '%s' WHERE organization_id = '%s' AND id = '%s'" % (name, self.acme, self.customer))
        if with_bump:
            session.run("SELECT tenantry.touch('%s', 'public.customer')" % self.acme)
        session.run("PREPARE TRANSACTION '%s'" % transaction)
        session.end()
        if self.admin.run("SELECT count(*) FROM pg_prepared_xacts WHERE gid = '%s'" % transaction) != "1":
            raise SystemExit("Bail out! nothing was prepared")

    def commit(self, transaction):
        self.admin.run("COMMIT PREPARED '%s'" % transaction)

    def get(self, server):
        return server.ask("GET", self.page, self.cookie)

    def heat(self, servers):
        for server in servers:
            self.get(server)
        pages = [self.get(server) for server in servers]
        TAP.test("the page is hot", all(page.cache == "tenantry; hit" for page in pages), pages)

    def all(self):
        return [self.one, self.two, self.reading]


def committed(world):
    world.heat(world.all())
    world.prepare("Prepared GmbH", "first")
    pages = [world.get(server) for server in world.all()]
    TAP.test("what was prepared is seen by nobody, and costs no page", all(
        page.cache == "tenantry; hit" and "Prepared GmbH" not in page.body for page in pages), pages)
    world.commit("first")
    pages = [world.get(server) for server in world.all()]
    TAP.test("once it is committed everybody sees it", all("Prepared GmbH" in page.body for page in pages), pages)


def rolled_back(world):
    world.heat(world.all())
    world.prepare("Rolled back GmbH", "second")
    world.admin.run("ROLLBACK PREPARED 'second'")
    pages = [world.get(server) for server in world.all()]
    TAP.test("one that is rolled back changes nothing", all(
        page.cache == "tenantry; hit" and "Rolled back" not in page.body for page in pages), pages)


def rendered_between(world):
    """A page rendered while it is prepared is of before it, and ends with it."""
    world.prepare("Afterwards GmbH", "third")
    world.admin.run("SELECT tenantry.touch('%s', 'public.letterhead')" % world.acme)
    pages = [world.get(server) for server in world.all()]
    TAP.test("a page may be rendered in between", all("stored" in page.cache and "Afterwards" not in page.body for page in pages), pages)
    world.commit("third")
    pages = [world.get(server) for server in world.all()]
    TAP.test("it is not served afterwards", all("Afterwards GmbH" in page.body for page in pages), pages)


def replica_held_back(world):
    world.prepare("Not there yet GmbH", "fourth")
    world.replica.catch_up()
    world.heat([world.reading])
    world.replica.pause()
    world.commit("fourth")
    page = world.get(world.reading)
    TAP.test("a replica that only has the preparation is not believed", "Not there yet GmbH" in page.body, page)
    world.replica.resume()
    world.replica.catch_up()
    page = world.get(world.reading)
    TAP.test("and one that has the end is right", "Not there yet GmbH" in page.body, page)


def restarts(world):
    """A server's memory outlives PostgreSQL, and what was prepared does, too."""
    world.prepare("Outlived GmbH", "fifth")
    world.heat([world.one, world.two])
    world.restart_postgres(signal.SIGQUIT)
    pages = [world.get(server) for server in (world.one, world.two)]
    TAP.test("PostgreSQL's crash in between changes nothing", all(
        page.cache == "tenantry; hit" and "Outlived" not in page.body for page in pages), pages)
    world.two.stop()
    world.example.more.remove(world.two)
    world.two = world.example.another(world.program)
    world.heat([world.two])
    world.commit("fifth")
    pages = [world.get(server) for server in (world.one, world.two)]
    TAP.test("a server that was there and one that was started meanwhile both see the end", all(
        "Outlived GmbH" in page.body for page in pages), pages)


def writers(world):
    """It holds its versions as any writer does: who reads does not wait for it, who writes the same does, and is told."""
    form = example.action_context(world.get(world.one).body, "/invoices/%s/paid" % world.invoice)
    session = world.example.psql()
    session.run("BEGIN")
    session.run("SELECT tenantry.touch('%s', 'public.invoice')" % world.acme)
    session.run("PREPARE TRANSACTION 'sixth'")
    session.end()
    answer = world.one.ask("POST", world.page + "/paid", world.cookie, {"_ctx": form})
    TAP.test("a writer of the same waits no longer than it may, and nothing is written", answer.status == 503 and
             "state-paid" not in world.get(world.one).body, answer)
    other = world.one.ask("GET", "/o/harbour-finch/invoices", world.cookie)
    TAP.test("nobody else waits", other.status == 200, other)
    world.commit("sixth")
    answer = world.one.ask("POST", world.page + "/paid", world.cookie, {"_ctx": form})
    pages = [world.get(server) for server in world.all()]
    TAP.test("after its end the same form is taken, and seen", answer.status == 303 and all(
        "state-paid" in page.body for page in pages), (answer, pages))


def without_the_bump(world):
    world.heat(world.all())
    world.prepare("Behind its back GmbH", "last", with_bump=False)
    world.commit("last")
    pages = [world.get(server) for server in world.all()]
    TAP.test("a write that touches no version is what a stale page looks like", all(
        page.cache == "tenantry; hit" and "Behind" not in page.body for page in pages), pages)


def main():
    world = World(sys.argv[1])
    try:
        for part in (committed, rolled_back, rendered_between, replica_held_back, restarts, writers, without_the_bump):
            part(world)
        world.admin.end()
    finally:
        world.replica.stop()
        world.example.stop()
    return TAP.done()


if __name__ == "__main__":
    sys.exit(main())
