#!/usr/bin/env python3
"""Who asks is remembered, and yet the next answer after each change is the one of a server that asks each time.

    test_remembered.py INVOICING REMEMBERED

For each change a person with a session for each page asks for all pages until they are remembered, on each loop; then the
change is made, by SQL or by the other server, and the very next request of each session on each loop must be answered as
the other server does, which remembers nothing.
"""

import json
import sys
import time

import example
from remembered import Organization, Person, Server, World, difference, seen

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


def removed(place):
    place.sql("DELETE FROM member WHERE " + place.here_is())


def removed_by_api(place):
    place.by_api("organization/remove-member", memberIdOrEmail=place.worker.id + "@example.com", organizationId=place.here.id)


def left(place):
    place.by_api("organization/leave", place.own_session, organizationId=place.here.id)


def demoted(place):
    place.sql("UPDATE member SET role = 'member' WHERE " + place.here_is())


def demoted_by_api(place):
    place.by_api("organization/update-member-role", memberId=place.here.member(place.worker), role="member", organizationId=place.here.id)


def promoted(place):
    place.sql("UPDATE member SET role = 'admin,owner' WHERE " + place.here_is())


def raised(place):
    place.sql("UPDATE member SET role = 'admin' WHERE " + place.here_is())


def of_no_known_role(place):
    place.sql("UPDATE member SET role = 'nobody' WHERE " + place.here_is())


def signed_out(place):
    place.each(lambda session: place.sql("DELETE FROM session WHERE token = '%s'" % session.token))


def signed_out_by_api(place):
    place.each(lambda session: place.by_api("sign-out", session))


def revoked_by_api(place):
    place.each(lambda session: place.by_api("revoke-session", place.own_session, token=session.token))


def all_revoked_by_api(place):
    place.by_api("revoke-sessions", place.own_session)


def others_revoked_by_api(place):
    place.by_api("revoke-other-sessions", place.own_session)


def expired(place):
    place.sql("UPDATE session SET \"expiresAt\" = now() - interval '1 second' WHERE " + place.worker_is())


def given_another_token(place):
    place.sql("UPDATE session SET token = 'other-' || token WHERE " + place.worker_is())


def given_to_another(place):
    place.sql("UPDATE session SET \"userId\" = '%s' WHERE %s" % (place.boss.id, place.worker_is()))


def renamed(place):
    place.sql("UPDATE organization SET name = 'Renamed' WHERE id = '%s'" % place.here.id)


def renamed_by_api(place):
    place.by_api("organization/update", organizationId=place.here.id, data={"name": "Renamed"})


def other_renamed(place):
    place.sql("UPDATE organization SET name = 'Other renamed' WHERE id = '%s'" % place.there.id)


def moved(place):
    place.sql("UPDATE organization SET slug = 'moved-' || slug WHERE id = '%s'" % place.here.id)


def moved_by_api(place):
    place.by_api("organization/update", organizationId=place.here.id, data={"slug": "moved-" + place.slug})


def taken_by_own(place):
    moved(place)
    place.sql("UPDATE organization SET slug = '%s' WHERE id = '%s'" % (place.slug, place.there.id))


def taken_by_foreign(place):
    moved(place)
    place.sql("UPDATE organization SET slug = '%s' WHERE id = '%s'" % (place.slug, place.elsewhere.id))


def swapped(place):
    place.sql("BEGIN; UPDATE organization SET slug = 'between' WHERE id = '%s'; UPDATE organization SET slug = '%s' WHERE id = '%s'; "
              "UPDATE organization SET slug = '%s' WHERE id = '%s'; COMMIT"
              % (place.here.id, place.slug, place.there.id, place.there.slug, place.here.id))


def deleted(place):
    place.sql("DELETE FROM organization WHERE id = '%s'" % place.here.id)


def deleted_by_api(place):
    place.by_api("organization/delete", organizationId=place.here.id)


def other_deleted(place):
    place.sql("DELETE FROM organization WHERE id = '%s'" % place.there.id)


def made_again(place):
    """The same slug, another organization: the person was never asked whether they belong to it."""
    deleted(place)
    place.sql("INSERT INTO organization (id, name, slug, \"createdAt\") VALUES ('again-%s', 'Again', '%s', now())" % (place.here.id, place.slug))


