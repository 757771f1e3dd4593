#!/usr/bin/env python3
"""test_mutants.py TENANTRY [--all]: break a clean schema in one way at a time; verify has to find each. Without --all two of
each code.

Prints the score of the whole, of the catalogue and judged policies alone, and of attacks alone. With --all every mutant is
also mended with --fix, loaded again and used; without, one of each code."""
import subprocess
import sys

import verify_world as world
from mutants import MUTANTS

OPTIONS = ("--app-role", "verify_app", "--tenant-column", "org_id", "--tenant-setting", "app.org_id")

ORDINARY = """
set role verify_app;
begin;
select set_config('app.org_id', '11111111-1111-4111-8111-111111111111', true);
insert into note (org_id, body) values ('11111111-1111-4111-8111-111111111111', 'first');
update note set body = 'second' where body = 'first';
select body from note;
commit;
begin;
select set_config('app.org_id', '22222222-2222-4222-8222-222222222222', true);
select count(*) from note;
commit;
"""


def mend(tenantry, server, name):
    """Run what --fix prints; what verify says then, and whether the application's work, if it went before, goes on."""
    worked = server.psql(ORDINARY.replace("commit;", "rollback;"), name, check=False).returncode == 0
    script = subprocess.run([tenantry, "verify", server.url(name), "--fix", "--fail-on", "never", *OPTIONS],
                            capture_output=True, text=True, check=False).stdout
    done = server.psql(script, name, check=False)
    if done.returncode:
        return "the script fails: %s\n%s" % (done.stderr, script)
    after = world.verify(tenantry, server, name, *OPTIONS)
    left = world.codes(after, level="leak")
    if left:
        return "left after it: %s\n%s" % (", ".join(sorted(left)), script)
    work = server.psql(ORDINARY, name, check=False)
    if work.returncode and not worked:
        return None
    if work.returncode and "permission denied" not in work.stderr:
        return "work fails after it: %s\n%s" % (work.stderr, script)
    if not work.returncode and work.stdout.strip().splitlines()[-1] != "0":
        return "another tenant sees the row: %s" % work.stdout
    return None


def main():
    tenantry, every = sys.argv[1], "--all" in sys.argv
    tap = world.Tap()
    server = world.Server()
    score = {"full": 0, "static": 0, "attack": 0}
    try:
        server.base()
        clean = world.verify(tenantry, server, "clean", *OPTIONS)
        tap.ok(not clean["findings"] and not clean["unproven"], "the schema is clean before anything is broken",
               clean["findings"], clean["unproven"])
        tap.ok(clean["summary"]["control"].startswith("6 of 6") or "of" in clean["summary"]["control"],
               "the control was caught", clean["summary"])
        mended = set()
        # Everyday tests take two of each code; all of them are for the long run.
        taken = {}
        for name, code, sql, undo in MUTANTS:
            taken[code] = taken.get(code, 0) + 1
            if taken[code] > 2 and not every:
                continue
            server.database("mutant", "clean")
            server.psql(sql, "mutant")
            full = world.verify(tenantry, server, "mutant", *OPTIONS)
            found = code in world.codes(full)
            score["full"] += found
            if every:
                score["static"] += code in world.codes(
                    world.verify(tenantry, server, "mutant", "--static", *OPTIONS))
            score["attack"] += code in world.codes(full, proof="attack")
            shown = [f for f in full["findings"] if f["code"] == code]
            tap.ok(found and all(f["fix"] for f in shown) and full["status"] == (shown[0]["severity"] == "leak" or full["status"]),
                   "%s: %s" % (code, name), "said %s" % sorted(world.codes(full)), full["unproven"])
            if shown and shown[0]["severity"] == "leak" and (every or code not in mended):
                mended.add(code)
                fault = mend(tenantry, server, "mutant")
                tap.ok(not fault, "%s: %s: mended by --fix, and work goes on" % (code, name), fault)
            if undo:
                server.psql(undo)
        kinds = len({code for _, code, _, _ in MUTANTS})
        total = len(MUTANTS)
        tried = total if every else sum(min(count, 2) for count in taken.values())
        print("# %d mutants of %d codes: full %d, static alone %s, attack alone %d" % (
            tried, kinds, score["full"], score["static"] if every else "not asked", score["attack"]))
        tap.ok(total >= 80 and kinds >= 25, "there are at least 80 mutants of 25 kinds")
    finally:
        server.stop()
    return tap.done()


sys.exit(main())
