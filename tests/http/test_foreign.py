#!/usr/bin/env python3
"""An organization that one does not belong to, or no longer, is answered like one that does not exist.

    test_foreign.py INVOICING

Starts the example with its demonstration data, on an embedded database in a folder of its own, and takes
memberships away behind its back.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

PATIENCE_S = 90
BASE = "http://app.example"
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
AUTH = "/o/%s/api/auth/"

# method, address with the slug left out, further headers, media type, body
REQUESTS = [
    ("GET", "/o/%s/", [], None, None),
    ("HEAD", "/o/%s/invoices", [], None, None),
    ("PUT", "/o/%s/invoices", [], None, None),
    ("GET", "/o/%s/no-such-page", [], None, None),
    ("GET", "/o/%s/invoices?organizationId=x", [], None, None),
    ("GET", "/o/%s/invoices", ["X-Organization-Id: x"], None, None),
    ("GET", "/o/%s/invoices", ["Accept: application/json"], None, None),
    ("POST", "/o/%s/invoices", [], FORM, "description=typed"),
    ("POST", "/o/%s/invoices", ["Accept: application/json"], FORM, "description=typed"),
    ("POST", "/o/%s/invoices", [], JSON, "{}"),
    ("POST", "/o/%s/-/sign-out", [], FORM, "_ctx=x"),
    ("GET", AUTH + "get-session", [], None, None),
    ("GET", AUTH + "organization/list", [], None, None),
    ("GET", AUTH + "no-such-endpoint", [], None, None),
    ("POST", AUTH + "organization/set-active", [], JSON, "{}"),
    ("POST", AUTH + "organization/set-active", [], JSON, '{"organizationId":null}'),
    ("POST", AUTH + "sign-out", [], JSON, "{}"),
]

results = []


def test(name, is_good, detail=""):
    results.append(is_good)
    print("%s %d - %s" % ("ok" if is_good else "not ok", len(results), name))
    if not is_good:
        print("# %s" % (detail,))
    sys.stdout.flush()


class Server:
    def __init__(self, program):
        self.folder = tempfile.mkdtemp(prefix="tenantry-foreign-")
        # PostgreSQL runs as another user than root, who must be able to pass through.
        os.chmod(self.folder, 0o755)
        self.path = os.path.join(self.folder, "socket")
        self.data = os.path.join(self.folder, "data")
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("TENANTRY_", "PG"))}
        self.process = subprocess.Popen(
            [program, "--demo", "--data", self.data, "--listen", "unix:" + self.path, "--base-url", BASE],
            env=clean, stdout=subprocess.PIPE, text=True)
        self.database = None
        for line in self.process.stdout:
            found = re.search(r"host='([^']+)' port='(\d+)'", line)
            if found:
                self.database = found.groups()
            if line.strip().startswith("Ctrl-C"):
                break
        self.wait()

    def wait(self):
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            try:
                if self.ask("GET", "/readyz").startswith("HTTP/1.1 200"):
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise SystemExit("Bail out! the server does not answer")

    def ask(self, method, target, cookie=None, headers=(), media_type=None, body=None):
        lines = ["%s %s HTTP/1.1" % (method, target), "Host: app.example", "Connection: close", "Origin: " + BASE]
        lines += ["Cookie: " + cookie] if cookie else []
        lines += headers
        if body is not None:
            lines += ["Content-Type: " + media_type, "Content-Length: %d" % len(body)]
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(30)
            connection.connect(self.path)
            connection.sendall(("\r\n".join(lines) + "\r\n\r\n" + (body or "")).encode())
            answer = b""
            while True:
                more = connection.recv(65536)
                if not more:
                    return answer.decode()
                answer += more

    def sign_in(self, email):
        body = urllib.parse.urlencode({"email": email, "password": "demo-password"})
        answer = self.ask("POST", "/sign-in", None, [], FORM, body)
        return re.search(r"Set-Cookie: (better-auth\.session_token=[^;]+)", answer).group(1)

    def sql(self, statement):
        host, port = self.database
        environment = dict(os.environ, PGPASSFILE=os.path.join(self.data, "passwords"))
        return subprocess.run(
            ["psql", "-h", host, "-p", port, "-U", "postgres", "-d", "tenantry", "-v", "ON_ERROR_STOP=1", "-Atc",
             statement], env=environment, check=True, capture_output=True, text=True).stdout.strip()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)
        return status


def same_but_for_names(answer, slug):
    """Without what differs between any two answers: the date, the request's id, the slug asked for."""
    answer = re.sub(r"Date: [^\r]*", "Date", answer)
    request_id = re.search(r"X-Request-Id: (\w+)", answer).group(1)
    return answer.replace(request_id, "ID").replace(slug, "SLUG")