def person_renamed(place):
    place.sql("UPDATE \"user\" SET name = 'Somebody Else' WHERE id = '%s'" % place.worker.id)


def person_renamed_by_api(place):
    place.by_api("update-user", place.own_session, name="Somebody Else")


def person_moved(place):
    place.sql("UPDATE \"user\" SET email = 'new-%s@example.com' WHERE id = '%s'" % (place.worker.id, place.worker.id))


def person_deleted(place):
    place.sql("DELETE FROM \"user\" WHERE id = '%s'" % place.worker.id)


def signed_out_here(place):
    place.sql("UPDATE session_context SET \"revokedAt\" = now() WHERE " + place.here_is())


def signed_out_here_by_form(place):
    def leave(session):
        page = place.world.truth.ask("GET", "/o/%s/people" % place.slug, session.cookie)
        form = {"_ctx": example.action_context(page.body, "/-/sign-out")}
        answer = place.world.truth.ask("POST", "/o/%s/-/sign-out" % place.slug, session.cookie, (), form)
        if answer.status != 303:
            raise SystemExit("Bail out! %s" % answer)
    place.each(leave)


def context_made_revoked(place):
    place.each(lambda session: place.sql(
        "BEGIN; DELETE FROM session_context WHERE \"sessionId\" = '%s'; INSERT INTO session_context (\"sessionId\", \"organizationId\", "
        "\"userId\", \"revokedAt\") VALUES ('%s', '%s', '%s', now()); COMMIT" % (session.id, session.id, place.here.id, place.worker.id)))


def entered_again(place):
    place.each(lambda session: place.world.truth.ask("POST", "/choose", session.cookie, (), {"organization": place.slug}))


def added(place):
    place.sql(place.elsewhere.addition(place.worker, "member"))


def added_by_invitation(place):
    stranger = place.stranger.session()
    answer = stranger.call(place.world.truth, "organization/invite-member", email=place.worker.id + "@example.com", role="member",
                           organizationId=place.elsewhere.id)
    place.by_api("organization/accept-invitation", place.own_session, invitationId=json.loads(answer.body)["id"])


def made_active(place):
    place.each(lambda session: place.by_api("organization/set-active", session, organizationId=place.there.id))


def of_one_transaction(place):
    """Triggers at once, and the first change taken back: the second is the one that counts."""
    place.sql("BEGIN; SET CONSTRAINTS ALL IMMEDIATE; SAVEPOINT first; UPDATE \"user\" SET name = 'Never' WHERE id = '%s'; ROLLBACK TO first; "
              "UPDATE \"user\" SET name = 'Second Name' WHERE id = '%s'; COMMIT" % (place.worker.id, place.worker.id))


def in_a_savepoint(place):
    place.sql("BEGIN; SAVEPOINT first; UPDATE \"user\" SET name = 'Never' WHERE id = '%s'; ROLLBACK TO first; SAVEPOINT second; "
              "DELETE FROM member WHERE %s; RELEASE second; COMMIT" % (place.worker.id, place.here_is()))


def given_up(place):
    """What was rolled back is no change, and the triggers of it changed nothing that stays."""
    place.sql("BEGIN; SET CONSTRAINTS ALL IMMEDIATE; DELETE FROM member WHERE %s; ROLLBACK" % place.here_is())


def membership_given_away(place):
    place.sql("BEGIN; DELETE FROM session_context WHERE %s; UPDATE member SET \"userId\" = '%s' WHERE %s; COMMIT"
              % (place.here_is(), place.stranger.id, place.here_is()))


def membership_moved(place):
    place.sql("BEGIN; DELETE FROM session_context WHERE %s; UPDATE member SET \"organizationId\" = '%s' WHERE %s; COMMIT"
              % (place.here_is(), place.elsewhere.id, place.here_is()))


def all_of_a_table(table):
    return lambda place: place.sql("TRUNCATE %s CASCADE" % table)


