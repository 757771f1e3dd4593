#!/usr/bin/env python3
"""faults.py TENANTRY [--all]: what goes wrong while a database is migrated is safe, and told with its mend.

Apply is killed at its statements in turn, before PostgreSQL hears of one and after it has done it, and run again;
without --all at every thirteenth place. Two applies run at once, files are edited, roles lack rights, a table drifts, rows
do not fit, somebody holds a lock. Prints TAP.
"""
import os
import re
import subprocess
import sys
import tempfile
import threading
import time

from proxy import Proxy
from server import Project, Server, Tap

BEFORE = """
CREATE TYPE state AS ENUM ('open', 'paid');
CREATE TABLE customer (organization_id text, id bigint, mail text, PRIMARY KEY (organization_id, id));
CREATE TABLE invoice (organization_id text, id bigint, customer_id bigint, number text, state state, note text,
    PRIMARY KEY (organization_id, id));
"""
AFTER = """
CREATE TYPE state AS ENUM ('draft', 'open', 'paid');
CREATE TABLE customer (organization_id text, id bigint, mail text CHECK (mail LIKE '%@%'), PRIMARY KEY (organization_id, id));
CREATE TABLE invoice (organization_id text, id bigint, customer_id bigint, number text NOT NULL UNIQUE,
    state state DEFAULT 'draft', note text, due date, PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, customer_id) REFERENCES customer);
CREATE INDEX invoice_state ON invoice (organization_id, state);
"""
ROWS = """
INSERT INTO customer SELECT o, n, 'a@' || n FROM unnest(array['a', 'b']) o, generate_series(1, 50) n;
INSERT INTO invoice SELECT o, n, 1 + n % 50, 'n' || n, 'open', 'note' FROM unnest(array['a', 'b']) o, generate_series(1, 500) n;
"""
COUNTS = "SELECT count(*), min(number), max(state::text) FROM invoice"


