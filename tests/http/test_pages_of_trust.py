#!/usr/bin/env python3
"""The example's pages about who may do what, and what keeps organizations apart: roles, links, the outbox, isolation.

    test_pages_of_trust.py INVOICING
"""

import html
import json
import os
import re
import subprocess
import sys
import threading
import time

import example

COLLEAGUE = "jonas@harbour-finch.example"


class Person:
    def __init__(self, server, email, organization="harbour-finch", password=None):
        self.server = server
        self.here = "/o/" + organization
        if password:
            answer = server.ask("POST", "/sign-up", form={"name": email.split("@")[0], "email": email, "password": password})
            self.cookie = re.search(r"(better-auth\.session_token=[^;]+)", answer.headers["Set-Cookie"]).group(1)
        else:
            self.cookie = server.sign_in(email)

    def get(self, path):
        return self.server.ask("GET", self.here + path, self.cookie)

    def send(self, page, action, fields, form=None):
        """Fill in the form of `page` that is posted to `action`, or the form as it is named elsewhere."""
        context = example.action_context(self.get(page).body, form or action)
        fields = list(fields.items()) if isinstance(fields, dict) else fields
        return self.server.ask("POST", self.here + action, self.cookie, [("_ctx", context or "")] + fields)

    def ids(self, page, pattern):
        return re.findall(pattern, self.get(page).body)


def test_roles(tap, server, founder, member):
    page = founder.get("/roles").body
    tap.test("an owner sees the roles and the form", "Make a role" in page and ">admin<" in page)
    tap.test("a member sees the roles only", "Make a role" not in member.get("/roles").body and member.get("/roles").status == 200)
    made = founder.send("/roles", "/roles", [("name", "inviter"), ("permission", "invitation:create"), ("permission", "ac:read")])
    tap.test("a role is made", made.status == 303 and ">inviter<" in founder.get("/roles").body, made)
    again = founder.send("/roles", "/roles", {"name": "inviter", "permission": "invitation:create"})
    tap.test("not twice", again.status == 422 and "role=\"alert\"" in again.body, again)
    for fields, what in (({"name": "idle"}, "that may do nothing"), ({"name": "a,b", "permission": "ac:read"}, "with two names"),
                         ({"name": "odd", "permission": "invoice:everything"}, "of what does not exist"),
                         ({"name": "<script>alert(1)</script>\n", "permission": "ac:read"}, "with a line break")):
        answer = founder.send("/roles", "/roles", fields)
        tap.test("no role %s" % what, answer.status == 422 and "<script>alert" not in answer.body, answer)

    before = member.send("/roles", "/people/invitations", {"email": "x@example.com", "role": "member"})
    tap.test("a member may not invite", before.status in (409, 422), before)
    identity = founder.ids("/people", r'action="/o/harbour-finch/people/([^/"]+)/role"')[0]
    given = founder.send("/people", "/people/%s/role" % identity, {"role": "member,inviter"}, form="/people/%s/role" % identity)
    tap.test("the role is given, beside that of a member", given.status == 303 and "member, inviter" in founder.get("/people").body)
    invited = member.send("/people", "/people/invitations", {"email": "y@example.com", "role": "member"})
    tap.test("and now they may", invited.status == 303, invited)
    beyond = member.send("/people", "/people/invitations", {"email": "z@example.com", "role": "owner"})
    tap.test("but hand out nothing that they do not have", beyond.status == 422, beyond)
    in_use = founder.send("/roles", "/roles/delete", {"name": "inviter"})
    tap.test("a role that somebody has stays", in_use.status == 422, in_use)
    fixed = founder.send("/roles", "/roles/delete", {"name": "owner"}, form="/roles/delete")
    tap.test("and the built-in ones do", fixed.status == 422, fixed)
    founder.send("/people", "/people/%s/role" % identity, {"role": "member"}, form="/people/%s/role" % identity)
    gone = founder.send("/roles", "/roles/delete", {"name": "inviter"})
    tap.test("one that nobody has goes", gone.status == 303 and ">inviter<" not in founder.get("/roles").body, gone)


def test_links(tap, server, founder, acme):
    made = founder.send("/people", "/people/links", {"uses": "1", "role": "member"})
    link = re.search(r'value="http://app.example(/invitation/[^"]+)"', made.body)
    tap.test("a link is made and shown", made.status == 200 and link, made)
    tap.test("once", link.group(1) not in founder.get("/people").body)
    guest = Person(server, "guest@example.com", password="a long password")
    page = server.ask("GET", link.group(1), guest.cookie)
    joined = server.ask("POST", link.group(1), guest.cookie, {"x": ""})
    tap.test("who has it joins", page.status == 200 and joined.status == 303 and guest.get("/").status == 200, joined)
    late = Person(server, "late@example.com", password="a long password")
    server.ask("POST", link.group(1), late.cookie, {"x": ""})
    tap.test("one person, as it says", late.get("/").status == 404)
    for uses in ("0", "-1", "101", "many", "9999999999999999999", ""):
        tap.test("no link for \"%s\" people" % uses,
                 founder.send("/people", "/people/links", {"uses": uses, "role": "member"}).status == 422)
    founder.send("/people", "/people/links", {"uses": "3", "role": "member"})
    there = founder.ids("/people", r"/people/links/([^/\"]+)/revoke")
    acme.send("/people", "/people/links", {"uses": "3", "role": "member"})
    own = acme.ids("/people", r"/people/links/([^/\"]+)/revoke")[0]
    context = example.action_context(acme.get("/people").body, "/people/links/%s/revoke" % own)
    server.ask("POST", "/o/acme/people/links/%s/revoke" % there[0], acme.cookie, {"_ctx": context})
    tap.test("another organization's link cannot be revoked by its id", there[0] in founder.get("/people").body)
    founder.send("/people", "/people/links/%s/revoke" % there[0], {}, form="/people/links/%s/revoke" % there[0])
    tap.test("one's own can", there[0] not in founder.get("/people").body)


