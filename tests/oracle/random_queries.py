#!/usr/bin/env python3
"""random_queries.py COMPILE PROVE COUNT [SEED] [--keep FOLDER]: random statements through rewriter, prover and oracle.

Each must be refused for a reason of the manual that is the query's own fault, or be accepted: then it is proved, none
of its mutants is, and the oracle agrees. What fails is written to FOLDER as a query of the corpus. Prints TAP; the
seed is printed first, and a run with it is the same run."""
import argparse
import collections
import json
import os
import random
import sys
import tempfile
import time

from corpus import HERE, Tap, writes
from random_sql import Column, Relation, kind_of
from random_wide import WideGenerator
from worlds import Cluster, Prover, Worlds, compiled, judge, mutants, texts_of

BATCH = 250
# Refusals that say that tenantry is wrong and not the query.
OWN_FAULTS = ("splice", "prover", "dependency", "missing")


def relations_of(worlds):
    """What the scoped statements may name."""
    world, conf = worlds.both, worlds.conf
    declared = {name.strip() for name in conf.get("global", "").split(",")}
    refused = {name.strip() for name in conf.get("cross_org", "").split(",")}
    rows = world.ask("""
        SELECT n.nspname, c.relname, c.relkind, array_agg(a.attname::text ORDER BY a.attnum),
               array_agg(format_type(a.atttypid, a.atttypmod) ORDER BY a.attnum),
               (SELECT array_agg(k.attname::text) FROM pg_index x JOIN pg_attribute k ON k.attrelid = c.oid AND k.attnum = ANY (x.indkey::int2[])
                 WHERE x.indrelid = c.oid AND x.indisprimary),
               (SELECT array_agg(k.attname::text) FROM pg_index x JOIN pg_attribute k ON k.attrelid = c.oid
                  AND (k.attnum = ANY (x.indkey::int2[]) OR strpos(pg_get_indexdef(x.indexrelid), k.attname) > 0)
                 WHERE x.indrelid = c.oid AND x.indisunique)
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
         WHERE c.relkind IN ('r', 'p', 'v') AND n.nspname IN ('public', 'stock') AND a.attnum > 0 AND NOT a.attisdropped
         GROUP BY n.nspname, c.relname, c.relkind, c.oid ORDER BY 1, 2""")
    relations = []
    for schema, name, relkind, names, types, keys, unique in rows:
        columns = [Column(*pair) for pair in zip(names, map(kind_of, types))]
        full = name if schema == "public" else "%s.%s" % (schema, name)
        if full in refused or name in ("forgotten", "hidden", "leaking"):
            continue
        kind = "global" if full in declared else "root" if name == worlds.root else "view" if relkind == "v" else "tenant"
        relations.append(Relation(schema, name, columns, kind, set(keys or ()), set(unique or ()), None))
    return relations


def spoiled(generator, text):
    """Now and then something that must be refused, so that a refusal is among what is tried."""
    kind = generator.random.randrange(8)
    return [lambda: "SELECT q.* FROM (%s) q, forgotten" % text, lambda: "SELECT q.* FROM (%s) q JOIN usage_total ON true" % text,
            lambda: "SELECT q.*, count_tasks() FROM (%s) q" % text, lambda: "SELECT q.* FROM (%s) q, pg_class" % text,
            lambda: "SELECT q.* FROM (%s) q WHERE EXISTS (SELECT FROM task WHERE studio_id = :studio)" % text,
            lambda: "SELECT q.*, (SELECT max(ctid::text) FROM task) FROM (%s) q" % text,
            lambda: "SELECT q.* FROM (%s) q, budget_by_state" % text, lambda: "UPDATE task SET studio_id = 2 WHERE EXISTS (%s)" % text][kind]()


def statements(generator, count):
    """(header, text, values of its parameters, whether it answers rows) of each."""
    for _ in range(count):
        if generator.one_in(12):
            yield (*generator.variants(2), True)
            continue
        text, arguments, answers = generator.statement()
        if generator.one_in(20) and text.startswith(("SELECT", "(")):
            text = spoiled(generator, text)
            answers = not text.startswith("UPDATE")
        yield "", text, arguments, answers


