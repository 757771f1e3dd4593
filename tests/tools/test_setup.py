#!/usr/bin/env python3
"""tools/setup with a machine that is played: what it says, what it asks for, in which order."""

import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
REAL = ("sh", "awk", "sed", "grep", "cut", "xargs", "cat", "dirname", "ls", "sort", "env", "tee", "echo")


class Machine:
    """A folder of programs that is the whole PATH; apt-get and sudo write down how they were called."""

    def __init__(self, folder, user, packages="", sudo=False):
        self.log = os.path.join(folder, "calls")
        self.path = os.path.join(folder, "bin")
        os.mkdir(self.path)
        for name in REAL:
            os.symlink(shutil.which(name), os.path.join(self.path, name))
        self.program("id", "echo %d" % user)
        # What is installed: what was from the beginning, and what apt-get was asked to install.
        self.program("dpkg-query", "shift 2\nfor p; do case ' %s '$(cat %s 2>/dev/null)' ' in *\" $p \"*) echo \"$p installed\";; esac; done"
                     % (packages, self.log))
        self.program("apt-get", "echo \"$@\" '' | sed 's/^/ /' >>%s" % self.log)
        if sudo:
            self.program("sudo", "[ \"$1\" = -n ] && exit 0\nprintf sudo >>%s\nexec \"$@\"" % self.log)

    def program(self, name, text):
        path = os.path.join(self.path, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n" + text + "\n")
        os.chmod(path, 0o755)

    def setup(self, *groups):
        done = subprocess.run(["/bin/sh", os.path.join(ROOT, "tools", "setup"), *groups], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True,
                              env={"PATH": self.path}, check=False)
        return done.returncode, done.stdout

    def calls(self):
        if not os.path.exists(self.log):
            return ""
        with open(self.log, encoding="utf-8") as file:
            return file.read()


def nothing_is_asked_when_all_is_there(folder):
    machine = Machine(folder, 0, packages="wrk nginx-light nodejs npm")
    returned, output = machine.setup("bench")
    return returned == 0 and output == "" and machine.calls() == ""


def what_is_missing_is_named_and_installed(folder):
    machine = Machine(folder, 0, packages="nginx-light nodejs npm")
    returned, output = machine.setup("bench")
    return returned == 0 and "wrk" in output and "nginx" not in output and " install " in machine.calls() \
        and "nginx" not in machine.calls()


def sudo_is_used_where_it_works(folder):
    machine = Machine(folder, 1000, sudo=True)
    returned, _ = machine.setup("bench")
    return returned == 0 and machine.calls().startswith("sudo")


def without_rights_the_command_is_told(folder):
    machine = Machine(folder, 1000)
    returned, output = machine.setup("bench")
    return returned == 1 and "tools/setup bench" in output and machine.calls() == ""


def another_system_is_told_what_is_needed(folder):
    machine = Machine(folder, 1000)
    os.remove(os.path.join(machine.path, "dpkg-query"))
    returned, output = machine.setup("bench")
    return returned == 0 and "not Debian" in output and "wrk" in output


def an_unknown_group_is_refused(folder):
    returned, output = Machine(folder, 0).setup("everything")
    return returned == 2 and "everything" in output


def no_group_is_refused(folder):
    returned, output = Machine(folder, 0).setup()
    return returned == 2 and "usage" in output


TESTS = (nothing_is_asked_when_all_is_there, what_is_missing_is_named_and_installed, sudo_is_used_where_it_works,
         without_rights_the_command_is_told, another_system_is_told_what_is_needed, an_unknown_group_is_refused,
         no_group_is_refused)


def main():
    failed = 0
    for number, test in enumerate(TESTS, 1):
        with tempfile.TemporaryDirectory(prefix="tenantry-tools-") as folder:
            good = test(folder)
        failed += not good
        print("%s %d - %s" % ("ok" if good else "not ok", number, test.__name__))
    print("1..%d" % len(TESTS))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
