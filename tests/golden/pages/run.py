#!/usr/bin/env python3
"""run.py COMPILER DEFENDED UNDEFENDED: the page compiler, from pages in to pages shown.

1. compiled/CASE/*.html gives the pages.h and pages.c beside it, and these compile.
2. Every file of refused/ is refused, with the words of refused/*.txt, letter by letter.
3. A value of a type that pages do not know, or used as it cannot be, does not compile.
4. No value changes the structure of a page, whatever it holds. Without the escaping, each does.
"""
import html.parser
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.abspath(os.path.join(HERE, "..", "..", ".."))
INCLUDES = ["-I" + os.path.join(ROOT, "include"), "-I" + os.path.join(ROOT, "definitions")]
STRICT = ["-std=gnu17", "-Wall", "-Wextra", "-Wshadow", "-Werror"]
COMPILERS = [name for name in ("gcc", "clang") if shutil.which(name)]

count = failed = 0


def result(good, name, details=()):
    global count, failed
    count += 1
    failed += 0 if good else 1
    print("%s %d - %s" % ("ok" if good else "not ok", count, name))
    for detail in details if not good else ():
        for line in str(detail).splitlines():
            print("# " + line)


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


def run(*command, cwd=None):
    done = subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout.decode("utf-8", "replace")


def compiles(compiler, folder, *flags):
    return run(compiler, *flags, *INCLUDES, "-I" + folder, "-fsyntax-only", os.path.join(folder, "pages.c"))


# --- 1 -----------------------------------------------------------------------------------------------------------

def compiled(pages, scratch):
    for case in sorted(os.listdir(os.path.join(HERE, "compiled"))):
        folder = os.path.join(HERE, "compiled", case)
        out = os.path.join(scratch, case)
        status, said = run(pages, folder, "--out", out)
        result(status == 0 and said == "", "%s is compiled" % case, [said])
        for name in ("pages.h", "pages.c"):
            same = status == 0 and read(out, name) == read(folder, name)
            result(same, "%s gives the expected %s" % (case, name),
                   [run("diff", os.path.join(folder, name), os.path.join(out, name))[1]])
        for compiler in COMPILERS:
            status, said = compiles(compiler, folder, *STRICT)
            result(status == 0, "%s takes %s" % (compiler, case), [said])


# --- 2 -----------------------------------------------------------------------------------------------------------

def refused(pages, scratch):
    for group in ("headers", "bodies"):
        folder = os.path.join("refused", group)
        status, said = run(pages, folder, "--out", os.path.join(scratch, group), cwd=HERE)
        expected = read(HERE, "refused", group + ".txt").splitlines()
        got = said.splitlines()
        result(status == 1, "%s: refused, and the program says so" % group, [status])
        result(not os.path.exists(os.path.join(scratch, group)), "%s: nothing is written" % group)
        for line in expected:
            result(line in got, "says " + line, ["instead: " + other for other in got
                                                if other.split(":")[0] == line.split(":")[0]])
        result(len(got) == len(expected), "%s: nothing else is said" % group, set(got) - set(expected))
        # frame and piece are what the others name.
        silent = [name for name in os.listdir(os.path.join(HERE, folder))
                  if name not in ("frame.html", "piece.html") and not any("/%s:" % name in line for line in expected)]
        result(not silent, "%s: every page is refused" % group, silent)


# --- 3 -----------------------------------------------------------------------------------------------------------

DECLARATIONS = """
#include <tenantry/request.h>
enum color { RED, GREEN };
struct thing { enum color color; struct tn_decimal total; double ratio; const char *name; struct tn_text text;
    struct tn_opt_text note; struct tn_opt_decimal discount; struct tn_bytes bytes; int32_t number; bool is; };
struct things { struct thing *rows; size_t count; };
void nothing(const char *text);
const char *shown(struct tn_request *request, struct tn_text text);
"""

