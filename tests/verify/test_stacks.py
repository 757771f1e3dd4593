#!/usr/bin/env python3
"""test_stacks.py TENANTRY: databases as Rails, Django, drizzle and Supabase leave them, verified as somebody does who gives
no option but --clone: it finds out by itself who works and whose a row is, and names what is wrong."""
import os
import re
import sys

import verify_world as world

FOLDER = os.path.join(world.HERE, "stacks")

ASSUMED = {
    "rails": (["stack_rails"], ["account_id"], ["app.account_id"]),
    "django": (["stack_django"], ["tenant_id"], ["app.current_tenant"]),
    "drizzle": (["stack_drizzle"], ["organizationId"], ["app.organizationId"]),
    "supabase": (["anon", "authenticated"], ["organization_id"], ["request.jwt.claims"]),
}


def main():
    tap = world.Tap()
    server = world.Server()
    try:
        for stack, (roles, columns, settings) in ASSUMED.items():
            with open(os.path.join(FOLDER, stack + ".sql"), encoding="utf-8") as file:
                text = file.read()
            server.database(stack)
            server.psql(text, stack)
            report = world.verify(sys.argv[1], server, stack, "--clone")
            said = report["summary"]
            tap.ok(set(roles) <= set(said["roles"]) and said["tenant_columns"] == columns and said["tenant_settings"] == settings,
                   "%s: roles, tenant and setting are found" % stack, said)
            wanted = set(re.search(r"^-- finds: (.*)$", text, re.M).group(1).split())
            tap.ok(wanted <= world.codes(report), "%s: %s" % (stack, ", ".join(sorted(wanted))), sorted(world.codes(report)),
                   report["unproven"])
            tap.ok(said["attacked"] == "on a clone" and said["control"] and all(f["fix"] for f in report["findings"]),
                   "%s: attacked on a clone, and each finding has its mend" % stack, said)
    finally:
        server.stop()
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
