#!/usr/bin/env python3
"""Each race of the route cache forced, one by one, with two servers on one database.

    test_cache.py INVOICING

A reader is held in the middle of its page by a lock that psql takes; what is written meanwhile must be seen by
everybody who asks afterwards, on both servers.
"""

import re
import sys
import time

import example

TAP = example.Tap()
ACME, HARBOUR = "/o/acme", "/o/harbour-finch"


class World:
    def __init__(self, program):
        self.program = program
        # Two readers of one organization are held at once, for as long as a slow machine wants, and where they are: a
        # flight that hits the short limits begins once more, and reads once more what it had read.
        patient = ["--leases", "16"]
        for limit in ("lock", "statement", "lock-alone", "statement-alone"):
            patient += ["--%s-ms" % limit, "30000"]
        self.example = example.Example(program, patient)
        self.one = self.example.first
        self.two = self.example.another(program, patient)
        self.cookie = self.one.sign_in()
        self.admin = self.example.psql()
        self.acme = self.admin.run("SELECT id FROM organization WHERE slug = 'acme'")
        # Every invoice of this customer shows its name.
        self.customer, self.invoice = self.admin.run(
            "SELECT customer_id || ' ' || id FROM invoice WHERE organization_id = '%s' AND status = 'sent' ORDER BY issued_on DESC LIMIT 1"
            % self.acme).split()
        self.page = ACME + "/invoices/" + self.invoice

    def waiting(self, table):
        return int(self.admin.run("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = '%s'::regclass" % table))

    def rename(self, session, name, with_bump=True):
        session.run("UPDATE customer SET name = '%s' WHERE organization_id = '%s' AND id = '%s'"
                    % (name, self.acme, self.customer))
        if with_bump:
            session.run("SELECT tenantry.touch('%s', 'public.customer')" % self.acme)

    def get(self, server, target=None, cookie=None, headers=()):
        return server.ask("GET", target or self.page, cookie or self.cookie, headers=headers)


def hits(world):
    first = world.get(world.one)
    again = world.get(world.one)
    TAP.test("a page that was rendered is kept", first.cache.startswith("tenantry; fwd=uri-miss; stored"), first)
    TAP.test("and found, byte for byte", again.cache == "tenantry; hit" and again.body == first.body, again)
    other = world.get(world.two)
    TAP.test("another process renders it for itself", other.cache.startswith("tenantry; fwd=uri-miss"), other)
    TAP.test("it may not be stored outside", first.headers["Cache-Control"] == "private, no-store", first)


def writes_elsewhere(world):
    world.get(world.one), world.get(world.two)
    form = example.action_context(world.get(world.one).body, "/invoices/%s/paid" % world.invoice)
    answer = world.one.ask("POST", world.page + "/paid", world.cookie, {"_ctx": form})
    TAP.test("a write by one process is taken", answer.status == 303, answer)
    for name, server in (("that process", world.one), ("the other", world.two)):
        page = world.get(server)
        TAP.test("and seen by %s at once" % name, "state-paid" in page.body and "fwd=stale" in page.cache, page)
    listed = world.get(world.two, ACME + "/invoices?status=paid")
    TAP.test("in every page that shows it", world.invoice in listed.body, listed)

    world.get(world.two)
    session = world.example.psql()
    session.run("BEGIN")
    world.rename(session, "Not committed GmbH")
    page = world.get(world.two)
    TAP.test("a write that has not committed changes nothing", page.cache == "tenantry; hit", page)
    session.run("ROLLBACK")
    page = world.get(world.two)
    TAP.test("nor does one that was rolled back", page.cache == "tenantry; hit" and "Not committed" not in page.body, page)
    session.run("BEGIN")
    world.rename(session, "Committed GmbH")
    session.run("COMMIT")
    session.end()
    page = world.get(world.two)
    TAP.test("one that committed does", "Committed GmbH" in page.body, page)

    world.rename(world.admin, "Behind its back GmbH", with_bump=False)
    page = world.get(world.two)
    TAP.test("a write that touches no version is what a stale page looks like", "Committed GmbH" in page.body, page)
    world.admin.run("SELECT tenantry.touch('%s', 'public.customer')" % world.acme)
    page = world.get(world.two)
    TAP.test("tenantry.touch makes it known", "Behind its back GmbH" in page.body, page)


