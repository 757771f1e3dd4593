"""Two servers on one database, one of which remembers who asks, and people who are made and unmade behind their backs."""

import base64
import difflib
import hashlib
import hmac
import itertools
import json
import re
import socket
import urllib.parse

import example

# A connection stays with the loop that accepted it; so many of them reach each of two loops.
LINES = 4
REMEMBERS_NOBODY = ["--remembered-sessions", "0"]


class Answer:
    """What came, of which only what a test looks at is taken apart: there are thousands."""

    def __init__(self, head, body):
        self.status = int(head[9:12])
        self.head = head
        self.body = body

    def all(self, name):
        return re.findall(r"^%s: (.*)\r$" % name, self.head, re.M)

    def get(self, name, otherwise=""):
        found = self.all(name)
        return found[0] if found else otherwise

    def __repr__(self):
        return "%d %s %s" % (self.status, self.get("Location"), self.body[-300:])


class Line:
    """One connection that stays open."""

    def __init__(self, path):
        self.path = path
        self.socket = None
        self.rest = b""

    def ask(self, method, target, cookie=None, headers=(), form=None):
        if isinstance(form, dict):
            form = urllib.parse.urlencode(form)
        fields = {"Host": "app.example", "Origin": example.BASE}
        if cookie:
            fields["Cookie"] = cookie
        if form is not None:
            fields["Content-Type"] = example.FORM
            fields["Content-Length"] = len(form)
        fields.update(headers)
        lines = ["%s %s HTTP/1.1" % (method, target)] + ["%s: %s" % pair for pair in fields.items()]
        sent = ("\r\n".join(lines) + "\r\n\r\n" + (form or "")).encode()
        for last_try in (False, True):
            try:
                self.open()
                self.socket.sendall(sent)
                return self.read(method)
            except OSError:
                self.close()
                if last_try:
                    raise
        return None

    def open(self):
        if not self.socket:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(60)
            self.socket.connect(self.path)

    def close(self):
        self.socket.close()
        self.socket, self.rest = None, b""

    def more(self):
        got = self.socket.recv(65536)
        if not got:
            raise ConnectionResetError("the server closed the connection")
        self.rest += got

    def take(self, count):
        while len(self.rest) < count:
            self.more()
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken

    def line(self):
        while b"\n" not in self.rest:
            self.more()
        return self.take(self.rest.index(b"\n") + 1)

    def read(self, method):
        while b"\r\n\r\n" not in self.rest:
            self.more()
        head = self.take(self.rest.index(b"\r\n\r\n") + 4).decode()
        answer = Answer(head, "")
        if method == "HEAD" or answer.status in (204, 304):
            return answer
        if answer.get("Transfer-Encoding") == "chunked":
            while True:
                count = int(self.line(), 16)
                answer.body += self.take(count + 2)[:-2].decode()
                if count == 0:
                    break
        else:
            answer.body = self.take(int(answer.get("Content-Length", "0"))).decode()
        if answer.get("Connection").lower() == "close":
            self.close()
        return answer


class Server:
    """One process, with lines to all of its loops and what it counts."""

    def __init__(self, world, program, arguments=()):
        self.metrics = Line("%s/metrics-%d" % (world.example.folder, next(world.numbers)))
        self.log_path = self.metrics.path + ".log"
        with open(self.log_path, "wb") as log:
            self.process = world.example.another(
                program, ["--loops", "2", "--stop-notice-ms", "0", "--metrics-listen", "unix:" + self.metrics.path] + list(arguments), log)
        self.lines = [Line(self.process.path) for _ in range(LINES)]

    def ask(self, *arguments, **named):
        return self.lines[0].ask(*arguments, **named)

    def log(self):
        with open(self.log_path, encoding="utf-8") as file:
            return file.read()

    def count(self, answer):
        """How often who asks was `asked`, `remembered` or `changed`."""
        found = re.search(r'^tenantry_context_answers_total\{answer="%s"\} (\d+)$' % answer,
                          self.metrics.ask("GET", "/metrics").body, re.M)
        return int(found.group(1))

    def choose_lines(self, session, target):
        """One to each loop: who was asked about on one is remembered there, and not on the other."""
        found = []
        for line in [Line(self.process.path) for _ in range(32)]:
            before = self.count("asked")
            line.ask("GET", target, session.cookie)
            if self.count("asked") > before:
                found.append(line)
            if len(found) == 2:
                self.lines = found
                return
        raise SystemExit("Bail out! the second loop is not found")


# What is another at each answer, whoever gives it: sealed form contexts, ids of new rows and of requests.
RANDOM = [
    (re.compile(r'(name="_ctx" value=")[^"]*'), r"\1…"),
    (re.compile(r'(name="new_id" value=")[^"]*'), r"\1…"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "…"),
    (re.compile(r'(request <(?:span class="mono"|code)>)[0-9a-f]+'), r"\1…"),
]


