#!/usr/bin/env python3
"""Who asks is remembered, and yet the next answer after each change is the one of a server that asks each time.

    test_remembered.py INVOICING REMEMBERED

For each change a person with a session for each page asks for all pages until they are remembered, on each loop; then the
change is made, by SQL or by the other server, and the very next request of each session on each loop must be answered as
the other server does, which remembers nothing.
"""

import sys
import time

import example
from remembered import Organization, Person, Server, World, difference, seen
from remembered_changes import CASES, demoted, entered_again, moved, person_renamed, raised, removed, signed_out, signed_out_here

TAP = example.Tap()
STALENESS_MS = 1500

# What is asked: label, method, path with {slug}, headers.
PAGES = [
    ("kept", "GET", "/o/{slug}/", ()),
    ("kept, by its tag", "GET", "/o/{slug}/invoices", ("tag",)),
    ("kept, guarded", "GET", "/o/{slug}/settings", ()),
    ("tenant query", "GET", "/o/{slug}/invoices/new", ()),
    ("stream", "GET", "/o/{slug}/invoices.csv", ()),
    ("guarded stream", "GET", "/o/{slug}/audit.csv", ()),
    ("identity only", "GET", "/o/{slug}/people", ()),
    ("head", "HEAD", "/o/{slug}/invoices/new", ()),
    ("head, kept", "HEAD", "/o/{slug}/customers", ()),
    ("prefetch", "GET", "/o/{slug}/customers/new", (("Sec-Purpose", "prefetch"),)),
    ("named twice", "GET", "/o/{slug}/people", ("id",)),
    ("no page", "GET", "/o/{slug}/no-such-page", ()),
    ("wire", "GET", "/o/{slug}/api/auth/get-session?disableCookieCache=true", ()),
    ("chooser", "GET", "/choose", ()),
    ("start", "GET", "/", ()),
    ("form", "POST", "/o/{slug}/settings", ()),
    ("wire form", "POST", "/o/{slug}/api/auth/organization/has-permission", (("Content-Type", "application/json"),)),
]
# The same of the program whose pages ask in odd ways: remembered.c.
ODD_PAGES = [
    ("no query", "GET", "/o/{slug}/nothing", ()),
    ("no query, guarded", "GET", "/o/{slug}/nothing/guarded", ()),
    ("no query, kept", "GET", "/o/{slug}/nothing/kept", ()),
    ("no query, head", "HEAD", "/o/{slug}/nothing", ()),
    ("list", "GET", "/o/{slug}/list", ()),
    ("redirect", "GET", "/o/{slug}/redirects", ()),
    ("refusal", "GET", "/o/{slug}/refuses", ()),
    ("begun before it asks", "GET", "/o/{slug}/shows-first", ()),
    ("answer ignored", "GET", "/o/{slug}/does-not-care", ()),
    ("failure taken for nothing", "GET", "/o/{slug}/answers-otherwise", ()),
    ("alone", "GET", "/o/{slug}/alone", ()),
    ("together", "GET", "/o/{slug}/together", ()),
    ("transaction", "GET", "/o/{slug}/transaction", ()),
    ("odd stream", "GET", "/o/{slug}/stream", ()),
]
# What only these answer is asked each time.
NEVER_REMEMBERED = {"wire", "chooser", "start", "form", "wire form"}


class Place:
    """One case's own people and organizations."""

    def __init__(self, world):
        self.world = world
        self.sql = world.admin.run
        self.boss, self.worker, self.stranger = Person(world, "boss"), Person(world, "worker"), Person(world, "stranger")
        self.here = Organization(world, "here", [(self.boss, "owner"), (self.worker, "admin")])
        self.there = Organization(world, "there", [(self.boss, "owner"), (self.worker, "member")])
        self.elsewhere = Organization(world, "elsewhere", [(self.stranger, "owner")])
        self.boss_session = self.boss.session()
        self.own_session = self.worker.session()
        self.slug = self.here.slug

    def by_api(self, endpoint, session=None, **body):
        answer = (session or self.boss_session).call(self.world.truth, endpoint, **body)
        if answer.status != 200:
            raise SystemExit("Bail out! %s: %s" % (endpoint, answer))

    def each(self, change):
        """Of all sessions that look."""
        for session in self.sessions:
            change(session)

    def worker_is(self, condition="TRUE"):
        return "\"userId\" = '%s' AND %s" % (self.worker.id, condition)

    def here_is(self):
        return "\"userId\" = '%s' AND \"organizationId\" = '%s'" % (self.worker.id, self.here.id)


