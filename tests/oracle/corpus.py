#!/usr/bin/env python3
"""corpus.py GENERATE PROVE [CORPUS…]: every query of the corpora, through rewriter, prover and oracle.

A corpus is a folder with tenantry.conf, schema.sql, data.sql and queries/*.sql. What each query expects stands in
its header: `-- expect: scoped | raw | reject REASON`, `-- args: {…}` for each run, and for some that are refused
`-- note: at WORD`, where in the file the refusal points. Prints TAP.
"""
import collections
import json
import os
import re
import sys

from worlds import Cluster, Prover, Worlds, judge, mutants, report, texts_of

HERE = os.path.dirname(os.path.abspath(__file__))
Wanted = collections.namedtuple("Wanted", "verdict reason arguments at")


class Tap:
    count = failed = 0

    def result(self, good, name, details=()):
        self.count += 1
        self.failed += not good
        print("%s %d - %s" % ("ok" if good else "not ok", self.count, name), flush=True)
        for detail in details if not good else ():
            for line in str(detail).splitlines():
                print("# " + line)
        return good

    def done(self):
        print("1..%d" % self.count)
        return self.failed > 0


def wanted_of(files):
    wanted = {}
    for file in files:
        with open(file, encoding="utf-8") as stream:
            text = stream.read()
        for match in re.finditer(r"(?m)^-- name: (\S+) :\S+\n((?:--.*\n)*)", text):
            expect = re.search(r"-- expect: (\S+)(?: (\S+))?", match[2])
            at = re.search(r"-- note: at (\S+)", match[2])
            wanted[match[1]] = Wanted(expect[1], expect[2], [json.loads(found) for found in re.findall(r"-- args: (.*)", match[2])],
                                      at and at[1])
    return wanted


# A shape is which of these a statement has.
CLAUSES = [r"\binsert\b", r"\bupdate\b(?! of\b)", r"\bdelete\b", r"\bmerge\b", r"\bvalues\b", r"\btable\b", r"\bonly\b",
           r"\bwith\b", r"\brecursive\b", r"\bleft\b", r"\bright\b", r"\bfull\b", r"\bcross\b", r"\bnatural\b",
           r"\bjoin\b", r"\busing\b", r"\blateral\b", r"\bexists\b", r"\bin \(select\b", r"\bany\b", r"\ball\b",
           r"\bunion\b", r"\bexcept\b", r"\bintersect\b", r"\bgroup by\b", r"\bhaving\b", r"\brollup\b", r"\bcube\b",
           r"\bgrouping sets\b", r"\bover\b", r"\bwindow\b", r"\bfilter\b", r"\bwithin\b", r"\bdistinct on\b",
           r"\bdistinct\b", r"\blimit\b", r"\bfetch\b", r"\bfor (no key )?(update|share)\b", r"\bof \w+", r"\bon conflict\b",
           r"\bdo nothing\b", r"\bdo update\b", r"\breturning\b", r"\bcase\b", r"\barray\b", r"\brow\b", r"\brows from\b",
           r"\bfrom \(select\b", r"\(select\b", r"\boverriding\b", r"\bset \(", r"\bnot matched\b", r"\bcycle\b", r"\."]


def shape_of(text):
    return frozenset(clause for clause in CLAUSES if re.search(clause, text, re.IGNORECASE))


def writes(text):
    return re.search(r"(?i)\b(insert|update|delete|merge)\b", text) is not None


def check_oracle(tap, worlds, name, line, wanted):
    """One accepted query: the oracle agrees on each of its texts, and would see the unscoped one."""
    values = [[arguments.get(parameter["name"]) for parameter in line["params"]] for arguments in wanted.arguments]
    judged = [judge(worlds, original, rewritten, row, writes(original), worlds.organizations[:2])
              for row in values for original, rewritten in texts_of(line)]
    details = [detail for verdict in judged for detail in verdict.details]
    tap.result(judged and all(verdict.agrees and not verdict.touches for verdict in judged),
               "%s does what it would do alone" % name, [line["rewritten"], *details])
    tap.result(any(verdict.has_teeth for verdict in judged), "%s would be caught if it were not scoped" % name,
               [line["original"]])


def check_place(tap, name, line, wanted):
    with open(line["file"], encoding="utf-8") as stream:
        there = stream.read().split("\n")[line["line"] - 1][line["column"] - 1:]
    tap.result(there.startswith(wanted.at), "%s points at %s" % (name, wanted.at),
               ["%s:%s:%s: %s" % (line["file"], line["line"], line["column"], there)])


def check_proofs(tap, worlds, prover, accepted):
    """What was accepted is proved, and no mutant of it is. Answers how many mutants there were."""
    texts = [(name, [rewritten, *mutants(rewritten, worlds.type)]) for name, line in accepted.items() for _, rewritten in texts_of(line)]
    answers = iter(prover.check([text for _, each in texts for text in each]))
    for name, each in texts:
        refusals = [next(answers) for _ in each]
        tap.result(refusals[0] is None, "%s is proved" % name, [refusals[0]])
        tap.result(len(each) > 1 and all(refusals[1:]), "each of its %d mutants is refused" % (len(each) - 1),
                   [text for text, refusal in zip(each[1:], refusals[1:]) if not refusal] or ["no mutant"])
    return sum(len(each) - 1 for _, each in texts)


def check_corpus(tap, cluster, folder, generate, prove):
    conf = os.path.join(folder, "tenantry.conf")
    queries = os.path.join(folder, "queries")
    files = sorted(os.path.join(queries, file) for file in os.listdir(queries) if file.endswith(".sql"))
    worlds = Worlds(cluster, folder)
    prover = Prover(prove, cluster, conf, worlds.name)
    lines, counts = report(generate, cluster, conf, files), collections.Counter()
    shapes, accepted = set(), {}
    for name, wanted in wanted_of(files).items():
        line = lines.get(name, {"verdict": "missing"})
        good = (line["verdict"], line.get("reason")) == (wanted.verdict, wanted.reason)
        tap.result(good, "%s: %s %s" % (name, wanted.verdict, wanted.reason or ""),
                   ["got %s %s: %s" % (line["verdict"], line.get("reason"), line.get("message"))])
        counts[line["verdict"]] += 1
        if wanted.at and line["verdict"] == "reject":
            check_place(tap, name, line, wanted)
        if line["verdict"] == "scoped" and wanted.verdict == "scoped":
            shapes.add(shape_of(line["original"]))
            check_oracle(tap, worlds, name, line, wanted)
            accepted[name] = line
    counts["mutants"] = check_proofs(tap, worlds, prover, accepted)
    print("# %s: %s, %d shapes" % (os.path.basename(folder), dict(counts), len(shapes)))
    worlds.done()
    return counts["scoped"], len(shapes)


def main():
    generate, prove, *folders = sys.argv[1:]
    corpora = os.path.join(HERE, "corpus")
    tap, cluster = Tap(), Cluster()
    try:
        sums = [check_corpus(tap, cluster, folder, generate, prove) for folder in
                folders or sorted(os.path.join(corpora, name) for name in os.listdir(corpora))]
        tap.result(folders or (sum(queries for queries, _ in sums) >= 150 and max(shapes for _, shapes in sums) >= 60),
                   "the corpora are wide: 150 queries of 60 shapes", [sums])
    finally:
        cluster.stop()
    sys.exit(tap.done())


if __name__ == "__main__":
    main()
