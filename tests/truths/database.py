"""Truths 6, 7 and 8: two layers, a setting that ends with its transaction, and migrations that are checked."""
import json
import os
import subprocess
import time

from claim import holds, fails
from scene import OURS, THEIRS

EVERY_INVOICE = "-- name: invoice_ids :many\nSELECT invoice.id FROM invoice;\n"


def written_by(generate, scene, configuration):
    """The text that a generator writes for a query which says nothing of organizations."""
    file = os.path.join(scene.folder, "every_invoice.sql")
    with open(file, "w", encoding="utf-8") as out:
        out.write(EVERY_INVOICE)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    done = subprocess.run([generate, "--report", configuration, file], env=clean, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)["rewritten"]


def organizations_read(scene, text, role):
    """Of which organizations a statement answers rows, entered as Acme, as a role."""
    acme = scene.organization(THEIRS)
    return scene.session_script(f"""
        prepare q(text) as {text};
        set role {role};
        begin;
        select tenantry.enter('{acme}', 5000, 5000) \\g /dev/null
        execute q('{acme}') \\g {scene.folder}/ids
        commit;
        reset role;
        create temp table seen (id uuid);
        \\copy seen from '{scene.folder}/ids'
        select distinct slug from seen join invoice using (id) join organization on organization.id = organization_id
        order by slug;""")


def truth_6_layers(scene):
    """Two independent layers: with either one sabotaged, nothing leaks."""
    whole = written_by(scene.generate, scene, scene.configuration)
    sabotaged = written_by(scene.generate_mutant, scene, scene.configuration)
    yield holds("both layers: the query reads Acme's rows", organizations_read(scene, whole, "tenantry_app") == [THEIRS])
    yield holds("the predicate left out, row-level security there: Acme's rows",
                organizations_read(scene, sabotaged, "tenantry_app") == [THEIRS])
    yield holds("row-level security bypassed, the predicate there: Acme's rows",
                organizations_read(scene, whole, "postgres") == [THEIRS])
    yield fails("with both taken away the same query reads everyone's",
                organizations_read(scene, sabotaged, "postgres") == [THEIRS, OURS])

    written = scene.throw_away("""
        create table invoice (organization text, number int);
        alter table invoice enable row level security; alter table invoice force row level security;
        create policy reads on invoice for select using (organization = current_setting('app.org_id', true));
        create policy writes on invoice for insert with check (true);
        grant all on invoice to tenantry_app;
        begin; set local role tenantry_app; select set_config('app.org_id', 'acme', true);
        insert into invoice values ('harbour-finch', 666); commit;
        select organization, number from invoice;""")
    yield fails("with USING for reads and no WITH CHECK worth its name, Acme writes an invoice of Harbour & Finch",
                written[-1] == "harbour-finch|666")


LEFT = "select '<' || coalesce(current_setting('app.org_id', true), '') || '>';\n"
ENTER = "select tenantry.enter('acme', 100, 100) \\g /dev/null\n"
POOLED = """
    create table invoice (organization text, number int);
    insert into invoice values ('acme', 1), ('harbour-finch', 2);
    alter table invoice enable row level security; alter table invoice force row level security;
    create policy own on invoice using (organization = current_setting('app.org_id', true));
    grant all on invoice to tenantry_app;
    set role tenantry_app;
    -- A request of Acme's. The connection goes back to the pool.
    select set_config('app.org_id', 'acme', false);
    select organization from invoice;
    -- The next request on it is somebody else's, and forgot to set anything.
    select organization from invoice;
"""


