#!/usr/bin/env python3
"""Every link and form of the example, followed as each of two organizations: no page holds the other's.

    test_crawl.py INVOICING OTHER_HANDLE NO_ORGANIZATION

Every row carries a marker of its organization. The same walk through OTHER_HANDLE, whose handlers get the other
organization's handle, and NO_ORGANIZATION, whose cache's keys forget whose page it is, must find the other's.
"""

import html.parser
import re
import sys
import urllib.parse

import example

SLUGS = ("acme", "harbour-finch")
MARKERS = {"acme": "MARKACME", "harbour-finch": "MARKHARBOUR"}
TEXTS = {"customer": ("name", "contact", "address"), "invoice": ("note",), "invoice_line": ("description",),
         "letterhead": ("legal_name", "address"), "audit_log": ("customer_name",)}
# What leads out of an organization on purpose.
OUTSIDE = re.compile(r"/(choose|account|sign-out|organizations|assets/[\w.-]+|o/[^/]+/)$")
PAGES_MAX = 160
# An address with its ids and places taken out: so many of each are enough.
SAME_MAX = 12


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.links, self.forms, self.form = [], [], None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == "form":
            self.form = {"action": values.get("action", ""), "method": values.get("method", "get").lower(), "fields": []}
            self.forms.append(self.form)
        elif tag in ("input", "textarea", "button", "select") and self.form and values.get("name"):
            if tag != "button" and values.get("type") not in ("submit", "checkbox"):
                self.form["fields"].append((values["name"], values.get("value") or ""))
        for name in ("href", "src"):
            if tag != "base" and values.get(name):
                self.links.append(values[name])

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None


class Walk:
    def __init__(self, server, cookie, slug, pages_max):
        self.server, self.cookie, self.slug, self.pages_max = server, cookie, slug, pages_max
        self.base = "/o/%s" % slug
        self.other = MARKERS[[other for other in SLUGS if other != slug][0]]
        self.seen, self.kinds, self.sent = set(), {}, set()
        self.pages = self.posts = 0
        self.foreign, self.bare, self.broken = [], [], []
        self.marked = 0

    def look(self, where, answer):
        self.pages += 1
        self.marked += MARKERS[self.slug] in answer.body
        if self.other in answer.body:
            self.foreign.append(where)
        if answer.status >= 500:
            self.broken.append((where, answer.status))

    def may_go(self, path):
        kind = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|=[^&]*", "*", path)
        self.kinds[kind] = self.kinds.get(kind, 0) + 1
        return path not in self.seen and self.kinds[kind] <= SAME_MAX and len(self.seen) < self.pages_max

    def address(self, page, link):
        """The path that a link leads to, if it stays in the organization; what leaves it is checked."""
        if link.startswith("#") or re.match(r"(https?|mailto|tel):", link):
            return None
        path = urllib.parse.urljoin(page, link)
        if path.startswith(self.base + "/"):
            return path
        if not OUTSIDE.match(path.split("?")[0]):
            self.bare.append((page, link))
        return None

    def run(self):
        queue = [self.base + "/"]
        while queue:
            path = queue.pop(0)
            if not self.may_go(path):
                continue
            self.seen.add(path)
            for again in range(2):  # the second time it may be a page that was kept
                answer = self.server.ask("GET", path, self.cookie)
                self.look(path + (" again" if again else ""), answer)
            if "text/html" not in answer.headers.get("Content-Type", ""):
                continue
            page = Page(answer.body)
            queue += filter(None, (self.address(path, link) for link in page.links))
            for form in page.forms:
                action = self.address(path, form["action"])
                if action and form["method"] == "get":
                    queue.append(action.split("?")[0] + "?" + urllib.parse.urlencode(form["fields"]))
                elif action:
                    self.send(path, action, form["fields"])
        return self

    def send(self, page, action, fields):
        """Each kind of form once, as it stands; but for those that end the membership."""
        kind = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[A-Za-z0-9]{32}", "*", action)
        if kind in self.sent or re.search(r"/(-/sign-out|people/leave|owner|remove)$", action):
            return
        self.sent.add(kind)
        self.posts += 1
        answer = self.server.ask("POST", action, self.cookie, fields)
        self.look("POST " + action, answer)
        if answer.status == 409 and "Opened in" in answer.body:
            self.broken.append((page, action, "its own form is stale"))
        if answer.status == 303 and not answer.headers["Location"].startswith(self.base):
            self.bare.append((action, answer.headers["Location"]))


def plant(world):
    for slug in SLUGS:
        for table, columns in TEXTS.items():
            world.sql("UPDATE %s SET %s WHERE organization_id = (SELECT id FROM organization WHERE slug = '%s')" % (
                table, ", ".join("%s = '%s ' || %s" % (column, MARKERS[slug], column) for column in columns), slug))
    world.sql(example.ALIKE_VERSIONS)


def walks(program, pages=PAGES_MAX):
    world = example.Example(program)
    try:
        plant(world)
        cookie = world.first.sign_in()
        return [Walk(world.first, cookie, slug, pages).run() for slug in SLUGS]
    finally:
        world.stop()


def main():
    tap = example.Tap()
    program, other_handle, no_organization = sys.argv[1:]
    for walk in walks(program):
        name = "%s, %d pages and %d forms: " % (walk.slug, walk.pages, walk.posts)
        tap.test(name + "there are many, and most carry its marker",
                 walk.pages >= 60 and walk.posts >= 6 and walk.marked >= walk.pages // 3, (walk.marked, walk.sent))
        tap.test(name + "none holds the other's", not walk.foreign, walk.foreign)
        tap.test(name + "every link stays in it, or leaves it on purpose", not walk.bare, walk.bare)
        tap.test(name + "none fails", not walk.broken, walk.broken)

    foreign = sum(len(walk.foreign) for walk in walks(other_handle, 40))
    tap.test("with the other's handle, %d pages hold the other's" % foreign, foreign > 0)
    foreign = sum(len(walk.foreign) for walk in walks(no_organization, 40))
    tap.test("with a cache that forgets whose page it is, %d pages hold the other's" % foreign, foreign > 0)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
