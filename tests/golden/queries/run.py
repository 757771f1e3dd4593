#!/usr/bin/env python3
"""run.py GENERATE: the query compiler, from SQL in to C that a compiler takes.

1. compiled/CASE/queries.sql gives the expected_* beside it, letter by letter, and that compiles.
2. refused/queries.sql is refused with the words of refused/errors.txt, and nothing is written.
3. A wrong handle, a missing or swapped argument, a query of all organizations in the request path: no compiler
   takes it, without any flag. The same program without the mistake is taken.
"""
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.abspath(os.path.join(HERE, "..", "..", ".."))
INCLUDES = ["-I" + os.path.join(ROOT, folder) for folder in ("include", "include-raw", "definitions", "src")]
STRICT = ["-std=gnu17", "-Wall", "-Wextra", "-Wshadow", "-Wconversion", "-Wno-sign-conversion",
          "-Wmissing-prototypes", "-Werror"]
sys.path.insert(0, os.path.join(ROOT, "tools"))
from scratch_postgres import Scratch  # noqa: E402

COMPILERS = [name for name in ("gcc", "clang") if shutil.which(name)]
OUTPUTS = ("queries.h", "queries.c", "raw.h", "raw.c", "manifest.h")

count = failed = 0


def result(good, name, details=()):
    global count, failed
    count += 1
    failed += 0 if good else 1
    print("%s %d - %s" % ("ok" if good else "not ok", count, name), flush=True)
    for detail in details if not good else ():
        for line in str(detail).splitlines():
            print("# " + line)


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


SERVER = {}  # libpq's variables of the server of this run


