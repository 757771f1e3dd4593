#!/usr/bin/env python3
"""Kept pages attacked: by what may differ between two requests of one page, and by what changes under a page that is hot.

    test_cache_hostile.py INVOICING
"""

import gzip
import http.client
import re
import socket
import sys

import example

TAP = example.Tap()
PAGE = "/o/acme/invoices"
LIMIT = 256 * 1024


class World:
    def __init__(self, program):
        self.program = program
        self.example = example.Example(program)
        self.server = self.example.first
        self.cookie = self.server.sign_in()
        self.admin = self.example.psql()
        self.id = {slug: self.admin.run("SELECT id FROM organization WHERE slug = '%s'" % slug) for slug in ("acme", "harbour-finch")}

    def get(self, target=PAGE, cookie=None, headers=(), method="GET"):
        return self.server.ask(method, target, cookie or self.cookie, headers=headers)

    def raw(self, *lines):
        """Bytes back, as they come: for gzip, and for headers that http.client would not send."""
        client = socket.socket(socket.AF_UNIX)
        client.connect(self.server.path)
        client.sendall(("\r\n".join(lines + ("Cookie: " + self.cookie, "Connection: close")) + "\r\n\r\n").encode())
        response = http.client.HTTPResponse(client)
        response.begin()
        body = response.read()
        client.close()
        return response, body


def hot(world, target=PAGE, cookie=None):
    world.get(target, cookie)
    page = world.get(target, cookie)
    if page.cache != "tenantry; hit":
        TAP.test("the page is hot", False, page)
    return page


def methods_and_parts(world):
    world.admin.run("SELECT tenantry.touch('%s', 'public.invoice')" % world.id["acme"])
    head = world.get(method="HEAD")
    page = world.get()
    TAP.test("a page that HEAD asked for first is whole", "</html>" in page.body and page.status == 200, (head, page))
    head = world.get(method="HEAD")
    TAP.test("HEAD of a hot one has its length and no byte", head.body == "" and head.cache == "tenantry; hit" and
             int(head.headers["Content-Length"]) == len(page.body.encode()), head)
    part = world.get(headers=[("Range", "bytes=0-9")])
    TAP.test("a part of it is the whole", part.status == 200 and part.body == page.body, part)
    part = world.get(headers=[("If-Range", page.headers["ETag"]), ("Range", "bytes=10-")])
    TAP.test("with If-Range, too", part.status == 200 and part.body == page.body, part)
    TAP.test("and it stays so", world.get().body == page.body)


def encodings(world):
    page = hot(world)
    for accepted, is_packed in (("gzip", True), ("gzip;q=0", False), ("identity", False), ("*;q=0", False), ("br, gzip;q=0.1", True),
                                ("gzip;q=0, *", False), ("x-gzip-not", False), ("", False)):
        answer, body = world.raw("GET %s HTTP/1.1" % PAGE, "Host: app.example", "Accept-Encoding: " + accepted)
        packed = answer.getheader("Content-Encoding") == "gzip"
        text = gzip.decompress(body).decode() if packed else body.decode()
        TAP.test('"%s" gets the page %s' % (accepted, "packed" if is_packed else "plain"), packed == is_packed and text == page.body and
                 "Accept-Encoding" in answer.getheader("Vary"), (answer.headers, body[:80]))
        if packed:
            tag = answer.getheader("ETag")
    plain = world.get(headers=[("If-None-Match", tag)])
    TAP.test("the tag of the packed bytes is not that of the plain ones", plain.status == 200 and plain.headers["ETag"] != tag, plain)


def headers_that_poison(world):
    page = hot(world)
    for name in ("X-Forwarded-Host", "X-Host", "X-Original-URL", "X-Rewrite-URL", "Forwarded", "X-Forwarded-Proto", "X-Forwarded-Prefix"):
        world.admin.run("SELECT tenantry.touch('%s', 'public.invoice')" % world.id["acme"])
        poisoned = world.get(headers=[(name, "evil.example")])
        if "evil" in poisoned.body or "evil" in str(poisoned.headers):
            TAP.test("%s is nowhere in the page" % name, False, poisoned)
    answer, body = world.raw("GET %s HTTP/1.1" % PAGE, "Host: evil.example")
    TAP.test("a foreign Host is nowhere in a page", b"evil" not in body and "evil" not in str(answer.headers), (answer.headers, body[:300]))
    after = world.get()
    TAP.test("nor in what is kept", "evil" not in after.body and page.status == 200, after)
    for cookie in ("theme=dark; " + world.cookie, world.cookie + "; tenantry.other=x", world.cookie + "; better-auth.session_data=forged"):
        other = world.get(cookie=cookie)
        TAP.test("other cookies make no other page: " + cookie.replace(world.cookie, "…"), other.cache == "tenantry; hit" and
                 other.body == world.get().body, other)
    twice = world.get(cookie=world.cookie + "; " + world.cookie)
    TAP.test("two session cookies get none", twice.status == 400 and not twice.cache, twice)
    forged = world.get(cookie=world.cookie + "; tenantry.flash=planted-word")
    TAP.test("a forged message is not shown, and the page not kept", "planted-word" not in forged.body and "bypass" in forged.cache and
             world.get().body == after.body, forged)


