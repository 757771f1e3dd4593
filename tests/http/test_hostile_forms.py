#!/usr/bin/env python3
"""The example's forms in hostile hands: sent twice, without their binding, with ids of another organization, too large,
below zero, and with names that mean something to a browser, a spreadsheet or a line of text.

    test_hostile_forms.py INVOICING
"""

import csv
import io
import re
import sys
import threading

import example

DUE = "2099-12-31"
NAMES = ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "{{7*7}}{% end %}", "=HYPERLINK(\"http://evil.example\")",
         "\u202egnp.exe", "مرحبا بالعالم", "👩‍👩‍👧‍👦🏴‍☠️", "W" * 100, "O'Brien & Söhne; DROP TABLE invoice--"]


class Desk:
    def __init__(self, server, organization):
        self.server = server
        self.here = "/o/" + organization
        self.cookie = server.sign_in()

    def get(self, path):
        return self.server.ask("GET", self.here + path, self.cookie)

    def post(self, path, fields):
        return self.server.ask("POST", self.here + path, self.cookie, fields)

    def context(self, page, action):
        return example.action_context(self.get(page).body, action)

    def customers(self):
        return re.findall(r'<option value="([0-9a-f-]{36})"', self.get("/invoices/new").body)

    def count(self):
        return int(re.search(r'All <span class="count">(\d+)', self.get("/invoices").body).group(1))

    def form(self, lines, customer=None, **more):
        page = self.get("/invoices/new").body
        fields = [("_ctx", example.action_context(page, "/invoices")),
                  ("new_id", re.search(r'name="new_id" value="([^"]+)"', page).group(1)),
                  ("customer_id", customer or self.customers()[0]), ("due_on", DUE)]
        for description, quantity, price in lines:
            fields += [("description", description), ("quantity", quantity), ("unit_price", price)]
        return fields + list(more.items())


def refused(tap, desk, name, fields, statuses=(400, 409, 413, 422)):
    before = desk.count()
    answer = desk.post("/invoices", fields)
    tap.test("refused, and nothing saved: " + name, answer.status in statuses and desk.count() == before,
             "%d %d -> %d\n%s" % (answer.status, before, desk.count(), answer.body[:1500]))


def test_twice(tap, desk):
    before = desk.count()
    form = desk.form([("Twice", "1", "10")], send="1")
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(desk.post("/invoices", form))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    places = {answer.headers["Location"] for answer in answers}
    tap.test("a form that is sent six times at once makes one invoice", desk.count() == before + 1 and len(places) == 1 and
             all(answer.status == 303 for answer in answers), "%s %s" % (answers, places))
    again = desk.post("/invoices", form)
    tap.test("and once more later: the same one", again.status == 303 and again.headers["Location"] in places and
             desk.count() == before + 1, again)


def test_bindings(tap, desk, other):
    form = desk.form([("Bound", "1", "10")])
    refused(tap, desk, "without its binding", form[1:])
    refused(tap, desk, "with the binding of another form", [("_ctx", desk.context("/customers/new", "/customers"))] + form[1:])
    refused(tap, desk, "with the binding of another organization", other.form([("Bound", "1", "10")])[:1] + form[1:])
    stranger = Desk(desk.server, desk.here[3:])
    refused(tap, desk, "with the binding of another session", stranger.form([("Bound", "1", "10")])[:1] + form[1:])
    refused(tap, desk, "with a binding that is none", [("_ctx", "A" * 5000)] + form[1:])


def test_foreign_ids(tap, desk, other):
    refused(tap, desk, "with a customer of another organization", desk.form([("Foreign", "1", "10")], other.customers()[0]))
    theirs = re.search(r'href="/o/[^/]+/invoices/([0-9a-f-]{36})"', other.get("/invoices?status=sent").body).group(1)
    own = re.search(r'href="/o/[^/]+/invoices/([0-9a-f-]{36})"', desk.get("/invoices?status=sent").body).group(1)
    before = other.get("/invoices/" + theirs).body
    nobodys = "00000000-0000-4000-8000-000000000000"
    for action in ("paid", "void", "duplicate"):
        context = example.action_context(desk.get("/invoices/" + own).body, "/invoices/%s/%s" % (own, action))
        answers = []
        for identity in (theirs, nobodys):
            answer = desk.post("/invoices/%s/%s" % (identity, action), {"_ctx": context})
            answers.append((answer.status, answer.headers.get("Location", "").replace(identity, "")))
            if answer.status == 303:
                answers[-1] += (desk.server.ask("GET", answer.headers["Location"], desk.cookie).status,)
        tap.test("another organization's invoice is as one that nobody has: " + action, answers[0] == answers[1] and
                 answers[0][-1] == 404 or answers[0][0] == 404, answers)
    tap.test("and is as it was", re.sub(r'value="[^"]*"', "", other.get("/invoices/" + theirs).body) ==
             re.sub(r'value="[^"]*"', "", before))


