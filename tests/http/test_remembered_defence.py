#!/usr/bin/env python3
"""What holds up a memory of who asks, taken away piece by piece; and what a server does that cannot have it.

    test_remembered_defence.py INVOICING REMEMBERED NO_STANDING

Without the triggers, and without the check, somebody who was removed goes on seeing the page: so the other tests look where
the danger is. A server that finds the triggers off at start, a grant missing or the planes apart says so and asks each time.
"""

import re
import sys

import example
import replica
from remembered import Organization, Person, Server, World, difference, seen

TAP = example.Tap()
ASKS_EACH_TIME = "asked each time"
TABLES = ["\"user\"", "session", "member", "organization", "session_context"]


class Place:
    def __init__(self, world, sql=None):
        self.world = world
        self.boss, self.worker = Person(world, "boss"), Person(world, "worker")
        self.here = Organization(world, "here", [(self.boss, "owner"), (self.worker, "admin")])
        self.session = self.worker.session(seen_in=[self.here])

    def ask(self, server, page="nothing", session=None):
        return [line.ask("GET", "/o/%s/%s" % (self.here.slug, page), (session or self.session).cookie) for line in server.lines]

    def warm(self, server, page="nothing"):
        for _ in range(2):
            answers = self.ask(server, page)
        return answers

    def remove(self):
        self.world.admin.run("DELETE FROM member WHERE id = '%s'" % self.here.member(self.worker))


def without_check(world, program):
    """A server that remembers and checks nothing."""
    server = Server(world, program)
    place = Place(world)
    place.warm(server, "invoices/new")
    place.remove()
    pages = place.ask(server, "invoices/new")
    TAP.test("without the check, who was removed sees the page", 200 in [page.status for page in pages], pages)


def without_triggers(world):
    for table in TABLES:
        world.admin.run("ALTER TABLE %s DISABLE TRIGGER USER" % table)
    place = Place(world)
    world.admin.run("INSERT INTO tenantry.security_stamp (kind, id) SELECT 'person', id FROM \"user\" UNION ALL SELECT 'organization', id FROM organization"
                    " ON CONFLICT DO NOTHING")
    place.warm(world.one)
    place.remove()
    pages = place.ask(world.one)
    TAP.test("without the triggers, too", [page.status for page in pages] == [200, 200], pages)
    for table in TABLES:
        world.admin.run("ALTER TABLE %s ENABLE TRIGGER USER" % table)
    place = Place(world)
    place.warm(world.one)
    place.remove()
    pages = place.ask(world.one)
    TAP.test("with them, not", [page.status for page in pages] == [404, 404], pages)


def asks_each_time(world, name, arguments=(), made_by=None):
    """It starts, says what it does, remembers nobody and is right. Answers what it says the owner is to run."""
    server = Server(world, sys.argv[2], arguments)
    place = Place(made_by or world)
    before = place.warm(server)
    place.remove()
    pages = place.ask(server)
    TAP.test("%s: it serves what is so" % name, [page.status for page in before] == [200] * len(before) and
             [page.status for page in pages] == [404] * len(pages), (before, pages))
    TAP.test("%s: it remembers nobody, and says so" % name, server.count("remembered") == 0 and ASKS_EACH_TIME in server.log(),
             (server.count("remembered"), server.log()[-600:]))
    server.process.stop()
    world.example.more.remove(server.process)
    told = re.search(r"until the owner of the tables runs (.*)", server.log())
    return told.group(1) if told else None


def mended(world, name, mend):
    """What the log told makes it so that the next server remembers."""
    if mend:
        world.admin.run(mend)
    server = Server(world, sys.argv[2])
    Place(world).warm(server)
    TAP.test("%s: it remembers again after what it told" % name, mend and server.count("remembered") > 0 and ASKS_EACH_TIME not in server.log(),
             (mend, server.log()[-600:]))
    server.process.stop()
    world.example.more.remove(server.process)


