"""Truth 9: what earns a table row-level security is found out, not remembered."""
import json
import subprocess

from claim import holds, fails

# Four tables without row-level security, each with a reason that sounded well when it was written.
EXEMPTED = """
    create role {0}_app login; create role {0}_etl login; create role {0}_report login;
    create table plain (organization_id text not null, id int, primary key (organization_id, id));
    create table written (like plain including all);
    create table beside (like plain including all);
    create table salary (like plain including all);
    create table kept (like plain including all);
    alter table kept enable row level security; alter table kept force row level security;
    create policy own on kept using (organization_id = current_setting('app.org_id', true))
        with check (organization_id = current_setting('app.org_id', true));
    grant select, insert on all tables in schema public to {0}_app;
    grant insert on written to {0}_etl;
    grant select on beside to {0}_report;
    comment on table plain is 'tenantry: no row-level security: counters of one page only';
    comment on table written is 'tenantry: no row-level security: the import is ours';
    comment on table beside is 'tenantry: no row-level security: nobody else looks';
    comment on table salary is E'tenantry: no row-level security: one query only\\ntenantry: unrecoverable: salaries';
"""
ROLES = "drop role if exists {0}_app, {0}_etl, {0}_report;"
NAME = "truth_nine"


def verified(scene):
    """What `tenantry verify` says of the tables: their names and its messages."""
    environment = scene.world.environment
    url = f"host={environment['PGHOST']} user=postgres password={environment['PGPASSWORD']} dbname={NAME}"
    done = subprocess.run(
        [scene.tenantry, "verify", url, "--static", "--app-role", f"{NAME}_app", "--tenant-column", "organization_id",
         "--tenant-setting", "app.org_id", "--format", "json", "--fail-on", "never", "--quiet"],
        capture_output=True, text=True, check=False)
    if done.returncode:
        return {}, done.stderr
    report = json.loads(done.stdout)
    said = {}
    for finding in report["findings"]:
        said.setdefault(finding["object"].split(".")[-1], []).append(finding["message"])
    return said, json.dumps(report)


def truth_9_triggers(scene):
    """Which table earns row-level security is not left to memory."""
    scene.ask(f"CREATE DATABASE {NAME}")
    try:
        scene.session_script(EXEMPTED.format(NAME), NAME)
        said, report = verified(scene)
    finally:
        scene.ask(f"DROP DATABASE {NAME} WITH (FORCE)")
        scene.session_script(ROLES.format(NAME))

    def met(table, words):
        return any(words in message for message in said.get(table, []))

    yield holds("a table that another role writes too is told, with that role's name",
                met("written", f"{NAME}_etl write or reach it raw"), report)
    yield holds("a table that another role reads too is told, with that role's name",
                met("beside", f"{NAME}_report read it beside the application"), report)
    yield holds("a table of which one leak cannot be undone is told, in its schema's own words",
                met("salary", "one leak of it cannot be undone (salaries)"), report)
    yield holds("a table that meets none of the three is told as that, and one with policies not at all",
                "plain has no row-level security" in report and "meets none of the three triggers" in report
                and "kept" not in said, report)
    yield fails("with the decision left to a comment, three of these four reasons were wrong the day another role came",
                sum(table in said for table in ("written", "beside", "salary")) == 3, report)
