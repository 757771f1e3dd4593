"""What the truths are shown on: the example with its demonstration data, asked over HTTP, and beside it a
throw-away database of the same PostgreSQL for the ways that are wrong."""
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import urllib.parse

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "isolation"))

from world import World  # pylint: disable=wrong-import-position

ORIGIN = "http://127.0.0.1:8080"
FOUNDER = {"email": "maren@tolliday.example", "password": "demo-password"}
COLLEAGUE = {"email": "jonas@harbour-finch.example", "password": "demo-password"}
OURS, THEIRS = "harbour-finch", "acme"


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("127.0.0.1:8080")
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(30)
        self.sock.connect(self.path)


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.text = response.read().decode()

    def json(self):
        return json.loads(self.text)


class Device:
    """A browser of one person: it keeps its cookies, and knows nothing else."""

    def __init__(self, scene, person=None):
        self.scene, self.cookies = scene, {}
        if person:
            self.post("/sign-in", urllib.parse.urlencode(person), "application/x-www-form-urlencoded")

    def ask(self, method, path, body=None, headers=None):
        connection = UnixConnection(self.scene.http_socket)
        sent = {"Origin": ORIGIN, "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        connection.request(method, path, body, {**sent, **(headers or {})})
        answer = Answer(connection.getresponse())
        connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, value = re.match(r"([^=]+)=([^;]*)", cookie).groups()
            self.cookies[name] = value
        return answer

    def get(self, path, **headers):
        return self.ask("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def post(self, path, body, media_type="application/json"):
        text = body if isinstance(body, str) else json.dumps(body)
        return self.ask("POST", path, text, {"Content-Type": media_type})

    def set_active(self, slug):
        return self.post("/api/auth/organization/set-active", {"organizationSlug": slug})

    def active(self):
        """The organization that the session of this device remembers, by its slug."""
        session = self.get("/api/auth/get-session").json()["session"]
        return self.scene.slug_of(session["activeOrganizationId"])


class Scene:
    def __init__(self, folder, build, source):
        example = os.path.join(build, "examples/invoicing")
        self.invoicing = os.path.join(example, "invoicing")
        self.raw_script = os.path.join(example, "nightly_revenue")
        self.tenantry = os.path.join(build, "tenantry")
        self.generate, self.generate_mutant = self.tenantry + "-generate", self.tenantry + "-generate-mutant"
        self.configuration = os.path.join(source, "examples/invoicing/tenantry.conf")
        self.includes = [os.path.join(source, "include"), os.path.join(source, "definitions"), example]
        self.folder = folder
        self.world = World(self.invoicing, folder, "--base-url", ORIGIN)
        self.http_socket = os.path.join(folder, "http.sock")
        self.ask = self.world.ask

    def stop(self):
        self.world.stop()

    def organization(self, slug):
        return self.ask(f"SELECT id FROM organization WHERE slug = '{slug}'")

    def slug_of(self, organization):
        return organization and self.ask(f"SELECT slug FROM organization WHERE id = '{organization}'")

    def session_script(self, script, database="tenantry", role=None):
        """What one connection answers to a script, a line each; an error is its SQLSTATE."""
        environment = dict(self.world.environment, PGDATABASE=database, PGOPTIONS=f"-c role={role}" if role else "")
        done = subprocess.run(["psql", "-X", "-A", "-t", "-q", "-v", "VERBOSITY=sqlstate"], input=script, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, check=False)
        return [re.sub(r"^.*ERROR: +", "", line) for line in done.stdout.strip().split("\n")]

    def throw_away(self, script, database="wrong_way"):
        """Run a script in a database made for it and dropped after it."""
        self.ask(f"CREATE DATABASE {database}")
        try:
            return self.session_script(script, database)
        finally:
            self.ask(f"DROP DATABASE {database} WITH (FORCE)")

    def compiles(self, compiler, source):
        """Does it compile with the include folders of the request path, and no flags?"""
        done = subprocess.run([compiler, *["-I" + folder for folder in self.includes], "-xc", "-c", "-o", os.devnull, "-"],
                              input=source, text=True, capture_output=True, check=False)
        return done.returncode == 0
