#!/usr/bin/env python3
"""Every #include against the tables of ARCHITECTURE.md."""

import os
import re
import sys

import house

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.MULTILINE)

# Headers of C and of the system (POSIX, Linux, glibc); everything else has an owner in ARCHITECTURE.md.
SYSTEM = set("""assert.h complex.h ctype.h errno.h fenv.h float.h inttypes.h iso646.h limits.h locale.h math.h
    setjmp.h signal.h stdalign.h stdarg.h stdatomic.h stdbool.h stddef.h stdint.h stdio.h stdlib.h
    stdnoreturn.h string.h strings.h tgmath.h threads.h time.h uchar.h wchar.h wctype.h
    dirent.h dlfcn.h fcntl.h fnmatch.h ftw.h getopt.h glob.h grp.h iconv.h langinfo.h libgen.h netdb.h poll.h
    pthread.h pwd.h regex.h sched.h search.h semaphore.h spawn.h syslog.h termios.h ucontext.h unistd.h
    utime.h alloca.h endian.h byteswap.h error.h execinfo.h malloc.h
    arpa/inet.h net/if.h netinet/in.h netinet/tcp.h sys/auxv.h sys/epoll.h sys/eventfd.h sys/file.h
    sys/inotify.h sys/ioctl.h sys/mman.h sys/prctl.h sys/queue.h sys/random.h sys/resource.h sys/select.h
    sys/sendfile.h sys/signalfd.h sys/socket.h sys/stat.h sys/statvfs.h sys/syscall.h sys/sysinfo.h
    sys/time.h sys/timerfd.h sys/times.h sys/types.h sys/uio.h sys/un.h sys/utsname.h sys/vfs.h sys/wait.h
    linux/capability.h linux/futex.h linux/securebits.h
    sanitizer/asan_interface.h sanitizer/common_interface_defs.h sanitizer/lsan_interface.h
    sanitizer/tsan_interface.h valgrind/valgrind.h valgrind/memcheck.h""".split())


def rows(text, title):
    """Rows of the table below the heading `title`, as lists of cells."""
    section = text.split("\n## " + title + "\n", 1)
    if len(section) == 1:
        return []
    lines = section[1].split("\n## ", 1)[0].splitlines()
    cells = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines if line.startswith("|")]
    return cells[2:]


def layer_table(root):
    return {row[0]: row[1].split() for row in rows(house.read(root, "ARCHITECTURE.md"), "Layers")}


def third_party_table(root):
    """Each header or folder/ of headers, and the layer that owns it."""
    owners = {}
    for row in rows(house.read(root, "ARCHITECTURE.md"), "Third-party headers"):
        for header in row[0].replace(",", " ").split():
            owners[header] = row[1]
    return owners


def includes(root, name):
    text = house.read(root, name)
    # Strings stay, for they are the include's name.
    for found in INCLUDE.finditer(house.without_comments(text)):
        yield house.line_of(text, found.start()), found.group(1), found.group(2)


def owner_of(header, owners):
    for prefix, owner in owners.items():
        if header == prefix or (prefix.endswith("/") and header.startswith(prefix)):
            return owner
    return None


def table_faults(root):
    """The table itself: lower layers only, none twice, each folder of src named."""
    table = layer_table(root)
    if len(table) < 5:
        yield "ARCHITECTURE.md has no table of layers"
    above = []
    for layer, allowed in table.items():
        for lower in allowed:
            if lower not in above:
                yield "ARCHITECTURE.md: %s may include %s, which is not in a line above it" % (layer, lower)
        above.append(layer)
    for name in house.sources(root, "src"):
        if name.count("/") < 2:
            yield "%s stands in no layer's folder" % name
        elif name.split("/")[1] not in table:
            yield "%s: the folder is not in the table of ARCHITECTURE.md" % name
    for header, owner in third_party_table(root).items():
        if owner not in table:
            yield "ARCHITECTURE.md: %s belongs to %s, which is no layer" % (header, owner)


def quoted_fault(root, layer, header, table):
    """What is wrong with `#include "header"` in a file of `layer`; None when nothing is."""
    if header.startswith("tenantry/"):
        return raw_fault(layer, header)
    folder, slash, _ = header.partition("/")
    if slash and folder in table:
        if folder == layer or folder in table[layer]:
            return None
        return "%s may not include %s" % (layer, folder)
    # What stands in no folder of the tree is generated at build time: queries.h, pages.h, errors.def.
    if not slash and not os.path.exists(os.path.join(root, "src", layer, header)):
        return None
    return "write it as \"layer/file.h\""


