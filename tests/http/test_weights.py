#!/usr/bin/env python3
"""How much of the example goes over the wire, and what of it is compressed for whom.

    test_weights.py INVOICING
"""

import gzip
import re
import sys

import example

HTML_BYTES, CSS_BYTES, JS_BYTES = 14 * 1024, 8 * 1024, 5 * 1024
TAKES = {"Accept-Encoding": "gzip"}
PAGES = ["/choose", "/account", "/outbox", "/o/acme/", "/o/harbour-finch/", "/o/acme/invoices", "/o/acme/invoices?status=paid",
         "/o/acme/invoices/new", "/o/acme/customers", "/o/acme/people", "/o/acme/roles", "/o/acme/audit",
         "/o/acme/audit/organization", "/o/acme/settings", "/o/acme/isolation", "/o/acme/no-such-page"]


class Wire:
    """Bytes as they come, of one process."""

    def __init__(self, process, base):
        self.path = process.path
        self.base = base

    def ask(self, target, headers=(), form=None):
        connection = example.Connection(self.path)
        try:
            sent = dict(headers, Origin=self.base)
            if form is not None:
                sent["Content-Type"] = example.FORM
            connection.request("POST" if form is not None else "GET", target, form, sent)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def cookie(self):
        status, headers, body = self.ask("/sign-in", form="email=maren%40tolliday.example&password=demo-password")
        return re.search(r"((?:__Secure-)?better-auth\.session_token=[^;]+)", headers.get_all("Set-Cookie")[0]).group(1)


def text_of(headers, body):
    return (gzip.decompress(body) if headers["Content-Encoding"] == "gzip" else body).decode()


def test_assets(tap, wire, page):
    limits = {"css": CSS_BYTES, "js": JS_BYTES}
    addresses = re.findall(r'(?:href|src)="(/assets/[^"]+)"', page)
    tap.test("a page has one style sheet and one script", sorted(a.rsplit(".")[-1] for a in addresses) == ["css", "js"], addresses)
    for address in addresses:
        kind = address.rsplit(".")[-1]
        status, headers, body = wire.ask(address, TAKES)
        tap.test("%s: %d bytes at most %d" % (kind, len(body), limits[kind]), status == 200 and len(body) <= limits[kind] and
                 headers["Content-Encoding"] == "gzip", headers)
        tap.test("%s: its address is of its content, and kept for a year" % kind,
                 re.search(r"\.[0-9a-f]{12}\.", address) and "immutable" in headers["Cache-Control"], headers)
        known = wire.ask(address, dict(TAKES, **{"If-None-Match": headers["ETag"]}))
        tap.test("%s: 304 to who has it, whose length is that of what they have" % kind, known[0] == 304 and known[2] == b"" and
                 known[1]["Content-Length"] == headers["Content-Length"], known)
        plain = wire.ask(address)
        tap.test("%s: as it is to who takes no gzip" % kind, plain[1]["Content-Encoding"] is None and
                 plain[2] == gzip.decompress(body) and plain[1]["ETag"] != headers["ETag"])
        short = re.sub(r"\.[0-9a-f]{12}\.", ".", address)
        tap.test("%s: at its plain name it is asked for again" % kind, "immutable" not in wire.ask(short)[1]["Cache-Control"])
        tap.test("%s: not at the address of another content" % kind,
                 wire.ask(re.sub(r"\.[0-9a-f]{12}\.", ".0123456789ab.", address))[0] == 404)


def test_pages(tap, wire, cookie):
    heaviest = 0
    failed = []
    for path in PAGES:
        status, headers, body = wire.ask(path, dict(TAKES, Cookie=cookie))
        plain = wire.ask(path, {"Cookie": cookie})
        heaviest = max(heaviest, len(body))
        if len(body) > HTML_BYTES or (headers["Content-Encoding"] != "gzip" and len(plain[2]) >= 1024) or \
                (len(plain[2]) >= 1024 and "Sec-Fetch-Site" not in headers.get("Vary", "")) or plain[1]["Content-Encoding"] or \
                status != (404 if "no-such" in path else 200) or len(text_of(headers, body).encode()) != len(plain[2]):
            failed.append("%s %d: %d of %d bytes, %s" % (path, status, len(body), len(plain[2]), headers))
    tap.test("%d pages: %d bytes at most %d" % (len(PAGES), heaviest, HTML_BYTES), not failed, "\n".join(failed))


def test_breach(tap, wire, cookie):
    """Over https, nobody else's request makes a page of somebody's session short or long."""
    def packed(path, site):
        headers = dict(TAKES, Cookie=cookie)
        if site:
            headers["Sec-Fetch-Site"] = site
        return wire.ask(path, headers)[1]["Content-Encoding"] == "gzip"

    for kind, path in (("rendered", "/o/acme/people?q=guess"), ("kept", "/o/acme/invoices?q=guess")):
        for round_name in ("first", "again"):
            tap.test("https, %s, %s: compressed for the site and the person, for nobody else" % (kind, round_name),
                     [packed(path, site) for site in ("same-origin", "none", "cross-site", "same-site", None)] ==
                     [True, True, False, False, False])


def main():
    tap = example.Tap()
    running = example.Example(sys.argv[1], ["--mail", "page"])
    try:
        wire = Wire(running.first, example.BASE)
        cookie = wire.cookie()
        headers, body = wire.ask("/o/acme/", {"Cookie": cookie})[1:]
        test_assets(tap, wire, text_of(headers, body))
        test_pages(tap, wire, cookie)
        secure = Wire(running.another(sys.argv[1], ["--base-url", "https://app.example"]), "https://app.example")
        test_breach(tap, secure, secure.cookie())
    finally:
        running.stop()
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
