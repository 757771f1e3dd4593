#!/usr/bin/env python3
"""A server does not start on a database that does not keep organizations apart.

    unsafe_start.py INVOICING

One thing is broken at a time; the server must end with status 1 and name the fault, the place and the
statement that mends it; after that very statement it must start. Prints TAP.
"""
import os
import re
import subprocess
import sys
import tempfile

from world import World

CASES = [
    ("a tenant table without FORCE", "ALTER TABLE invoice NO FORCE ROW LEVEL SECURITY", "rls-not-forced", "public.invoice"),
    ("a tenant table without row-level security", "ALTER TABLE customer DISABLE ROW LEVEL SECURITY", "rls-disabled",
     "public.customer"),
    ("a tenant table without a policy", "DROP POLICY invoice_line_of_organization ON invoice_line", None, "public.invoice_line"),
    ("a policy that lets rows out", "ALTER POLICY customer_of_organization ON customer WITH CHECK (true)", None,
     "public.customer"),
    ("a second policy that lets rows in", "CREATE POLICY support ON invoice USING (true)", None, "public.invoice"),
    ("an application that bypasses row-level security", "ALTER ROLE tenantry_app BYPASSRLS", "role-bypass", "tenantry_app"),
    ("an application that is the owner's member", "GRANT tenantry_owner TO tenantry_app", None, "tenantry_app"),
    ("an application that reads passwords", "GRANT SELECT ON account TO tenantry_app", None, "public.account"),
    ("a schema that the queries do not know", "ALTER TABLE invoice ADD COLUMN discount integer NOT NULL DEFAULT 0; ALTER TABLE invoice ALTER COLUMN discount DROP DEFAULT", "schema-differs",
     "public.invoice"),
]
# What no statement of one line mends by itself.
BACK = {
    "a schema that the queries do not know": "ALTER TABLE invoice DROP COLUMN discount",
}


def start(invoicing, world, folder):
    """(exit status, what it said); None: it serves, and was ended."""
    command = [invoicing, "--listen", "unix:" + os.path.join(folder, "second.sock"), "--loops", "1",
               "--secret", "s" * 40, "--database", world.url("tenantry_identity"),
               "--tenant-database", world.url("tenantry_app")]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said = ""
    for line in server.stdout:
        said += line
        if "answers at" in line:
            server.terminate()
            server.communicate()
            return None, said
    return server.wait(), said


def main():
    invoicing = sys.argv[1]
    with tempfile.TemporaryDirectory(prefix="tenantry-unsafe-") as folder:
        os.chmod(folder, 0o755)
        world = World(invoicing, folder)
        failed = 0
        try:
            print(f"1..{len(CASES) + 1}")
            status, said = start(invoicing, world, folder)
            failed += status is not None
            print("ok" if status is None else "not ok", 1, "- a safe database is served")
            for number, (name, breakage, code, place) in enumerate(CASES, 2):
                world.psql(breakage + ";")
                status, said = start(invoicing, world, folder)
                mend = BACK.get(name) or ";".join(re.findall(r" error \w+ plane: .*?; mend: (.*)", said))
                good = status == 1 and (code or "") in said and place in said and "unsafe-database" in said and mend
                world.psql(mend + ";")
                after, said_after = start(invoicing, world, folder)
                good = good and after is None
                failed += not good
                print("ok" if good else "not ok", number, "-", name, "is refused, and served after its mend")
                if not good:
                    print("# " + (said + "\n--- after: " + mend + "\n" + said_after).replace("\n", "\n# "))
        finally:
            world.stop()
    sys.exit(1 if failed else 0)


main()