def raw_fault(layer, header):
    if header == "tenantry/raw.h" and layer != "raw":
        return "only src/raw and scripts include the raw handle"
    return None


def layer_faults(root):
    table = layer_table(root)
    owners = third_party_table(root)
    for name in house.sources(root, "src"):
        layer = name.split("/")[1]
        if layer not in table:
            continue
        for line, kind, header in includes(root, name):
            fault = None
            if kind == '"':
                fault = quoted_fault(root, layer, header, table)
            elif header.startswith("tenantry/"):
                fault = raw_fault(layer, header)
            elif header not in SYSTEM:
                owner = owner_of(header, owners)
                if owner is None:
                    fault = "a third-party header without an owner in ARCHITECTURE.md"
                elif owner != layer:
                    fault = "belongs to src/%s" % owner
            if fault:
                yield "%s:%d: %s: %s" % (name, line, header, fault)


def public_faults(root):
    """include/ and include-raw/ stand on themselves and on C only."""
    for name in house.sources(root, "include", "include-raw"):
        for line, kind, header in includes(root, name):
            if header.startswith("tenantry/"):
                if header == "tenantry/raw.h" and name.startswith("include/"):
                    yield "%s:%d: %s: no header of the request path includes the raw handle" % (name, line, header)
            elif kind == '"' and not os.path.exists(os.path.join(root, "definitions", header)):
                yield "%s:%d: %s: a public header includes only public headers and C's" % (name, line, header)
            elif kind == "<" and header not in SYSTEM:
                yield "%s:%d: %s: a public header includes only public headers and C's" % (name, line, header)


def example_faults(root):
    """Examples are programs of others: <tenantry/…>, generated headers, their own, and C."""
    for name in house.sources(root, "examples"):
        script = "/scripts/" in name
        for line, kind, header in includes(root, name):
            if kind == "<" and header.startswith("tenantry/"):
                if header == "tenantry/raw.h" and not script:
                    yield "%s:%d: %s: only scripts/ includes the raw handle" % (name, line, header)
            elif kind == "<" and header not in SYSTEM:
                yield "%s:%d: %s: an example includes <tenantry/…>, generated headers and C's" % (name, line, header)
            elif kind == '"' and (header.startswith("..") or os.path.exists(os.path.join(root, "src", header))
                                  or os.path.exists(os.path.join(root, "include", header))):
                yield "%s:%d: %s: an example includes <tenantry/…>, generated headers and C's" % (name, line, header)


def add(line):
    return lambda text: text + "\n" + line + "\n"


def main():
    tap = house.Tap()
    tap.none("the table names every folder, and lower layers only", table_faults(house.ROOT))
    tap.none("a folder includes lower layers and its own third-party headers", layer_faults(house.ROOT))
    tap.none("public headers stand by themselves", public_faults(house.ROOT))
    tap.none("examples include public and generated headers only", example_faults(house.ROOT))

    tap.finds("an include upwards", layer_faults,
              {"src/base/planted.c": '#include "postgres/pool.h"\n'}, "base may not include postgres")
    tap.finds("an include upwards with spaces", layer_faults,
              {"src/base/planted.c": '  #  include   "loop/loop.h"\n'}, "base may not include loop")
    tap.finds("libpq outside its folder", layer_faults,
              {"src/server/planted.c": "#include <libpq-fe.h>\n"}, "belongs to src/postgres")
    tap.finds("a third-party header nobody owns", layer_faults,
              {"src/server/planted.c": "#include <zstd.h>\n"}, "without an owner")
    tap.finds("the raw handle in the server", layer_faults,
              {"src/server/planted.c": "#include <tenantry/raw.h>\n"}, "raw handle")
    tap.finds("the raw handle in a public header", public_faults,
              {"include/tenantry/planted.h": '#include "tenantry/raw.h"\n'}, "raw handle")
    tap.finds("libpq in a public header", public_faults,
              {"include/tenantry/planted.h": "#include <libpq-fe.h>\n"}, "libpq-fe.h")
    tap.finds("an inner header in an example", example_faults,
              {"examples/invoicing/planted.c": '#include "base/arena.h"\n'}, "base/arena.h")
    tap.finds("the raw handle in an example's page", example_faults,
              {"examples/invoicing/planted.c": "#include <tenantry/raw.h>\n"}, "only scripts/")
    tap.finds("a folder that is not in the table", table_faults,
              {"src/elsewhere/planted.c": "\n"}, "src/elsewhere/planted.c")
    tap.finds("a table row that points upwards", table_faults,
              {"ARCHITECTURE.md": lambda text: text.replace("| json | base |", "| json | base cli |")},
              "json may include cli")
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
