#!/usr/bin/env python3
"""test_integrations.py TENANTRY ROOT: the script behind the GitHub action and the pre-commit hook, and the YAML that calls it."""
import os
import re
import subprocess
import sys
import tempfile

import verify_world as world

OPTIONS = ["--app-role", "verify_app", "--tenant-column", "org_id", "--tenant-setting", "app.org_id"]


def script(root, tenantry, *arguments, **environment):
    return subprocess.run([os.path.join(root, "tools/verify-schema"), *arguments], capture_output=True, text=True,
                          env=dict(os.environ, TENANTRY=tenantry, **environment), timeout=120, check=False)


def yaml_of(path):
    """With Debian's parser, whichever Python runs the tests."""
    done = subprocess.run(["/usr/bin/python3", "-c", "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))",
                           path], capture_output=True, text=True, check=True)
    import json
    return json.loads(done.stdout)


def check_action(tap, root, tenantry):
    action = yaml_of(os.path.join(root, "action.yml"))
    steps = action["runs"]["steps"]
    text = steps[-1]["run"]
    tap.ok(action["runs"]["using"] == "composite" and all(step["shell"] == "bash" for step in steps),
           "the action is composite, and each step names its shell")
    passed = {re.search(r"inputs\.([\w-]+)", value)[1] for value in steps[-1]["env"].values()}
    tap.ok(passed == set(action["inputs"]), "each input is passed by the environment, none by pasting", passed)
    with tempfile.TemporaryDirectory() as folder:
        broken = os.path.join(folder, "broken.sql")
        with open(broken, "w", encoding="utf-8") as file:
            file.write("alter table note disable row level security;")
        environment = {name: "" for name in steps[-1]["env"]}
        environment.update(GITHUB_ACTION_PATH=root, APP_ROLE="verify_app", TENANT_COLUMN="org_id", TENANTRY=tenantry,
                           SCHEMA=" ".join([os.path.join(world.HERE, "roles.sql"), os.path.join(world.HERE, "base.sql"), broken]))
        done = subprocess.run(["bash", "-e", "-c", text], env=dict(os.environ, **environment), capture_output=True, text=True,
                              timeout=120, check=False)
        tap.ok(done.returncode == 1 and "::error title=rls-disabled public.note" in done.stdout,
               "the action's own step fails with an annotation", done.stdout, done.stderr)


def check_hook(tap, root):
    hook = yaml_of(os.path.join(root, "docs/pre-commit.yaml"))["repos"][0]
    entry = hook["hooks"][0]["entry"].split()
    tap.ok(hook["repo"] == "local" and hook["hooks"][0]["language"] == "system" and
           os.access(os.path.join(root, *entry[0].split("/")[1:]), os.X_OK), "the hook runs a script that is there", entry)


def main():
    tenantry, root = sys.argv[1], sys.argv[2]
    tap = world.Tap()
    files = [os.path.join(world.HERE, name) for name in ("roles.sql", "base.sql")]
    done = script(root, tenantry, *OPTIONS, "--strict", "--", *files)
    tap.ok(done.returncode == 0, "a clean schema passes", done.stdout, done.stderr)
    done = script(root, tenantry, *OPTIONS, "--", files[1])
    tap.ok(done.returncode == 2 and "does not load" in done.stderr, "one that does not load is told", done.stderr)
    done = script(root, tenantry, DATABASE_URL="")
    tap.ok(done.returncode == 2 and "DATABASE_URL" in done.stderr, "nothing to verify is told", done.stderr)
    check_action(tap, root, tenantry)
    check_hook(tap, root)
    return tap.done()


sys.exit(main())
