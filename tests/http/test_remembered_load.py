#!/usr/bin/env python3
"""Many requests of several people while who they are and may changes: nobody is shown what was, or somebody else's.

    test_remembered_load.py [--requests N] INVOICING REMEMBERED

A writer changes names, roles, memberships and sessions, one commit after the other; readers know what was committed when they
began to ask, and what was under way when they were answered: what they are shown must be one of these. The same with the
triggers of tenantry.security_stamp off must find what the first must not.
"""

import argparse
import random
import sys
import threading

import example
from remembered import Line, Organization, Person, Session, World

READERS = 6
EVERY = 12
AHEAD = 4 * EVERY
PAGES = ["nothing", "nothing/kept", "asks", "asks/kept", "shows-first", "does-not-care", "together", "transaction", "alone"]
TABLES = ["\"user\"", "session", "member", "organization", "session_context"]


class State:
    """All that the people are, after one change more."""

    def __init__(self, other=None):
        self.names = dict(other.names) if other else {}
        self.roles = dict(other.roles) if other else {}
        self.titles = dict(other.titles) if other else {}
        self.slugs = dict(other.slugs) if other else {}
        self.live = set(other.live) if other else set()
        self.revoked = set(other.revoked) if other else set()

    def shown(self, session, slug):
        """(status, name, organization, role) for who asks with this session below this slug."""
        person = session.person.id
        organization = self.slugs.get(slug)
        role = self.roles.get((person, organization))
        if session.token not in self.live:
            return (303,)
        if not role:
            return (404,)
        if (session.token, organization) in self.revoked:
            return (303,)
        return (200, self.names[person], self.titles[organization], role)


