#!/usr/bin/env python3
"""identity.py TENANTRY: sessions and sign-in of `tenantry serve` beside the real better-auth server, on one database.

    session-cached  GET get-session with the cookie cache: no question to the database
    session-token   GET get-session with the token alone
    set-active      POST organization/set-active, each session between its two organizations
    sign-in         POST sign-in/email, beside what scrypt by itself reaches on these processors: libsodium's, the fastest
                    that Debian has and the one that tenantry uses, and OpenSSL's, which Node.js and Python use

Both servers run with a process or thread a processor; wrk asks each in turn, several times. Figures are medians:
requests a second, and processor time a request of server and PostgreSQL, which travels better.

The other server is node-api of PEERS (default ../shared/peers) where that folder is, else bench/better_auth; npm fetches
what either needs. ONLY, CONNECTIONS, DURATION and REPEATS in the environment change the measurement."""

import base64
import collections
import ctypes
import ctypes.util
import hashlib
import hmac
import http.client
import json
import multiprocessing
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "tools"))

import http_request as measuring  # pylint: disable=wrong-import-position
from scratch_postgres import Scratch  # pylint: disable=wrong-import-position

SECRET = "a secret of the benchmark, of 32 letters or more"
ORIGIN = "http://localhost:3000"
PASSWORD = "correct horse battery"
PEOPLE = 1000
CONNECTIONS = int(os.environ.get("CONNECTIONS", "16"))
DURATION = float(os.environ.get("DURATION", "4"))
REPEATS = int(os.environ.get("REPEATS", "3"))
PEERS = os.environ.get("PEERS", os.path.join(HERE, "..", "..", "shared", "peers"))
# How much less processor time a request may take; of a sign-in, what scrypt's part of it must be.
AIMS = {"session-cached": 20, "session-token": 15, "set-active": 8, "sign-in": 0.95}
WORKLOADS = os.environ.get("ONLY", " ".join(AIMS)).split()

Run = collections.namedtuple("Run", "requests seconds server_s database_s")

# Person i belongs to the organizations i and i + 1; one session each.
SEED = """
INSERT INTO "user" (id, name, email, "emailVerified")
    SELECT 'u' || lpad(i::text, 31, '0'), 'Person ' || i, 'person' || i || '@example.com', true FROM generate_series(1, {n}) i;
INSERT INTO account (id, "accountId", "providerId", "userId", password, "createdAt", "updatedAt")
    SELECT 'a' || substr(id, 2), id, 'credential', id, '{hash}', now(), now() FROM "user";
INSERT INTO organization (id, name, slug, "createdAt")
    SELECT 'o' || substr(id, 2), 'Organization of ' || name, substr(id, 27), now() FROM "user";
INSERT INTO member (id, "organizationId", "userId", role, "createdAt")
    SELECT 'm' || lpad((2 * i + k)::text, 31, '0'), 'o' || lpad(((i + k - 1) % {n} + 1)::text, 31, '0'),
        'u' || lpad(i::text, 31, '0'), CASE k WHEN 0 THEN 'owner' ELSE 'member' END, now()
    FROM generate_series(1, {n}) i, generate_series(0, 1) k;
INSERT INTO session (id, token, "userId", "expiresAt", "createdAt", "updatedAt", "ipAddress", "userAgent", "activeOrganizationId")
    SELECT 's' || substr(id, 2), md5('session of ' || id), id, date_trunc('milliseconds', now()) + interval '7 days',
        date_trunc('milliseconds', now()), date_trunc('milliseconds', now()), '127.0.0.1', 'wrk', 'o' || substr(id, 2)
    FROM "user";
VACUUM ANALYZE;
"""

SESSIONS = """
SELECT json_build_object('session', json_build_object('expiresAt', {expires}, 'token', s.token, 'createdAt', {created},
        'updatedAt', {updated}, 'ipAddress', s."ipAddress", 'userAgent', s."userAgent", 'userId', s."userId",
        'activeOrganizationId', s."activeOrganizationId", 'activeTeamId', NULL, 'id', s.id),
    'user', json_build_object('name', u.name, 'email', u.email, 'emailVerified', u."emailVerified", 'image', u.image,
        'createdAt', {born}, 'updatedAt', {changed}, 'id', u.id),
    'organizations', (SELECT json_agg("organizationId" ORDER BY id) FROM member WHERE "userId" = u.id))
FROM session s JOIN "user" u ON u.id = s."userId" WHERE s.id LIKE 's%' ORDER BY s.id;
"""