class Look:
    """One page, looked at by a session of its own."""

    def __init__(self, place, page, session, servers=None):
        self.place, self.session = place, session
        self.one, self.truth = servers or (place.world.one, place.world.truth)
        self.label, self.method, path, headers = page
        self.target = path.format(slug=place.slug)
        self.before = self.target
        self.tagged = "tag" in headers
        self.headers = [each for each in headers if isinstance(each, tuple)]
        if "id" in headers:
            self.headers.append(("X-Organization-Id", place.here.id))
        self.form = None

    def warm(self, line):
        method, target = (self.method, self.target) if self.method != "POST" else ("GET", "/o/%s/settings" % self.place.slug)
        answer = line.ask(method, target, self.session.cookie, self.headers if self.method != "POST" else ())
        if self.tagged and answer.get("ETag"):
            self.headers = [("If-None-Match", answer.get("ETag"))]
        if self.label == "form" and answer.status == 200:
            self.form = {"_ctx": example.action_context(answer.body, "/settings"), "legal_name": "Written", "payment_days": "30",
                         "address": "", "tax_number": "", "bank_account": ""}
        return answer

    def ask(self, line):
        form = self.form if self.label == "form" else '{"permissions":{"organization":["update"]}}' if self.method == "POST" else None
        return line.ask(self.method, self.target, self.session.cookie, self.headers, form)


def shows(answer, wanted):
    if isinstance(wanted, int):
        return answer.status == wanted
    if wanted.startswith("lacks "):
        return answer.status == 200 and wanted[6:] not in answer.body
    return answer.status == 200 and wanted in answer.body


def remembered_count(world):
    return sum(server.count("remembered") for server in (world.one, world.odd))


def warm_up(world, looks):
    """Until every loop remembers: twice, and the second time nobody is asked."""
    for _ in range(2):
        before = remembered_count(world)
        for look in looks:
            for line in look.one.lines:
                look.warm(line)
    return remembered_count(world) - before


# Cases that are looked at on every page; of the others each is looked at on a third of them, another one each time.
THOROUGH = {removed, demoted, raised, signed_out, moved, person_renamed}


def looks_of(place, number, act, sign):
    looks = [(page, None) for page in PAGES] + [(page, (place.world.odd, place.world.odd_truth)) for page in ODD_PAGES]
    if act not in THOROUGH:
        looks = [look for place_in_list, look in enumerate(looks) if place_in_list % 3 == number % 3 or look[0][0] == sign[0]]
    place.sessions = place.worker.sessions(len(looks), seen_in=[place.here, place.there])
    return [Look(place, page, session, servers) for (page, servers), session in zip(looks, place.sessions)]


def change(world, number, name, act, sign):
    place = Place(world)
    looks = looks_of(place, number, act, sign)
    if act is entered_again:
        signed_out_here(place)
    if act is raised:
        demoted(place)
    remembered = warm_up(world, looks)
    wanted = sum(len(look.one.lines) for look in looks if look.label not in NEVER_REMEMBERED)
    if act is not entered_again:
        TAP.test("%s: they were remembered" % name, remembered >= wanted, (remembered, wanted))

    act(place)
    wrong, sign_seen = [], False
    for look in looks:
        answers = [look.ask(line) for line in look.one.lines]
        truth = look.ask(look.truth.lines[0])
        wrong += [look.label + ": " + difference(answer, truth) for answer in answers if seen(answer) != seen(truth)]
        sign_seen |= look.label == sign[0] and shows(truth, sign[1])
    TAP.test("%s: the next answer is the one of a server that asks" % name, not wrong, "%d, e.g. %s" % (len(wrong), wrong[:2]))
    TAP.test("%s: which shows it" % name, sign_seen, sign)


def ends_by_itself(world):
    """Nothing is written when a session's time is over. This one is not prolonged: its browser was told to forget it."""
    place = Place(world)
    lives_s = 2
    while True:
        session = place.worker.session("%d seconds" % lives_s, seen_in=[place.here])
        session.cookie += "; " + world.signed("dont_remember", "true")
        pages = [Look(place, page, session) for page in PAGES if page[0] not in NEVER_REMEMBERED]
        warm_up(world, pages)
        answers = [look.warm(line) for look in pages for line in look.one.lines]
        if all(answer.status in (200, 304, 404) for answer in answers):
            break
        lives_s *= 2
    example.wait_until(lambda: world.admin.run("SELECT \"expiresAt\" <= now() FROM session WHERE token = '%s'" % session.token) == "t",
                       "the session's time is over")
    answers = [look.ask(line) for look in pages for line in look.one.lines]
    TAP.test("a session that ends by itself has ended at once", {answer.status for answer in answers} == {303}, answers)


