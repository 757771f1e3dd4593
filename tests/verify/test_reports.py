#!/usr/bin/env python3
"""test_reports.py TENANTRY: what comes out, for people and for programs: formats, exits, baseline, waivers, exemptions."""
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as tree

import verify_world as world

OPTIONS = ("--app-role", "verify_app", "--tenant-column", "org_id", "--tenant-setting", "app.org_id")


def run(tenantry, server, database, *options, user="postgres"):
    return subprocess.run([tenantry, "verify", server.url(database, user), *options], capture_output=True, text=True,
                          timeout=120, check=False)


def check_formats(tap, tenantry, server):
    done = run(tenantry, server, "leaky", "--format", "sarif", *OPTIONS)
    sarif = json.loads(done.stdout)
    log = sarif["runs"][0]
    rules = [rule["id"] for rule in log["tool"]["driver"]["rules"]]
    tap.ok(sarif["version"] == "2.1.0" and len(rules) == len(set(rules)), "SARIF has each rule once")
    tap.ok(log["results"] and all(rules[result["ruleIndex"]] == result["ruleId"] and result["message"]["text"]
                                  and result["locations"][0]["logicalLocations"] for result in log["results"]),
           "SARIF's results name their rule, a message and a place", log["results"][:1])

    done = run(tenantry, server, "leaky", "--format", "junit", *OPTIONS)
    suite = tree.fromstring(done.stdout).find("testsuite")
    cases = suite.findall("testcase")
    tap.ok(int(suite.get("tests")) == len(cases) and int(suite.get("failures")) == len(suite.findall("testcase/failure")) > 0,
           "JUnit counts what it has", done.stdout[:500])

    done = run(tenantry, server, "leaky", "--format", "github", *OPTIONS)
    tap.ok(re.search(r"^::error title=rls-disabled public.note::.*%0Ashows: ", done.stdout, re.M) is not None,
           "GitHub's annotations are one line each", done.stdout[:500])

    done = run(tenantry, server, "leaky", *OPTIONS)
    tap.ok("rls-disabled" in done.stdout and "got in" in done.stdout and "leaks," in done.stdout,
           "the table names the fault and the statement that got in", done.stdout[:800])


def check_exits(tap, tenantry, server):
    for options, wanted in (((), 1), (("--fail-on", "never"), 0), (("--fail-on", "warn"), 1), (("--format", "xml"), 2),
                            (("--app-role", "nobody_at_all"), 2), (("--static", "--clone"), 2), (("--frobnicate",), 2)):
        done = run(tenantry, server, "leaky", *OPTIONS, *options)
        tap.ok(done.returncode == wanted, "exit %d with %s" % (wanted, " ".join(options) or "no more options"),
               done.returncode, done.stderr[:200])
    # A word that is mistaken must not pass for a database in which nothing is wrong.
    server.database("bare")
    for database, options, word in (
            ("leaky", ("--tenant-column", "ogr_id"), 'no table has a column "ogr_id"'),
            ("leaky", ("--app-role", "nobody_at_all"), 'no role "nobody_at_all"'), ("bare", (), "no tables"),
            ("bare", ("--clone",), "no tables"), ("leaky", ("--frobnicate",), '"--frobnicate" is not understood'),
            ("leaky", ("--app-role",), "--app-role wants a value"), ("nowhere", (), 'database "nowhere" does not exist')):
        done = run(tenantry, server, database, *options)
        tap.ok(done.returncode == 2 and word in done.stderr and not done.stdout,
               "%s %s: %s" % (database, " ".join(options), word), done.returncode, done.stderr[:300], done.stdout[:300])
    done = run(tenantry, server, "leaky", "--static", "--tenant-setting", "app.ogr_id")
    tap.ok("no policy reads the setting app.ogr_id" in done.stdout, "a setting that nothing reads is said", done.stdout[:500])
    done = run(tenantry, server, "clean", "--strict", *OPTIONS)
    tap.ok(done.returncode == 0, "a clean schema passes --strict", done.stdout)
    server.database("filled", "clean")
    server.psql("insert into organization values ('11111111-1111-4111-8111-111111111111', 'One');"
                "insert into note (org_id, body) values ('11111111-1111-4111-8111-111111111111', 'real');", "filled")
    done = run(tenantry, server, "filled", "--strict", *OPTIONS)
    tap.ok(done.returncode == 3 and "--clone" in done.stdout, "rows of others are left alone, and that is unproven", done.stdout)
    done = subprocess.run([tenantry, "verify", "host=%s port=1 user=x dbname=y" % server.folder], capture_output=True,
                          text=True, check=False)
    tap.ok(done.returncode == 2 and "connecting" in done.stderr, "no server: exit 2 and why", done.stderr)


