#!/usr/bin/env python3
"""Many requests on two servers of one database, with writes in between: no page may be too old, none another's.

    test_cache_load.py [--requests N] INVOICING NO_BUMPS NO_ORGANIZATION RAW_WRITER

One of the servers reads from a streaming replica, which applies what was committed a moment late. Writers raise a
number that stands on pages (a customer's name) from outside and by a script with the raw handle, mark invoices as paid
through the servers, and make drafts and discard them, whose lines go by cascade; readers know what had been committed
when they began to ask, and whose page they asked for. The same run on NO_BUMPS, whose writes tell nobody, must find
pages that are too old, and on NO_ORGANIZATION, whose keys forget whose page it is, pages of another.
"""

import argparse
import random
import re
import subprocess
import sys
import threading

import example
import replica

READERS = 6
REPLICA_DELAY_MS = 30


class Organization:
    def __init__(self, world, slug):
        self.slug = slug
        self.lock = threading.Lock()
        self.id = world.admin.run("SELECT id FROM organization WHERE slug = '%s'" % slug)
        self.customer = world.admin.run(
            "SELECT customer_id FROM invoice WHERE organization_id = '%s' GROUP BY 1 ORDER BY count(*) DESC LIMIT 1" % self.id)
        invoices = world.admin.run("SELECT id FROM invoice WHERE organization_id = '%s' AND customer_id = '%s'"
                                   % (self.id, self.customer)).split()
        self.pages = ["/o/%s/invoices/%s" % (slug, invoice) for invoice in invoices[:6]]
        self.pages += ["/o/%s/" % slug, "/o/%s/invoices" % slug, "/o/%s/audit" % slug, "/o/%s/invoices?status=paid" % slug]
        self.open = world.admin.run("SELECT id FROM invoice WHERE organization_id = '%s' AND status = 'sent'" % self.id).split()
        self.number = 0
        self.paid = set()


