"""The example in several processes on one database, and what a test does to them from outside."""

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.parse

PATIENCE_S = 90
BASE = "http://app.example"
FORM = "application/x-www-form-urlencoded"
FOUNDER = "maren@tolliday.example"


class Connection(http.client.HTTPConnection):
    """One that stays open, over a unix socket."""

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
        self.body = response.read().decode()
        self.cache = response.headers.get("Cache-Status", "")

    def __repr__(self):
        return "%d %s\n%s" % (self.status, self.headers, self.body)


class Process:
    """One server. Requests of one thread go over one connection."""

    def __init__(self, program, path, arguments, errors=None):
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("TENANTRY_", "PG"))}
        self.path = path
        self.local = threading.local()
        self.process = subprocess.Popen([program, "--listen", "unix:" + path, "--base-url", BASE, "--rate-limit=off"] + arguments, env=clean,
                                        stdout=subprocess.PIPE, stderr=errors, text=True)

    def wait(self):
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end and self.process.poll() is None:
            try:
                if self.ask("GET", "/readyz").status == 200:
                    return
            except OSError:
                pass
            time.sleep(0.05)
        raise SystemExit("Bail out! the server does not answer")

    def ask(self, method, target, cookie=None, form=None, headers=()):
        """An answer; a string or a dictionary is posted as a form."""
        if isinstance(form, (dict, list)):
            form = urllib.parse.urlencode(form)
        sent = dict(headers, Origin=BASE)
        if cookie:
            sent["Cookie"] = cookie
        if form is not None:
            sent.setdefault("Content-Type", FORM)
        for last_try in (False, True):
            connection = getattr(self.local, "connection", None)
            if not connection:
                connection = self.local.connection = Connection(self.path)
            try:
                connection.request(method, target, form, sent)
                return Answer(connection.getresponse())
            except (http.client.HTTPException, OSError):
                connection.close()
                self.local.connection = None
                if last_try:
                    raise
        return None

    def sign_in(self, email=FOUNDER):
        answer = self.ask("POST", "/sign-in", form={"email": email, "password": "demo-password"})
        return re.search(r"(better-auth\.session_token=[^;]+)", answer.headers["Set-Cookie"]).group(1)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


class Session:
    """A psql that goes on from one statement to the next: for locks and transactions."""

    def __init__(self, command, environment):
        self.process = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, sql):
        """Run it, and wait until it is done."""
        self.process.stdin.write(sql + ";\n\\echo done\n")
        self.process.stdin.flush()
        lines = []
        for line in self.process.stdout:
            if line.strip() == "done":
                break
            lines.append(line.strip())
        return "\n".join(lines)

    def end(self):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


class Example:
    """`first` runs the embedded database with its demonstration data; `more` are beside it."""

    def __init__(self, program, arguments=()):
        self.folder = tempfile.mkdtemp(prefix="tenantry-cache-")
        # PostgreSQL runs as another user than root, who must be able to pass through.
        os.chmod(self.folder, 0o755)
        self.data = os.path.join(self.folder, "data")
        self.more = []
        self.socket_count = 1
        self.first = Process(program, os.path.join(self.folder, "0"), ["--demo", "--data", self.data] + list(arguments))
        self.raw = None
        for line in self.first.process.stdout:
            found = re.search(r'TENANTRY_RAW_DATABASE="([^"]+)"', line)
            if found:
                self.raw = found.group(1)
            if line.strip().startswith("Ctrl-C"):
                break
        self.first.wait()

    def url(self, role):
        return self.raw.replace("tenantry_raw", role)

    def another(self, program, arguments=(), errors=None):
        process = Process(program, os.path.join(self.folder, str(self.socket_count)), [
            "--database", self.url("tenantry_identity"), "--tenant-database", self.url("tenantry_app"),
            "--secret-file", os.path.join(self.data, "secret")] + list(arguments), errors)
        self.socket_count += 1
        self.more.append(process)
        process.wait()
        return process

    def psql(self):
        host, port = re.search(r"host='([^']+)' port='(\d+)'", self.raw).groups()
        environment = dict(os.environ, PGPASSFILE=os.path.join(self.data, "passwords"))
        return Session(["psql", "-h", host, "-p", port, "-U", "postgres", "-d", "tenantry", "-v", "ON_ERROR_STOP=1",
                        "-qAt"], environment)

    def sql(self, statement):
        session = self.psql()
        try:
            return session.run(statement)
        finally:
            session.end()

    def stop(self):
        statuses = [process.stop() for process in self.more + [self.first]]
        shutil.rmtree(self.folder, ignore_errors=True)
        return statuses


def in_background(call):
    """Run it in a thread; what it answered is in the list once the thread ended."""
    answers = []
    thread = threading.Thread(target=lambda: answers.append(call()))
    thread.start()
    return thread, answers


def wait_until(condition, what):
    end = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > end:
            raise SystemExit("Bail out! it never came so far: " + what)
        time.sleep(0.02)


def action_context(page, action):
    """The hidden field of the form that is posted to `action`, without /o/<slug>."""
    found = re.search(r'action="/o/[^/"]+%s"[^>]*>\s*<input type="hidden" name="_ctx" value="([^"]+)"' % re.escape(action),
                      page)
    return found.group(1) if found else None


# Versions are raised by chance, so they tell two organizations apart by themselves. With this only the key of a page does.
ALIKE_VERSIONS = """UPDATE tenantry.version SET version = 100;
CREATE FUNCTION public.counted() RETURNS trigger LANGUAGE plpgsql AS
    $$ begin new.version := case tg_op when 'INSERT' then 1 else old.version + 1 end; return new; end $$;
CREATE TRIGGER counted BEFORE INSERT OR UPDATE ON tenantry.version FOR EACH ROW EXECUTE FUNCTION public.counted()"""


class Tap:
    def __init__(self):
        self.results = []

    def test(self, name, is_good, detail=""):
        self.results.append(bool(is_good))
        print("%s %d - %s" % ("ok" if is_good else "not ok", len(self.results), name), flush=True)
        if not is_good:
            print("# " + str(detail).replace("\n", "\n# ")[:4000], flush=True)

    def done(self):
        print("1..%d" % len(self.results))
        return 0 if all(self.results) else 1