def at_start(world):
    triggers = [line.split("|") for line in world.admin.run(
        "SELECT tgrelid::regclass || '|' || quote_ident(tgname) FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid WHERE "
        "NOT tgisinternal AND pronamespace = 'tenantry'::regnamespace AND proname LIKE 'stamp%'").split()]
    TAP.test("there are triggers to switch off", len(triggers) >= len(TABLES), triggers)
    for number, (table, trigger) in enumerate(triggers):
        how = ("DISABLE", "ENABLE REPLICA")[number % 2]
        world.admin.run("ALTER TABLE %s %s TRIGGER %s" % (table, how, trigger))
        name = "%s trigger %s of %s" % (how.lower(), trigger, table)
        mend = asks_each_time(world, name)
        if number == 0:
            mended(world, name, mend)
        world.admin.run("ALTER TABLE %s ENABLE TRIGGER %s" % (table, trigger))
    for right in ("SELECT (stamp) ON tenantry.security_stamp", "EXECUTE ON FUNCTION tenantry.stamp_changed()"):
        world.admin.run("REVOKE %s FROM tenantry_app" % right)
        name = "%s taken" % right.split()[0]
        mended(world, name, asks_each_time(world, name))
        world.admin.run("GRANT %s TO tenantry_app" % right)
    asks_each_time(world, "room for none", ["--remembered-sessions", "0"])


def refused_at_run_time(world):
    """A check that cannot be made is not one that was passed."""
    for right, role in (("SELECT (stamp) ON tenantry.security_stamp", "tenantry_app"), ("EXECUTE ON FUNCTION tenantry.stamp_changed()", "tenantry_app"),
                        ("EXECUTE ON FUNCTION tenantry.stamp_changed()", "tenantry_identity")):
        place = Place(world)
        for page in ("nothing", "asks", "list", "transaction", "does-not-care"):
            place.warm(world.one, page)
        world.admin.run("REVOKE %s FROM %s" % (right, role))
        place.remove()
        answers = [answer for page in ("nothing", "asks", "list", "transaction", "does-not-care") for answer in place.ask(world.one, page)]
        TAP.test("%s taken from %s while it runs: nobody is shown what was" % (right.split()[0], role),
                 {answer.status for answer in answers} == {404}, answers)
        world.admin.run("GRANT %s TO %s" % (right, role))


class Apart:
    """The identity plane in a database of its own; the other one's tables of people stay where they were, and mean nothing."""

    def __init__(self, world):
        world.admin.run("CREATE DATABASE people")
        self.numbers, self.signed = world.numbers, world.signed
        url = lambda role: world.example.url(role).replace("dbname='tenantry'", "dbname='people'")
        self.arguments = ["--database", url("tenantry_identity"), "--database-admin", url("postgres"),
                          "--tenant-database-admin", world.example.url("postgres")]
        self.example = world.example
        self.admin = None

    def connect(self):
        session = self.example.psql()
        session.run("\\connect people")
        self.admin = session


def planes_apart(world):
    apart = Apart(world)
    first = Server(world, sys.argv[2], apart.arguments)
    first.process.stop()
    world.example.more.remove(first.process)
    apart.connect()
    asks_each_time(world, "planes in two databases", apart.arguments, apart)
    apart.admin.end()


def gone_at_run_time(world):
    """Rows that nobody made: who has none is asked about each time."""
    place = Place(world)
    place.warm(world.one)
    world.admin.run("DELETE FROM tenantry.security_stamp WHERE id IN ('%s', '%s')" % (place.worker.id, place.here.id))
    pages = place.warm(world.one)
    TAP.test("whose stamps are gone is served", [page.status for page in pages] == [200, 200], pages)
    place.remove()
    pages = place.ask(world.one)
    TAP.test("as what they are", [page.status for page in pages] == [404, 404], pages)
    place = Place(world)
    place.warm(world.one)
    world.admin.run("DELETE FROM tenantry.security_stamp WHERE id = '%s'" % place.here.id)
    world.admin.run("UPDATE organization SET name = 'Without a stamp' WHERE id = '%s'" % place.here.id)
    pages = place.ask(world.one)
    TAP.test("an organization without a stamp is shown as it is", all("Without a stamp" in page.body for page in pages), pages)
    world.admin.run("UPDATE organization SET name = 'And again' WHERE id = '%s'" % place.here.id)
    pages = place.ask(world.one)
    TAP.test("each time", all("And again" in page.body for page in pages), pages)