def compare(server, cookie, foreign, unknown, name):
    for method, target, headers, media_type, body in REQUESTS:
        answers = [server.ask(method, target % slug, cookie, headers, media_type, body) for slug in (foreign, unknown)]
        plain = [same_but_for_names(answer, slug) for answer, slug in zip(answers, (foreign, unknown))]
        what = "%s: %s %s %s" % (name, method, target % "…", body or " ".join(headers))
        test(what, plain[0] == plain[1] and answers[0].startswith("HTTP/1.1 4"), plain)
        test(what + ": stays in no cache", re.search(r"Cache-Control: [^\r]*no-store", answers[0]), answers[0])


def invoice_form(server, cookie):
    page = server.ask("GET", "/o/acme/invoices/new", cookie)
    context = re.search(r'action="/o/acme/invoices"[^>]*>\s*<input type="hidden" name="_ctx" value="([^"]+)"', page)
    customer = re.search(r'<option value="([0-9a-f-]{36})"', page)
    return urllib.parse.urlencode({
        "_ctx": context.group(1), "customer_id": customer.group(1), "due_on": "2031-01-01",
        "description": "typed with care", "quantity": "1", "unit_price": "1.00", "note": ""})


def status_of(answer):
    return answer[len("HTTP/1.1 "):][:3]


def run(server):
    delia = server.sign_in("delia@acme.example")
    compare(server, delia, "harbour-finch", "does-not-exist", "foreign")

    own, unknown = (server.ask("GET", "/o/%s/" % slug, delia) for slug in ("acme", "does-not-exist"))
    test("the comparison tells an organization of one's own from an unknown one",
         same_but_for_names(own, "acme") != same_but_for_names(unknown, "does-not-exist"))

    form = invoice_form(server, delia)
    answer = server.ask("POST", "/o/acme/invoices", delia, [], FORM, form)
    test("a member's form is saved", status_of(answer) == "303", answer)

    form = invoice_form(server, delia)
    before = server.sql("SELECT count(*) FROM invoice")
    server.sql("DELETE FROM member WHERE \"userId\" = (SELECT id FROM \"user\" WHERE email = 'delia@acme.example')")
    answer = server.ask("POST", "/o/acme/invoices", delia, [], FORM, form)
    test("after the membership ended the same form is not", status_of(answer) == "404", answer)
    answer = server.ask("POST", "/invoices", delia, [], FORM, form)
    test("nor where no organization stands", status_of(answer) == "409" and "Acme" not in answer, answer)
    test("and nothing was", server.sql("SELECT count(*) FROM invoice") == before)
    compare(server, delia, "acme", "does-not-exist", "no longer a member")

    answer = server.ask("GET", "/", delia)
    test("it is no default any more", "Location: /choose\r\n" in answer, answer)
    answer = server.ask("POST", "/choose", delia, [], FORM, "organization=acme&default=on")
    test("and cannot be entered again", status_of(answer) == "404", answer)


def main():
    server = Server(sys.argv[1])
    try:
        run(server)
    finally:
        status = server.stop()
    test("the server leaves with 0", status == 0, status)
    print("1..%d" % len(results))
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