def addresses(world):
    hot(world)
    for target in ("/o/acme//invoices", "/o/acme/./invoices", "/o/harbour-finch/../acme/invoices", "/o/ACME/invoices", "/o/acme/invoices/",
                   "/o/acme/invoices%2F", "/o/acme%2Finvoices"):
        answer = world.get(target)
        TAP.test("%s is not taken for the page" % target, answer.status in (303, 404) and not answer.cache, answer)
    for headers, target in (([("X-Organization-Id", world.id["harbour-finch"])], PAGE),
                            ([], PAGE + "?organizationId=" + world.id["harbour-finch"])):
        answer = world.get(target, headers=headers)
        TAP.test("who names another organization beside a hot page is refused", answer.status == 409 and not answer.cache, answer)


def slugs(world):
    """Both are Maren's; the pages differ by whose they are."""
    own = {slug: hot(world, "/o/%s/invoices" % slug) for slug in world.id}
    invoices = {slug: set(re.findall(r"/invoices/([0-9a-f-]{36})", page.body)) for slug, page in own.items()}
    world.admin.run("UPDATE organization SET slug = 'acme-before' WHERE slug = 'acme'")
    world.admin.run("UPDATE organization SET slug = 'acme' WHERE slug = 'harbour-finch'")
    page = world.get("/o/acme/invoices")
    shown = set(re.findall(r"/invoices/([0-9a-f-]{36})", page.body))
    TAP.test("a slug that went to another organization leads to that one's page", page.status == 200 and
             shown == invoices["harbour-finch"] and not shown & invoices["acme"], (page.cache, shown))
    page = world.get("/o/harbour-finch/invoices")
    TAP.test("one that nobody has leads nowhere, however hot its page was", page.status == 404 and not page.cache, page)
    page = world.get("/o/acme-before/invoices")
    TAP.test("the first is where it went", set(re.findall(r"/invoices/([0-9a-f-]{36})", page.body)) == invoices["acme"] and
             '"/o/acme/invoices/' not in page.body, page.cache)
    world.admin.run("UPDATE organization SET slug = 'harbour-finch' WHERE slug = 'acme'")
    world.admin.run("UPDATE organization SET slug = 'acme' WHERE slug = 'acme-before'")
    TAP.test("and back", world.get().body == own["acme"].body)


def organizations_that_end(world):
    def make(number):
        world.admin.run("INSERT INTO organization (id, name, slug, \"createdAt\") VALUES ('phoenix%d', 'Phoenix %d', 'phoenix', now())" % (number, number))
        world.admin.run("INSERT INTO member (id, \"organizationId\", \"userId\", role, \"createdAt\") SELECT 'phoenix%d', 'phoenix%d', id, "
                        "'owner', now() FROM \"user\" WHERE email = '%s'" % (number, number, example.FOUNDER))

    make(1)
    hot(world, "/o/phoenix/invoices")
    world.admin.run("DELETE FROM organization WHERE id = 'phoenix1'")
    page = world.get("/o/phoenix/invoices")
    TAP.test("an organization that is gone has no page", page.status == 404 and not page.cache, page)
    make(2)
    page = world.get("/o/phoenix/invoices")
    TAP.test("one that has its name does not get its page", page.status == 200 and "fwd=uri-miss" in page.cache and "Phoenix 2" in page.body and
             "Phoenix 1" not in page.body, page)


def versions_that_begin_again(world):
    """What a purge does, or a server in the database's place that lost the last commits: what was counted is counted once more."""
    acme = world.id["acme"]
    page = "/o/acme/customers"

    def rename(name):
        world.admin.run("BEGIN")
        world.admin.run("UPDATE customer SET name = '%s' WHERE organization_id = '%s' AND id = (SELECT min(id::text) FROM customer "
                        "WHERE organization_id = '%s')::uuid" % (name, acme, acme))
        world.admin.run("SELECT tenantry.touch('%s', 'public.customer')" % acme)
        world.admin.run("COMMIT")

    for how, undo in (("deleted", "DELETE FROM tenantry.version WHERE organization_id = '%s' AND relation = 'public.customer'" % acme),
                      ("put back", "UPDATE tenantry.version SET version = %s WHERE organization_id = '" + acme + "' AND relation = 'public.customer'")):
        before = world.admin.run("SELECT version FROM tenantry.version WHERE organization_id = '%s' AND relation = 'public.customer'" % acme)
        world.admin.run(undo % before if "%s" in undo else undo)
        rename("Aaron first GmbH")
        hot(world, page)
        world.admin.run(undo % before if "%s" in undo else undo)
        rename("Aaron second GmbH")
        shown = world.get(page)
        TAP.test("a version that was %s does not come again" % how, "Aaron second GmbH" in shown.body, shown)


