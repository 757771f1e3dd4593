#!/usr/bin/env python3
"""Many at once: each limit of an organization with its row held until all requests wait for it.

    test_organization_races.py TENANTRY"""

import subprocess
import sys

from organizations import LIMITS, PSQL, Person, Server, at_once, done, joined, raced, test


def without_lock(server, organization_id):
    """What two owners who leave at once do without the lock: each counts, then each goes."""
    both = [subprocess.Popen([PSQL, "-XAtq", server.url("postgres")], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             text=True) for _ in range(2)]
    count = "select count(*) from member where \"organizationId\" = '%s' and role = 'owner';" % organization_id
    # Which of them it is, is asked before the first goes: the other may be late.
    which = "select id from member where \"organizationId\" = '%s' and role = 'owner' order by id offset %d limit 1;"
    for index, session in enumerate(both):
        session.stdin.write("begin isolation level read committed; %s %s\n" % (count, which % (organization_id, index)))
        session.stdin.flush()
    counted = [session.stdout.readline().strip() for session in both]
    owners = [session.stdout.readline().strip() for session in both]
    for owner, session in zip(owners, both):
        session.stdin.write("delete from member where id = '%s'; commit;\n\\q\n" % owner)
        session.stdin.flush()
        session.wait(timeout=30)
    return counted, server.sql(count)[0][0]