def claims(world):
    """What a request says of itself is held against what is remembered, as against what is asked."""
    place = Place(world)
    session, other = place.worker.session(seen_in=[place.here]), place.worker.session(seen_in=[place.there])
    look = Look(place, PAGES[3], session)
    warm_up(world, [look])
    forged = session.cookie[:-6] + ("AAA%3D" if not session.cookie.endswith("AAA%3D") else "BBB%3D")
    swapped_signature = session.cookie.split(".")[0] + "." + session.cookie.split(".")[1].split(".")[0] + "." + other.cookie.rsplit(".", 1)[1]
    cases = [
        ("another organization's id", session.cookie, [("X-Organization-Id", place.there.id)], ""),
        ("one that is none", session.cookie, [("X-Organization-Id", "none")], ""),
        ("an empty one", session.cookie, [("X-Organization-Id", "")], ""),
        ("another one in the query", session.cookie, [], "?organizationId=" + place.there.id),
        ("a signature that is none", forged, [], ""),
        ("another session's signature", swapped_signature, [], ""),
        ("no cookie", None, [], ""),
        ("two cookies", session.cookie + "; " + other.cookie, [], ""),
        ("the slug in capitals", session.cookie, [], "capitals"),
        ("the slug with an escape", session.cookie, [], "escape"),
        ("a slug that begins the same", session.cookie, [], "longer"),
    ]
    for name, cookie, headers, query in cases:
        slug = {"capitals": place.slug.upper(), "escape": "%%%02x%s" % (ord(place.slug[0]), place.slug[1:]), "longer": place.slug + "0"}.get(
            query, place.slug)
        target = "/o/%s/invoices/new%s" % (slug, query if query.startswith("?") else "")
        answers = [line.ask("GET", target, cookie, headers) for line in world.one.lines]
        truth = world.truth.ask("GET", target, cookie, headers)
        TAP.test("%s is answered as ever" % name, all(seen(answer) == seen(truth) for answer in answers) and
                 (truth.status != 200 or query == "escape"), difference(answers[0], truth))


def allowed_to_be_late(world):
    """With --cache-staleness a page and its reader may be so old, and no older; and never than what was posted through it."""
    late = Server(world, world.program, ["--cache-staleness", str(STALENESS_MS)])
    place = Place(world)
    session = place.worker.session(seen_in=[place.here])
    target = "/o/%s/invoices" % place.slug
    for _ in range(3):
        for line in late.lines:
            line.ask("GET", target, session.cookie)
    removed(place)
    at = asked = last_stale = time.monotonic()
    while any(line.ask("GET", target, session.cookie).status == 200 for line in late.lines) and asked < at + example.PATIENCE_S:
        last_stale = asked
        asked = time.monotonic()
    # Counted from when it was asked for: how long a busy machine takes to answer is not the server's.
    TAP.test("who was removed is not shown a kept page for longer than it may be old", last_stale < at + STALENESS_MS / 1000,
             "asked for %.2f s after" % (last_stale - at))

    place = Place(world)
    session = place.worker.session(seen_in=[place.here])
    target = "/o/%s/invoices" % place.slug
    for _ in range(3):
        for line in late.lines:
            line.ask("GET", target, session.cookie)
    answer = place.boss_session.call(late, "organization/remove-member", memberIdOrEmail=place.worker.id + "@example.com",
                                     organizationId=place.here.id)
    pages = [line.ask("GET", target, session.cookie) for line in late.lines]
    TAP.test("nor at all when it was done through that server", answer.status == 200 and {page.status for page in pages} == {404},
             (answer, pages))


def main():
    world = World(sys.argv[1])
    try:
        world.odd, world.odd_truth = world.pair(sys.argv[2])
        place = Place(world)
        for server, page in ((world.one, PAGES[3]), (world.odd, ODD_PAGES[0])):
            server.choose_lines(place.worker.session(seen_in=[place.here]), page[2].format(slug=place.slug))
        for part in (claims, ends_by_itself, allowed_to_be_late):
            part(world)
        for number, case in enumerate(CASES):
            change(world, number, *case)
    finally:
        statuses = world.stop()
    TAP.test("the servers leave with 0", set(statuses) == {0}, statuses)
    return TAP.done()


if __name__ == "__main__":
    sys.exit(main())