def roles(world):
    cookie = world.server.sign_in("delia@acme.example")
    member = "\"organizationId\" = '%s' AND \"userId\" = (SELECT id FROM \"user\" WHERE email = 'delia@acme.example')" % world.id["acme"]
    before = world.admin.run("SELECT role FROM member WHERE " + member)
    world.admin.run("UPDATE member SET role = 'admin' WHERE " + member)
    hot(world, "/o/acme/audit", cookie)
    world.admin.run("UPDATE member SET role = 'member' WHERE " + member)
    page = world.get("/o/acme/audit", cookie)
    TAP.test("a page that a role may not see any more is refused, however hot", page.status == 403 and not page.cache, page)
    page = world.get(PAGE, cookie)
    TAP.test("and what the role was is on no page", 'href="/o/acme/audit"' not in page.body, page)
    world.admin.run("UPDATE member SET role = '%s' WHERE %s" % (before, member))
    hot(world, PAGE, cookie)
    world.admin.run("DELETE FROM member WHERE " + member)
    for headers in ([], [("If-None-Match", "*")]):
        page = world.get(PAGE, cookie, headers)
        TAP.test("a member who was removed gets what a stranger gets", page.status == 404 and not page.cache and "Acme" not in page.body, page)


def small(world):
    """Few bytes: pages go, none is wrong."""
    metrics_path = world.example.folder + "/metrics"
    server = world.example.another(world.program, ["--cache-bytes", str(LIMIT), "--metrics-listen", "unix:" + metrics_path])
    metrics = example.Connection(metrics_path)
    invoices = world.admin.run("SELECT id FROM invoice WHERE organization_id = '%s' LIMIT 60" % world.id["acme"]).split()
    most, wrong = 0, []
    for _ in range(2):
        for invoice in invoices:
            page = server.ask("GET", "/o/acme/invoices/" + invoice, world.cookie)
            if page.status != 200 or 'action="/o/acme/invoices/%s/' % invoice not in page.body:
                wrong.append(page)
            metrics.request("GET", "/metrics")
            told = metrics.getresponse().read().decode()
            most = max(most, int(re.search(r"tenantry_cache_bytes (\d+)", told).group(1)))
    evicted = int(re.search(r"tenantry_cache_evicted_total (\d+)", told).group(1))
    TAP.test("it never holds more than it may", 0 < most <= LIMIT, most)
    TAP.test("pages go to make room", evicted >= 20, evicted)
    TAP.test("and each is the right one", not wrong, wrong)


def flights(world):
    """Who asks and what their switcher shows is one flight, what the page asks another; kept, the versions are the second. Who is
    remembered is checked in that second one."""
    metrics_path = world.example.folder + "/flights"
    asking = ["--remembered-sessions", "0"]
    for kind, arguments, expected in (("rendered", ["--cache-bytes", "0"] + asking, (1, 1)), ("kept", asking, (1, 1)),
                                      ("rendered for who is remembered", ["--cache-bytes", "0"], (0, 1)),
                                      ("kept for who is remembered", [], (0, 1))):
        server = world.example.another(world.program, arguments + ["--loops", "1", "--metrics-listen", "unix:%s-%s" % (metrics_path, kind.replace(" ", "-"))])
        metrics = example.Connection("%s-%s" % (metrics_path, kind.replace(" ", "-")))

        def counted():
            metrics.request("GET", "/metrics")
            told = metrics.getresponse().read().decode()
            return [sum(int(count) for count in re.findall(r'tenantry_flights_total\{plane="%s",lane="read"\} (\d+)' % plane, told))
                    for plane in ("identity", "tenant")]

        for _ in range(2):
            server.ask("GET", "/o/acme/", world.cookie)
        before = counted()
        page = server.ask("GET", "/o/acme/", world.cookie)
        asked = tuple(after - earlier for after, earlier in zip(counted(), before))
        TAP.test("a dashboard, %s, is %d flights on the identity plane and %d on the tenant plane" % ((kind,) + expected),
                 page.status == 200 and asked == expected, (asked, page))


def main():
    world = World(sys.argv[1])
    try:
        for part in (methods_and_parts, encodings, headers_that_poison, addresses, slugs, organizations_that_end, versions_that_begin_again, small, roles,
                     flights):
            part(world)
        world.admin.end()
    finally:
        world.example.stop()
    return TAP.done()


if __name__ == "__main__":
    sys.exit(main())
