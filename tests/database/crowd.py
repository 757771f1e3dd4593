#!/usr/bin/env python3
"""crowd.py TENANTRY ROOT: what is asked of one person costs the same in an organization of thousands as in one of two.

Most organizations are small, so a plan that walks all members of one looks cheap to PostgreSQL, and is dear for whoever
belongs to the largest. The statements are those of the lock file, with generic plans, as the server keeps them; what counts
is the rows that their plans touch. Prints TAP."""
import json
import os
import re
import subprocess
import sys

TENANTRY, ROOT = sys.argv[1:]
sys.path.insert(0, os.path.join(ROOT, "tools"))
from scratch_postgres import Scratch  # noqa: E402

MEMBERS = 3000
ROWS_MOST = 30
CROWD = f"""
INSERT INTO organization (id, name, slug, "createdAt") VALUES ('crowd', 'Crowd', 'crowd', now());
INSERT INTO organization (id, name, slug, "createdAt") SELECT 'o' || i, 'Small', 'small-' || i, now() FROM generate_series(1, {MEMBERS}) i;
INSERT INTO "user" (id, name, email, "emailVerified", "createdAt", "updatedAt")
    SELECT 'u' || i, 'Somebody', i || '@crowd.example', true, now(), now() FROM generate_series(1, {MEMBERS}) i;
INSERT INTO member (id, "organizationId", "userId", role, "createdAt")
    SELECT 'm' || i, 'crowd', 'u' || i, 'member', now() FROM generate_series(1, {MEMBERS}) i
    UNION ALL SELECT 's' || i, 'o' || i, 'u' || i, 'owner', now() FROM generate_series(1, {MEMBERS}) i;
INSERT INTO session (id, token, "userId", "expiresAt", "createdAt", "updatedAt", "activeOrganizationId")
    SELECT 'session' || i, 'token' || i, 'u' || i, now() + interval '1 day', now(), now(), 'crowd' FROM generate_series(1, {MEMBERS}) i;
INSERT INTO session_context ("sessionId", "organizationId", "userId")
    SELECT 'session' || i, 'crowd', 'u' || i FROM generate_series(1, {MEMBERS}) i;
ANALYZE;
"""
# (query, its parameters, all of them text, in their order, rows that it finds)
ASKED = [
    ("session_at_place", "'crowd', NULL, 'token7'", 1),
    ("session_at_place", "NULL, 'crowd', 'token7'", 1),
    ("session_at_place", "NULL, NULL, 'token7'", 1),
    ("memberships_of_session", "'token7'", 2),
    ("organizations_of_user", "'u7'", 2),
    ("organization_at", "'u7', 'crowd', NULL", 1),
    ("organization_at", "'u7', NULL, 'crowd'", 1),
    ("actor_at", "'crowd', 'u7'", 1),
    ("member_of_user", "'crowd', 'u7'", 1),
    ("member_find", "'crowd', 'm7', NULL, NULL", 1),
    ("member_find", "'crowd', NULL, 'u7', NULL", 1),
    ("member_find", "'crowd', NULL, NULL, '7@crowd.example'", 1),
    ("member_find", "'o7', 'm7', NULL, NULL", 0),
    ("session_choose_active", "'crowd', 'u7', 'session7'", 1),
]
CARELESS = 'SELECT m.role FROM organization o JOIN member m ON m."organizationId" = o.id WHERE o.slug = $1 AND m."userId" || \'\' = $2'


def statements():
    found = {}
    with open(os.path.join(ROOT, "sql/identity.lock"), encoding="utf-8") as file:
        for line in file:
            entry = re.match(r"\S+ (\{.*\})$", line.rstrip())
            query = json.loads(entry[1]) if entry else {}
            if "query" in query:
                found[query["query"]] = query["texts"][0]["text"]
    return found


def rows_touched(plan):
    """Of all its nodes: what they answered, and what they read in vain."""
    rows = plan["Actual Rows"] + sum(plan.get(why, 0) for why in ("Rows Removed by Filter", "Rows Removed by Join Filter"))
    return rows * plan["Actual Loops"] + sum(rows_touched(below) for below in plan.get("Plans", []))


class Crowd:
    def __init__(self, server):
        self.server = server
        subprocess.run([TENANTRY, "migrate", "apply", "--planes", "none", "--plane", "identity", "--migrations",
                        os.path.join(ROOT, "sql/migrations/identity"), "--database-admin", "dbname=postgres"],
                       check=True, stdout=subprocess.DEVNULL, env=server.environment)
        server.psql(CROWD)

    def explain(self, text, values):
        types = ", ".join("text" for _ in values.split(","))
        said = self.server.psql("SET plan_cache_mode = force_generic_plan; BEGIN; PREPARE asked(%s) AS %s;\n"
                                "EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE asked(%s); ROLLBACK;" % (types, text, values))
        return json.loads(said)[0]["Plan"]


def main():
    texts, failed = statements(), 0
    print("TAP version 13\n1..%d" % (len(ASKED) + 1))
    with Scratch() as server:
        crowd = Crowd(server)
        for number, (name, values, found) in enumerate(ASKED, 1):
            plan = crowd.explain(texts[name], values)
            touched = rows_touched(plan)
            is_good = plan["Actual Rows"] == found and touched <= ROWS_MOST
            failed += not is_good
            print("%s %d - %s(%s) touches %d rows" % ("ok" if is_good else "not ok", number, name, values, touched))
            if not is_good:
                print("\n".join("# " + line for line in json.dumps(plan, indent=1).splitlines()))
        touched = rows_touched(crowd.explain(CARELESS, "'crowd', 'u7'"))
        failed += touched < MEMBERS
        print("%s %d - a careless query touches %d" % ("ok" if touched >= MEMBERS else "not ok", len(ASKED) + 1, touched))
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