def races(server):
    owner = Person(server, "racer")
    at = owner.organization("create", name="Race", slug="race").json
    organization = {"organizationId": at["id"]}
    lock = "select from organization where id = '%s' for update" % at["id"]
    count = lambda text: int(server.sql("select count(*) from " + text % at["id"])[0][0])

    second = joined(owner, at["id"], "second", "owner")
    answers, early = raced(server, lock, lambda: owner.organization("leave", **organization),
                           lambda: second.organization("leave", **organization))
    test("of two owners that leave at once one stays", sorted(each.status for each in answers) == [200, 400] and early == 0,
         (answers, early))
    left = owner if answers[1].status == 200 else second
    test("and is owner", count("member where \"organizationId\" = '%s' and role = 'owner'") == 1)
    third = joined(left, at["id"], "third", "owner")
    own = left.get("organization/get-active-member-role", **organization)
    members = {row[1]: row[0] for row in server.sql("select id, \"userId\" from member where \"organizationId\" = '%s'" % at["id"])}
    answers, _ = raced(server, lock,
                       lambda: left.organization("update-member-role", memberId=members[left.id], role="member", **organization),
                       lambda: third.organization("update-member-role", memberId=members[third.id], role="member", **organization))
    test("nor do two demote themselves at once", sorted(each.status for each in answers) == [200, 400], (own, answers))
    if answers[0].status == 200:
        left, third = third, left

    open_count = "invitation where \"organizationId\" = '%s' and status = 'pending'"
    answers, _ = raced(server, lock, *[lambda i=i: left.organization(
        "invite-member", email="guest-%d@race.example" % i, role="member", **organization) for i in range(8)])
    test("the limit of open invitations holds", count(open_count) == 5 and
         sum(each.code == "INVITATION_LIMIT_REACHED" for each in answers) == 3, answers)
    server.sql("delete from invitation where \"organizationId\" = '%s'" % at["id"])
    answers, _ = raced(server, lock, *[lambda: left.organization(
        "invite-member", email="same@race.example", role="member", **organization) for _ in range(5)])
    test("an address has one open invitation", count(open_count) == 1, answers)
    server.sql("delete from invitation where \"organizationId\" = '%s'" % at["id"])

    answers, _ = raced(server, lock, *[lambda i=i: left.organization("create-team", name="T%d" % i, **organization)
                                       for i in range(6)])
    test("the limit of teams holds", count("team where \"organizationId\" = '%s'") == 4, answers)
    answers, _ = raced(server, lock, *[lambda i=i: left.organization(
        "create-role", role="r%d" % i, permission={"ac": ["read"]}, **organization) for i in range(6)])
    test("the limit of roles holds", count("\"organizationRole\" where \"organizationId\" = '%s'") == 4, answers)
    server.sql("delete from \"organizationRole\" where \"organizationId\" = '%s'" % at["id"])
    answers, _ = raced(server, lock, *[lambda: left.organization(
        "create-role", role="same", permission={"ac": ["read"]}, **organization) for _ in range(4)])
    test("a role's name is taken once", sorted(each.status for each in answers) == [200, 400, 400, 400], answers)

    guests = [Person(server, "guest") for _ in range(4)]
    link = left.organization("create-invitation-link", role="member", uses=2, **organization).json
    answers, _ = raced(server, lock, *[lambda each=each: each.organization("accept-invitation-link", code=link["code"])
                                       for each in guests])
    test("a link for two lets two in", sorted(each.status for each in answers) == [200, 200, 400, 400], answers)
    many = left.organization("create-invitation-link", role="member", **organization).json
    outside = [each for each, answer in zip(guests, answers) if answer.status != 200]
    answers, _ = raced(server, lock, *[lambda each=each: each.organization("accept-invitation-link", code=many["code"])
                                       for each in (outside[0], outside[0], outside[1], outside[1])])
    test("and nobody in twice", sorted(each.status for each in answers) == [200, 200, 400, 400], answers)
    test("the limit of members holds", count("member where \"organizationId\" = '%s'") == 6)
    more = [Person(server, "late") for _ in range(4)]
    answers, _ = raced(server, lock, *[lambda each=each: each.organization("accept-invitation-link", code=many["code"])
                                       for each in more])
    test("also where all come at once", count("member where \"organizationId\" = '%s'") == 8 and
         sorted(each.status for each in answers) == [200, 200, 403, 403], answers)

    team = server.sql("select id from team where \"organizationId\" = '%s' and name = 'T0' or \"organizationId\" = '%s' limit 1"
                      % (at["id"], at["id"]))[0][0]
    server.sql("delete from \"teamMember\" where \"teamId\" = '%s'; update team set \"memberCount\" = 0" % team)
    people = [row[0] for row in server.sql("select \"userId\" from member where \"organizationId\" = '%s'" % at["id"])]
    answers, _ = raced(server, lock, *[lambda each=each: left.organization(
        "add-team-member", teamId=team, userId=each, **organization) for each in people[:6]])
    test("the seats of a team hold", count("\"teamMember\" where \"teamId\" in (select id from team where \"organizationId\" = '%s')")
         == 3, answers)

    maker = Person(server, "maker")
    for index in range(4):
        maker.organization("create", name="M", slug="m-%d" % index)
    answers, _ = raced(server, "select from \"user\" where id = '%s' for update" % maker.id, *[
        lambda i=i: maker.organization("create", name="M", slug="late-%d" % i) for i in range(5)])
    test("nobody makes more organizations than they may", int(server.sql(
        "select count(*) from member where \"userId\" = '%s'" % maker.id)[0][0]) == 6, answers)
    makers = [Person(server, "slug") for _ in range(4)]
    answers = at_once(*[lambda each=each: each.organization("create", name="S", slug="wanted") for each in makers])
    test("a lost race for a slug is a 400", sorted(each.status for each in answers) == [200, 400, 400, 400], answers)
    renamed = [each for each, answer in zip(makers, answers) if answer.status != 200][:2]
    for index, each in enumerate(renamed):
        each.organization("create", name="S", slug="s-%d" % index)
    answers = at_once(*[lambda each=each: each.organization("update", data={"slug": "again"}) for each in renamed])
    test("also when it is changed", sorted((each.status, each.code) for each in answers) ==
         [(200, None), (400, "ORGANIZATION_SLUG_ALREADY_TAKEN")], answers)

    server.sql("update member set role = 'owner' where id in (select id from member where \"organizationId\" = '%s' limit 2)"
               " or \"userId\" = '%s' and \"organizationId\" = '%s'" % (at["id"], left.id, at["id"]))
    server.sql("update member set role = 'member' where \"organizationId\" = '%s' and role = 'owner' and id not in (select id from "
               "member where \"organizationId\" = '%s' and role = 'owner' order by id limit 2)" % (at["id"], at["id"]))
    counted, owners = without_lock(server, at["id"])
    test("without the lock both go, and none is left", counted == ["2", "2"] and owners == "0", (counted, owners))


def main():
    server = Server(sys.argv[1], *LIMITS)
    races(server)
    test("the server stops", server.stop() == 0)
    return done()


if __name__ == "__main__":
    sys.exit(main())