def truth_7_setting(scene):
    """The tenant setting is local to its transaction and a bound parameter, always."""
    def left_after(script):
        return scene.session_script(script + LEFT, role="tenantry_app")[-1]

    for ending, script in {
            "a commit": f"begin;\n{ENTER}commit;\n",
            "an error": f"begin;\n{ENTER}select 1/0;\nrollback;\n",
            "a statement that ran out of time": f"begin;\n{ENTER}select pg_sleep(5);\nrollback;\n"}.items():
        yield holds(f"after {ending} nothing is left in the connection",
                    left_after(script) == "<>" and left_after(f"begin;\n{ENTER}") == "<acme>")

    odd = "acme''; set app.org_id = ''harbour-finch"
    held = scene.session_script(f"prepare e(text) as select tenantry.enter($1, 100, 100);\nbegin;\nexecute e('{odd}') \\g /dev/null\n"
                                + LEFT + "commit;\n", role="tenantry_app")
    yield holds("a name made to break out of its quotes is only a name", held == ["<" + odd.replace("''", "'") + ">"], held)

    pooled = scene.throw_away(POOLED)
    yield fails("with a setting of the session, the next request on a pooled connection reads Acme's rows",
                pooled[-2:] == ["acme", "acme"], pooled)
    name = "acme'; set app.org_id = 'harbour-finch"
    pasted = scene.session_script(f"begin;\nset local app.org_id = '{name}';\n" + LEFT + "rollback;\n")
    yield fails("with the name pasted into SET LOCAL, the name chooses the organization", pasted[-1] == f"<{OURS}>", pasted)


UNFORCED = """
    create table invoice (organization text, number int);
    insert into invoice values ('acme', 1), ('harbour-finch', 2);
    alter table invoice enable row level security;
    -- A slip in the setting's name: this policy lets nothing through, for anyone.
    create policy own on invoice using (organization = current_setting('app.organization', true));
    alter table invoice owner to tenantry_owner;
    grant select on invoice to tenantry_app;
    -- The check: in Acme, Acme's row is read. As the owner, then as the application, then as the owner with FORCE.
    set role tenantry_owner; select set_config('app.org_id', 'acme', false) as setting \\gset
    select count(*) from invoice where organization = 'acme';
    set role tenantry_app;
    select count(*) from invoice where organization = 'acme';
    reset role; alter table invoice force row level security; set role tenantry_owner;
    select count(*) from invoice where organization = 'acme';
"""


def refused_at_start(scene):
    """What a second server says on this database, if it refuses to serve it; None if it serves."""
    with open(os.path.join(scene.folder, "second.log"), "w+", encoding="utf-8") as log:
        server = subprocess.Popen(
            [scene.invoicing, "--listen", "unix:" + os.path.join(scene.folder, "second.sock"), "--loops", "1",
             "--secret", "s" * 40, "--database", scene.world.url("tenantry_identity"),
             "--tenant-database", scene.world.url("tenantry_app")], stdout=log, stderr=log)
        said = ""
        while server.poll() is None and "answers at" not in said:
            time.sleep(0.05)
            log.seek(0)
            said = log.read()
        is_refused = server.poll() is not None
        if not is_refused:
            server.terminate()
        server.wait()
        log.seek(0)
        return log.read() if is_refused else None


def truth_8_migrations(scene):
    """Migrations are verified, not trusted."""
    yield holds("every tenant table of the example carries ENABLE and FORCE", scene.ask(
        "SELECT count(*) > 3 AND bool_and(relrowsecurity AND relforcerowsecurity) FROM pg_class JOIN pg_attribute"
        " ON attrelid = pg_class.oid WHERE relkind = 'r' AND attname = 'organization_id'") == "t")
    yield holds("a database as the migrations leave it is served", refused_at_start(scene) is None)
    scene.ask("ALTER TABLE invoice NO FORCE ROW LEVEL SECURITY")
    said = refused_at_start(scene) or ""
    scene.ask("ALTER TABLE invoice FORCE ROW LEVEL SECURITY")
    yield holds("with FORCE taken from one table the server refuses to start, and names table and mend",
                "public.invoice" in said and "FORCE ROW LEVEL SECURITY" in said, said)

    owner, application, forced = scene.throw_away(UNFORCED)
    yield fails("on a policy that does not work, a check that runs as the owner passes: the owner is exempt", owner == "1")
    yield fails("the same check as the application's role sees that nothing works, and so does the owner with FORCE",
                (application, forced) == ("0", "0"))