def test_outbox(tap, server, program, running, founder):
    founder.send("/people", "/people/invitations", {"email": "mail@example.com", "role": "member"})
    page = server.ask("GET", "/outbox")
    tap.test("mail is on the page", page.status == 200 and "mail@example.com" in page.body, page)
    link = re.search(r'href="(/invitation/[^"]+)"', page.body)
    tap.test("with the way to its invitation", server.ask("GET", link.group(1)).status == 200)
    quiet = running.another(program)
    tap.test("there is no such page without --mail page", quiet.ask("GET", "/outbox").status == 404 and
             "/outbox" not in quiet.ask("GET", "/o/harbour-finch/", founder.cookie).body)
    open_to_all = subprocess.run([program, "--listen", "0.0.0.0:0", "--mail", "page", "--data", os.path.join(running.folder, "none")],
                                 stderr=subprocess.PIPE, text=True, timeout=60)
    tap.test("nor a server that everybody reaches", open_to_all.returncode != 0 and "become anybody" in open_to_all.stderr,
             open_to_all.stderr)


def test_one_look_at_a_time(tap, running, founder):
    """Eight open the page at once while a lock holds the first of them: no other connection looks meanwhile."""
    looks = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'tenantry_app' AND wait_event_type = 'Lock'"
    statuses = []
    locker = running.psql()
    locker.run("BEGIN")
    locker.run("LOCK TABLE public.customer IN ACCESS EXCLUSIVE MODE")
    threads = [threading.Thread(target=lambda: statuses.append(founder.get("/isolation").status)) for _ in range(8)]
    for thread in threads:
        thread.start()
    most, end, until = 0, time.monotonic() + example.PATIENCE_S, None
    while time.monotonic() < (until or end):
        most = max(most, int(running.sql(looks)))
        if most and not until:
            until = time.monotonic() + 1  # the lock is waited for during two seconds; all eight have asked long before
    locker.run("ROLLBACK")
    locker.end()
    for thread in threads:
        thread.join()
    tap.test("one look at a time, however many ask", most == 1, most)
    tap.test("and all are answered, or told that too many look", len(statuses) == 8 and set(statuses) <= {200, 503}, statuses)


def test_isolation(tap, server, running, founder, member):
    tap.test("it is not for members", member.get("/isolation").status == 403)
    page = founder.get("/isolation").body
    tap.test("all tables are shut", page.count("No row") + page.count(">no row<") >= 16 and "rows!" not in page and
             "all shut when tried just now" in page, page)
    tap.test("every query is limited", len(re.findall(r"<pre", page)) > 30 and
             all("$1::text" in html.unescape(text) for text in re.findall(r"<pre[^>]*>(.*?)</pre>", page, re.S)), "")
    tap.test("verify has not run", "It has not run yet" in page)

    running.sql("ALTER TABLE public.customer DISABLE ROW LEVEL SECURITY")
    page = founder.get("/isolation").body
    tap.test("a table that was opened is seen to be open", "rows!" in page and "not enabled" in page and "not all of them shut" in page)
    running.sql("ALTER TABLE public.customer ENABLE ROW LEVEL SECURITY")
    tap.test("and shut again", "rows!" not in founder.get("/isolation").body)
    test_one_look_at_a_time(tap, running, founder)

    report = os.path.join(running.data, "verify.json")
    with open(report, "w", encoding="utf-8") as file:
        json.dump({"findings": [{"code": "rls-disabled", "severity": "leak", "object": "public.<b>x", "message": "it is open"}],
                   "unproven": [], "summary": {"attacked": "on a clone", "control": "6 of 6", "attacks": 7, "unproven": 1}}, file)
    page = founder.get("/isolation").body
    tap.test("verify's report is shown, and nothing of it is markup",
             "rls-disabled" in page and "in 7 attacks" in page and "public.&lt;b&gt;x" in page, page)
    for content in ("", "{", "[1]", '{"findings":[3],"summary":{"attacks":"x"}}', "[" * 100000):
        with open(report, "w", encoding="utf-8") as file:
            file.write(content)
        tap.test("nor does a broken report (%s) break the page" % content[:12], founder.get("/isolation").status == 200)


def main():
    tap = example.Tap()
    program = sys.argv[1]
    running = example.Example(program, ["--mail", "page"])
    server = running.first
    try:
        founder = Person(server, example.FOUNDER)
        acme = Person(server, example.FOUNDER, "acme")
        member = Person(server, COLLEAGUE)
        test_roles(tap, server, founder, member)
        test_links(tap, server, founder, acme)
        test_outbox(tap, server, program, running, founder)
        test_isolation(tap, server, running, founder, member)
    finally:
        running.stop()
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
