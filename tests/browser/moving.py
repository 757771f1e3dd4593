#!/usr/bin/env python3
"""moving.py TENANTRY: docs/moving-from-better-auth.md, on a database that the real better-auth server made and filled.

What is in the way is told with its mend; then both serve the same database, and each takes what the other did."""

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "tools"))

from scratch_postgres import Scratch  # pylint: disable=wrong-import-position

SECRET = "the secret that both servers share, of 32 or more"
ORIGIN = "http://app.example"
PASSWORD = "correct horse battery"
count = 0
failed = 0


def claim(name, good, told=""):
    global count, failed
    count += 1
    failed += not good
    print("%s %d - %s" % ("ok" if good else "not ok", count, name))
    if not good:
        print("# " + str(told).replace("\n", "\n# "))
    sys.stdout.flush()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Person:
    """A browser's cookies, and requests to either server."""

    def __init__(self, name):
        self.email = name + "@app.example"
        self.name = name
        self.cookies = {}

    def ask(self, port, path, body=None):
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        headers = {"Origin": ORIGIN, "Cookie": "; ".join("%s=%s" % pair for pair in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/json"
        client.request("GET" if body is None else "POST", "/api/auth" + path, None if body is None else json.dumps(body), headers)
        answer = client.getresponse()
        for value in answer.headers.get_all("Set-Cookie") or []:
            name, text = value.split(";")[0].split("=", 1)
            self.cookies.pop(name, None)
            if text:
                self.cookies[name] = text
        return answer.status, json.loads(answer.read() or "null")

    def get(self, port, path, body=None):
        """The answer of what must go well."""
        status, value = self.ask(port, path, body)
        if status != 200:
            raise SystemExit("%s: %d %s" % (path, status, value))
        return value

    def session(self, port):
        """As the database has it."""
        return self.get(port, "/get-session?disableCookieCache=1")


def wait_for(port, process, log):
    for _ in range(600):
        if process.poll() is not None:
            break
        try:
            if Person("nobody").ask(port, "/ok")[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    log.seek(0)
    raise SystemExit("it did not come up:\n" + log.read())


class Program:
    """A server that runs until it is stopped."""

    def __init__(self, folder, command, environment, port):
        self.port = port
        self.log = tempfile.TemporaryFile("w+", dir=folder)
        self.process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        wait_for(port, self.process, self.log)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)


def plain_environment(**more):
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "TENANTRY", "BETTER_AUTH"))}
    return {**plain, **more}


def start_theirs(folder, database):
    port = free_port()
    environment = plain_environment(PGHOST=database.folder, PGUSER="app", PGDATABASE="app", PORT=str(port),
                                    BETTER_AUTH_URL=ORIGIN, BETTER_AUTH_SECRET=SECRET, NODE_ENV="test")
    return Program(folder, ["node", HERE + "/front_end/better_auth_server.mjs"], environment, port)


def ours(program, database, port, *flags):
    place = "@/app?host=" + database.folder
    command = [program, "serve", "--listen", "127.0.0.1:%d" % port, "--base-url", ORIGIN, "--rate-limit", "off",
               "--database", "postgresql://tenantry_identity" + place, *flags]
    return command, ["--database-admin", "postgresql://postgres" + place]


def refusal(program, database, with_admin):
    """What is said by a start that must fail."""
    command, admin = ours(program, database, free_port())
    try:
        done = subprocess.run(command + (admin if with_admin else []), env=plain_environment(TENANTRY_SECRET=SECRET), text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=20, check=False)
    except subprocess.TimeoutExpired:
        return "it started"
    return done.stdout


def start_ours(folder, program, database):
    port = free_port()
    command, admin = ours(program, database, port)
    return Program(folder, command + admin, plain_environment(TENANTRY_SECRET=SECRET), port)


def fill(port, people):
    """An application that has been in use for a while."""
    for person in people.values():
        person.get(port, "/sign-up/email", {"name": person.name, "email": person.email, "password": PASSWORD})
    ada, bob, cy = people["ada"], people["bob"], people["cy"]
    acme = ada.get(port, "/organization/create", {"name": "Acme", "slug": "acme", "metadata": {"tier": "gold"}})
    ada.get(port, "/organization/set-active", {"organizationId": acme["id"]})
    team = ada.get(port, "/organization/create-team", {"name": "Printers"})
    ada.get(port, "/organization/create-role", {"role": "clerk", "permission": {"invitation": ["create"]}})
    invited = ada.get(port, "/organization/invite-member", {"email": bob.email, "role": "clerk", "teamId": team["id"]})
    bob.get(port, "/organization/accept-invitation", {"invitationId": invited["id"]})
    waiting = ada.get(port, "/organization/invite-member", {"email": cy.email, "role": ["clerk", "member"]})
    return acme, waiting


