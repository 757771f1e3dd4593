#!/usr/bin/env python3
"""Who asks is remembered: each moment forced at which a change could slip by.

    test_remembered_races.py INVOICING REMEMBERED

Commits are held by a lock when all of the change but its being seen is done; readers are held by a lock on each table that
they read. Who begins to ask once a commit has answered is never told what was before it.
"""

import sys
import threading

import example
from remembered import Organization, Person, World, difference, seen

TAP = example.Tap()
GATE = 7701
PATIENT = ["--leases", "16"] + [word for limit in ("lock", "statement", "lock-alone", "statement-alone") for word in ("--%s-ms" % limit, "30000")]

# Waits at COMMIT, after every other deferred trigger of the same change, where the writer wants it to.
GATES = """CREATE FUNCTION public.gate() RETURNS trigger LANGUAGE plpgsql AS
    $$ begin if current_setting('test.gate', true) = 'shut' then perform pg_advisory_xact_lock(%d); end if; return null; end $$""" % GATE
TABLES = ["\"user\"", "session", "member", "organization", "session_context"]


class Place:
    """Somebody with a session for each page of PAGES, in one organization of their own."""

    PAGES = ["/o/{slug}/nothing", "/o/{slug}/asks", "/o/{slug}/asks/kept", "/o/{slug}/list", "/o/{slug}/together", "/o/{slug}/stream"]

    def __init__(self, world, ready=True):
        self.world = world
        self.boss, self.worker = Person(world, "boss"), Person(world, "worker")
        self.here = Organization(world, "here", [(self.boss, "owner")] + ([(self.worker, "admin")] if ready else []))
        self.sessions = self.worker.sessions(len(self.PAGES), seen_in=[self.here] if ready else [])
        self.looks = [(page.format(slug=self.here.slug), session) for page, session in zip(self.PAGES, self.sessions)]

    def ask(self, server):
        return [line.ask("GET", target, session.cookie) for target, session in self.looks for line in server.lines]

    def warm(self):
        for _ in range(2):
            self.ask(self.world.one)

    def differs(self):
        """All that the server that remembers says other than the one that asks."""
        answers = self.ask(self.world.one)
        truth = [line.ask("GET", target, session.cookie) for target, session in self.looks for line in self.world.truth.lines[:1]]
        per_look = len(self.world.one.lines)
        return [self.looks[i // per_look][0] + ": " + difference(answer, truth[i // per_look]) for i, answer in enumerate(answers)
                if seen(answer) != seen(truth[i // per_look])]

    def where(self):
        return "\"userId\" = '%s' AND \"organizationId\" = '%s'" % (self.worker.id, self.here.id)


CHANGES = {
    "a removal": lambda place: "DELETE FROM member WHERE " + place.where(),
    "another role": lambda place: "UPDATE member SET role = 'member' WHERE " + place.where(),
    "a sign-out": lambda place: "DELETE FROM session WHERE \"userId\" = '%s'" % place.worker.id,
    "a sign-out of here": lambda place: "UPDATE session_context SET \"revokedAt\" = now() WHERE " + place.where(),
    "another name": lambda place: "UPDATE \"user\" SET name = 'Somebody Else' WHERE id = '%s'" % place.worker.id,
    "another name of the organization": lambda place: "UPDATE organization SET name = 'Renamed' WHERE id = '%s'" % place.here.id,
    "another slug": lambda place: "UPDATE organization SET slug = slug || '-moved' WHERE id = '%s'" % place.here.id,
}


def waiting(world, condition):
    return world.admin.run("SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND " + condition) == "t"


class HeldCommit:
    """A transaction of which all is done but the last step of its COMMIT; it goes on when `release` is called."""

    def __init__(self, world, change, begin="BEGIN"):
        self.world = world
        self.gate = world.psql()
        self.gate.run("SELECT pg_advisory_lock(%d)" % GATE)
        self.writer = world.psql()
        self.writer.run("%s; SET LOCAL test.gate = 'shut'; %s" % (begin, change))
        self.thread = threading.Thread(target=self.writer.run, args=("COMMIT",))
        self.thread.start()
        example.wait_until(lambda: waiting(world, "locktype = 'advisory'"), "the commit is held")

    def release(self):
        self.gate.end()
        self.thread.join()
        self.writer.end()


def held_commits(world):
    for name, change in CHANGES.items():
        place = Place(world)
        place.warm()
        held = HeldCommit(world, change(place))
        wrong = place.differs()
        TAP.test("%s is not seen before it is committed" % name, not wrong, wrong[:2])
        late = place.worker.session() if "sign-out" not in name else place.sessions[0]
        for line in world.one.lines:
            line.ask("GET", place.looks[0][0], late.cookie)
        held.release()
        place.looks.append((place.looks[0][0], late))
        wrong = place.differs()
        TAP.test("%s is seen by who asks after its commit" % name, not wrong, wrong[:2])


def held_readers(world):
    """A reader who is asked about for the first time, and one who is remembered, held at each table; the change is made by who
    holds them up, so what they read before the table and what they read after are not of one moment unless it is one statement."""
    for table in TABLES + ["tenantry.security_stamp"]:
        for is_remembered in (False, True):
            for name in ("a removal", "another role", "another name of the organization"):
                place = Place(world)
                if is_remembered:
                    place.warm()
                lock = world.psql()
                lock.run("BEGIN; LOCK TABLE %s IN ACCESS EXCLUSIVE MODE" % table)
                readers = [example.in_background(lambda line=line: line.ask("GET", place.looks[1][0], place.looks[1][1].cookie))
                           for line in world.one.lines]
                condition = "relation = '%s'::regclass" % table
                if not is_remembered:
                    example.wait_until(lambda: waiting(world, condition), "the reader waits for " + table)
                else:
                    # Who is remembered need not read it at all.
                    example.wait_until(lambda: waiting(world, condition) or not any(thread.is_alive() for thread, _ in readers),
                                       "the reader waits for %s, or does not" % table)
                lock.run(CHANGES[name](place) + "; COMMIT")
                lock.end()
                for thread, _ in readers:
                    thread.join()
                wrong = place.differs()
                TAP.test("%s while who is %s is held at %s is seen afterwards" % (
                    name, "remembered" if is_remembered else "asked about", table.split(".")[-1]), not wrong, wrong[:2])


def held_in_the_query(world):
    """The check has passed, and the query waits: what this request shows is of before, and of no use to any other."""
    for name in ("a removal", "a sign-out", "another role", "another name"):
        for path in ("customers", "settings"):
            table = "customer" if path == "customers" else "letterhead"
            place = Place(world)
            place.looks = [("/o/%s/%s" % (place.here.slug, path), session) for session in place.sessions[:2]]
            server, truth = world.plain, world.plain_truth
            for _ in range(2):
                place.ask(server)
            world.admin.run("SELECT tenantry.touch('%s', 'public.%s')" % (place.here.id, table))
            lock = world.psql()
            lock.run("BEGIN; LOCK TABLE %s IN ACCESS EXCLUSIVE MODE" % table)
            target, session = place.looks[0]
            first = example.in_background(lambda: server.lines[0].ask("GET", target, session.cookie))
            example.wait_until(lambda: waiting(world, "relation = '%s'::regclass" % table), "the reader waits for the " + table)
            world.admin.run(CHANGES[name](place))
            # Begun after the change: it must not be answered by what the first one reads.
            second = example.in_background(lambda: server.lines[1].ask("GET", target, session.cookie))
            if name == "another name":
                example.wait_until(lambda: world.admin.run(
                    "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = '%s'::regclass" % table) == "2", "both wait")
            else:
                example.wait_until(lambda: path == "customers" and name == "another role" or not second[0].is_alive(), "the second is refused")
            lock.run("COMMIT")
            lock.end()
            first[0].join(), second[0].join()
            asked = truth.lines[0].ask("GET", target, session.cookie)
            TAP.test("%s: who begins after it is not given what is rendered since before it (%s)" % (name, path),
                     seen(second[1][0]) == seen(asked), difference(second[1][0], asked))
            later = [line.ask("GET", target, session.cookie) for line in server.lines]
            TAP.test("%s: nor is anybody later (%s)" % (name, path), all(seen(answer) == seen(asked) for answer in later),
                     difference(later[0], asked))


def joined_meanwhile(world):
    """Somebody becomes a member while a change of the organization is under way that does not see them."""
    for level in ("READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"):
        place = Place(world, ready=False)
        held = HeldCommit(world, "SELECT count(*) FROM member; " + CHANGES["another name of the organization"](place),
                          "BEGIN ISOLATION LEVEL " + level)
        joining = example.in_background(lambda: world.example.sql(place.here.addition(place.worker, "admin")))
        # It may have to wait until the other one is done.
        example.wait_until(lambda: waiting(world, "locktype <> 'advisory'") or not joining[0].is_alive(), "the member has joined or waits")
        if not joining[0].is_alive():
            place.warm()
        held.release()
        joining[0].join()
        place.warm()
        wrong = place.differs()
        TAP.test("%s: who joined while the organization was renamed is shown its name" % level.lower(), not wrong, wrong[:2])


def older_snapshot(world):
    """A change by a transaction that is older than what it changes is seen by."""
    place = Place(world, ready=False)
    writer = world.psql()
    writer.run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM member")
    place.here.add(place.worker, "admin")
    place.warm()
    writer.run(CHANGES["another name of the organization"](place) + "; COMMIT")
    writer.end()
    wrong = place.differs()
    TAP.test("an organization renamed by a transaction from before somebody joined is shown to them so", not wrong, wrong[:2])


def emptied_by_older(world):
    """TRUNCATE takes rows that its transaction does not see."""
    for table in ("session_context", "session", "member"):
        writer = world.psql()
        writer.run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM member")
        place = Place(world)
        place.warm()
        writer.run("TRUNCATE %s CASCADE; COMMIT" % table)
        writer.end()
        wrong = place.differs()
        TAP.test("%s emptied by a transaction from before somebody was there: they are shown what is so" % table, not wrong, wrong[:2])


def crossed(world):
    """Two transactions that change the same two people in opposite order, in different organizations: if they cannot both be had,
    PostgreSQL refuses one, and what the other did is seen."""
    one, two, boss = Person(world, "one"), Person(world, "two"), Person(world, "boss")
    first, second = [Organization(world, "crossed", [(boss, "owner"), (one, "admin"), (two, "admin")]) for _ in range(2)]
    sessions = [(person, organization, person.session(seen_in=[organization])) for person in (one, two) for organization in (first, second)]
    ask = lambda server: [line.ask("GET", "/o/%s/nothing" % organization.slug, session.cookie)
                          for _, organization, session in sessions for line in server.lines[:2]]
    ask(world.one), ask(world.one)
    remove = lambda person, organization: "DELETE FROM member WHERE id = '%s'" % organization.member(person)
    writers = [world.psql(), world.psql()]
    for writer, changes in zip(writers, ([remove(one, first), remove(two, first)], [remove(two, second), remove(one, second)])):
        writer.run("BEGIN; " + "; ".join(changes))
    holder = world.psql()
    holder.run("BEGIN; SELECT FROM tenantry.security_stamp WHERE id = '%s' FOR UPDATE" % one.id)
    threads = []
    for number, writer in enumerate(writers):
        threads.append(example.in_background(lambda writer=writer: writer.run("COMMIT")))
        example.wait_until(lambda number=number: int(world.admin.run("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"))
                           > number, "who commits waits")
    holder.end()
    for thread, _ in threads:
        thread.join()
    answers, truth = ask(world.one), ask(world.truth)
    wrong = [difference(answer, asked) for answer, asked in zip(answers, truth) if seen(answer) != seen(asked)]
    left = world.admin.run("SELECT count(*) FROM member WHERE \"userId\" IN ('%s', '%s')" % (one.id, two.id))
    TAP.test("of two that change the same people in opposite order at least one does", left in ("0", "2"), left)
    TAP.test("which is seen", not wrong, wrong[:2])


def main():
    world = World(sys.argv[1], PATIENT)
    try:
        world.plain, world.plain_truth = world.one, world.truth
        world.one, world.truth = world.pair(sys.argv[2], PATIENT)
        place = Place(world)
        session = place.worker.sessions(2, seen_in=[place.here])
        world.one.choose_lines(session[0], "/o/%s/nothing" % place.here.slug)
        world.plain.choose_lines(session[1], "/o/%s/people" % place.here.slug)
        world.admin.run(GATES)
        for table in TABLES:
            world.admin.run("CREATE CONSTRAINT TRIGGER zz_gate AFTER INSERT OR UPDATE OR DELETE ON %s DEFERRABLE INITIALLY DEFERRED "
                            "FOR EACH ROW EXECUTE FUNCTION public.gate()" % table)
        for part in (held_commits, held_readers, held_in_the_query, joined_meanwhile, older_snapshot, crossed, emptied_by_older):
            part(world)
    finally:
        statuses = world.stop()
    TAP.test("the servers leave with 0", set(statuses) == {0}, statuses)
    return TAP.done()


if __name__ == "__main__":
    sys.exit(main())