def pages_that_write(world):
    """What a page writes behind a check that fails is not written; and once, where the page is asked for once."""
    for page in ("writes", "writes-in-transaction"):
        place = Place(world)
        world.admin.run("INSERT INTO customer (organization_id, id, name, contact, email, address) VALUES ('%s', gen_random_uuid(), 'Counted', '', '', '')"
                        % place.here.id)
        written = lambda place=place: world.admin.run("SELECT contact FROM customer WHERE organization_id = '%s'" % place.here.id)
        answers = place.warm(world.one, page)
        TAP.test("%s: it does" % page, written() == "+" * 4 and {answer.status for answer in answers} == {200}, (written(), answers))
        world.admin.run("UPDATE \"user\" SET name = 'Renamed' WHERE id = '%s'" % place.worker.id)
        answers = place.ask(world.one, page)
        TAP.test("%s: once, also where it ran twice" % page, written() == "+" * 6 and all("Renamed" in answer.body for answer in answers),
                 (written(), answers))
        place.remove()
        answers = place.ask(world.one, page)
        TAP.test("%s: not for who was removed" % page, written() == "+" * 6 and {answer.status for answer in answers} == {404},
                 (written(), answers))


def own_failures(world):
    """A query of the application that fails as the check does is an error, and not for ever."""
    place = Place(world)
    place.warm(world.one)
    answers = place.warm(world.one, "raises")
    truth = place.ask(world.truth, "raises")
    TAP.test("a query that fails as the check does is an error", {answer.status for answer in answers} == {truth[0].status} and
             truth[0].status >= 400, (answers, truth))
    answers = place.ask(world.one)
    TAP.test("and nobody else's", {answer.status for answer in answers} == {200}, answers)


def many_organizations(world):
    """More than a check has room for."""
    for count in (2, 4, 5, 15, 16):
        place = Place(world)
        others = [Organization(world, "other", [(place.boss, "owner"), (place.worker, "member")]) for _ in range(count - 1)]
        for index, organization in enumerate([place.here] + others):
            for page in ("list", "nothing/kept"):
                place.warm(world.one, page)
            world.admin.run("UPDATE organization SET name = 'Changed %d' WHERE id = '%s'" % (index, organization.id))
            answers = place.ask(world.one, "list")
            if not all("Changed %d\n" % index in answer.body for answer in answers):
                TAP.test("of %d organizations no. %d is renamed" % (count, index), False, answers)
                break
        else:
            TAP.test("of %d organizations each is renamed, and seen" % count, True)


def few_remembered(world):
    """Room for two: others are forgotten, and nobody is taken for another."""
    server = Server(world, sys.argv[2], ["--remembered-sessions", "2"])
    places = [Place(world) for _ in range(7)]
    wrong = []
    for turn in range(3):
        for place in places:
            wrong += [answer for answer in place.ask(server) + place.ask(server) if place.worker.name not in answer.body]
        places[turn].worker.name = "Renamed %d" % turn
        world.admin.run("UPDATE \"user\" SET name = 'Renamed %d' WHERE id = '%s'" % (turn, places[turn].worker.id))
    TAP.test("where few are remembered nobody is taken for another", not wrong, wrong[:2])
    TAP.test("and some are", server.count("remembered") > 0, server.count("remembered"))


def behind_a_replica(world):
    """What the replica does not know yet is asked of the primary."""
    standby = replica.Replica(world.example)
    reading = Server(world, sys.argv[2], ["--tenant-replica", standby.url()])
    plain = Server(world, sys.argv[1], ["--tenant-replica", standby.url()])
    try:
        places = [(Place(world), server, page) for server, pages in ((reading, ("nothing", "asks", "together", "asks/kept")), (
            plain, ("customers", "invoices/new", "invoices.csv", "people"))) for page in pages]
        standby.catch_up()
        for place, server, page in places:
            for _ in range(2):
                answers = place.warm(server, page)
            if {answer.status for answer in answers} != {200}:
                TAP.test("%s is served with a replica" % page, False, answers)
        standby.pause()
        for place, server, page in places:
            place.remove()
            answers = place.ask(server, page)
            TAP.test("%s: who was removed is nobody where the replica is behind" % page, {answer.status for answer in answers} == {404}, answers)
        standby.resume()
    finally:
        standby.stop()


def main():
    world = World(sys.argv[1])
    try:
        world.one, world.truth = world.pair(sys.argv[2])
        place = Place(world)
        world.one.choose_lines(place.session, "/o/%s/nothing" % place.here.slug)
        for part in (gone_at_run_time, pages_that_write, own_failures, many_organizations, few_remembered, behind_a_replica, planes_apart):
            part(world)
        without_check(world, sys.argv[3])
        refused_at_run_time(world)
        at_start(world)
        without_triggers(world)
    finally:
        statuses = world.stop()
    TAP.test("the servers leave with 0", set(statuses) == {0}, statuses)
    return TAP.done()


if __name__ == "__main__":
    sys.exit(main())