def write_between_versions_and_content(world):
    """The reader has its versions and waits for its first row; the write commits; the reader goes on."""
    world.rename(world.admin, "Before GmbH")
    lock = world.example.psql()
    lock.run("BEGIN")
    lock.run("LOCK TABLE customer IN ACCESS EXCLUSIVE MODE")
    thread, answers = example.in_background(lambda: world.get(world.one))
    example.wait_until(lambda: world.waiting("customer"), "the reader waits for the customer")
    world.rename(lock, "Between GmbH")
    lock.run("COMMIT")
    lock.end()
    thread.join()
    TAP.test("who was held up before the first row reads what was written", "Between GmbH" in answers[0].body, answers)
    page = world.get(world.one)
    TAP.test("and what was kept of it is not served as current", "fwd=stale" in page.cache and "Between GmbH" in page.body,
             page)


def write_between_content_and_end(world):
    """The reader has read the customer and waits for the letterhead; the write commits meanwhile."""
    world.rename(world.admin, "Old GmbH")
    lock = world.example.psql()
    lock.run("BEGIN")
    lock.run("LOCK TABLE letterhead IN ACCESS EXCLUSIVE MODE")
    thread, answers = example.in_background(lambda: world.get(world.one))
    example.wait_until(lambda: world.waiting("letterhead"), "the reader waits for the letterhead")
    world.rename(world.admin, "New GmbH")

    later_thread, later = example.in_background(lambda: world.get(world.one))
    example.wait_until(lambda: world.waiting("letterhead") == 2, "the later reader waits, too, and renders by itself")
    lock.run("COMMIT")
    lock.end()
    thread.join(), later_thread.join()
    TAP.test("who began before the write may show what was", "Old GmbH" in answers[0].body, answers)
    TAP.test("who came after it is not given the render of who came before", "New GmbH" in later[0].body, later)
    for server in (world.one, world.two):
        page = world.get(server)
        TAP.test("and nobody is afterwards", "New GmbH" in page.body, page)


def write_before_versions(world):
    """The versions themselves are what the reader waits for: had it read a row before, it would be the old one."""
    world.rename(world.admin, "Early GmbH")
    lock = world.example.psql()
    lock.run("BEGIN")
    lock.run("LOCK TABLE tenantry.version IN ACCESS EXCLUSIVE MODE")
    thread, answers = example.in_background(lambda: world.get(world.one))
    example.wait_until(lambda: world.waiting("tenantry.version"), "the reader waits for the versions")
    world.rename(lock, "Late GmbH")
    lock.run("COMMIT")
    lock.end()
    thread.join()
    TAP.test("nothing is read before the versions", "Late GmbH" in answers[0].body, answers)
    page = world.get(world.one)
    TAP.test("so what was kept is current", page.cache == "tenantry; hit" and "Late GmbH" in page.body, page)


def one_render_for_many(world):
    metrics_path = world.example.folder + "/turns"
    # Who is held is to wait by himself: the others' versions come over the same connections.
    server = world.example.another(world.program, [
        "--leases", "16", "--lock-alone-ms", "30000", "--statement-alone-ms", "30000", "--metrics-listen", "unix:" + metrics_path])
    metrics = example.Connection(metrics_path)

    def awaiting():
        metrics.request("GET", "/metrics")
        return int(re.search(r"^tenantry_cache_waiting (\d+)$", metrics.getresponse().read().decode(), re.M).group(1))

    world.admin.run("SELECT tenantry.touch('%s', 'public.customer')" % world.acme)
    lock = world.example.psql()
    lock.run("BEGIN")
    lock.run("LOCK TABLE letterhead IN ACCESS EXCLUSIVE MODE")
    readers = [example.in_background(lambda: world.get(server)) for _ in range(12)]
    example.wait_until(lambda: awaiting() == 11, "eleven wait for one")
    example.wait_until(lambda: world.waiting("letterhead"), "who waits for the letterhead")
    waiting = world.waiting("letterhead")
    lock.run("COMMIT")
    lock.end()
    for thread, _ in readers:
        thread.join()
    answers = [answers[0] for _, answers in readers]
    TAP.test("one renders while eleven wait", waiting == 1, waiting)
    TAP.test("and all get the same", len({answer.body for answer in answers}) == 1, answers)
    TAP.test("the eleven from the one", sum("collapsed" in answer.cache for answer in answers) == 11,
             [answer.cache for answer in answers])