def seen(answer):
    """What an answer tells, to compare it with another server's."""
    body = answer.body
    for pattern, instead in RANDOM:
        body = pattern.sub(instead, body)
    location = re.sub(r"/[0-9a-f-]{36}", "/…", answer.get("Location"))
    cookies = sorted(re.sub("=.*?(;|$)", r"\1", line, count=1) for line in answer.all("Set-Cookie"))
    # A kept page that the client has is answered without it.
    media_type = answer.get("Content-Type") if answer.status != 304 else ""
    return (answer.status, location, media_type, cookies, body)


def difference(answer, truth):
    """Where two answers part, for who reads the test's output."""
    one, other = seen(answer), seen(truth)
    lines = ["%s / %s" % (ours, theirs) for ours, theirs in zip(one[:4], other[:4]) if ours != theirs]
    return " ".join(lines + [line for line in difflib.unified_diff(other[4].split("\n"), one[4].split("\n"), "asked", "remembered",
                                                                 "", "", 0, "")][:8])


class World:
    """Pairs of servers, one that remembers and one that asks each time."""

    def __init__(self, program, arguments=()):
        self.program = program
        self.numbers = itertools.count(1)
        self.example = example.Example(program, REMEMBERS_NOBODY + ["--stop-notice-ms", "0"])
        with open(self.example.data + "/secret", encoding="utf-8") as file:
            self.secret = file.read().strip()
        self.admin = self.psql()
        self.one, self.truth = self.pair(program, arguments)

    def pair(self, program, arguments=()):
        return (Server(self, program, arguments), Server(self, program, REMEMBERS_NOBODY + list(arguments)))

    def psql(self):
        """One whose commits wait for no disk: there are many, and nothing crashes here."""
        session = self.example.psql()
        session.run("SET synchronous_commit = off")
        return session

    def signed(self, name, value):
        mac = hmac.new(self.secret.encode(), value.encode(), hashlib.sha256).digest()
        return "better-auth.%s=%s" % (name, urllib.parse.quote("%s.%s" % (value, base64.b64encode(mac).decode()), safe=""))

    def stop(self):
        self.admin.end()
        return self.example.stop()


class Person:
    """One with an account and no password; their sessions are made as better-auth writes them."""

    def __init__(self, world, name):
        self.world = world
        self.id = "%s-%d" % (name, next(world.numbers))
        self.name = name.capitalize() + " " + self.id
        world.admin.run("INSERT INTO \"user\" (id, name, email, \"emailVerified\", \"createdAt\", \"updatedAt\") VALUES ('%s', '%s', '%s', true, now(), now())"
                        % (self.id, self.name, self.id + "@example.com"))

    def session(self, lives="7 days", seen_in=()):
        return self.sessions(1, lives, seen_in)[0]

    def sessions(self, count, lives="7 days", seen_in=()):
        """New ones; in the organizations `seen_in` they were a moment ago, so that no visit is due to be noted."""
        made = [Session(self, "t%d-%s" % (next(self.world.numbers), self.id)) for _ in range(count)]
        sql = ["INSERT INTO session (id, token, \"userId\", \"expiresAt\", \"createdAt\", \"updatedAt\") VALUES " + ", ".join(
            "('%s', '%s', '%s', now() + interval '%s', now(), now())" % (each.id, each.token, self.id, lives) for each in made)]
        for organization in seen_in:
            sql.append("INSERT INTO session_context (\"sessionId\", \"organizationId\", \"userId\") VALUES " + ", ".join(
                "('%s', '%s', '%s')" % (each.id, organization.id, self.id) for each in made))
        self.world.admin.run("BEGIN; %s; COMMIT" % "; ".join(sql))
        return made


class Session:
    def __init__(self, person, token):
        self.person = person
        self.token = token
        self.id = "s-" + token
        self.cookie = person.world.signed("session_token", token)

    def call(self, server, endpoint, slug=None, **body):
        """better-auth's wire."""
        target = ("/o/%s" % slug if slug else "") + "/api/auth/" + endpoint
        return server.ask("POST", target, self.cookie, [("Content-Type", "application/json")], json.dumps(body))


class Organization:
    def __init__(self, world, name, members):
        self.world = world
        number = next(world.numbers)
        self.id = "o-%d" % number
        self.slug = "%s-%d" % (name, number)
        self.name = "%s no. %d" % (name.capitalize(), number)
        world.admin.run("INSERT INTO organization (id, name, slug, \"createdAt\") VALUES ('%s', '%s', '%s', now())"
                        % (self.id, self.name, self.slug))
        for person, role in members:
            self.add(person, role)

    def member(self, person):
        return "m-%s-%s" % (self.id, person.id)

    def addition(self, person, role):
        return ("INSERT INTO member (id, \"organizationId\", \"userId\", role, \"createdAt\") VALUES ('%s', '%s', '%s', '%s', now())"
                % (self.member(person), self.id, person.id, role))

    def add(self, person, role):
        self.world.admin.run(self.addition(person, role))