class Run:
    def __init__(self, worlds, prover, keep, tap):
        self.worlds, self.prover, self.keep, self.tap = worlds, prover, keep, tap
        self.counts, self.texts, self.mutants, self.errors, self.teeth = collections.Counter(), 0, 0, 0, 0
        self.failures = []

    def fail(self, name, why, text, arguments, details):
        self.failures.append(name)
        print("# %s: %s\n# %s\n# %s" % (name, why, text.replace("\n", "\n# "), "\n# ".join(str(detail) for detail in details)))
        if self.keep:
            os.makedirs(self.keep, exist_ok=True)
            with open(os.path.join(self.keep, name + ".sql"), "w", encoding="utf-8") as file:
                file.write("-- name: %s :many\n-- expect: scoped\n-- args: %s\n%s;\n" % (name, json.dumps(arguments), text))

    def batch(self, compiler, made, first, seed):
        with tempfile.NamedTemporaryFile("w", suffix=".sql", encoding="utf-8") as file:
            for at, (header, text, _, answers) in enumerate(made):
                file.write("-- name: r%d :%s\n%s%s;\n\n" % (first + at, "many" if answers else "execrows", header, text))
            file.flush()
            lines = compiled(compiler, self.worlds, file.name)
        accepted = []
        for at, (header, text, arguments, _) in enumerate(made):
            text = header + text
            name = "r%d" % (first + at)
            line = lines.get(name, {"verdict": "missing", "reason": "missing", "message": ""})
            self.counts[line["reason"] or "accepted"] += 1
            name = "random_%d_%d" % (seed, first + at)
            if line["reason"] in OWN_FAULTS or "(in the scoped text)" in (line["message"] or ""):
                self.fail(name, line["reason"], text, arguments, [line["message"]])
            elif line["verdict"] == "scoped":
                accepted.append((name, line, text, arguments))
        self.prove(accepted)
        for name, line, text, arguments in accepted:
            values = [arguments.get(parameter["name"]) for parameter in line["params"]]
            verdicts = [judge(self.worlds, original, rewritten, values, writes(original), self.worlds.organizations[:2])
                        for original, rewritten in texts_of(line)]
            self.texts += len(verdicts)
            self.errors += any(verdict.is_error for verdict in verdicts)
            self.teeth += any(verdict.has_teeth for verdict in verdicts)
            if any(not verdict.agrees or verdict.touches for verdict in verdicts):
                self.fail(name, "the oracle disagrees", text, arguments, [line["rewritten"], *[detail for verdict in verdicts for detail in verdict.details]])

    def prove(self, accepted):
        texts = [(name, text, arguments, [rewritten, *mutants(rewritten, self.worlds.type)])
                 for name, line, text, arguments in accepted for _, rewritten in texts_of(line)]
        answers = iter(self.prover.check([text for *_, each in texts for text in each]))
        for name, text, arguments, each in texts:
            refusals = [next(answers) for _ in each]
            self.mutants += len(each) - 1
            if refusals[0]:
                self.fail(name, "not proved", text, arguments, [refusals[0]])
            for mutant, refusal in zip(each[1:], refusals[1:]):
                if not refusal:
                    self.fail(name, "a mutant is proved", text, arguments, [mutant])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("compiler")
    parser.add_argument("prove")
    parser.add_argument("count", type=int)
    parser.add_argument("seed", type=int, nargs="?", default=int(time.time()))
    parser.add_argument("--keep")
    options = parser.parse_args()
    print("# seed %d" % options.seed, flush=True)
    tap, cluster = Tap(), Cluster()
    try:
        worlds = Worlds(cluster, os.path.join(HERE, "corpus", "studios"))
        prover = Prover(options.prove, cluster, os.path.join(worlds.folder, "tenantry.conf"), worlds.name)
        generator = WideGenerator(random.Random(options.seed), relations_of(worlds), worlds.column)
        run = Run(worlds, prover, options.keep, tap)
        for first in range(0, options.count, BATCH):
            made = list(statements(generator, min(BATCH, options.count - first)))
            run.batch(options.compiler, made, first, options.seed)
    finally:
        cluster.stop()
    print("# %s" % dict(run.counts))
    print("# %d texts, %d mutants, %d statements end in an error alone too, %d would be caught unscoped" % (run.texts, run.mutants, run.errors, run.teeth))
    tap.result(not run.failures, "rewriter, prover and oracle agree on %d statements" % options.count, run.failures)
    tap.result(run.counts["accepted"] >= 0.7 * options.count, "at least 70 in 100 are accepted", [dict(run.counts)])
    tap.result(run.teeth >= 0.4 * run.counts["accepted"], "many would be caught if they were not scoped", [run.teeth])
    sys.exit(tap.done())


if __name__ == "__main__":
    main()
