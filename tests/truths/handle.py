"""Truths 4 and 5: the unscoped call does not exist, and work across organizations is loud."""
import json
import os
import subprocess

from claim import holds, fails

PAGE = """
#include <tenantry/tenantry.h>
#include "queries.h"
%(outside)s
bool page(struct tn_db db, struct tn_request *request, struct tn_error *error);
bool page(struct tn_db db, struct tn_request *request, struct tn_error *error)
{
    struct tn_text text = tn_text_of(tn_request_query(request, "text"));
    (void)db;
    return demo_letterhead(%(handle)s arg_legal_name(text), arg_address(text), arg_tax_number(text),
        arg_bank_account(text), error);
}
"""
MISTAKES = {
    "with the handle left out": ("", ""),
    "with NULL": ("", "NULL,"),
    "with an organization's id from the request": ("", 'tn_request_query(request, "organizationId"),'),
    "with a pool of connections": ("extern struct pool *pool;", "pool,"),
}
# How such an interface usually looks: the filter is an argument among others.
USUAL = """
#include <stddef.h>
struct connection;
int invoices_list(struct connection *connection, const char *organization, const char *status);
int page(struct connection *connection);
int page(struct connection *connection) { return invoices_list(connection, %s); }
"""


def page(outside="", handle="db,"):
    return PAGE % {"outside": outside, "handle": handle}


def truth_4_unscoped(scene):
    """The unscoped call shape does not exist: it does not compile, in gcc and clang, with no flags."""
    for compiler in ("gcc", "clang"):
        yield holds(f"{compiler} takes a query of the example with the handle of one organization",
                    scene.compiles(compiler, page()))
        for mistake, (outside, handle) in MISTAKES.items():
            yield holds(f"{compiler} refuses it {mistake}", not scene.compiles(compiler, page(outside, handle)))
    yield fails("where the organization is a string among others, NULL compiles and means everyone",
                scene.compiles("gcc", USUAL % "NULL, NULL"))
    yield fails("and so does the status in the organization's place", scene.compiles("gcc", USUAL % '"open", "acme"'))


ONE_FLAG = """
    create table invoice (organization text, number int);
    insert into invoice values ('acme', 1), ('harbour-finch', 2);
    prepare invoices(text, boolean) as select count(*) from invoice where $2 or organization = $1;
    execute invoices('acme', false);
    execute invoices('acme', true);
"""


def needed(file):
    done = subprocess.run(["readelf", "--dynamic", file], capture_output=True, text=True, check=True)
    return [line.split("[")[1].rstrip("]") for line in done.stdout.splitlines() if "(NEEDED)" in line]


def truth_5_loud(scene):
    """Work across organizations is loud: its own header, library, database role and folder."""
    raw_header = "#include <tenantry/raw.h>"
    yield holds("including the raw header in the request path is \"no such file\"",
                scene.compiles("gcc", page()) and not scene.compiles("gcc", page(raw_header)))
    yield holds("the serving program does not link the raw library, the script does",
                not any("raw" in name for name in needed(scene.invoicing))
                and any("raw" in name for name in needed(scene.raw_script)))

    before = int(scene.ask("SELECT count(*) FROM tenantry.raw_use"))
    environment = dict(os.environ, TENANTRY_RAW_DATABASE=scene.world.url("tenantry_raw"))
    done = subprocess.run([scene.raw_script, "--json"], env=environment, capture_output=True, text=True, check=False)
    count = len(json.loads(done.stdout)["organizations"]) if done.returncode == 0 else 0
    after = int(scene.ask("SELECT count(*) FROM tenantry.raw_use"))
    yield holds("the nightly script reads every organization as tenantry_raw, and each use left its line",
                count >= 2 and after > before, done.stderr)
    yield holds("the application's role cannot become that role",
                scene.ask("SELECT pg_has_role('tenantry_app', 'tenantry_raw', 'MEMBER')") == "f")

    seen = scene.throw_away(ONE_FLAG)
    yield fails("with a flag for \"all organizations\", the request path is one argument away from everyone's rows",
                seen == ["1", "2"])