def stored_password():
    salt = "00112233445566778899aabbccddeeff"
    return salt + ":" + one_hash(salt).hex()


def one_hash(salt):
    return hashlib.scrypt(PASSWORD.encode(), salt=salt.encode(), n=16384, r=16, p=1, maxmem=64 << 20, dklen=64)


SODIUM = ctypes.CDLL(ctypes.util.find_library("sodium"))
SODIUM.sodium_init()
SODIUM.crypto_pwhash_scryptsalsa208sha256_ll.argtypes = [
    ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint64, ctypes.c_uint32, ctypes.c_uint32,
    ctypes.c_char_p, ctypes.c_size_t]


def one_sodium_hash(salt):
    key = ctypes.create_string_buffer(64)
    password = PASSWORD.encode()
    if SODIUM.crypto_pwhash_scryptsalsa208sha256_ll(
            password, len(password), salt.encode(), len(salt), 16384, 16, 1, key, len(key)) != 0:
        raise SystemExit("libsodium has no memory")
    return key.raw


HASHES = {"libsodium": one_sodium_hash, "OpenSSL": one_hash}


def signature(text):
    return hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).digest()


def cookies_of(session, user):
    """(the session's cookie, the cookie cache) as better-auth signs them; the cache lasts for the whole run."""
    token = session["token"]
    signed = urllib.parse.quote(token + "." + base64.b64encode(signature(token)).decode(), safe="-_.!~*'()")
    now = int(time.time() * 1000)
    content = {"session": session, "user": user, "updatedAt": now, "version": "1"}
    expires = now + 6 * 3600 * 1000
    seal = base64.urlsafe_b64encode(signature(compact({**content, "expiresAt": expires}))).decode().rstrip("=")
    cache = compact({"session": content, "expiresAt": expires, "signature": seal})
    data = base64.urlsafe_b64encode(cache.encode()).decode().rstrip("=")
    return "better-auth.session_token=" + signed, "better-auth.session_data=" + data


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def read_sessions(database):
    def time_text(column):
        return "to_char(%s AT TIME ZONE 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')" % column

    columns = {"expires": 's."expiresAt"', "created": 's."createdAt"', "updated": 's."updatedAt"', "born": 'u."createdAt"',
               "changed": 'u."updatedAt"'}
    text = database.psql(SESSIONS.format(**{name: time_text(column) for name, column in columns.items()}))
    return [json.loads(line) for line in text.splitlines()]


def write_requests(folder, rows):
    """A file of requests for each workload."""
    lines = {name: [] for name in AIMS}
    for place in (1, 0):
        for row in rows:
            token, data = cookies_of(row["session"], row["user"])
            body = compact({"organizationId": row["organizations"][place]})
            lines["set-active"].append(["POST", "/api/auth/organization/set-active", token + "; " + data, body])
            if place:
                continue
            lines["session-cached"].append(["GET", "/api/auth/get-session", token + "; " + data, ""])
            lines["session-token"].append(["GET", "/api/auth/get-session", token, ""])
            body = compact({"email": row["user"]["email"], "password": PASSWORD})
            lines["sign-in"].append(["POST", "/api/auth/sign-in/email", "", body])
    files = {}
    for name, requests in lines.items():
        files[name] = os.path.join(folder, name + ".tsv")
        with open(files[name], "w", encoding="utf-8") as file:
            file.writelines("\t".join(request) + "\n" for request in requests)
    return files, {name: requests[:1] for name, requests in lines.items()}