def failed_render(world):
    """The first row comes, a later one never: nothing of that is kept, and who waited gets no half page."""
    world.admin.run("SELECT tenantry.touch('%s', 'public.customer')" % world.acme)
    world.admin.run("ALTER TABLE audit_log RENAME TO audit_log_away")
    readers = [example.in_background(lambda: world.get(world.one)) for _ in range(4)]
    for thread, _ in readers:
        thread.join()
    statuses = sorted(answers[0].status for _, answers in readers)
    TAP.test("a page that failed is an error for everybody who asked", statuses == [500] * 4, statuses)
    world.admin.run("ALTER TABLE audit_log_away RENAME TO audit_log")
    page = world.get(world.one)
    TAP.test("and is rendered when it can be", page.status == 200 and "stored" in page.cache, page)


def people(world):
    delia = world.one.sign_in("delia@acme.example")
    founder = world.get(world.one, ACME + "/invoices")
    page = world.get(world.one, ACME + "/invoices", delia)
    TAP.test("a colleague gets no page of the founder", "fwd=uri-miss" in page.cache and "Delia" in page.body
             and "Maren" not in page.body, page)
    TAP.test("and no tag of it", page.headers["ETag"] != founder.headers["ETag"], page)
    TAP.test("her page is kept for her", world.get(world.one, ACME + "/invoices", delia).cache == "tenantry; hit")

    world.admin.run("UPDATE organization SET name = 'Acme renamed' WHERE slug = 'acme'")
    page = world.get(world.one, ACME + "/invoices", delia)
    TAP.test("an organization's new name is shown at once", "Acme renamed" in page.body, page)

    world.admin.run("INSERT INTO member (id, \"organizationId\", \"userId\", role, \"createdAt\") SELECT 'planted', o.id, u.id, "
                    "'member', now() FROM organization o, \"user\" u WHERE o.slug = 'harbour-finch' AND u.email = "
                    "'delia@acme.example'")
    page = world.get(world.one, ACME + "/invoices", delia)
    TAP.test("a new membership is in the switcher at once", "/o/harbour-finch" in page.body, page)

    world.get(world.one, HARBOUR + "/invoices", delia)
    TAP.test("the other organization's page is kept, too",
             world.get(world.one, HARBOUR + "/invoices", delia).cache == "tenantry; hit")
    world.admin.run("DELETE FROM member WHERE id = 'planted'")
    page = world.get(world.one, HARBOUR + "/invoices", delia)
    TAP.test("and is gone with the membership", page.status == 404 and not page.cache, page)
    page = world.get(world.one, ACME + "/invoices", delia)
    TAP.test("out of the switcher as well", "/o/harbour-finch" not in page.body, page)

    world.get(world.two, ACME + "/invoices", delia)
    world.one.ask("POST", "/sign-out", delia, {})
    page = world.get(world.two, ACME + "/invoices", delia)
    TAP.test("who signed out at one process is signed out at the other", page.status == 303, page)


def organizations_apart(world):
    pages = {slug: [world.get(world.one, slug + path) for path in ("/", "/invoices", "/audit")] for slug in (ACME, HARBOUR)}
    again = {slug: [world.get(world.one, slug + path) for path in ("/", "/invoices", "/audit")] for slug in (ACME, HARBOUR)}
    TAP.test("the pages of two organizations are kept", all("hit" in page.cache for pages in again.values() for page in pages))
    tags = [page.headers["ETag"] for slug in pages for page in pages[slug]]
    TAP.test("each under a tag of its own", len(set(tags)) == 6, tags)
    mixed = [page for slug, other in ((ACME, HARBOUR), (HARBOUR, ACME)) for page in again[slug]
             if re.search(r'href="%s/(invoices|audit)' % other, page.body)]
    TAP.test("and neither holds the other's", not mixed, mixed)
    tag = again[ACME][0].headers["ETag"]
    page = world.get(world.one, HARBOUR + "/", headers=[("If-None-Match", tag)])
    TAP.test("a tag of one is no page of the other", page.status == 200, page)
    page = world.get(world.one, ACME + "/", headers=[("If-None-Match", tag)])
    TAP.test("but of its own", page.status == 304 and page.body == "", page)