def run(*command, cwd=None, text=None):
    """On a server of our own, whatever the caller's variables say; before there is one, on a private one."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    environment.update(SERVER)
    done = subprocess.run(command, cwd=cwd, env=environment, input=(text or "").encode(),
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout.decode("utf-8", "replace")


def compiled(generate, scratch):
    for case in sorted(os.listdir(os.path.join(HERE, "compiled"))):
        folder, out = os.path.join(HERE, "compiled", case), os.path.join(scratch, case)
        status, said = run(generate, os.path.join(folder, "tenantry.conf"), os.path.join(folder, "queries.sql"),
                           "--out", out, "--lock", os.path.join(scratch, case + ".lock"))
        result(status == 0 and said == "", "%s is compiled" % case, [said])
        for name in OUTPUTS:
            expected = os.path.join(folder, "expected_" + name)
            made = os.path.join(out, name)
            if os.environ.get("REWRITE") and os.path.exists(made):
                shutil.copy(made, expected)
            same = os.path.exists(made) == os.path.exists(expected)
            if same and os.path.exists(made):
                same = read(made) == read(expected)
            result(same, "%s gives the expected %s" % (case, name), [run("diff", expected, made)[1]])
        for compiler in COMPILERS:
            for name in ("queries.c", "raw.c"):
                if os.path.exists(os.path.join(out, name)):
                    status, said = run(compiler, *STRICT, *INCLUDES, "-fsyntax-only", os.path.join(out, name))
                    result(status == 0, "%s takes %s of %s" % (compiler, name, case), [said])
    before = {name: os.stat(os.path.join(scratch, "people", name)).st_mtime_ns
              for name in os.listdir(os.path.join(scratch, "people"))}
    folder = os.path.join(HERE, "compiled", "people")
    run(generate, os.path.join(folder, "tenantry.conf"), os.path.join(folder, "queries.sql"),
        "--out", os.path.join(scratch, "people"), "--no-lock")
    after = {name: os.stat(os.path.join(scratch, "people", name)).st_mtime_ns for name in before}
    result(before == after, "a second run touches no file")


def refused(generate, scratch):
    out = os.path.join(scratch, "refused")
    status, said = run(generate, "tenantry.conf", "queries.sql", "--out", out, cwd=os.path.join(HERE, "refused"))
    expected = os.path.join(HERE, "refused", "errors.txt")
    if os.environ.get("REWRITE"):
        with open(expected, "w", encoding="utf-8") as file:
            file.write(said)
    result(status == 1, "the program says that queries were refused", [status])
    result(said == read(expected), "each is refused in the expected words", [said])
    result(not os.path.exists(out), "nothing is written")


SCHEMA = """CREATE TABLE a (organization_id text NOT NULL, id int, note int, PRIMARY KEY (organization_id, id));
"""
UNSAFE = {
    "can be NULL": "CREATE TABLE b (organization_id text);",
    "does not include organization_id": "CREATE UNIQUE INDEX one ON a (id);"
                                        "CREATE TABLE b (organization_id text NOT NULL, a int REFERENCES a (id));",
    "does not include organization_id: it can point at a row of another organization in public.o": "CREATE TABLE o (id text PRIMARY KEY);"
                               "CREATE TABLE b (organization_id text NOT NULL, parent text REFERENCES o);",
    "refers to rows of one": "CREATE TABLE everybody (o text, a int, FOREIGN KEY (o, a) REFERENCES a);",
    "with the rows of its children": "CREATE TABLE everybody (n int);"
                                     "CREATE TABLE b (organization_id text NOT NULL) INHERITS (everybody);",
    "default value for column n of table public.b calls next_n":
        "CREATE FUNCTION next_n() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT count(*) FROM a';"
        "CREATE TABLE b (organization_id text NOT NULL, n bigint DEFAULT next_n());",
    "constraint d_check calls is_free":
        "CREATE FUNCTION is_free(int) RETURNS boolean LANGUAGE sql AS 'SELECT count(*) = 0 FROM a WHERE id = $1';"
        "CREATE DOMAIN d AS int CHECK (is_free(VALUE));",
    "trigger t on table public.a calls count_up":
        "CREATE FUNCTION count_up() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
        "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION count_up();",
    "runs public.f, and what that writes cannot be read: say `function_writes = f: TABLE ...`":
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'DELETE FROM a'; RETURN NEW; END $$;"
        "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION f(); -- vouched f",
    "function_writes: f writes b, which is not in the schema":
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; -- vouched f\n-- f writes b",
    "calls public.f, which names public.a: nothing limits that":
        "CREATE FUNCTION f(int) RETURNS boolean LANGUAGE sql AS 'SELECT count(*) = 0 FROM a WHERE id = $1';"
        "CREATE TABLE b (organization_id text NOT NULL, n int CHECK (f(n))); -- vouched f",
    "a rule runs another statement": "CREATE RULE r AS ON DELETE TO a DO INSTEAD NOTHING;",
    "may hold no relation": "CREATE SCHEMA ext; CREATE TABLE ext.b (organization_id text NOT NULL);",
}


def unsafe_schemas(generate, scratch):
    folder = os.path.join(scratch, "unsafe")
    os.mkdir(folder)
    for words, more in [("", "")] + sorted(UNSAFE.items()):
        for name, text in (("schema.sql", SCHEMA + more), ("queries.sql", "-- name: all_a :many\nTABLE a;\n"),
                           ("tenantry.conf", "tenant_type = text\nextension_schema = ext\n" +
                            ("tenant_root = o.id\n" if "TABLE o " in more else "") +
                            ("global = everybody\n" if "everybody" in more else "") +
                            ("function = f\n" if "vouched" in more else "") +
                            ("function_writes = f: b\n" if "f writes b" in more else ""))):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        out = os.path.join(folder, "out")
        status, said = run(generate, "tenantry.conf", "queries.sql", "--out", "out", cwd=folder)
        if words:
            result(status == 2 and words in said and not os.path.exists(out), "a schema is refused: " + words, [said])
        else:
            result(status == 0, "the same schema without the fault is taken", [said])
            shutil.rmtree(out, ignore_errors=True)


BEFORE = """
#include "queries.h"
bool work(struct tn_db db, struct tn_membership membership, struct tn_uuid id, struct tn_error *error);
bool work(struct tn_db db, struct tn_membership membership, struct tn_uuid id, struct tn_error *error)
{
    int64_t count;
    (void)membership;
    return %s;
}
"""
RIGHT = 'customer_update(db, arg_name(tn_text_of("A")), arg_opt_email(tn_opt_text_null()), arg_id(id), &count, error)'
WRONG = {
    "a missing argument": 'customer_update(db, arg_name(tn_text_of("A")), arg_id(id), &count, error)',
    "swapped arguments": RIGHT.replace('arg_name(tn_text_of("A")), arg_opt_email(tn_opt_text_null())',
                                       'arg_opt_email(tn_opt_text_null()), arg_name(tn_text_of("A"))'),
    "a value that may be missing": RIGHT.replace('tn_text_of("A")', "tn_opt_text_null()"),
    "an organization's id for the handle": RIGHT.replace("(db,", '("acme",'),
    "a membership for the handle": RIGHT.replace("(db,", "(membership,"),
    "nothing for the handle": RIGHT.replace("(db,", "(NULL,"),
    "a query of all organizations": "totals_of_all(db, NULL, error)",
}


def mistakes(scratch):
    folder = os.path.join(scratch, "invoices")
    for compiler in COMPILERS:
        command = [compiler, *INCLUDES, "-I" + folder, "-fsyntax-only", "-x", "c", "-"]
        status, said = run(*command, text=BEFORE % RIGHT)
        result(status == 0, "%s takes the program without a mistake" % compiler, [said])
        for name, call in sorted(WRONG.items()):
            status, said = run(*command, text=BEFORE % call)
            result(status != 0, "%s refuses %s" % (compiler, name))
        for first, second in (("queries.h", "raw.h"), ("raw.h", "queries.h")):
            status, said = run(*command, text='#include "%s"\n#include "%s"\n' % (first, second))
            result(status != 0 and "do not go into one file" in said, "%s refuses %s after %s" % (compiler, second, first))


def main():
    generate = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as scratch, Scratch() as server:
        refused(generate, scratch)
        SERVER.update({name: server.environment[name] for name in ("PGHOST", "PGUSER", "PGDATABASE")})
        compiled(generate, scratch)
        unsafe_schemas(generate, scratch)
        mistakes(scratch)
    print("1..%d" % count)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