class World:
    def __init__(self, program, raw_writer, requests, write_share=1):
        self.write_share = write_share
        self.example = example.Example(program)
        self.raw_writer = raw_writer
        self.replica = replica.Replica(self.example, REPLICA_DELAY_MS)
        metrics = self.example.folder + "/metrics"
        self.servers = [self.example.first, self.example.another(
            program, ["--tenant-replica", self.replica.url(), "--metrics-listen", "unix:" + metrics])]
        self.metrics = example.Connection(metrics)
        self.cookie = self.servers[0].sign_in()
        self.admin = self.example.psql()
        self.organizations = [Organization(self, slug) for slug in ("acme", "harbour-finch")]
        self.admin.run(example.ALIKE_VERSIONS)
        for organization in self.organizations:
            self.rename(self.admin, organization)
        self.left = requests
        self.lock = threading.Lock()
        self.counts = {"requests": 0, "hits": 0, "stale": 0, "foreign": 0, "failed": 0, "writes": 0,
                       "scripts": 0, "cascades": 0}
        self.findings = []

    def rename(self, session, organization):
        """From outside, as a script would: the number is committed before anybody is told of it."""
        with organization.lock:
            number = organization.number + 1
            session.run("BEGIN")
            session.run("UPDATE customer SET name = '%s no. %d.' WHERE organization_id = '%s' AND id = '%s'"
                        % (organization.slug, number, organization.id, organization.customer))
            session.run("SELECT tenantry.touch('%s', 'public.customer')" % organization.id)
            session.run("COMMIT")
            organization.number = number

    def count(self, name, finding=None):
        with self.lock:
            self.counts[name] += 1
            if finding and len(self.findings) < 5:
                self.findings.append(finding)

    def is_over(self):
        with self.lock:
            self.left -= 1
            return self.left < 0

    def read(self, server, organization, page):
        known, paid = organization.number, set(organization.paid)
        answer = server.ask("GET", page, self.cookie)
        self.count("requests")
        if answer.status != 200:
            self.count("failed", answer)
            return answer
        if "; hit" in answer.cache:
            self.count("hits")
        other = self.organizations[1 - self.organizations.index(organization)]
        if re.search(r'(href|action)="/o/%s/(invoices|audit)' % other.slug, answer.body) or other.slug + " no. " in answer.body:
            self.count("foreign", (page, answer.cache))
        # The audit log keeps the name that was.
        shown = not page.endswith("/audit") and re.search(r"%s no\. (\d+)\." % organization.slug, answer.body)
        if shown and int(shown.group(1)) < known:
            self.count("stale", (page, "shows %s, was %d" % (shown.group(1), known), answer.cache))
        invoice = page.rsplit("/", 1)[1]
        if invoice in paid and "state-paid" not in answer.body:
            self.count("stale", (page, "was paid", answer.cache))
        return answer

    def reader(self, seed):
        chance = random.Random(seed)
        while not self.is_over():
            organization = chance.choice(self.organizations)
            self.read(chance.choice(self.servers), organization, chance.choice(organization.pages))

    def paced(self, every, stop):
        """Once in so many requests, however fast the machine is."""
        every //= self.write_share
        due = self.counts["requests"] + every
        while not stop.wait(0.005):
            if self.counts["requests"] >= due:
                due += every
                yield

    def outside_writer(self, organization, stop):
        session = self.example.psql()
        for _ in self.paced(400, stop):
            self.rename(session, organization)
            self.count("writes")
        session.end()

    def script_writer(self, organization, stop):
        """The same by a script: it enters the organization, and leaves it when all is committed."""
        environment = {"TENANTRY_RAW_DATABASE": self.example.raw, "TENANTRY_TENANT_DATABASE": self.example.url("tenantry_app")}
        with subprocess.Popen([self.raw_writer], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as script:
            for _ in self.paced(400, stop):
                with organization.lock:
                    number = organization.number + 1
                    script.stdin.write("%s %s %s no. %d.\n" % (organization.id, organization.customer, organization.slug, number))
                    script.stdin.flush()
                    if script.stdout.readline() != "done\n":
                        self.count("failed", "the script ended")
                        break
                    organization.number = number
                self.count("writes")
                self.count("scripts")
            script.stdin.close()

    def discarder(self, organization, stop):
        """Makes a draft through one server, looks at it on both, discards it, and looks again."""
        chance = random.Random(organization.slug + "discards")
        for _ in self.paced(1000, stop):
            invoice = organization.pages[0]
            form = example.action_context(self.read(self.servers[0], organization, invoice).body,
                                          invoice.split("/", 3)[3].join(["/", "/duplicate"]))
            answer = chance.choice(self.servers).ask("POST", invoice + "/duplicate", self.cookie, {"_ctx": form})
            draft = answer.headers["Location"].rsplit("/edit", 1)[0]
            forms = [example.action_context(self.read(server, organization, draft).body, draft.split("/", 3)[3].join(["/", "/discard"]))
                     for server in self.servers]
            chance.choice(self.servers).ask("POST", draft + "/discard", self.cookie, {"_ctx": forms[0]})
            self.count("writes")
            self.count("cascades")
            for server in self.servers:
                answer = server.ask("GET", draft, self.cookie)
                self.count("requests")
                if answer.status != 404:
                    self.count("stale", (draft, "was discarded", answer.cache))

    def inside_writer(self, organization, stop):
        """Looks at an invoice on both servers, pays it through one and looks again."""
        chance = random.Random(organization.slug)
        for invoice, _ in zip(organization.open, self.paced(800, stop)):
            page = "/o/%s/invoices/%s" % (organization.slug, invoice)
            forms = [example.action_context(self.read(server, organization, page).body, "/invoices/%s/paid" % invoice)
                     for server in self.servers]
            chance.choice(self.servers).ask("POST", page + "/paid", self.cookie, {"_ctx": forms[0]})
            organization.paid.add(invoice)
            self.count("writes")
            for server in self.servers:
                self.read(server, organization, page)

    def run(self):
        stop = threading.Event()
        writers = [threading.Thread(target=writer, args=(organization, stop))
                   for organization in self.organizations for writer in (self.outside_writer, self.inside_writer, self.script_writer, self.discarder)]
        readers = [threading.Thread(target=self.reader, args=(seed,)) for seed in range(READERS)]
        for thread in writers + readers:
            thread.start()
        for thread in readers:
            thread.join()
        stop.set()
        for thread in writers:
            thread.join()
        self.metrics.request("GET", "/metrics")
        told = self.metrics.getresponse().read().decode()
        for answer in ("given", "behind", "failed"):
            found = re.search(r'tenantry_replica_answers_total\{answer="%s"\} (\d+)' % answer, told)
            self.counts["replica " + answer] = int(found.group(1))
        self.admin.end()
        self.replica.stop()
        self.example.stop()
        return self.counts


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=2500)
    parser.add_argument("programs", nargs=4)
    arguments = parser.parse_args()
    tap = example.Tap()

    raw_writer = arguments.programs[3]
    world = World(arguments.programs[0], raw_writer, arguments.requests)
    counts = world.run()
    print("# " + str(counts))
    tap.test("%d requests and %d writes" % (counts["requests"], counts["writes"]),
             counts["requests"] >= arguments.requests and counts["writes"] >= 10, counts)
    tap.test("scripts and cascades among them", counts["scripts"] >= 5 and counts["cascades"] >= 2, counts)
    tap.test("the replica answered, and was behind", counts["replica given"] > 0 and counts["replica behind"] > 0, counts)
    tap.test("none failed", counts["failed"] == 0, world.findings)
    tap.test("no page was too old", counts["stale"] == 0, world.findings)
    tap.test("no page was another organization's", counts["foreign"] == 0, world.findings)
    tap.test("six in ten came from the cache", counts["hits"] >= 0.6 * counts["requests"], counts)

    world = World(arguments.programs[1], raw_writer, arguments.requests // 3, write_share=8)
    counts = world.run()
    print("# without bumps: " + str(counts))
    tap.test("without the bumps, pages that are too old are found", counts["stale"] > 0, counts)

    world = World(arguments.programs[2], raw_writer, arguments.requests // 3, write_share=4)
    counts = world.run()
    print("# without organization: " + str(counts))
    tap.test("without the organization in the key, pages of another are found", counts["foreign"] > 0, counts)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