class World:
    def __init__(self, server, tenantry, folder, tap):
        self.server, self.tenantry, self.folder, self.tap = server, tenantry, folder, tap
        self.project = Project(server, tenantry, os.path.join(folder, "project"))
        self.databases = 0
        self.project.write_schema(BEFORE)
        status, said = self.project.new("before")
        assert status == 0, said
        server.psql("postgres", "CREATE DATABASE before")
        status, said = self.project.apply("before")
        assert status == 0, said
        server.psql("before", ROWS)
        self.counts = server.psql("before", COUNTS)
        self.project.write_schema(AFTER)
        status, said = self.project.new("after")
        assert status == 0, said

    def snapshot(self, database):
        """A session with an old snapshot: it hinders nothing but the build of an index, which waits for it to end."""
        return self.server.holder(database, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM pg_class")

    def apply_begin(self, database):
        return subprocess.Popen([self.tenantry, "migrate", "apply", "--database-admin", f"dbname={database}"],
                                cwd=self.project.folder, env=self.server.environment, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def database(self):
        """As it was before, with its rows."""
        self.databases += 1
        name = f"world_{self.databases}"
        self.server.psql("postgres", f"CREATE DATABASE {name} TEMPLATE before")
        return name

    def drop(self, name):
        self.server.psql("postgres", f"DROP DATABASE {name} WITH (FORCE)")

    def copy(self, name):
        project = Project(self.server, self.tenantry, os.path.join(self.folder, name))
        os.mkdir(os.path.join(project.folder, "migrations"))
        project.write_schema(AFTER)
        for at, file in enumerate(self.project.files()):
            self.write(project, file, self.project.text(at))
        return project

    @staticmethod
    def write(project, file, text):
        with open(os.path.join(project.folder, "migrations", file), "w", encoding="utf-8") as out:
            out.write(text)

    def is_done(self, database):
        """None, or what is not as it should be."""
        status, said = self.project.migrate("verify", "--database-admin", f"dbname={database}")
        if status:
            return said
        counts = self.server.psql(database, COUNTS)
        return None if counts == self.counts else f"rows: {counts} instead of {self.counts}"


# --- killed ---------------------------------------------------------------------------------------------------------


def apply_killed(world, database, kill_at, is_after):
    """The statements that were asked."""
    proxy = Proxy(os.path.join(world.folder, "proxy"), world.server.folder, kill_at, is_after)
    environment = dict(world.server.environment, PGHOST=os.path.join(world.folder, "proxy"))
    gate = os.path.join(world.folder, "gate")
    os.path.exists(gate) and os.unlink(gate)
    # The proxy has to know whom to kill before the first statement.
    proxy.process = subprocess.Popen(
        ["sh", "-c", 'while [ ! -e "$0" ]; do sleep 0.01; done; exec "$@"', gate, world.tenantry, "migrate", "apply",
         "--database-admin", f"dbname={database}"],
        cwd=world.project.folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    open(gate, "w", encoding="utf-8").close()
    proxy.process.wait()
    proxy.close()
    return proxy.statements, proxy.process.returncode


def killed(world, every):
    database = world.database()
    statements, status = apply_killed(world, database, 0, False)
    world.tap.result(status == 0 and len(statements) > 50, f"apply asks {len(statements)} statements, undisturbed", status)
    world.drop(database)
    places = list(range(1, len(statements) + 1, every))
    wrong = []
    for place in places:
        for is_after in (False, True):
            database = world.database()
            _, status = apply_killed(world, database, place, is_after)
            again, said = world.project.apply(database)
            counts = world.server.psql(database, COUNTS) if again == 0 else ""
            state = world.server.psql(database, "SELECT count(*) FROM tenantry.migration WHERE plane = 'application'"
                                                " UNION ALL SELECT count(*) FROM tenantry.migration_step")
            if status != -9 or again or counts != world.counts or state != "2\n0":
                wrong.append(f"statement {place} ({statements[place - 1][:60]}), {'after' if is_after else 'before'}:"
                             f" {status}, {again}, {said}, {counts}, {state}")
            if place in (places[-1], places[len(places) // 2]):
                wrong += [problem for problem in [world.is_done(database)] if problem]
            world.drop(database)
    world.tap.result(not wrong, f"killed at {len(places)} statements, before and after each, and run again", *wrong)


def half_built_index(world):
    """The server's side dies while it builds beside the traffic: what is left is not taken for the index."""
    database = world.database()
    holder = world.snapshot(database)
    process = world.apply_begin(database)
    building = ("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query ILIKE 'create%index concurrently%'"
                f" AND datname = '{database}' AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()")
    ended = False
    while not ended and process.poll() is None:
        ended = world.server.psql("postgres", building) == "1"
    holder.communicate()
    said = process.communicate()[0]
    invalid = world.server.psql(database, "SELECT count(*) FROM pg_index WHERE NOT indisvalid")
    again, said_again = world.project.apply(database)
    problem = world.is_done(database)
    world.tap.result(ended and process.returncode == 2 and again == 0 and not problem,
                     f"an index whose build was ended is built again ({invalid} was left half built)", said, said_again, problem)
    world.drop(database)


# --- the rest -------------------------------------------------------------------------------------------------------


def at_once(world):
    """The one that applies is held at the build of an index, so that the other two do find it at work."""
    database = world.database()
    holder = world.snapshot(database)
    applies = [world.apply_begin(database) for _ in range(3)]
    told = threading.Semaphore(0)
    answers = ["", "", ""]

    def hear(number):
        for line in applies[number].stdout:
            answers[number] += line
            if "another apply is at work" in line:
                told.release()

    threads = [threading.Thread(target=hear, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    both_told = all([told.acquire(timeout=60) for _ in range(2)])
    holder.communicate()
    for thread in threads:
        thread.join()
    statuses = [process.wait() for process in applies]
    applied = sorted(re.findall(r"^(\d+) applied", "".join(answers), flags=re.M))
    world.tap.result(statuses == [0, 0, 0] and applied == ["0", "0", "1"] and both_told and not world.is_done(database),
                     "of three applies at once one applies, and the others wait and are told", statuses, answers)
    world.drop(database)


def edited(world):
    database = world.database()
    project = world.copy("edited")
    world.write(project, "0001_before.sql", project.text(0) + "\n-- a remark\n")
    status, said = project.apply(database)
    listed, list_said = project.migrate("status", "--database-admin", f"dbname={database}")
    verified, verify_said = project.migrate("verify", "--database-admin", f"dbname={database}")
    good = status == 2 and "0001_before" in said and "put the file back" in said
    good = good and listed == 1 and "changed after it was applied" in list_said
    good = good and verified == 1 and "application/0001_before: changed after it was applied" in verify_said
    world.tap.result(good, "a file that was edited after it was applied is refused and named", said, list_said, verify_said)
    os.unlink(os.path.join(project.folder, "migrations", "0001_before.sql"))
    status, said = project.apply(database)
    state = world.server.psql(database, "SELECT name FROM tenantry.migration WHERE plane = 'application'")
    world.tap.result(status == 2 and "0001_before was applied" in said and "0002_after is missing here" in said
                     and state == "0001_before", "a database of another history is left alone", said, state)
    listed, list_said = project.migrate("status", "--database-admin", f"dbname={database}")
    world.tap.result(listed == 1 and "its file is gone" in list_said, "a file that is gone is named", list_said)
    world.drop(database)


def rows_do_not_fit(world):
    """A step fails for the rows that are there; they are mended, and apply goes on behind what is done."""
    database = world.database()
    project = world.copy("rows")
    world.server.psql(database, "UPDATE invoice SET number = 'n1' WHERE id = 2 AND organization_id = 'a';"
                                "UPDATE customer SET mail = 'none' WHERE id = 7")
    status, said = project.apply(database)
    invalid = world.server.psql(database, "SELECT count(*) FROM pg_index WHERE NOT indisvalid")
    listed, list_said = project.migrate("status", "--database-admin", f"dbname={database}")
    world.tap.result(status == 2 and "step" in said and "Duplicate keys exist" in said and invalid == "0" and "half applied" in list_said,
                     "a unique index that rows hinder leaves none that is broken, and the step is named", said, list_said, invalid)
    text = project.text(1)
    world.write(project, "0002_after.sql", text.replace("ADD VALUE 'draft'", "ADD VALUE 'sketch'"))
    status, said = project.apply(database)
    world.tap.result(status == 2 and "are not what the file has now" in said, "steps that were done may not be edited", said)
    world.write(project, "0002_after.sql", text + "\n-- a remark behind all\n")
    world.server.psql(database, "UPDATE invoice SET number = 'n2' WHERE id = 2 AND organization_id = 'a'")
    status, said = project.apply(database)
    world.tap.result(status == 2 and "customer_mail_check" in said, "then the next rows that do not fit are named", said)
    world.server.psql(database, "UPDATE customer SET mail = 'a@7' WHERE id = 7")
    status, said = project.apply(database)
    verified, verify_said = project.migrate("verify", "--database-admin", f"dbname={database}")
    world.tap.result(status == 0 and verified == 0, "with fitting rows apply goes on to the end", said, verify_said)
    world.drop(database)


def no_right(world):
    database = world.database()
    world.server.psql("postgres", "CREATE ROLE deployer LOGIN")
    world.server.psql(database, "REVOKE ALL ON SCHEMA public FROM PUBLIC, tenantry_app")
    status, said = world.project.migrate("apply", "--database-admin", f"dbname={database} user=deployer")
    mend = re.search(r"as a superuser run: (.*)", said)
    world.tap.result(status == 2 and bool(mend), "a role without the right is told what a superuser has to run", said)
    world.server.psql(database, mend[1] if mend else "")
    status, said = world.project.migrate("apply", "--database-admin", f"dbname={database} user=deployer")
    can_look = world.server.psql(database, "SELECT has_schema_privilege('tenantry_app', 'public', 'usage')")
    world.tap.result(status == 0 and can_look == "t" and not world.is_done(database), "and after just that it may", said, can_look)
    world.drop(database)


def drifted(world):
    database = world.database()
    world.project.apply(database)
    world.server.psql(database, """
        ALTER TABLE invoice NO FORCE ROW LEVEL SECURITY;
        ALTER POLICY customer_of_organization ON customer WITH CHECK (true);
        GRANT SELECT ON invoice TO PUBLIC;
        DROP INDEX invoice_state;
        ALTER TABLE invoice ADD COLUMN by_hand text;
        ALTER TABLE customer DROP CONSTRAINT customer_mail_check;
        CREATE FUNCTION by_hand() RETURNS int LANGUAGE sql RETURN 1;
        ALTER TABLE customer OWNER TO postgres""")
    status, said = world.project.migrate("verify", "--database-admin", f"dbname={database}")
    named = [word for word in ("row-level security of public.invoice is different", "by_hand is there and should not be",
                               "index public.invoice_state is missing", "constraint public.customer.customer_mail_check is missing",
                               "function public.by_hand() is there", "policy public.customer.customer_of_organization is different",
                               "to PUBLIC is there", "owner: TABLE public.customer is there", "rls-not-forced") if word not in said]
    world.tap.result(status == 1 and not named, "each drift by hand is found", named, said)
    mends = "".join(re.findall(r"^  mend: (.*?;)$", said, flags=re.M | re.S))
    # A block of statements, but for what cannot stand in one.
    world.server.psql(database, "SET ROLE tenantry_owner; RESET ROLE;" + mends.replace("  mend: ", ""))
    status, said = world.project.migrate("verify", "--database-admin", f"dbname={database}")
    world.tap.result(status == 0, "and the statements that are told mend it", said, mends)
    world.drop(database)


def locked(world):
    database = world.database()
    holder = world.server.holder(database, "BEGIN; SELECT count(*) FROM invoice")
    status, said = world.project.apply(database, "--lock-attempts", "2", "--lock-timeout", "50")
    world.tap.result(status == 2 and "given up after 2 attempts" in said and "pg_stat_activity" in said,
                     "a lock that is held too long is told, and nobody waits behind us", said)
    process = world.apply_begin(database)
    said = ""
    while "somebody else holds a lock" not in said:
        line = process.stdout.readline()
        said += line
        if not line:
            break
    longest = 0.0
    for _ in range(20):
        begun = time.monotonic()
        world.server.psql(database, "SELECT count(*) FROM invoice WHERE organization_id = 'a'")
        longest = max(longest, time.monotonic() - begun)
    waited = process.poll() is None
    holder.communicate()
    said += process.communicate()[0]
    world.tap.result(waited and process.returncode == 0 and "somebody else holds a lock" in said and not world.is_done(database),
                     f"apply waits for a reader, and readers do not wait for it (longest {longest * 1000:.0f} ms)", said)
    world.drop(database)


def blind_update(world):
    """Row-level security holds for the owner: without the defence an UPDATE in a migration changes nothing, silently."""
    database = world.database()
    project = world.copy("blind")
    world.write(project, "0003_shout.sql", "UPDATE invoice SET note = upper(note);\n")
    world.project.apply(database)
    silent = world.server.psql(database, "UPDATE invoice SET note = upper(note); RESET ROLE;"
                                         "SELECT count(*) FROM invoice WHERE note = 'NOTE'", role="tenantry_owner")
    status, said = project.apply(database)
    world.tap.result(silent == "0" and status == 2 and "row-level security" in said and "NO FORCE" in said,
                     "an UPDATE that row-level security would make nothing of is an error", silent, said)
    world.write(project, "0003_shout.sql", "ALTER TABLE invoice NO FORCE ROW LEVEL SECURITY;\n"
                                           "UPDATE invoice SET note = upper(note);\n"
                                           "ALTER TABLE invoice FORCE ROW LEVEL SECURITY;\n")
    status, said = project.apply(database)
    changed = world.server.psql(database, "SELECT count(*) FROM invoice WHERE note = 'NOTE'")
    world.tap.result(status == 0 and changed == "1000", "and between NO FORCE and FORCE it changes all rows", said, changed)
    world.drop(database)


def main():
    tap = Tap()
    with Server() as server, tempfile.TemporaryDirectory(prefix="tenantry-faults-") as folder:
        world = World(server, os.path.abspath(sys.argv[1]), folder, tap)
        for test in (at_once, edited, rows_do_not_fit, no_right, drifted, locked, blind_update, half_built_index):
            test(world)
        killed(world, 1 if "--all" in sys.argv else 13)
    sys.exit(tap.done())


main()