def check_known(tap, tenantry, server):
    baseline = os.path.join(server.folder, "baseline.json")
    with open(baseline, "w", encoding="utf-8") as file:
        file.write(run(tenantry, server, "leaky", "--format", "json", *OPTIONS).stdout)
    done = run(tenantry, server, "leaky", "--baseline", baseline, *OPTIONS)
    tap.ok(done.returncode == 0 and "known before" in done.stdout, "what the baseline has does not fail", done.stdout[-300:])
    server.psql("grant truncate on customer to verify_app", "leaky")
    report = world.verify(tenantry, server, "leaky", "--baseline", baseline, *OPTIONS)
    new = [f["code"] for f in report["findings"] if not f["baseline"]]
    tap.ok(report["status"] == 1 and new == ["truncate-granted"], "what is new does", new)
    server.psql("revoke truncate on customer from verify_app", "leaky")

    waivers = os.path.join(server.folder, "waivers")
    def waive(text):
        with open(waivers, "w", encoding="utf-8") as file:
            file.write(text)
        return run(tenantry, server, "leaky", "--waivers", waivers, *OPTIONS)
    done = waive("# ours\nrls-disabled | public.note | 2999-01-01 | it is public\n")
    tap.ok(done.returncode == 0 and "it is public" in done.stdout, "a waiver with its reason passes", done.stdout[-400:])
    done = waive("rls-disabled | public.note | 2001-01-01 | it was public\n")
    tap.ok(done.returncode == 1 and "ended on 2001-01-01" in done.stdout, "one that has ended does not", done.stdout[-400:])
    done = waive("rls-disabled | public.other | | gone\n")
    tap.ok(done.returncode == 1 and "fits no finding" in done.stdout, "one that fits nothing is said", done.stdout[-400:])
    done = waive("rls-disabled | public.note |  |\n")
    tap.ok(done.returncode == 2 and "waivers:1" in done.stderr, "one without a reason is refused, with its line", done.stderr)


def check_exemptions(tap, tenantry, server):
    server.psql("comment on table note is 'Notes.\ntenantry: no row-level security: only the billing job fills it';", "leaky")
    report = world.verify(tenantry, server, "leaky", *OPTIONS)
    waived = [f for f in report["findings"] if f["code"] == "rls-disabled"]
    tap.ok(report["status"] == 0 and "billing job" in waived[0]["waived"], "a written reason exempts the table", waived)
    tap.ok("rls-triggers" not in world.codes(report), "it meets none of the three triggers", report["summary"]["notes"])
    for sql, words in (("grant insert on note to verify_reporting", "verify_reporting write"),
                       ("grant select on note to verify_reporting", "verify_reporting read it"),
                       ("comment on table note is 'tenantry: no row-level security: r\ntenantry: unrecoverable: diagnoses'", "diagnoses")):
        server.psql(sql, "leaky")
        report = world.verify(tenantry, server, "leaky", *OPTIONS)
        said = [f["message"] for f in report["findings"] if f["code"] == "rls-triggers"]
        tap.ok(said and words in said[0], "trigger: " + words, said)


def check_outward(tap, tenantry, server):
    """What could reach beyond the database is neither called nor triggered: it would leave a mark in a sequence."""
    server.database("outward", "clean")
    server.psql("""create sequence mark; grant usage on mark to public;
        create function call_out() returns trigger language plpgsql as $$ begin perform nextval('mark'); if false then perform dblink('x', 'y'); end if; return new; end $$;
        create trigger out before insert on note for each row execute function call_out();
        create function send(id uuid) returns bigint language plpgsql security definer set search_path = public as $$ begin if false then perform pg_sleep(9); end if; return nextval('public.mark'); end $$""", "outward")
    report = world.verify(tenantry, server, "outward", *OPTIONS)
    unproven = {u["object"]: u["reason"] for u in report["unproven"]}
    notes = " ".join(report["summary"]["notes"])
    tap.ok("public.note, since its trigger \"out\" uses dblink" in notes and "pg_sleep" in unproven.get("public.send(id uuid)", ""),
           "what reaches out is left alone, and why is said", unproven, notes)
    tap.ok(server.psql("select is_called from mark", "outward") == "f", "and was not called")


OUTWARD = {
    "that is always on": "alter table note enable always trigger out",
    "that is on where others are off": "alter table note enable replica trigger out",
    "of a table that a trigger writes to": """
        drop trigger out on note;
        create table log (said text);
        create trigger out before insert on log for each row execute function call_out();
        create function log_it() returns trigger language plpgsql security definer set search_path = public as $$
            begin insert into log values ('note'); return new; end $$;
        create trigger log before insert on note for each row execute function log_it()""",
    "of a part": """
        drop table note;
        create table note (org_id uuid not null, body text) partition by list (org_id);
        create table note_rest partition of note default;
        create trigger out before insert on note_rest for each row execute function call_out();
        alter table note enable row level security;
        alter table note force row level security;
        create policy tenant on note using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
        grant select, insert, update, delete on note to verify_app""",
    "of a table that a function writes to": """
        create function write() returns void language sql security definer set search_path = public as $$
            insert into note (org_id, body) values (nullif(current_setting('app.org_id', true), '')::uuid, 'x') $$""",
}
OUTWARD_OWNER = """
do $$ declare name text; begin
    for name in select oid::regclass::text from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') loop
        execute format('alter table %s owner to outward_owner', name);
    end loop;
end $$"""


