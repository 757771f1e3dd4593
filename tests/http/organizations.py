"""`tenantry serve` on a database of its own, people who talk to it, and what a test does behind its back."""

import concurrent.futures
import http.client
import itertools
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

PATIENCE_S = 90
BASE = "http://app.example"
PASSWORD = "correct horse battery"
LIMITS = ["--organizations-per-user", "6", "--members-per-organization", "8", "--invitations-per-organization", "5",
          "--teams-per-organization", "4", "--members-per-team", "3", "--roles-per-organization", "4"]
SECRET = "organizations-secret-of-0123456789abcdef"

results = []


def test(name, is_good, detail=""):
    results.append(bool(is_good))
    print("%s %d - %s" % ("ok" if is_good else "not ok", len(results), name))
    if not is_good:
        print("# %s" % (str(detail)[:600],))
    sys.stdout.flush()


def done():
    print("1..%d" % len(results))
    return 0 if all(results) else 1


class Connection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("app.example", timeout=60)
        self.unix_path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(60)
        self.sock.connect(self.unix_path)


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.text = response.read().decode()

    @property
    def json(self):
        return json.loads(self.text) if self.text else None

    @property
    def code(self):
        return self.json.get("code") if self.text.startswith("{") else None

    def __repr__(self):
        return "%d %s" % (self.status, self.text)


class Server:
    """One program; with `data` of another one's folder it joins that one's database."""

    def __init__(self, program, *arguments, database=None):
        self.folder = tempfile.mkdtemp(prefix="tenantry-organizations-")
        os.chmod(self.folder, 0o755)
        self.path = os.path.join(self.folder, "http")
        self.data = database or os.path.join(self.folder, "data")
        self.mail = os.path.join(self.folder, "mail")
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("TENANTRY_", "PG"))}
        where = ["--data", self.data] if not database else ["--database", self.identity_url()]
        self.process = subprocess.Popen(
            [program, "--listen", "unix:" + self.path, "--base-url", BASE, "--secret", SECRET, "--mail",
             "outbox:" + self.mail, "--loops", "3"] + where + list(arguments), env=clean)
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end and self.process.poll() is None:
            try:
                if Person(self).ask("GET", "/readyz").status == 200:
                    return
            except OSError:
                pass
            time.sleep(0.05)
        raise SystemExit("Bail out! the server does not answer")

    def passwords(self):
        with open(os.path.join(self.data, "passwords"), encoding="utf-8") as file:
            return dict(line.rstrip("\n").split(":")[3:5] for line in file)

    def url(self, role):
        with open(os.path.join(self.data, "postgres", "postmaster.pid"), encoding="utf-8") as file:
            folder = file.read().split("\n")[4]
        return "postgresql://%s:%s@/tenantry?host=%s" % (
            role, urllib.parse.quote(self.passwords()[role]), urllib.parse.quote(folder, safe=""))

    def identity_url(self):
        return self.url("tenantry_identity")

    def sql(self, text, role="postgres"):
        """The rows, a list of texts each; or the message of the failure."""
        run = subprocess.run([PSQL, "-XAtq", "-F", "\t", "-v", "ON_ERROR_STOP=1", self.url(role), "-c", text],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        return run.stderr if run.returncode else [line.split("\t") for line in run.stdout.splitlines()]

    def mails(self):
        if not os.path.exists(self.mail):
            return []
        with open(self.mail, encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=60)
        shutil.rmtree(self.folder, ignore_errors=True)
        return status


PSQL = shutil.which("psql") or "/usr/lib/postgresql/15/bin/psql"
addresses = itertools.count(1)


class Person:
    """A browser; `slug` puts all that it asks below /o/<slug>."""

    def __init__(self, server, name=None, slug=None, cookie=None):
        self.server = server
        self.slug = slug
        self.cookie = cookie
        self.local = threading.local()
        number = next(addresses)
        self.address = "198.51.%d.%d" % (number // 250, number % 250 + 1)
        if name:
            self.email = "%s-%d@example.com" % (name, number)
            answer = self.post("sign-up/email", name=name, email=self.email, password=PASSWORD)
            self.id = answer.json["user"]["id"]
            self.name = name

    def below(self, slug):
        other = Person(self.server, slug=slug, cookie=self.cookie)
        other.address = self.address
        return other

    def ask(self, method, target, body=None):
        headers = {"Origin": BASE, "X-Forwarded-For": self.address, "User-Agent": "attack/1"}
        if self.cookie:
            headers["Cookie"] = self.cookie
        if body is not None:
            body = json.dumps(body)
            headers["Content-Type"] = "application/json"
        connection = Connection(self.server.path)
        try:
            connection.request(method, target, body, headers)
            response = connection.getresponse()
            answer = Answer(response)
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie") or []:
            pair = line.split(";")[0]
            if pair.startswith("better-auth.session_token="):
                self.cookie = pair if "Max-Age=0" not in line else None
        return answer

    def path(self, endpoint):
        return ("/o/%s" % self.slug if self.slug else "") + "/api/auth/" + endpoint

    def post(self, endpoint, **body):
        return self.ask("POST", self.path(endpoint), body)

    def get(self, endpoint, **query):
        query = {name: value for name, value in query.items() if value is not None}
        return self.ask("GET", self.path(endpoint) + ("?" + urllib.parse.urlencode(query, doseq=True) if query else ""))

    def organization(self, endpoint, **body):
        return self.post("organization/" + endpoint, **body)

    def session(self):
        return self.get("get-session", disableCookieCache="true").json["session"]


def joined(owner, organization_id, name, role):
    person = Person(owner.server, name)
    answer = owner.organization("invite-member", email=person.email, role=role, organizationId=organization_id)
    assert answer.status == 200, answer
    answer = person.organization("accept-invitation", invitationId=answer.json["id"])
    assert answer.status == 200, answer
    person.member = answer.json["member"]["id"]
    return person


def at_once(*calls):
    with concurrent.futures.ThreadPoolExecutor(len(calls)) as pool:
        return [each.result() for each in [pool.submit(call) for call in calls]]


class Held:
    """A row that somebody holds: whoever wants to change it waits until the end of the block."""

    def __init__(self, server, lock):
        self.session = subprocess.Popen([PSQL, "-XAtq", server.url("postgres")], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.say("begin; %s; select 'held';" % lock)
        while self.session.stdout.readline().strip() != "held":
            pass

    def say(self, text):
        self.session.stdin.write(text + "\n")
        self.session.stdin.flush()

    def release(self):
        self.say("commit;\n\\q")
        self.session.wait(timeout=30)


def raced(server, lock, *calls):
    """All calls under way, and none past the row that is held, before the first may go on."""
    held = Held(server, lock)
    with concurrent.futures.ThreadPoolExecutor(len(calls)) as pool:
        futures = [pool.submit(call) for call in calls]
        time.sleep(0.7)
        early = sum(each.done() for each in futures)
        held.release()
        return [each.result() for each in futures], early