COMPILABLE = (
    "{{ thing.name }} {{ thing.text }} {{ thing.note }} {{ thing.number }} {{ thing.is }} {{ shown(request, thing.text) }}",
    "{% if thing.number < 3 && thing.is && thing.note && thing.name == \"x\" && thing.text != \"y\" %}{% end %}",
    "{% if thing.color == GREEN %}{% end %}",
    "<a href=\"/x/{{ thing.name }}/{{ thing.text }}?y={{ thing.number }}\">x</a>",
)

UNCOMPILABLE = (
    ("an enum", "{{ thing.color }}"),
    ("a decimal", "{{ thing.total }}"),
    ("a float", "{{ thing.ratio }}"),
    ("a struct", "{{ thing }}"),
    ("rows", "{{ things }}"),
    ("bytes", "{{ thing.bytes }}"),
    ("a decimal that may be NULL", "{{ thing.discount }}"),
    ("a pointer", "{{ things.rows }}"),
    ("nothing at all", "{{ nothing(thing.name) }}"),
    ("a member that does not exist", "{{ thing.nome }}"),
    ("a function that does not exist", "{{ unshown(thing.name) }}"),
    ("a value for a parameter of another type", "{{ shown(request, thing.name) }}"),
    ("a value that may be NULL in an address", "<a href=\"/x/{{ thing.note }}\">x</a>"),
    ("a boolean in an address", "<a href=\"/x?y={{ thing.is }}\">x</a>"),
    ("text compared with text", "{% if thing.text == thing.text %}{% end %}"),
    ("strings compared by where they stand", "{% if thing.name == thing.name %}{% end %}"),
    ("a number compared with text", "{% if thing.number == \"1\" %}{% end %}"),
    ("text compared with a number", "{% if thing.name < 3 %}{% end %}"),
    ("a struct as a condition", "{% if thing %}{% end %}"),
    ("an enum as a condition", "{% if thing.color %}{% end %}"),
    ("a loop over one thing", "{% for one in thing %}{% end %}"),
)


def types(pages, scratch):
    def try_body(name, body, wanted):
        folder = os.path.join(scratch, "types")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "values.h"), "w", encoding="utf-8") as file:
            file.write(DECLARATIONS)
        with open(os.path.join(folder, "x.html"), "w", encoding="utf-8") as file:
            file.write("<!-- include \"values.h\" -->\n"
                       "<!-- page x (struct thing thing, struct things things) -->\n" + body + "\n")
        status, said = run(pages, folder, "--out", folder)
        if status != 0:
            result(False, name, [said])
            return
        for compiler in COMPILERS:
            # An implicit declaration is an error for whoever takes warnings seriously.
            status, said = compiles(compiler, folder, "-std=gnu17", "-Werror=implicit-function-declaration")
            good = status == 0 if wanted else status != 0 and "x.html:3" in said
            result(good, "%s: %s" % (compiler, name), [body, said])

    for body in COMPILABLE:
        try_body("compiles: " + body, body, True)
    for what, body in UNCOMPILABLE:
        try_body("%s does not compile, and the page's line is named" % what, body, False)


# --- 4 -----------------------------------------------------------------------------------------------------------

ATTACKS = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'><img src=x onerror=alert(1)>",
    "\" onmouseover=\"alert(1)",
    "' onmouseover='alert(1)",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</noscript><script>alert(1)</script>",
    "<!-- ",
    "&quot;><b>",
    "&lt;script&gt;",
    "/../../x",
    "..",
    "?x=1",
    "#x",
    "a&b=c",
    "%2e%2e%2f",
)
# These hold nothing that needs escaping where they may stand; they are shown as they are.
ODD = ("a=b;c", "\\evil.example\\", "javascript:alert(1)", "//evil.example/", "", ".", " ", "\nfirst\n", "{{ 7 }}", "Zoë 🌍", "chosen", "+", "^/x")
HARMLESS = "harmless"


