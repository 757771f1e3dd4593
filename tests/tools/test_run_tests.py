#!/usr/bin/env python3
"""tools/run-tests counts single tests, and cannot be told that all is well when it is not."""

import os
import subprocess
import sys
import tempfile

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
RUN_TESTS = os.path.join(ROOT, "tools", "run-tests")

# What a test program prints, its exit code, its protocol; then the last line and whether tools/run-tests is content.
CASES = [
    ("two good tests are two", "ok 1 - a\nok 2 - b\n1..2\n", 0, "tap", "2 passed, 0 failed", True),
    ("one bad test of two is one", "ok 1 - a\nnot ok 2 - b\n1..2\n", 1, "tap", "1 passed, 1 failed", False),
    ("a skipped test is neither", "ok 1 - a\nok 2 - b # SKIP no browser\n1..2\n", 0, "tap", "1 passed, 0 failed", True),
    ("a crash after good tests is a failure", "ok 1 - a\n1..1\n", 9, "tap", "1 passed, 1 failed", False),
    ("fewer tests than planned is a failure", "1..3\nok 1 - a\n", 0, "tap", "1 passed, 1 failed", False),
    ("a program without a test is a failure", "1..0\n", 0, "tap", "0 passed, 1 failed", False),
    ("a program that only ends well is one", "anything\n", 0, "exitcode", "1 passed, 0 failed", True),
    ("a program that ends badly is one", "anything\n", 1, "exitcode", "0 passed, 1 failed", False),
]


def run_tests(folder, meson):
    with open(os.path.join(folder, "meson.build"), "w", encoding="utf-8") as file:
        file.write("project('counted')\nshell = find_program('sh')\n" + meson)
    build = os.path.join(folder, "build")
    subprocess.run(["meson", "setup", build, folder], stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, check=True)
    # The variables of the meson that runs this test are not for the one that is tested.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MESON")}
    done = subprocess.run([sys.executable, RUN_TESTS, build], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          stdin=subprocess.DEVNULL, text=True, env=environment, check=False)
    return done.returncode, done.stdout


class Tap:
    def __init__(self):
        self.count = self.failed = 0

    def result(self, good, name, output):
        self.count += 1
        self.failed += not good
        print("%s %d - %s" % ("ok" if good else "not ok", self.count, name))
        for line in [] if good else output.splitlines():
            print("# " + line)


def main():
    tap = Tap()
    for name, printed, code, protocol, last_line, content in CASES:
        with tempfile.TemporaryDirectory(prefix="tenantry-tools-") as folder:
            with open(os.path.join(folder, "program.sh"), "w", encoding="utf-8") as file:
                file.write("printf '%s'\nexit %d\n" % (printed.replace("\n", "\\n"), code))
            returned, output = run_tests(
                folder, "test('program', shell, args: files('program.sh'), protocol: '%s')\n" % protocol)
            tap.result(output.splitlines()[-1] == last_line and (returned == 0) == content, name, output)
    with tempfile.TemporaryDirectory(prefix="tenantry-tools-") as folder:
        returned, output = run_tests(folder, "")
        tap.result(output.splitlines()[-1] == "0 passed, 1 failed" and returned == 1, "no test at all is a failure", output)
    print("1..%d" % tap.count)
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