def check_refusals(program, database):
    said = refusal(program, database, True)
    claim("tables of a role that it does not have are not taken; the mend is told", "GRANT app TO tenantry_owner;" in said, said)
    database.psql("\\connect app\nGRANT app TO tenantry_owner;")
    said = refusal(program, database, False)
    claim("without its own tables the server does not start, and says how to make them",
          "start once with --database-admin" in said, said)

    rows = re.findall(r"\S+", database.psql(
        '\\connect app\nSELECT id FROM member WHERE role = \'clerk\';'))
    database.psql('\\connect app\nINSERT INTO member SELECT \'twice\', "organizationId", "userId", \'admin\', now()'
                  " FROM member WHERE id = '%s';" % rows[0])
    said = refusal(program, database, True)
    claim("somebody who is a member twice is named, with both rows", rows[0] in said and "twice" in said, said)
    database.psql("\\connect app\nDELETE FROM member WHERE id = 'twice';")


def check_both(here, there, people, acme, waiting):
    ada, bob, cy = people["ada"], people["bob"], people["cy"]
    held = [person.session(here) is not None for person in people.values()]
    claim("sessions of there hold here", all(held), held)
    claim("a session that names an organization of others names none any more",
          cy.session(here)["session"]["activeOrganizationId"] is None, cy.session(here))

    full = ada.get(here, "/organization/get-full-organization")
    claim("members, roles, teams and invitations are here",
          sorted(member["role"] for member in full["members"]) == ["clerk", "owner"] and
          sorted(team["name"] for team in full["teams"]) == ["Acme", "Printers"] and
          sorted(each["status"] for each in full["invitations"]) == ["accepted", "pending"] and
          json.loads(full["metadata"]) == {"tier": "gold"}, full)
    may = bob.get(here, "/organization/has-permission", {"permissions": {"invitation": ["create"]}})
    claim("a role that was made there gives its rights here", may["success"], may)

    accepted = cy.get(here, "/organization/accept-invitation", {"invitationId": waiting["id"]})
    members = ada.get(there, "/organization/list-members")["members"]
    claim("who joins here is a member there", accepted["member"]["id"] in [member["id"] for member in members], members)

    fresh = Person("ada")
    fresh.get(here, "/sign-in/email", {"email": fresh.email, "password": PASSWORD})
    claim("a password of there signs in here, and that session holds there", fresh.session(there) is not None)
    fresh.get(there, "/change-password", {"currentPassword": PASSWORD, "newPassword": "battery staple horse"})
    claim("a password that was changed there is the one here",
          Person("x").ask(here, "/sign-in/email", {"email": ada.email, "password": PASSWORD})[0] == 401 and
          Person("x").ask(here, "/sign-in/email", {"email": ada.email, "password": "battery staple horse"})[0] == 200)

    made = cy.get(there, "/organization/create", {"name": "Made there", "slug": "there"})
    claim("an organization that is made there is here", made["id"] in [each["id"] for each in cy.get(here, "/organization/list")])
    fresh.get(there, "/sign-out", {})
    bare = Person("ada")
    bare.cookies = {name: text for name, text in ada.cookies.items() if "token" in name}
    claim("ended there, over here", fresh.session(here) is None and bare.session(here) is not None)
    return acme, made


def check_back(there, people, acme, made):
    ada, bob, cy = people["ada"], people["bob"], people["cy"]
    ada.get(there, "/organization/remove-member", {"memberIdOrEmail": cy.email, "organizationId": acme["id"]})
    claim("back there, members are removed", cy.ask(there, "/organization/list")[1] and
          [each["id"] for each in cy.get(there, "/organization/list")] == [made["id"]])
    ada.get(there, "/organization/delete", {"organizationId": acme["id"]})
    claim("and organizations are deleted", bob.get(there, "/organization/list") == [])


def main():
    program = sys.argv[1]
    servers = []
    with tempfile.TemporaryDirectory(prefix="tenantry-moving-") as folder, Scratch() as database:
        try:
            database.psql("CREATE ROLE app LOGIN;\nCREATE DATABASE app OWNER app;")
            there = start_theirs(folder, database)
            servers.append(there)
            people = {name: Person(name) for name in ("ada", "bob", "cy")}
            acme, waiting = fill(there.port, people)
            # better-auth leaves this behind when somebody is removed.
            database.psql('\\connect app\nUPDATE session SET "activeOrganizationId" = \'%s\' WHERE "userId" ='
                          " (SELECT id FROM \"user\" WHERE email = '%s');" % (acme["id"], people["cy"].email))

            check_refusals(program, database)
            here = start_ours(folder, program, database)
            servers.append(here)
            acme, made = check_both(here.port, there.port, people, acme, waiting)
            here.stop()
            check_back(there.port, people, acme, made)
        finally:
            for server in servers:
                server.stop()
    print("1..%d" % count)
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