class Structure(html.parser.HTMLParser):
    """Tags with their attributes' names, and the values with the value that is looked for taken out."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.shape = []
        self.texts = []
        self.addresses = []
        self.attributes = []
        self.tag = ""

    def handle_starttag(self, tag, attrs):
        self.tag = tag
        self.texts.append("")
        self.shape.append((tag, tuple(name for name, _ in attrs if name != "selected")))
        for name, value in attrs:
            if name in ("href", "src", "action"):
                self.addresses.append(value)
            elif name != "selected":
                self.attributes.append(value)

    def handle_endtag(self, tag):
        self.shape.append(("/" + tag, ()))

    def handle_comment(self, data):
        self.shape.append(("comment", ()))

    def handle_data(self, data):
        if self.texts:
            self.texts[-1] += data


def shown(program, value):
    status, text = run(program, value)
    assert status == 0, text
    parser = Structure()
    parser.feed(text)
    parser.close()
    return parser


def resolve(address):
    """Where a browser on a page of the organization goes; dot segments taken out, however they are encoded."""
    address = address.replace("%2E", ".").replace("%2e", ".")
    return urllib.parse.urlsplit(urllib.parse.urljoin("http://app.example/o/acme/page", address))


def address_faults(harmless, value, got):
    if len(harmless.addresses) != len(got.addresses):
        return ["another number of addresses"]
    faults = []
    for plain, address in zip(harmless.addresses, got.addresses):
        wanted, found = resolve(plain), resolve(address)
        fixed = wanted.path.split(HARMLESS)[0]
        if (wanted.scheme, wanted.netloc) != (found.scheme, found.netloc) or not found.path.startswith(fixed):
            faults.append("%s leads to %s" % (address, found.geturl()))
        elif wanted.path.count("/") != found.path.count("/") or bool(wanted.fragment) < bool(found.fragment):
            faults.append("%s has another shape than %s" % (address, plain))
        keys = [key for key, _ in urllib.parse.parse_qsl(wanted.query, keep_blank_values=True)]
        if value != "" and keys != [key for key, _ in urllib.parse.parse_qsl(found.query, keep_blank_values=True)]:
            faults.append("%s has other parameters than %s" % (address, plain))
        for key, one in urllib.parse.parse_qsl(found.query, keep_blank_values=True):
            if one != value:
                faults.append("%s: %s arrives as %r" % (address, key, one))
    return faults


def faults_of(program, harmless, value):
    """What is different from a page of harmless values, but the values."""
    got = shown(program, value)
    faults = []
    if got.shape != harmless.shape:
        faults.append("the tags or attributes are others")
    if got.attributes != [one.replace(HARMLESS, value) for one in harmless.attributes]:
        faults.append("an attribute holds something else: %s" % got.attributes)
    if got.texts != [one.replace(HARMLESS, value) for one in harmless.texts]:
        faults.append("a text is something else: %s" % got.texts)
    return faults + address_faults(harmless, value, got)


def places(defended, undefended):
    harmless = shown(defended, HARMLESS)
    result(len(harmless.shape) > 50 and len(harmless.addresses) == 11, "the page has every place",
           [len(harmless.shape), harmless.addresses])
    hidden = ("input", ("type", "name", "value"))
    result(hidden in harmless.shape and "/links/_/save" in harmless.attributes, "the form is bound to what it posts to",
           harmless.attributes)
    inside = [address for address in harmless.addresses if address.startswith("/o/acme/")]
    result(len(inside) == 6 and "/outside/harmless/" in harmless.addresses,
           "addresses are inside the organization but those that say otherwise", harmless.addresses)
    for value in ATTACKS + ODD:
        faults = faults_of(defended, harmless, value)
        result(not faults, "%r changes nothing but what is shown" % value, faults)
    for value in ATTACKS:
        result(bool(faults_of(undefended, harmless, value)), "%r would, if it were not escaped" % value)


def main():
    pages, defended, undefended = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="tenantry-pages-") as scratch:
        compiled(os.path.abspath(pages), scratch)
        refused(os.path.abspath(pages), scratch)
        types(os.path.abspath(pages), scratch)
    places(defended, undefended)
    print("1..%d" % count)
    return 1 if failed else 0


sys.exit(main())
