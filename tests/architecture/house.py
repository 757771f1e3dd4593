"""What the architecture tests share: the tracked files, C without comments, TAP, and planted faults.

Each check is a function from a root folder to a list of faults (sentences). A check that cannot fail
is worth nothing, so each test program also plants a fault in a copy of the tree and wants it found."""

import contextlib
import functools
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
NOT_OURS = ("build", ".git", "node_modules", "__pycache__")


def walked_files(root):
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(NOT_OURS)]
        for name in names:
            yield os.path.relpath(os.path.join(folder, name), root)


def files(root):
    """Every tracked file below root, relative to it; all files where there is no git."""
    if os.path.exists(os.path.join(root, ".git")) and shutil.which("git"):
        listed = subprocess.run(
            ["git", "-c", "safe.directory=*", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            stdout=subprocess.PIPE, check=False)
        if listed.returncode == 0:
            names = sorted(name for name in listed.stdout.decode().split("\0") if name)
            return [name for name in names if os.path.isfile(os.path.join(root, name))]
    return sorted(walked_files(root))


def sources(root, *folders, ends=(".c", ".h")):
    prefixes = tuple(folder.rstrip("/") + "/" for folder in folders)
    return [name for name in files(root) if name.startswith(prefixes) and name.endswith(ends)]


def read(root, name):
    with open(os.path.join(root, name), encoding="utf-8", errors="replace") as file:
        return file.read()


def write(root, name, text):
    path = os.path.join(root, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


TOKENS = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')""", re.DOTALL)


def without_comments(text):
    """C with comments blanked out; lines keep their numbers."""
    def blank(found):
        if found.group("comment") is None:
            return found.group(0)
        return re.sub(r"[^\n]", " ", found.group(0))
    return TOKENS.sub(blank, text)


def without_strings(text):
    def blank(found):
        if found.group("comment") is not None:
            return re.sub(r"[^\n]", " ", found.group(0))
        return '""'
    return TOKENS.sub(blank, text)


def strings(text):
    """Each string literal as (line, content); adjacent ones are not joined."""
    for found in TOKENS.finditer(text):
        if found.group("string") is not None and found.group(0).startswith('"'):
            yield text.count("\n", 0, found.start()) + 1, found.group(0)[1:-1]


def line_of(text, position):
    return text.count("\n", 0, position) + 1


@functools.cache
def whole_copy():
    """One copy of the tree for all faults of this program; it goes when the program does."""
    folder = tempfile.TemporaryDirectory(prefix="tenantry-architecture-")
    for name in files(ROOT):
        target = os.path.join(folder.name, name)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copyfile(os.path.join(ROOT, name), target)
    return folder


@contextlib.contextmanager
def planted(changes):
    """A copy of the tree with `changes` made: {path: text, or a function from the old text}."""
    copy = whole_copy().name
    before = {name: read(copy, name) if os.path.exists(os.path.join(copy, name)) else None for name in changes}
    for name, change in changes.items():
        write(copy, name, change(before[name]) if callable(change) else change)
    try:
        yield copy
    finally:
        for name, text in before.items():
            if text is None:
                os.remove(os.path.join(copy, name))
            else:
                write(copy, name, text)


class Tap:
    """TAP for the test runner; at the end, `sys.exit(tap.done())`."""

    def __init__(self):
        self.count = self.failed = 0

    def result(self, good, name, details=()):
        self.count += 1
        self.failed += 0 if good else 1
        print("%s %d - %s" % ("ok" if good else "not ok", self.count, name))
        for detail in details:
            print("# " + str(detail))

    def none(self, name, faults):
        faults = list(faults)
        self.result(not faults, name, faults)

    def finds(self, name, check, changes, *expect):
        """The check must find the planted faults: for each of `expect` a sentence that contains it."""
        with planted(changes) as copy:
            faults = list(check(copy))
        missed = [text for text in expect if not any(text in fault for fault in faults)]
        self.result(not missed, "self-test: " + name, ["missed: %s" % missed, "got: %s" % faults] if missed else [])

    def done(self):
        print("1..%d" % self.count)
        sys.stdout.flush()
        return 1 if self.failed else 0