def check_outward_ways(tap, tenantry, server):
    """A superuser may switch triggers off, an owner may not."""
    server.psql("create role outward_owner login; grant verify_app to outward_owner")
    for way, sql in OUTWARD.items():
        server.database("outward_way", "outward")
        server.psql(sql, "outward_way")
        server.psql(OUTWARD_OWNER, "outward_way")
        for user in ("postgres", "outward_owner"):
            report = world.verify(tenantry, server, "outward_way", *OPTIONS, user=user)
            tap.ok(server.psql("select is_called from mark", "outward_way") == "f",
                   "a trigger %s is not fired for %s" % (way, user), report["unproven"], report["summary"]["notes"])
    server.psql("revoke verify_app from outward_owner")


def check_assumptions(tap, tenantry, server):
    report = world.verify(tenantry, server, "clean")
    summary = report["summary"]
    tap.ok(summary["tenant_columns"] == ["org_id"] and summary["tenant_settings"] == ["app.org_id"]
           and "verify_app" in summary["roles"] and len(summary["assumptions"]) >= 3,
           "role, column and setting are found, and said", summary)
    tap.ok(not [f for f in report["findings"] if f["severity"] == "leak"], "and nothing is found that is not there",
           report["findings"])


# As a managed database has it: whoever connects is no superuser, owns the tables and is held by their policies.
OWNED = """
grant create on schema public to verify_steward, verify_tenant_owner;
set role %s;
create table note (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, body text);
create index on note (org_id);
alter table note enable row level security;
alter table note force row level security;
create policy tenant on note using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid))
    with check (%s);
create view note_list as select id, body from note;
grant select, insert, update, delete on note, note_list to verify_app;
reset role;
"""


def check_connections(tap, tenantry, server):
    server.psql("create role verify_steward login createrole createdb; create role verify_tenant_owner login createdb;"
                "create role verify_reader login; grant pg_read_all_data to verify_reader;")
    for name, check in (("kept", "org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)"), ("given", "true")):
        server.database(name)
        server.psql(OWNED % ("verify_steward", check), name)
        # Twice in place: what was rolled back takes up place in the table, and is no row.
        for option in ((), (), ("--clone",)):
            report = world.verify(tenantry, server, name, *option, *OPTIONS, user="verify_steward")
            leaks = world.codes(report, proof="attack", level="leak")
            tap.ok(leaks == (set() if name == "kept" else {"write-check-open", "tenant-column-mutable"})
                   and not report["unproven"] and report["summary"]["proven_tables"] == 1,
                   "an owner who may give the role to himself attacks, %s" % (" ".join(option) or "in place"),
                   report["findings"], report["unproven"])
    tap.ok(server.psql("select count(*) from pg_auth_members where roleid = 'verify_app'::regrole") == "0",
           "and does not keep it")
    server.psql("set app.org_id = '11111111-1111-4111-8111-111111111111'; insert into note (org_id, body)"
                " values ('11111111-1111-4111-8111-111111111111', 'real');", "given")
    report = world.verify(tenantry, server, "given", *OPTIONS, user="verify_steward")
    tap.ok(report["summary"]["attacked"] is None and "holds rows" in report["unproven"][0]["reason"],
           "rows that policies hide from the owner are not taken for none", report["summary"])
    for user in ("verify_tenant_owner", "verify_reader"):
        done = run(tenantry, server, "given", "--strict", *OPTIONS, user=user)
        tap.ok("GRANT verify_app TO the user of the URL" in " ".join(done.stdout.split()) and done.returncode == 3,
               "%s, who cannot, is told what is missing, and nothing passes" % user, done.stdout, done.stderr)


# Somebody's event trigger closes every new table: an attack that then finds no hole in the control proves nothing.
CLOSES_ALL = """
create function close_all() returns event_trigger language plpgsql as $$
declare made record;
begin
    for made in select * from pg_event_trigger_ddl_commands() where command_tag = 'CREATE TABLE' loop
        execute format('create policy closed on %s as restrictive using (false)', made.object_identity);
    end loop;
end $$;
create event trigger close_all on ddl_command_end when tag in ('CREATE TABLE') execute function close_all();
"""


def check_void(tap, tenantry, server):
    server.database("void", "clean")
    server.psql(CLOSES_ALL, "void")
    done = run(tenantry, server, "void", *OPTIONS)
    tap.ok(done.returncode == 2 and "void" in done.stderr and "0 leaks" not in done.stdout,
           "a run whose control is not caught is void", done.returncode, done.stdout, done.stderr)


def main():
    tenantry = sys.argv[1]
    tap = world.Tap()
    server = world.Server()
    try:
        server.base()
        server.database("leaky", "clean")
        server.psql("alter table note disable row level security", "leaky")
        check_assumptions(tap, tenantry, server)
        check_formats(tap, tenantry, server)
        check_exits(tap, tenantry, server)
        check_known(tap, tenantry, server)
        check_exemptions(tap, tenantry, server)
        check_outward(tap, tenantry, server)
        check_outward_ways(tap, tenantry, server)
        check_connections(tap, tenantry, server)
        check_void(tap, tenantry, server)
    finally:
        server.stop()
    return tap.done()


sys.exit(main())