def staleness(world):
    """A server that may be 1.5 seconds late, and is not later, nor late with what was written through it."""
    late = world.example.another(world.program, ["--cache-staleness", "1500"])
    world.rename(world.admin, "Young GmbH")
    world.get(late), world.get(late)
    page = world.get(late)
    TAP.test("within its time a page is served without the database",
             page.cache == 'tenantry; hit; detail="up to 1500 ms old"' and "Young GmbH" in page.body, page)
    world.rename(world.admin, "Younger GmbH")
    renamed = asked = last_stale = time.monotonic()
    while "Younger GmbH" not in world.get(late).body and asked < renamed + example.PATIENCE_S:
        last_stale = asked
        asked = time.monotonic()
    # Counted from when it was asked for: how long a busy machine takes to answer is not the server's.
    TAP.test("after it, it is not", last_stale < renamed + 1.5, "asked for %.2f s after" % (last_stale - renamed))

    other = world.admin.run("SELECT id FROM invoice WHERE organization_id = '%s' AND status = 'sent' ORDER BY issued_on DESC LIMIT 1" % world.acme)
    page = "%s/invoices/%s" % (ACME, other)
    world.get(late, page), world.get(late, page)
    form = example.action_context(world.get(late, page).body, "/invoices/%s/paid" % other)
    late.ask("POST", page + "/paid", world.cookie, {"_ctx": form})
    answer = world.get(late, page)
    TAP.test("who writes through it sees it at once", "state-paid" in answer.body, answer)

    delia = late.sign_in("delia@acme.example")
    world.get(late, cookie=delia), world.get(late, cookie=delia)
    page = world.get(late, cookie=delia)
    TAP.test("a colleague's page is served without the database", "up to 1500 ms old" in page.cache, page)
    late.ask("POST", "/sign-out", delia, {})
    page = world.get(late, cookie=delia)
    TAP.test("but not after she signed out through it", page.status == 303 and not page.cache, page)

    delia = late.sign_in("delia@acme.example")
    member = world.admin.run("SELECT m.id FROM member m JOIN \"user\" u ON u.id = m.\"userId\" WHERE u.email = "
                             "'delia@acme.example' AND m.\"organizationId\" = '%s'" % world.acme)
    form = example.action_context(world.get(late, ACME + "/people").body, "/people/%s/remove" % member)
    world.get(late, cookie=delia), world.get(late, cookie=delia)
    answer = late.ask("POST", "%s/people/%s/remove" % (ACME, member), world.cookie, {"_ctx": form})
    TAP.test("a member is removed", answer.status == 303, answer)
    # Versions of the organization are known again by this, and her membership is not older than allowed.
    world.get(late)
    page = world.get(late, cookie=delia)
    TAP.test("who was removed through it sees nothing at once", page.status == 404 and not page.cache, page)

    world.get(late), world.get(late)
    answer = late.ask("GET", world.page, world.cookie, headers=[("X-Organization-Id", "another")])
    TAP.test("two sources that differ are refused there, too", answer.status == 409, answer)
    answer = late.ask("GET", world.page)
    TAP.test("and who has no session", answer.status == 303, answer)


def main():
    world = World(sys.argv[1])
    try:
        for part in (hits, writes_elsewhere, write_between_versions_and_content, write_between_content_and_end,
                     write_before_versions, one_render_for_many, failed_render, people, organizations_apart, staleness):
            part(world)
        world.admin.end()
    finally:
        statuses = world.example.stop()
    TAP.test("the servers leave with 0", statuses == [0] * 4, statuses)
    return TAP.done()


if __name__ == "__main__":
    sys.exit(main())