class Measured(measuring.Server):
    """One of the two servers, and the PostgreSQL that both use."""

    def __init__(self, command, port, folder, environment, directory=None):  # pylint: disable=super-init-not-called
        self.port = port
        self.log = open(os.path.join(folder, "%d.log" % port), "w+", encoding="utf-8")
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL,
                                        env=environment, cwd=directory)
        self.wait("/api/auth/ok")

    def ask(self, request):
        method, path, cookie, body = request
        headers = {"Content-Type": "application/json", "Origin": ORIGIN} if body else {}
        if cookie:
            headers["Cookie"] = cookie
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        client.request(method, path, body or None, headers)
        answer = client.getresponse()
        return answer.status, answer.read().decode()

    def check(self, firsts, rows):
        """What is counted afterwards are the right answers."""
        first = rows[0]
        expected = {"session-cached": first["user"]["email"], "session-token": first["user"]["email"],
                    "set-active": first["organizations"][1], "sign-in": first["user"]["email"]}
        for name, requests in firsts.items():
            status, text = self.ask(requests[0])
            if status != 200 or expected[name] not in text:
                raise SystemExit("%s was answered %d: %s" % (name, status, text[:300]))
        method, path, cookie, body = firsts["session-token"][0]
        forged = cookie.replace(first["session"]["token"], "x" * 32)
        if self.ask((method, path, forged, body))[1] != "null":
            raise SystemExit("a forged cookie is taken")

    def load(self, file, postmaster, connections, seconds):
        before = self.processor(postmaster)
        out = subprocess.run(
            ["wrk", "-t1", "-c%d" % connections, "-d%gs" % seconds, "--timeout", "20s", "-s", HERE + "/better_auth/requests.lua",
             "http://127.0.0.1:%d" % self.port],
            env={**os.environ, "REQUESTS": file, "ORIGIN": ORIGIN}, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL,
            text=True, check=True).stdout
        after = self.processor(postmaster)
        wrong = re.search(r"Non-2xx or 3xx responses: (\d+)|Socket errors: .*", out)
        if wrong:
            raise SystemExit("not every answer was good: " + wrong.group(0))
        done = re.search(r"(\d+) requests in ([\d.]+)s", out)
        if int(done.group(1)) == 0:
            raise SystemExit("nothing was answered in %g s: the machine is too busy" % seconds)
        return Run(int(done.group(1)), float(done.group(2)), after[0] - before[0], after[1] - before[1])

    def processor(self, postmaster):
        table = measuring.processes()
        return tuple(sum(table[pid][2] for pid in measuring.family(table, root)) for root in (self.process.pid, postmaster))


def plain_environment():
    return {name: value for name, value in os.environ.items() if not name.startswith(("PG", "TENANTRY"))}


def start_ours(program, database, folder):
    port = measuring.free_port()
    place = "@/postgres?host=" + urllib.parse.quote(database.folder, safe="")
    return Measured(
        [program, "serve", "--listen", "127.0.0.1:%d" % port, "--base-url", ORIGIN, "--rate-limit=off",
         "--workers", str(os.cpu_count()), "--database", "postgresql://tenantry_identity" + place,
         "--database-admin", "postgresql://postgres" + place],
        port, folder, {**plain_environment(), "TENANTRY_SECRET": SECRET})


def their_program(folder):
    """(command, folder to start it in): the peers' server where the peers are, else the one beside this file."""
    if not os.path.isfile(os.path.join(PEERS, "node-api", "package.json")):
        place = os.path.join(HERE, "better_auth")
        if not os.path.isdir(os.path.join(place, "node_modules", "better-auth")):
            npm(place, "ci", "--no-audit", "--no-fund")
        return ["node", "server.mjs"], place
    # The peers' folder is read only: theirs is built in a copy.
    for part in ("node-api", "seed-stack"):
        shutil.copytree(os.path.join(PEERS, part), os.path.join(folder, part),
                        ignore=shutil.ignore_patterns("node_modules", ".next", "dist"), copy_function=shutil.copyfile)
    place = os.path.join(folder, "node-api")
    subprocess.run(["chmod", "-R", "u+w", folder], check=True)
    npm(place, "ci", "--no-audit", "--no-fund")
    npm(place, "run", "build")
    return ["node", "dist/server.mjs"], place