def test_amounts(tap, desk):
    for quantity, price in (("-1", "10"), ("0", "10"), ("1", "-0.01"), ("NaN", "1"), ("1e5", "1"), ("Infinity", "1"), ("1,5", "1"),
                            ("٣", "1"), ("1.005", "1"), ("0x10", "1"), ("99999999999999999999", "1"), ("100000.01", "1"),
                            ("1", "99999999999999999999"), ("1", ""), ("", "1"), ("1 000", "1"), ("+1", "")):
        refused(tap, desk, "quantity \"%s\", price \"%s\"" % (quantity, price), desk.form([("Odd", quantity, price)]))
    refused(tap, desk, "a total beyond what is held", desk.form([("Large", "100000", "10000000")] * 50))
    saved = desk.post("/invoices", desk.form([("A", "0.1", "0.2"), ("B", "3", "0.1"), ("C", "1.15", "1.10"), ("D", "0.05", "0.10")]))
    page = desk.server.ask("GET", saved.headers["Location"], desk.cookie).body
    tap.test("hundredths are exact, each line rounded for itself", "€ 1.60" in page, re.findall(r"€ [\d.,]+", page))


def test_sizes(tap, desk):
    refused(tap, desk, "a description of 100 kB", desk.form([("x" * 100000, "1", "1")]))
    refused(tap, desk, "a note of 100 kB", desk.form([("x", "1", "1")], note="n" * 100000))
    refused(tap, desk, "2 MB", desk.form([("x" * 2000000, "1", "1")]))
    refused(tap, desk, "5,000 lines", desk.form([("x", "1", "1")] * 5000))
    refused(tap, desk, "a NUL in a description", desk.form([("a\0b", "1", "1")]))
    before = desk.count()
    answer = desk.server.ask("POST", desk.here + "/invoices", desk.cookie, "_ctx=x&description=%ff%fe")
    tap.test("refused, and nothing saved: bytes that are no text", answer.status in (400, 409) and desk.count() == before, answer)
    for path in ("/invoices?q=" + "x" * 5000, "/invoices?after=x&after_id=y", "/invoices?least=-1&most=NaN", "/audit?before=x",
                 "/audit?actor=%27%20or%201%3D1", "/customers?after=%ff", "/invoices/not-a-uuid", "/people?q=%25%25%25",
                 "/audit?from=9999-12-31&to=0000-00-00", "/invoices?sort=drop&status=none"):
        answer = desk.get(path)
        tap.test("no failure of the server: " + path[:50], answer.status in (200, 400, 404, 431), answer)


def test_names(tap, desk):
    for name in NAMES:
        context = desk.context("/customers/new", "/customers")
        answer = desk.post("/customers", {"_ctx": context, "name": name, "contact": name, "email": "a@b.example", "address": name})
        page = desk.server.ask("GET", answer.headers.get("Location", desk.here + "/customers"), desk.cookie).body
        escaped = name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;").replace("'", "&#39;")
        tap.test("a customer may be called so, and is shown so: " + name[:30].replace("\u202e", ""),
                 answer.status == 303 and escaped in page and (escaped == name or name not in page), answer)
        customer = next(re.finditer(r"/customers/([0-9a-f-]{36})", page)).group(1)
        desk.post("/invoices", desk.form([(name, "1", "1")], customer, send="1"))
    text = desk.get("/invoices.csv").body
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    tap.test("no cell of the file is a formula", not [cell for cell in cells if cell[:1] in ("=", "+", "@")] and
             any("HYPERLINK" in cell for cell in cells), [cell for cell in cells if "HYPER" in cell])
    long = desk.post("/customers", {"_ctx": desk.context("/customers/new", "/customers"), "name": "W" * 5000, "email": "a@b.example"})
    tap.test("a name of 5,000 letters is refused", long.status == 422, long)


def main():
    tap = example.Tap()
    running = example.Example(sys.argv[1])
    try:
        desk, other = Desk(running.first, "harbour-finch"), Desk(running.first, "acme")
        test_twice(tap, desk)
        test_bindings(tap, desk, other)
        test_foreign_ids(tap, desk, other)
        test_amounts(tap, desk)
        test_sizes(tap, desk)
        test_names(tap, desk)
        numbers = sorted(re.findall(r"^(\d{4}-\d{4})", desk.get("/invoices.csv").body, re.M))
        year = [int(number[5:]) for number in numbers if number.startswith(numbers[-1][:4])]
        tap.test("after all that the numbers of the year have no gap", year == list(range(1, len(year) + 1)), year[-20:])
    finally:
        running.stop()
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