# What happens, by whom, and what of it a page must show: its label, and a status or a text that is there (not).
CASES = [
    ("a member is removed", removed, ("no query", 404)),
    ("a member is removed by the wire", removed_by_api, ("tenant query", 404)),
    ("a member leaves", left, ("kept", 404)),
    ("a role is taken", demoted, ("guarded stream", 403)),
    ("a role is taken by the wire", demoted_by_api, ("kept, guarded", 403)),
    ("a role is given", promoted, ("no query", "admin,owner")),
    ("a role is given that may more", raised, ("no query, guarded", 200)),
    ("a role that nobody knows is given", of_no_known_role, ("kept", 403)),
    ("a session is deleted", signed_out, ("no query", 303)),
    ("a session is signed out", signed_out_by_api, ("kept", 303)),
    ("a session is revoked", revoked_by_api, ("stream", 303)),
    ("all sessions are revoked", all_revoked_by_api, ("identity only", 303)),
    ("all but one are revoked", others_revoked_by_api, ("head", 303)),
    ("a session is ended", expired, ("no query", 303)),
    ("a session has another token", given_another_token, ("no query", 303)),
    ("a session is another person's", given_to_another, ("no query", "Boss")),
    ("an organization is renamed", renamed, ("kept", "Renamed")),
    ("an organization is renamed by the wire", renamed_by_api, ("no query", "Renamed")),
    ("another organization of the person is renamed", other_renamed, ("list", "Other renamed")),
    ("an organization has another slug", moved, ("kept", 404)),
    ("an organization has another slug by the wire", moved_by_api, ("no query", 404)),
    ("its slug is taken by another one of the person", taken_by_own, ("no query", "There no.")),
    ("its slug is taken by a foreign one", taken_by_foreign, ("no query", 404)),
    ("two slugs are swapped", swapped, ("kept, by its tag", "There no.")),
    ("an organization is deleted", deleted, ("no query", 404)),
    ("an organization is deleted by the wire", deleted_by_api, ("kept", 404)),
    ("another organization of the person is deleted", other_deleted, ("list", "lacks There no.")),
    ("an organization is deleted and its slug used again", made_again, ("no query", 404)),
    ("a person is renamed", person_renamed, ("no query", "Somebody Else")),
    ("a person is renamed by the wire", person_renamed_by_api, ("kept", "Somebody Else")),
    ("a person has another address", person_moved, ("no query", "new-worker")),
    ("a person is deleted", person_deleted, ("no query", 303)),
    ("a session is signed out of this organization", signed_out_here, ("no query", 303)),
    ("a session is signed out of this organization by a form", signed_out_here_by_form, ("kept", 303)),
    ("a session was never here but to be signed out", context_made_revoked, ("no query", 303)),
    ("a session enters again", entered_again, ("no query", 200)),
    ("a membership is added", added, ("list", "Elsewhere no.")),
    ("an invitation is accepted", added_by_invitation, ("kept", "Elsewhere no.")),
    ("another organization is active", made_active, ("wire", "activeOrganizationId")),
    ("a change is taken back before another", of_one_transaction, ("no query", "Second Name")),
    ("a change is taken back, and one is made in a savepoint", in_a_savepoint, ("no query", 404)),
    ("a change is rolled back", given_up, ("no query", 200)),
    ("a membership becomes another person's", membership_given_away, ("no query", 404)),
    ("a membership becomes another organization's", membership_moved, ("no query", 404)),
    ("the sessions' contexts are truncated", all_of_a_table("session_context"), ("no query", 200)),
    ("the sessions are truncated", all_of_a_table("session"), ("no query", 303)),
    ("the members are truncated", all_of_a_table("member"), ("no query", 303)),
    ("the organizations are truncated", all_of_a_table("organization"), ("no query", 303)),
    ("the people are truncated", all_of_a_table("\"user\""), ("no query", 303)),
]


def shows(answer, wanted):
    if isinstance(wanted, int):
        return answer.status == wanted
    if wanted.startswith("lacks "):
        return answer.status == 200 and wanted[6:] not in answer.body
    return answer.status == 200 and wanted in answer.body


def remembered_count(world):
    counts = [server.count("remembered") for server in (world.one, world.odd)]
    return sum(counts) if None not in counts else None


def warm_up(world, looks):
    """Until every loop remembers: twice, and the second time nobody is asked."""
    for _ in range(2):
        before = remembered_count(world)
        for look in looks:
            for line in look.one.lines:
                look.warm(line)
    return remembered_count(world) - before if before is not None else 0


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
    if world.remembers and act is not entered_again:
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