def npm(place, *words):
    done = subprocess.run(["npm", *words], cwd=place, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit("npm %s in %s failed:\n%s" % (" ".join(words), place, done.stdout[-2000:]))


def start_theirs(database, folder):
    command, place = their_program(folder)
    port = measuring.free_port()
    # As superuser, so that no grants stand in its way.
    environment = {**plain_environment(), "PGHOST": database.folder, "PGUSER": "postgres", "PGDATABASE": "postgres",
                   "PORT": str(port), "WORKERS": str(os.cpu_count()), "BETTER_AUTH_SECRET": SECRET, "BETTER_AUTH_URL": ORIGIN,
                   "TRUSTED_ORIGINS": ORIGIN, "NODE_ENV": "production", "BETTER_AUTH_TELEMETRY": "0"}
    return Measured(command, port, folder, environment, place)


def hash_for(one, seconds, results):
    started = time.monotonic()
    count = 0
    while time.monotonic() - started < seconds:
        one(str(count))
        count += 1
    used = resource.getrusage(resource.RUSAGE_SELF)
    results.put((count, time.monotonic() - started, used.ru_utime + used.ru_stime))


def measure_scrypt(one, seconds):
    """As many hashes at once as there are processors: what sign-in cannot surpass."""
    results = multiprocessing.Queue()
    workers = [multiprocessing.Process(target=hash_for, args=(one, seconds, results), daemon=True) for _ in range(os.cpu_count())]
    for worker in workers:
        worker.start()
    parts = [results.get() for _ in workers]
    for worker in workers:
        worker.join()
    return Run(sum(part[0] for part in parts), statistics.mean(part[1] for part in parts), sum(part[2] for part in parts), 0)


def middle(runs, what):
    return statistics.median(what(run) for run in runs)


def rate(run):
    return run.requests / run.seconds


def server_us(run):
    return 1e6 * run.server_s / run.requests


def database_us(run):
    return 1e6 * run.database_s / run.requests


def both_us(run):
    return server_us(run) + database_us(run)


def report(workload, runs):
    for name, measured in runs.items():
        print("%-16s %-12s %12.0f %12.1f %14.1f" % (
            workload, name, middle(measured, rate), middle(measured, server_us), middle(measured, database_us)))
    # Each pair was measured one after the other, so the ratio of a pair is fairer than that of medians.
    pairs = list(zip(runs["tenantry"], runs["better-auth"]))
    print("%-16s better-auth : tenantry: requests a second %.1f times, processor time a request %.1f times less (aim %s)" % (
        workload, statistics.median(rate(ours) / rate(theirs) for ours, theirs in pairs),
        statistics.median(both_us(theirs) / both_us(ours) for ours, theirs in pairs),
        "-" if workload == "sign-in" else AIMS[workload]))
    for name in HASHES.keys() & runs.keys():
        pairs = list(zip(runs["tenantry"], runs[name]))
        print("%-16s of %s's scrypt alone: requests a second %.2f, processor time %.2f (aim %s)" % (
            workload, name, statistics.median(rate(ours) / rate(alone) for ours, alone in pairs),
            statistics.median(both_us(alone) / both_us(ours) for ours, alone in pairs), AIMS[workload]))
    sys.stdout.flush()


def measure(servers, files, postmaster):
    for workload in WORKLOADS:
        runs = collections.defaultdict(list)
        # Few sign-ins fit in a second, and more of them at once than keep every processor busy only wait.
        is_slow = workload == "sign-in"
        connections, seconds = (2 * os.cpu_count(), 2 * DURATION) if is_slow else (CONNECTIONS, DURATION)
        for name in servers:
            servers[name].load(files[workload], postmaster, connections, 2 if name == "tenantry" else max(4, seconds))
        for _ in range(REPEATS):
            for name, server in servers.items():
                runs[name].append(server.load(files[workload], postmaster, connections, seconds))
            for name, one in HASHES.items() if is_slow else ():
                runs[name].append(measure_scrypt(one, seconds))
        report(workload, runs)


def main():
    if len(sys.argv) != 2:
        raise SystemExit("usage: identity.py TENANTRY")
    folder = tempfile.mkdtemp(prefix="tenantry-bench-")
    servers = {}
    try:
        with Scratch(fsync="on") as database:
            try:
                servers["tenantry"] = start_ours(sys.argv[1], database, folder)
                database.psql(SEED.format(n=PEOPLE, hash=stored_password()))
                servers["better-auth"] = start_theirs(database, folder)
                rows = read_sessions(database)
                files, firsts = write_requests(folder, rows)
                for server in servers.values():
                    server.check(firsts, rows)
                with open(os.path.join(database.data, "postmaster.pid"), encoding="utf-8") as file:
                    postmaster = int(file.readline())
                print("%d connections (sign-in: %d), %d × %g s, medians; %d people" % (
                    CONNECTIONS, 2 * os.cpu_count(), REPEATS, DURATION, PEOPLE))
                print("%-16s %-12s %12s %12s %14s" % ("", "", "requests/s", "server µs", "PostgreSQL µs"))
                measure(servers, files, postmaster)
            finally:
                for server in servers.values():
                    server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
