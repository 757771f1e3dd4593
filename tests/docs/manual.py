#!/usr/bin/env python3
"""manual.py PAGE PROGRAM…: a manual page formats without a warning, and names every option of --help."""

import re
import shutil
import subprocess
import sys


def main():
    page, *program = sys.argv[1:]
    count = failed = 0

    def result(good, name, detail=""):
        nonlocal count, failed
        count += 1
        failed += not good
        print("%s %d - %s" % ("ok" if good else "not ok", count, name))
        for line in str(detail).splitlines() if not good else ():
            print("# " + line)

    with open(page, encoding="utf-8") as file:
        text = file.read().replace("\\-", "-")
    shown = subprocess.run([*program, "--help"], stdout=subprocess.PIPE, text=True, check=True).stdout
    options = sorted(set(re.findall(r"--[a-z-]+[a-z]", shown)))
    missing = [option for option in options if option not in text]
    result(len(options) > 3 and not missing, "the manual has every option of --help", missing)
    extra = sorted(set(re.findall(r"--[a-z-]+[a-z]", text)) - set(options))
    result(not extra, "and no other", extra)
    if shutil.which("groff"):
        done = subprocess.run(["groff", "-man", "-ww", "-z", "-K", "utf8", page], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        result(done.returncode == 0 and not done.stdout, "it formats without a warning", done.stdout)
    print("1..%d" % count)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
