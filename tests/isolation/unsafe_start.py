#!/usr/bin/env python3
"""A server does not start on a database that does not keep organizations apart.

    unsafe_start.py INVOICING

One thing is broken at a time; the server must end with status 1 and name the fault, the place and the
statement that mends it; after that very statement it must start. Somebody who has asked before the server
was there gets no byte of an unsafe one. Prints TAP.
"""
import os
import re
import socket
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


def everything(client):
    answer = b""
    try:
        while part := client.recv(65536):
            answer += part
    except ConnectionError:
        pass
    return answer


def start(invoicing, world, folder):
    """(exit status, what it said, what a waiting client was answered); status None: it serves, and was ended."""
    path = os.path.join(folder, "second.sock")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()
    client = socket.socket(socket.AF_UNIX)
    client.connect(path)
    client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")

    # Handed over as systemd does it, so that the client waits in its queue already.
    command = ["sh", "-c", 'exec 3<&0 0</dev/null; LISTEN_FDS=1 LISTEN_PID=$$ exec "$@"', "sh", invoicing, "--listen", "unix:" + path,
               "--loops", "1", "--secret", "s" * 40, "--database", world.url("tenantry_identity"),
               "--tenant-database", world.url("tenantry_app")]
    server = subprocess.Popen(command, stdin=listener, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said, status, answer = "", None, None
    for line in server.stdout:
        said += line
        if "answers at" in line:
            answer = everything(client)
            server.terminate()
            server.communicate()
            break
    else:
        status = server.wait()
    listener.close()
    os.unlink(path)
    if answer is None:
        answer = everything(client)
    client.close()
    return status, said, answer


def main():
    invoicing = sys.argv[1]
    with tempfile.TemporaryDirectory(prefix="tenantry-unsafe-") as folder:
        os.chmod(folder, 0o755)
        world = World(invoicing, folder)
        failed = 0
        try:
            print(f"1..{len(CASES) + 1}")
            status, said, answer = start(invoicing, world, folder)
            good = status is None and b" 200 " in answer
            failed += not good
            print("ok" if good else "not ok", 1, "- a safe database is served, to who had asked before")
            if not good:
                print("# %d %s\n# %s" % (status or 0, answer, said.replace("\n", "\n# ")))
            for number, (name, breakage, code, place) in enumerate(CASES, 2):
                world.psql(breakage + ";")
                status, said, answer = start(invoicing, world, folder)
                mend = BACK.get(name) or ";".join(re.findall(r" error \w+ plane: .*?; mend: (.*)", said))
                good = status == 1 and (code or "") in said and place in said and "unsafe-database" in said and mend and answer == b""
                world.psql(mend + ";")
                after, said_after, _ = start(invoicing, world, folder)
                good = good and after is None
                failed += not good
                print("ok" if good else "not ok", number, "-", name, "is refused, and served after its mend")
                if not good:
                    print("# " + (said + "\n--- after: " + mend + "\n" + said_after).replace("\n", "\n# "))
        finally:
            world.stop()
    sys.exit(1 if failed else 0)


main()
