#!/usr/bin/env python3
"""run.py FOLDER INCLUDE…: what must not compile does not, in gcc and in clang, with no flags but these folders.

Line 1 of each file: /* expect: TEXT */, or several texts with | between, one of which the compiler's
message must contain. Each file is its own control: without -DMISTAKE it must compile."""

import os
import re
import shutil
import subprocess
import sys

FOLDER = os.path.abspath(sys.argv[1])
COMPILERS = ("gcc", "clang")


def compile_file(compiler, name, includes, mistake):
    command = [compiler, *["-I" + folder for folder in includes], *(["-DMISTAKE"] if mistake else []),
               "-c", "-o", "/dev/null", os.path.join(FOLDER, name)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                          text=True, check=False, env=dict(os.environ, LC_ALL="C"))
    return done.returncode == 0, done.stdout


def expectation(name):
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        found = re.match(r"/\* expect: (.+) \*/$", file.readline().rstrip())
    return [text.strip() for text in found.group(1).split("|")] if found else None


class Tap:
    def __init__(self):
        self.count = self.failed = 0

    def result(self, good, name, output=""):
        self.count += 1
        self.failed += not good
        print("%s %d - %s" % ("ok" if good else "not ok", self.count, name))
        if not good:
            for line in output.splitlines()[:20]:
                print("# " + line)


def refused(tap, compiler, name, includes, texts):
    compiled, output = compile_file(compiler, name, includes, True)
    # A warning is not enough: the message that is wanted must be an error's.
    errors = "\n".join(line for line in output.splitlines() if "error:" in line)
    tap.result(not compiled and any(text in errors for text in texts),
               "%s refuses %s" % (compiler, name[:-2].replace("_", " ")),
               "wanted an error with: %s\n%s" % (" | ".join(texts), output or "(it compiled)"))


def main():
    includes = sys.argv[2:]
    tap = Tap()
    names = sorted(name for name in os.listdir(FOLDER) if name.endswith(".c"))
    for compiler in COMPILERS:
        if not shutil.which(compiler):
            tap.result(False, "%s is there" % compiler, "tools/setup test installs it")
            continue
        for name in names:
            texts = expectation(name)
            if not texts:
                tap.result(False, "%s begins with /* expect: TEXT */" % name)
                continue
            refused(tap, compiler, name, includes, texts)
            compiled, output = compile_file(compiler, name, includes, False)
            tap.result(compiled, "%s takes %s without the mistake" % (compiler, name[:-2].replace("_", " ")), output)
    print("1..%d" % tap.count)
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
