#!/usr/bin/env python3
"""The clock set forward and back, the server's and PostgreSQL's: what was promised for a while is not kept for longer.

    test_clock.py INVOICING KEPT_PAGES MOVED_CLOCK

MOVED_CLOCK is preloaded (moved_clock.c): it moves the clock on the wall while all run, and leaves the other alone.
"""

import json
import os
import re
import shutil
import struct
import sys
import tempfile

import example
import replica

TAP = example.Tap()
DAY_S = 86400
COOKIE = "better-auth.session_data"


class Clocks:
    """By how much whose clock is moved."""

    def __init__(self, library):
        self.folder = tempfile.mkdtemp(prefix="tenantry-clock-")
        os.chmod(self.folder, 0o755)
        for who in ("server", "postgres"):
            self.move(who, 0)
        os.environ["MOVED_CLOCK"] = self.folder
        # Where PostgreSQL's user can read it, wherever this was built.
        os.environ["LD_PRELOAD"] = shutil.copy(library, self.folder)
        # It stands before AddressSanitizer's library in sanitized programs, which is no harm.
        os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"

    def end(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def move(self, who, seconds):
        path = os.path.join(self.folder, who)
        with open(path, "r+b" if os.path.exists(path) else "wb") as file:
            file.write(struct.pack("=q", int(seconds)))


class World:
    """PostgreSQL is a copy of the example's that was promoted: so it runs with the test's clock."""

    def __init__(self, program, clocks):
        self.program = program
        self.clocks = clocks
        self.example = example.Example(program, ["--cookie-cache", "0"])
        self.postgres = replica.Replica(self.example)
        self.admin = self.postgres.admin
        self.admin.run("SELECT pg_promote()")
        self.outbox = self.example.folder + "/outbox"
        self.exact = self.another([])
        self.late = self.another(["--cache-staleness", "1500", "--cookie-cache", "2"])
        self.cookie = self.exact.sign_in()
        self.acme = self.admin.run("SELECT id FROM organization WHERE slug = 'acme'")
        self.customer, self.invoice = self.admin.run(
            "SELECT customer_id || ' ' || id FROM invoice WHERE organization_id = '%s' AND status = 'sent' AND due_on > current_date "
            "ORDER BY due_on, id LIMIT 1" % self.acme).split()
        self.page = "/o/acme/invoices/" + self.invoice

    def another(self, arguments, program=None):
        return self.example.another(program or self.program, arguments + [
            "--database", self.postgres.url("tenantry_identity"), "--tenant-database", self.postgres.url("tenantry_app"),
            "--mail", "outbox:" + self.outbox, "--statement-alone-ms", "1000", "--lock-alone-ms", "1000",
            "--answer-timeout", "6"])

    def rename(self, name):
        self.admin.run("BEGIN")
        self.admin.run("UPDATE customer SET name = '%s' WHERE organization_id = '%s' AND id = '%s'" % (name, self.acme, self.customer))
        self.admin.run("SELECT tenantry.touch('%s', 'public.customer')" % self.acme)
        self.admin.run("COMMIT")

    def get(self, server, target=None, cookie=None):
        return server.ask("GET", target or self.page, cookie or self.cookie)

    def session(self, cookie, server=None):
        """What the server says, and the cookies that it gives, by name."""
        answer = (server or self.exact).ask("GET", "/api/auth/get-session", cookie)
        given = dict(re.match("([^=]+)=([^;]*)", line).groups() for line in answer.headers.get_all("Set-Cookie") or [])
        return json.loads(answer.body), given


def it_moves(world):
    """Else nothing below would tell anything."""
    world.clocks.move("server", 400 * DAY_S)
    world.clocks.move("postgres", 800 * DAY_S)
    server = world.get(world.exact, "/healthz").headers["Date"]
    there = int(world.admin.run("SELECT extract(epoch FROM clock_timestamp())::bigint"))
    for who in ("server", "postgres"):
        world.clocks.move(who, 0)
    here = int(world.admin.run("SELECT extract(epoch FROM clock_timestamp())::bigint"))
    TAP.test("PostgreSQL's clock moves", 799 * DAY_S < there - here < 801 * DAY_S, (there, here))
    year = int(server.split()[3]) - int(world.get(world.exact, "/healthz").headers["Date"].split()[3])
    TAP.test("and the server's", year in (1, 2), server)


def exact_pages(world):
    """Wherever the server's clock is: a write is seen at once, and a page is of the day that it is."""
    for name, moved in (("today", 0), ("90 days later", 90 * DAY_S), ("back again", 0), ("90 days before", -90 * DAY_S), ("and again", 0)):
        world.clocks.move("server", moved)
        world.get(world.exact)
        hot = world.get(world.exact)
        # A server that is days ahead prolongs the session at each request, and a page that comes with a cookie is not kept.
        kept = "tenantry; hit" if moved <= 0 else 'tenantry; fwd=miss; detail="cookie"'
        world.rename("Renamed %s GmbH" % name)
        page = world.get(world.exact)
        TAP.test("%s: a write is seen" % name, hot.cache == kept and "Renamed %s GmbH" % name in page.body, (hot, page))
        is_late = "overdue" in re.sub(r'(href|action)="[^"]*"', "", page.body.split("<main", 1)[1]).lower()
        TAP.test("%s: overdue or not, as of that day" % name, is_late == (moved > 0), page)


def late_pages(world):
    """Old pages for a second and a half, not for as long as the clock was moved."""
    for name, moved in (("forward", 2 * DAY_S), ("back", -2 * DAY_S)):
        world.clocks.move("server", 0)
        world.get(world.late), world.get(world.late)
        world.clocks.move("server", moved)
        world.get(world.late), world.get(world.late)
        world.clocks.move("server", 0)
        world.rename("Moved %s GmbH" % name)
        example.wait_until(lambda: "Moved %s GmbH" % name in world.get(world.late).body, "the old page ends after a clock was set " + name)
        TAP.test("a page that may be old is not so for longer when the clock is set %s" % name, True)


def sealed_cookies(world):
    """A cookie that answers for the database is made in the future, and carried back."""
    ended = world.late.sign_in()
    world.clocks.move("server", DAY_S)
    _, given = world.session(ended, world.late)
    world.clocks.move("server", 0)
    world.admin.run("DELETE FROM session WHERE token = '%s'" % re.search("=([^.%]+)", ended).group(1))
    carried = "%s; %s=%s" % (ended, COOKIE, given[COOKIE])
    example.wait_until(lambda: world.session(carried, world.late)[0] is None, "a cookie that was made in what is the future now ends")
    TAP.test("a cookie that was made a day ahead is good for its two seconds all the same", True)

    _, given = world.session(world.cookie)
    carried = "%s; %s=%s" % (world.cookie, COOKIE, given[COOKIE])
    other = world.exact.sign_in()
    _, given_other = world.session(other)
    carried_other = "%s; %s=%s" % (other, COOKIE, given_other[COOKIE])
    world.clocks.move("server", -3600)
    world.exact.ask("POST", "/api/auth/sign-out", other, headers=[("Content-Type", "application/json")])
    world.clocks.move("server", 0)
    told, _ = world.session(carried_other)
    TAP.test("who signed out while the clock was behind stays signed out", told is None, told)

    world.clocks.move("server", 7200)
    told, _ = world.session(carried)
    TAP.test("one that is old asks the database", told is not None, told)
    world.clocks.move("server", 0)


def mailed_links(world):
    """An hour is what a link is good for."""
    def mails():
        with open(world.outbox, encoding="utf-8") as file:
            return file.readlines()

    def link():
        before = len(mails()) if os.path.exists(world.outbox) else 0
        world.exact.ask("POST", "/api/auth/send-verification-email", form=json.dumps({"email": example.FOUNDER}),
                        headers=[("Content-Type", "application/json")])
        example.wait_until(lambda: os.path.exists(world.outbox) and len(mails()) > before, "the mail is there")
        return re.search(r"token=([^&\s\"\\]+)", mails()[-1]).group(1)

    def open_link(token):
        answer = world.exact.ask("GET", "/api/auth/verify-email?token=" + token)
        return answer.status == 200 or (answer.status in (302, 303) and "error" not in answer.headers["Location"]), answer

    world.admin.run("UPDATE \"user\" SET \"emailVerified\" = false")
    world.clocks.move("server", DAY_S)
    token = link()
    world.clocks.move("server", 0)
    done, answer = open_link(token)
    TAP.test("a link of the future does not wait for its day", not done, answer)
    world.clocks.move("server", DAY_S)
    done, answer = open_link(token)
    TAP.test("it is good where it was made", done, answer)
    world.clocks.move("server", DAY_S + 2 * 3600)
    done, answer = open_link(token)
    TAP.test("for an hour", not done, answer)
    world.clocks.move("server", 0)


def days_of_the_database(world):
    """A page that is kept for the day, and was told by PostgreSQL which that is."""
    kept = world.another([], sys.argv[2])

    def day():
        page = world.get(kept, "/o/acme/day/there")
        return int(page.body.rsplit(" ", 1)[1]), page

    day()
    today, page = day()
    TAP.test("a page of PostgreSQL's day is kept", page.cache == "tenantry; hit", page)
    for name, moved in (("tomorrow", 1), ("yesterday", -1), ("today again", 0)):
        world.clocks.move("postgres", moved * DAY_S)
        told, page = day()
        TAP.test("%s it is that day's" % name, told == today + moved, page)


def database_clock(world):
    world.get(world.exact)
    world.clocks.move("postgres", 3600)
    page = world.get(world.exact)
    TAP.test("an hour of PostgreSQL's ends no session and no page", page.cache == "tenantry; hit", page)
    world.rename("An hour later GmbH")
    page = world.get(world.exact)
    TAP.test("and hides no write", "An hour later GmbH" in page.body, page)

    lock = world.postgres.psql()
    lock.run("BEGIN")
    lock.run("LOCK TABLE letterhead IN ACCESS EXCLUSIVE MODE")
    world.rename("Held GmbH")
    thread, answers = example.in_background(lambda: world.get(world.exact))
    example.wait_until(lambda: world.admin.run(
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'letterhead'::regclass") != "0", "a page waits")
    world.clocks.move("postgres", -3600)
    thread.join()
    TAP.test("limits that PostgreSQL counts by its clock end all the same when it is set back", answers[0].status == 503, answers)
    lock.run("ROLLBACK")
    lock.end()
    page = world.get(world.exact)
    TAP.test("and what was held up is served", page.status == 200 and "Held GmbH" in page.body, page)
    world.clocks.move("postgres", 0)

    world.clocks.move("postgres", 30 * DAY_S)
    page = world.get(world.exact)
    TAP.test("a session ends by PostgreSQL's clock", page.status == 303 and not page.cache, page)
    world.clocks.move("postgres", 0)


def remembered(world):
    """Who is remembered, and was deleted as one whose time was over while PostgreSQL's clock was ahead."""
    cookie = world.exact.sign_in()
    page = "/o/acme/people"
    shown = [world.get(world.exact, page, cookie).status for _ in range(3)]
    world.clocks.move("postgres", 30 * DAY_S)
    world.admin.run("DELETE FROM session WHERE token = '%s' AND \"expiresAt\" < now()" % re.search("=([^.%]+)", cookie).group(1))
    world.clocks.move("postgres", 0)
    answers = [world.get(world.exact, page, cookie) for _ in range(2)]
    TAP.test("a session that was deleted while the clock was ahead does not come back with it", shown == [200] * 3 and
             [answer.status for answer in answers] == [303] * 2, (shown, answers))


def main():
    world = World(sys.argv[1], Clocks(sys.argv[3]))
    try:
        for part in (it_moves, exact_pages, late_pages, sealed_cookies, mailed_links, days_of_the_database, database_clock, remembered):
            part(world)
    finally:
        for who in ("server", "postgres"):
            world.clocks.move(who, 0)
        world.example.stop()
        world.postgres.stop()
        world.clocks.end()
    return TAP.done()


if __name__ == "__main__":
    sys.exit(main())