class People:
    def __init__(self, world, server, requests, is_found=False):
        """With `is_found` it ends as soon as somebody was shown what was."""
        self.world, self.server = world, server
        self.left = requests
        self.is_found = is_found
        self.lock = threading.Lock()
        self.counts = {"requests": 0, "stale": 0, "foreign": 0, "failed": 0, "changes": 0}
        self.findings = []
        self.people = [Person(world, "reader") for _ in range(4)]
        self.organizations = [Organization(world, "place", [(person, "admin") for person in self.people]) for _ in range(2)]
        state = State()
        self.sessions = []
        for person in self.people:
            state.names[person.id] = person.name
            for session in person.sessions(2, seen_in=self.organizations):
                self.sessions.append(session)
                state.live.add(session.token)
            for organization in self.organizations:
                state.roles[person.id, organization.id] = "admin"
        for organization in self.organizations:
            state.titles[organization.id] = organization.name
            state.slugs[organization.slug] = organization.id
        self.slugs = list(state.slugs)
        self.states = [state]
        self.committed = 0

    def count(self, name, finding=None):
        with self.lock:
            self.counts[name] += 1
            if finding and len(self.findings) < 5:
                self.findings.append(finding)

    def is_over(self):
        # Not too far ahead of who writes, however slow the disk is.
        example.wait_until(lambda: self.counts["requests"] < AHEAD * (self.counts["changes"] + 1), "something is changed")
        with self.lock:
            self.left -= 1
            return self.left < 0 or self.is_found and self.counts["stale"] > 0

    def read(self, line, session, slug, page):
        first = self.committed
        answer = line.ask("GET", "/o/%s/%s" % (slug, page), session.cookie)
        possible = [state.shown(session, slug) for state in self.states[first:]]
        self.count("requests")
        if answer.status not in (200, 303, 404):
            return self.count("failed", (page, answer))
        lines = answer.body.split("\n")
        shown = (200, lines[0], lines[2], lines[4]) if answer.status == 200 else (answer.status,)
        if answer.status == 200 and session.person.id not in lines[1]:
            return self.count("foreign", (page, session.person.id, lines[:5]))
        if shown not in possible:
            self.count("stale", (page, shown, possible))
        return None

    def reader(self, seed):
        chance = random.Random(seed)
        lines = [Line(self.server.process.path) for _ in range(4)]
        while not self.is_over():
            self.read(chance.choice(lines), chance.choice(self.sessions), chance.choice(self.slugs), chance.choice(PAGES))

    def commit(self, sql, change):
        """What will be is known before it can be seen, what is, after its commit has answered."""
        state = State(self.states[-1])
        change(state)
        self.states.append(state)
        self.admin.run(sql)
        self.committed = len(self.states) - 1
        self.count("changes")

    def rename(self, chance, number):
        person = chance.choice(self.people)
        name = "Name %d of %s" % (number, person.id)
        self.commit("UPDATE \"user\" SET name = '%s' WHERE id = '%s'" % (name, person.id), lambda state: state.names.update({person.id: name}))

    def title(self, chance, number):
        organization = chance.choice(self.organizations)
        title = "Title %d" % number
        self.commit("UPDATE organization SET name = '%s' WHERE id = '%s'" % (title, organization.id),
                    lambda state: state.titles.update({organization.id: title}))

    def membership(self, chance, _):
        person, organization = chance.choice(self.people), chance.choice(self.organizations)
        key = (person.id, organization.id)
        where = "WHERE \"userId\" = '%s' AND \"organizationId\" = '%s'" % key
        role = self.states[-1].roles.get(key)
        if role == "admin":
            self.commit("UPDATE member SET role = 'member' " + where, lambda state: state.roles.update({key: "member"}))
        elif role:
            tokens = [each.token for each in self.sessions if each.person is person]
            def gone(state):
                del state.roles[key]
                state.revoked -= {(token, organization.id) for token in tokens}
            self.commit("DELETE FROM member " + where, gone)
        else:
            self.commit(organization.addition(person, "admin"), lambda state: state.roles.update({key: "admin"}))

    def revoke(self, chance, _):
        session, organization = chance.choice(self.sessions), chance.choice(self.organizations)
        key = (session.token, organization.id)
        state = self.states[-1]
        if session.token not in state.live or not state.roles.get((session.person.id, organization.id)):
            return
        is_revoked = key in state.revoked
        self.commit("INSERT INTO session_context (\"sessionId\", \"organizationId\", \"userId\", \"revokedAt\") VALUES ('%s', '%s', '%s', %s) "
                    "ON CONFLICT (\"sessionId\", \"organizationId\") DO UPDATE SET \"revokedAt\" = excluded.\"revokedAt\""
                    % (session.id, organization.id, session.person.id, "NULL" if is_revoked else "now()"),
                    lambda state: (state.revoked.discard if is_revoked else state.revoked.add)(key))

    def sign(self, chance, number):
        """Out, and in by a session that is another."""
        place = chance.randrange(len(self.sessions))
        session = self.sessions[place]
        self.commit("DELETE FROM session WHERE token = '%s'" % session.token, lambda state: state.live.discard(session.token))
        made = Session(session.person, "l%d-%s" % (number, session.person.id))
        self.commit("INSERT INTO session (id, token, \"userId\", \"expiresAt\", \"createdAt\", \"updatedAt\") VALUES "
                    "('%s', '%s', '%s', now() + interval '1 day', now(), now())" % (made.id, made.token, made.person.id),
                    lambda state: state.live.add(made.token))
        self.sessions[place] = made

    def swap(self, *_):
        one, other = self.slugs
        first, second = self.states[-1].slugs[one], self.states[-1].slugs[other]
        self.commit("BEGIN; UPDATE organization SET slug = 'between' WHERE id = '%s'; UPDATE organization SET slug = '%s' WHERE id = '%s'; "
                    "UPDATE organization SET slug = '%s' WHERE id = '%s'; COMMIT" % (first, one, second, other, first),
                    lambda state: state.slugs.update({one: second, other: first}))

    def writer(self, every, stop):
        """A change for every so many requests, however fast the machine is."""
        chance = random.Random(7)
        self.admin = self.world.psql()
        due = number = 0
        while not stop.wait(0.001):
            if self.counts["requests"] >= due:
                due = self.counts["requests"] + every
                number += 1
                chance.choice((self.rename, self.title, self.membership, self.membership, self.revoke, self.sign, self.swap))(chance, number)
        self.admin.end()

    def run(self, every):
        stop = threading.Event()
        writer = threading.Thread(target=self.writer, args=(every, stop))
        readers = [threading.Thread(target=self.reader, args=(seed,)) for seed in range(READERS)]
        for thread in [writer] + readers:
            thread.start()
        for thread in readers:
            thread.join()
        stop.set()
        writer.join()
        return self.counts


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=2500)
    parser.add_argument("programs", nargs=2)
    arguments = parser.parse_args()
    tap = example.Tap()
    world = World(arguments.programs[0])
    try:
        server, _ = world.pair(arguments.programs[1])
        people = People(world, server, arguments.requests)
        counts = people.run(EVERY)
        print("# " + str(counts))
        tap.test("%d requests and %d changes" % (counts["requests"], counts["changes"]),
                 counts["requests"] >= arguments.requests and counts["changes"] >= arguments.requests // 60, counts)
        answers = {word: server.count(word) for word in ("asked", "remembered", "changed")}
        print("# " + str(answers))
        tap.test("a tenth of them was remembered, and some of it was changed",
                 10 * answers["remembered"] >= counts["requests"] and answers["changed"] > 0, answers)
        tap.test("none failed", counts["failed"] == 0, people.findings)
        tap.test("nobody was shown what was", counts["stale"] == 0, people.findings)
        tap.test("nobody was shown another", counts["foreign"] == 0, people.findings)

        people = People(world, server, arguments.requests, is_found=True)
        for table in TABLES:
            world.admin.run("ALTER TABLE %s DISABLE TRIGGER USER" % table)
        counts = people.run(EVERY)
        print("# without the stamps: " + str(counts))
        tap.test("without the stamps they are", counts["stale"] > 0, counts)
    finally:
        world.stop()
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
