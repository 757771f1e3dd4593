#!/usr/bin/env python3
"""test_symbols.py BUILD: what the libraries export, and what the programs that serve are made of."""

import functools
import glob
import json
import os
import re
import subprocess
import sys
import tempfile

import house
import test_layers

PUBLIC = re.compile(r'__attribute__\s*\(\(visibility\("default"\)\)\)\s*[^;({]*?(\w+)\s*\(')

# Of a program that serves: nothing that parses SQL, nothing that reads across organizations.
NOT_IN_SERVERS = re.compile(r"^(pg_query_\w+|protobuf_c_\w+|raw_(main|call_begin|enter|leave|alloc))$")
# Nor what is opened where a setting asks for it: libcurl, with the libraries behind it, for a mail server.
NOT_NEEDED_BY_SERVERS = ("libpg_query", "libprotobuf-c", "libtenantry-raw", "libcurl")

# Where the folder of the raw handle may be on the path.
RAW_PATH_ALLOWED = re.compile(r"(^|/)(src/raw/|tests/|bench/|examples/[^/]+/scripts/)|(^|/)gen[^/]*/raw\.c$|/raw\.c$")


def output(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, check=True, text=True).stdout


def declared(*folders):
    """Functions marked TN_PUBLIC in the headers of these folders (macros expanded)."""
    names = set()
    for folder in folders:
        for header in sorted(glob.glob(os.path.join(folder, "tenantry", "*.h"))):
            text = output("gcc", "-E", "-P", *["-I" + each for each in folders],
                          "-I" + os.path.join(house.ROOT, "definitions"), "-include", header, "-x", "c", os.devnull)
            names.update(PUBLIC.findall(text))
    return names


def exported(library):
    """Names that `library` offers to others."""
    lines = output("nm", "-D", "--defined-only", library).splitlines()
    return {line.split()[-1].split("@")[0] for line in lines if line.split()}


def symbols(program):
    lines = output("nm", program).splitlines()
    return {line.split()[-1].split("@")[0] for line in lines if line.split()}


def needed(program):
    return re.findall(r"\(NEEDED\).*\[(.+)\]", output("readelf", "-d", program))


def export_faults(library, wanted):
    there = exported(library)
    name = os.path.basename(library)
    for symbol in sorted(there - wanted):
        yield "%s exports %s, which no public header declares" % (name, symbol)
    for symbol in sorted(wanted - there):
        yield "%s lacks %s, which a public header declares" % (name, symbol)


def server_faults(program):
    name = os.path.basename(program)
    for symbol in sorted(symbols(program)):
        if NOT_IN_SERVERS.match(symbol):
            yield "%s holds %s" % (name, symbol)
    for library in needed(program):
        if library.startswith(NOT_NEEDED_BY_SERVERS):
            yield "%s needs %s" % (name, library)


def raw_path_faults(commands):
    """Who is compiled with the raw handle's folder on the path."""
    for command in commands:
        if "include-raw" in command["command"] and not RAW_PATH_ALLOWED.search(command["file"]):
            yield "%s is compiled with include-raw on its path" % os.path.relpath(command["file"])


@functools.cache
def place_of(root, object_file):
    """Layer and file of what meson made from src/LAYER/FILE.c: its name has the path with underscores."""
    name = re.match(r"(?:\.\._|src_|)([a-z]+)_(.+)\.c\.o$", os.path.basename(object_file))
    return name.groups() if name and os.path.exists(os.path.join(root, "src", name[1], name[2] + ".c")) else (None, None)


def layer_symbols(root, build):
    """Who defines each symbol, and who needs it: {name: {layer}} and {name: {(layer, file)}}."""
    objects = [os.path.join(folder, name) for folder, _, files in os.walk(build) for name in files
               if name.endswith(".o") and os.path.relpath(folder, build).split(os.sep)[0] not in ("tests", "bench", "examples")]
    defined, wanted = {}, {}
    for line in output("nm", "-A", "-P", *objects).splitlines():
        path, symbol, kind = re.match(r"(.*): (\S+) (\w)", line).groups()
        layer, file = place_of(root, path)
        if layer and kind == "U":
            wanted.setdefault(symbol, set()).add((layer, file))
        elif layer and kind.isupper():
            defined.setdefault(symbol, set()).add(layer)
    return defined, wanted


