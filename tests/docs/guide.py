#!/usr/bin/env python3
"""guide.py PAGE SOURCE BUILD: do what a guide says, in an empty folder.

A block of code below a line that is a file's name in backticks and a colon is that file; a block of `sh` is run. All
commands run in one shell, in the order of the page. Indented text is for the reader."""

import os
import re
import socket
import subprocess
import sys
import tempfile


def steps(page):
    """("file", name, text) and ("sh", None, text), in order."""
    name = None
    for part in re.finditer(r"^`([\w./-]+)`:\n|^```(\w+)\n(.*?)^```$", page, re.M | re.S):
        if part[1]:
            name = part[1]
        elif part[2] == "sh":
            yield "sh", None, part[3]
        elif name:
            yield "file", name, part[3]
            name = None


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def script(page):
    """Every step as one shell script; files where the shell stands."""
    out = ["set -e"]
    for kind, name, text in steps(page):
        if kind == "sh":
            out.append(text)
        else:
            out.append("cat > '%s' <<'END-OF-FILE'\n%sEND-OF-FILE" % (name, text))
    return "\n".join(out)


def main():
    path, source, build = sys.argv[1:4]
    with open(path, encoding="utf-8") as file:
        page = file.read()
    with tempfile.TemporaryDirectory(prefix="tenantry-guide-") as folder:
        # PostgreSQL runs as another user than root, who must be able to pass through.
        os.chmod(folder, 0o755)
        # The guide says $TENANTRY/build; a build may lie elsewhere.
        os.makedirs(os.path.join(folder, "tenantry"))
        for name in os.listdir(source):
            if name != "build":
                os.symlink(os.path.join(source, name), os.path.join(folder, "tenantry", name))
        os.symlink(build, os.path.join(folder, "tenantry", "build"))
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "TENANTRY"))}
        environment.update(TENANTRY=os.path.join(folder, "tenantry"), PORT=str(free_port()))
        done = subprocess.run(["bash", "-c", script(page)], cwd=folder, env=environment, text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=150)
        said = done.stdout
        log = os.path.join(folder, "notes", "log")
        if os.path.exists(log):
            with open(log, encoding="utf-8") as file:
                said += file.read()

    refusal = [line[4:] for line in re.findall(r"^    wrong\.sql.*\n    .*$", page, re.M)[0].splitlines()]
    claims = (
        ("the guide is followed to its end", done.returncode == 0),
        ("the refusal is the one that it shows", "\n".join(refusal) in said),
        ("the function is there", "bool notes_list(struct tn_db db, struct arg_opt_state state" in said),
        ("a page shows its organization's note", "<li>1: a note of North</li>" in said),
        ("and so does the other's", "<li>1: a note of South</li>" in said),
        ("each shows one", said.count("<li>") == 2),
    )
    for count, (name, good) in enumerate(claims, 1):
        print("%s %d - %s" % ("ok" if good else "not ok", count, name))
    if not all(good for _, good in claims):
        print("".join("# %s\n" % line for line in said.splitlines()[-60:]))
    print("1..%d" % len(claims))
    return 0 if all(good for _, good in claims) else 1


if __name__ == "__main__":
    sys.exit(main())