def layer_faults(table, defined, wanted):
    """The includes can be right where a header of the public promises what a layer above makes."""
    for symbol, users in sorted(wanted.items()):
        for layer, file in sorted(users):
            makers = defined.get(symbol, set())
            if makers and not makers & {layer, *table.get(layer, ())}:
                yield "%s/%s.c needs %s of %s, which its layer may not include" % (layer, file, symbol, ", ".join(sorted(makers)))


def compiled(folder, source, *flags):
    path = os.path.join(folder, "planted.so" if "-shared" in flags else "planted")
    subprocess.run(["gcc", "-x", "c", "-", "-o", path, *flags], input=source, text=True, check=True)
    return path


def self_tests(tap):
    with tempfile.TemporaryDirectory(prefix="tenantry-symbols-") as folder:
        library = compiled(folder, "void tn_extra(void); void tn_extra(void) {}", "-shared", "-fPIC")
        faults = list(export_faults(library, {"tn_missing"}))
        tap.result(any("exports tn_extra" in fault for fault in faults), "self-test: a symbol that is not declared", faults)
        tap.result(any("lacks tn_missing" in fault for fault in faults), "self-test: a declared one that is not there", faults)
        program = compiled(folder, "int pg_query_parse(void); int pg_query_parse(void) { return 0; }\n"
                                   "int raw_enter(void); int raw_enter(void) { return 0; }\n"
                                   "int main(void) { return pg_query_parse() + raw_enter(); }")
        faults = list(server_faults(program))
        tap.result(any("pg_query_parse" in fault for fault in faults), "self-test: a server that parses SQL", faults)
        tap.result(any("raw_enter" in fault for fault in faults), "self-test: a server with the raw handle", faults)
    faults = list(layer_faults({"base": [], "loop": ["base"]}, {"post": {"loop"}, "text": {"base"}},
                               {"post": {("base", "arena")}, "text": {("loop", "timer")}}))
    tap.result(len(faults) == 1 and "base/arena.c needs post of loop" in faults[0], "self-test: a layer that needs one above", faults)
    faults = list(raw_path_faults([{"file": "../src/server/page.c", "command": "cc -I../include-raw -c"}]))
    tap.result(bool(faults), "self-test: the raw folder on a server's path", faults)


def find(build, pattern):
    found = [path for path in glob.glob(os.path.join(build, "**", pattern), recursive=True) if os.path.isfile(path)]
    return found[0] if found else None


def main():
    build = sys.argv[1]
    tap = house.Tap()
    public = os.path.join(house.ROOT, "include")
    raw = os.path.join(house.ROOT, "include-raw")

    for name, folders in (("libtenantry.so", [public]), ("libtenantry-raw.so", [public, raw])):
        library = find(build, name)
        if library:
            tap.none("%s exports what its headers declare" % name, export_faults(library, declared(*folders)))
        else:
            tap.result(False, "%s is built" % name)
    for name in ("tenantry", "invoicing", "libtenantry.so"):
        program = find(build, name)
        if program:
            tap.none("%s neither parses SQL nor reads across organizations" % name, server_faults(program))
        else:
            tap.result(False, "%s is built" % name)
    defined, wanted = layer_symbols(house.ROOT, build)
    tap.result(len(defined) > 1000, "the objects of the layers are built", [str(len(defined))])
    tap.none("a layer needs only what lies below it, also of what it does not include",
             layer_faults(test_layers.layer_table(house.ROOT), defined, wanted))
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        tap.none("the raw handle's folder is on the path of scripts only", raw_path_faults(json.load(file)))
    self_tests(tap)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
