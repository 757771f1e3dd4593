#!/usr/bin/env python3
"""Organizations attacked: by strangers, by members without the right, with another organization's ids, by roles and
invitations that give too much.

    test_organizations.py TENANTRY"""

import os
import re
import sys

from organizations import LIMITS, Person, Server, done, joined, test

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
TABLES = ["organization", "member", "invitation", "team", '"teamMember"', '"organizationRole"', "invitation_link"]

# What does not say or change anything about an organization that is named: for everybody who is signed in.
FOR_EVERYBODY = {"create", "check-slug", "list", "list-user-invitations"}


def endpoints():
    with open(os.path.join(ROOT, "definitions/endpoints.def"), encoding="utf-8") as file:
        return re.findall(r'^ENDPOINT\((GET|POST), "/organization/([^"]+)"', file.read(), re.M)


class World:
    """An organization with all that one can have, and who belongs to it."""

    def __init__(self, server, name):
        self.server = server
        self.owner = Person(server, name + "-owner")
        created = self.owner.organization("create", name=name, slug=name).json
        self.id, self.slug = created["id"], created["slug"]
        self.owner.member = created["members"][0]["id"]
        self.admin = joined(self.owner, self.id, name + "-admin", "admin")
        self.member = joined(self.owner, self.id, name + "-member", "member")
        self.team = self.owner.organization("create-team", name="Crew").json["id"]
        self.owner.organization("add-team-member", teamId=self.team, userId=self.member.id)
        self.role = self.owner.organization("create-role", role="auditor", permission={"ac": ["read"]}).json["roleData"]
        self.invitation = self.owner.organization("invite-member", email=name + "@invited.example", role="member").json["id"]
        self.link = self.owner.organization("create-invitation-link", role="member").json

    def snapshot(self):
        """Every row of it."""
        rows = []
        for table in TABLES:
            column = {"organization": "id", '"teamMember"': '"teamId"'}.get(table, '"organizationId"')
            value = "(select id from team where \"organizationId\" = '%s')" % self.id if column == '"teamId"' else "('%s')" % self.id
            rows.append(self.server.sql("select * from %s t where %s in %s order by t.*::text" % (table, column, value)))
        return rows

    def attack(self, organization_id, team, member, user, invitation, role, link, email):
        """Arguments of every endpoint, for ids of whichever organization."""
        at = {"organizationId": organization_id}
        return {
            "create": {"name": "X", "slug": "x-" + email.split("@")[0]},
            "check-slug": {"slug": "x"},
            "list": {},
            "list-user-invitations": {},
            "get-organization": at,
            "update": dict(at, data={"name": "Taken over"}),
            "delete": at,
            "get-full-organization": at,
            "set-active": at,
            "set-active-team": {"teamId": team},
            "get-active-member": {},
            "get-active-member-role": dict(at, userId=user),
            "has-permission": dict(at, permissions={"organization": ["delete"]}),
            "list-members": at,
            "remove-member": dict(at, memberIdOrEmail=member),
            "update-member-role": dict(at, memberId=member, role="admin"),
            "leave": at,
            "invite-member": dict(at, email=email, role="admin"),
            "accept-invitation": {"invitationId": invitation},
            "reject-invitation": {"invitationId": invitation},
            "cancel-invitation": {"invitationId": invitation},
            "get-invitation": {"id": invitation},
            "list-invitations": at,
            "create-team": dict(at, name="Mine"),
            "update-team": {"teamId": team, "data": dict(at, name="Mine")},
            "remove-team": dict(at, teamId=team),
            "list-teams": at,
            "list-user-teams": dict(at, userId=user),
            "list-team-members": {"teamId": team},
            "add-team-member": dict(at, teamId=team, userId=user),
            "remove-team-member": dict(at, teamId=team, userId=user),
            "create-role": dict(at, role="mine", permission={"ac": ["read"]}),
            "list-roles": at,
            "get-role": dict(at, roleId=role),
            "update-role": dict(at, roleId=role, data={"permission": {}}),
            "delete-role": dict(at, roleId=role),
            "roster": at,
            "transfer-ownership": dict(at, memberId=member),
            "create-invitation-link": dict(at, role="member"),
            "list-invitation-links": at,
            "revoke-invitation-link": dict(at, linkId=link),
            "get-invitation-link": {"code": "x" * 32},
            "accept-invitation-link": {"code": "x" * 32},
            "audit-log": at,
        }

    def against(self, email="new@attack.example", organization_id=None):
        return self.attack(organization_id or self.id, self.team, self.member.member, self.member.id, self.invitation,
                           self.role["id"], self.link["id"], email)


def send(person, method, endpoint, arguments):
    if method == "GET":
        return person.get("organization/" + endpoint, **arguments)
    return person.organization(endpoint, **arguments)


def assault(name, person, world, arguments, allowed):
    """All endpoints: what is not allowed is refused as 4xx, and nothing of that organization changes."""
    before = world.snapshot()
    got_through, odd = [], []
    for method, endpoint in endpoints():
        answer = send(person, method, endpoint, arguments[endpoint])
        if endpoint in allowed:
            continue
        if answer.status == 200 and not (endpoint == "has-permission" and not answer.json["success"]):
            got_through.append((endpoint, answer))
        elif answer.status >= 500:
            odd.append((endpoint, answer))
    test(name, not got_through and not odd, got_through + odd)
    changed = [table for table, old, new in zip(TABLES, before, world.snapshot()) if old != new]
    test(name + ": nothing has changed", not changed, changed)


def attack_from_outside(acme, boats):
    stranger = Person(acme.server, "stranger")
    known = {endpoint for _, endpoint in endpoints()}
    test("every endpoint has an attack", known == set(acme.against()), known ^ set(acme.against()))
    assault("nobody gets through", Person(acme.server), acme, acme.against(), {"get-invitation-link"})
    assault("a stranger gets through nowhere", stranger, acme, acme.against(), FOR_EVERYBODY)
    by_slug = [stranger.get("organization/" + each, organizationSlug=acme.slug).status for each in
               ("get-organization", "get-full-organization", "list-members", "get-active-member-role", "roster",
                "audit-log")]
    test("nor by the slug", by_slug == [403] * 6, by_slug)

    inside = stranger.below(acme.slug)
    refused = [send(inside, method, endpoint, {"organizationId": acme.id}).status for method, endpoint in endpoints()]
    test("below a slug a stranger finds nothing at all", set(refused) == {404}, refused)

    assault("an owner elsewhere gets through nowhere", boats.owner, acme, acme.against("b@attack.example"),
            FOR_EVERYBODY | {"get-active-member"})
    boats.owner.organization("set-active", organizationId=boats.id)
    foreign = acme.against("c@attack.example", organization_id=boats.id)
    own = {"get-organization", "update", "get-full-organization", "set-active", "has-permission", "list-members", "delete",
           "leave", "invite-member", "list-invitations", "create-team", "list-teams", "create-role", "list-roles", "roster",
           "create-invitation-link", "list-invitation-links", "audit-log", "get-active-member", "set-active"}
    before, theirs = acme.snapshot(), []
    for method, endpoint in endpoints():
        if endpoint not in own | FOR_EVERYBODY:
            answer = send(boats.owner, method, endpoint, foreign[endpoint])
            if answer.status == 200 or answer.status >= 500:
                theirs.append((endpoint, answer))
    test("ids of another organization lead nowhere in one's own", not theirs, theirs)
    test("and change nothing there", before == acme.snapshot())


def attack_from_below(acme):
    may = FOR_EVERYBODY | {"get-organization", "get-full-organization", "set-active", "set-active-team", "get-active-member",
                           "get-active-member-role", "list-members", "list-teams", "list-team-members", "list-roles",
                           "get-role", "roster", "leave", "list-user-teams"}
    arguments = acme.against("d@attack.example")
    before = acme.snapshot()
    got_through = []
    for method, endpoint in endpoints():
        if endpoint not in may | {"accept-invitation", "reject-invitation"} or endpoint == "list-user-teams":
            other = dict(arguments[endpoint])
            if endpoint == "list-user-teams":
                other["userId"] = acme.owner.id
            answer = send(acme.member, method, endpoint, other)
            if answer.status == 200 and not (endpoint == "has-permission" and not answer.json["success"]):
                got_through.append((endpoint, answer))
    test("a plain member changes nothing", not got_through and before == acme.snapshot(), got_through)
    wrong = [acme.member.organization(each, invitationId=acme.invitation).code for each in
             ("accept-invitation", "reject-invitation")]
    test("nor takes another's invitation", wrong == ["YOU_ARE_NOT_THE_RECIPIENT_OF_THE_INVITATION"] * 2, wrong)


def climb(world, hr):
    """Every way up that somebody with member:update and invitation:create can try; the ones that worked."""
    at = {"organizationId": world.id}
    tries = {
        "own role": lambda: hr.organization("update-member-role", memberId=hr.member, role=["hr", "admin"], **at),
        "an invitation": lambda: hr.organization("invite-member", email="up-%s@x.example" % hr.id, role="admin", **at),
        "two roles in one": lambda: hr.organization("invite-member", email="two-%s@x.example" % hr.id,
                                                    role="member, admin", **at),
    }
    return [name for name, attempt in tries.items() if attempt().status == 200]


def escalate(acme, loose_server):
    at = {"organizationId": acme.id}
    owner, admin = acme.owner, acme.admin
    owner.organization("create-role", role="hr", permission={
        "member": ["update"], "invitation": ["create"], "ac": ["create", "read", "update"]}, **at)
    hr = joined(owner, acme.id, "hr", "hr")
    worked = climb(acme, hr)
    test("nobody hands out what they do not have", not worked, worked)
    test("but what they have", hr.organization("invite-member", email="peer@x.example", role="hr", **at).status == 200)
    link = hr.organization("create-invitation-link", role="admin", **at)
    test("nor by a link", link.code == "YOU_ARE_NOT_ALLOWED_TO_INVITE_USER_WITH_THIS_ROLE", link)
    made = hr.organization("create-role", role="more", permission={"organization": ["delete"]}, **at)
    test("nor by a role that they make", made.status == 403 and made.json["missingPermissions"] == ["organization:delete"],
         made)
    grown = hr.organization("update-role", roleName="hr", data={"permission": {"member": ["update", "delete"]}}, **at)
    test("nor by one that grows", grown.status == 403 and grown.json["missingPermissions"] == ["member:delete"], grown)
    names = [owner.organization("create-role", role=name, permission={"ac": ["read"]}, **at).status for name in
             ("", "owner", "Owner", " owner", "owner ", "a,owner", "OWNER")]
    test("nor by a name that reads as another", set(names) == {400}, names)
    top = [admin.organization("update-member-role", memberId=admin.member, role="owner", **at).status,
           admin.organization("transfer-ownership", memberId=admin.member, **at).status,
           admin.organization("invite-member", email="o@x.example", role="owner", **at).status,
           admin.organization("create-invitation-link", role="member,owner", **at).status,
           admin.organization("remove-member", memberIdOrEmail=owner.member, **at).status,
           admin.organization("update-member-role", memberId=owner.member, role="member", **at).status,
           admin.organization("delete", **at).status]
    test("an admin does not become owner, nor unmakes one", top == [403, 403, 403, 403, 400, 403, 403], top)

    waiting = owner.organization("invite-member", email="boss@x.example", role="admin", **at).json
    resent = hr.organization("invite-member", email="boss@x.example", role="hr", resend=True, **at)
    test("nor does a resend hand out the role of the invitation",
         resent.code == "YOU_ARE_NOT_ALLOWED_TO_INVITE_USER_WITH_THIS_ROLE", resent)
    owner.organization("cancel-invitation", invitationId=waiting["id"])

    loose = Person(loose_server, cookie=hr.cookie)
    loose.id, loose.member = hr.id, hr.member
    worked = climb(acme, loose)
    test("with compatibility = reference all of that works", len(worked) == 3, worked)
    owner.organization("remove-member", memberIdOrEmail=hr.member, **at)
    for row in acme.server.sql("select id from invitation where status = 'pending' and email like '%x.example'"):
        owner.organization("cancel-invitation", invitationId=row[0])


def below_a_slug(acme, boats):
    """Somebody who belongs to both: what is asked below one slug is never about the other."""
    at = {"organizationId": acme.id}
    invited = acme.owner.organization("invite-member", email=boats.owner.email, role="admin", **at).json
    boats.owner.organization("accept-invitation", invitationId=invited["id"])
    both = boats.owner.below(boats.slug)
    before = acme.snapshot()
    arguments = acme.against("e@attack.example")
    passed = []
    for method, endpoint in endpoints():
        if "organizationId" in arguments[endpoint]:
            answer = send(both, method, endpoint, arguments[endpoint])
            if answer.status != 409:
                passed.append((endpoint, answer))
    test("below a slug another organization is 409", not passed, passed)
    ids = [both.organization("cancel-invitation", invitationId=acme.invitation).status,
           both.organization("remove-team", teamId=acme.team).code,
           both.organization("set-active-team", teamId=acme.team).code,
           both.organization("update-team", teamId=acme.team, data={"organizationId": acme.id, "name": "Mine"}).status,
           both.get("organization/list-team-members", teamId=acme.team).code,
           both.organization("revoke-invitation-link", linkId=acme.link["id"]).code,
           both.organization("accept-invitation-link", code=acme.link["code"]).status,
           both.get("organization/get-invitation-link", code=acme.link["code"]).status,
           both.organization("delete-role", roleId=acme.role["id"]).code]
    test("nor do its ids lead out", ids == [409, "TEAM_NOT_FOUND", "TEAM_NOT_FOUND", 409, "TEAM_NOT_FOUND",
                                            "INVITATION_NOT_FOUND", 409, 409, "ROLE_NOT_FOUND"], ids)
    test("and nothing there changes", before == acme.snapshot())
    acme.owner.organization("remove-member", memberIdOrEmail=boats.owner.email, **at)


def never_outlived(acme):
    """The active organization and team end with the membership, in the database and in the same answer."""
    at = {"organizationId": acme.id}
    person = joined(acme.owner, acme.id, "leaver", "member")
    acme.owner.organization("add-team-member", teamId=acme.team, userId=person.id, **at)
    person.organization("set-active-team", teamId=acme.team)
    active = lambda: tuple(acme.server.sql(
        'select "activeOrganizationId", "activeTeamId" from session where "userId" = \'%s\'' % person.id)[0])
    standing = active()
    acme.owner.organization("remove-team-member", teamId=acme.team, userId=person.id, **at)
    test("an active team ends with the place in it", standing == (acme.id, acme.team) and active() == (acme.id, ""), active())
    acme.owner.organization("add-team-member", teamId=acme.team, userId=person.id, **at)
    person.organization("set-active-team", teamId=acme.team)
    person.organization("create", name="Own", slug="own-" + person.id.lower())
    session = person.get("get-session").json["session"]
    test("an active team is left with its organization", session["activeTeamId"] != acme.team and
         session["activeOrganizationId"] != acme.id, session)
    person.organization("set-active", organizationId=acme.id)
    person.organization("set-active-team", teamId=acme.team)
    person.organization("leave", **at)
    session = person.get("get-session").json["session"]
    test("leaving shows in the same answer", (session["activeOrganizationId"], session["activeTeamId"]) == (None, None), session)
    test("and in the teams", acme.server.sql("select count(*) from \"teamMember\" where \"userId\" = '%s' and \"teamId\" = '%s'"
                                            % (person.id, acme.team)) == [["0"]])
    failed = acme.server.sql("update session set \"activeTeamId\" = '%s' where \"userId\" = '%s'" % (acme.team, person.id),
                             "tenantry_identity")
    test("nor can the row say otherwise", "session_userId_activeTeamId_fkey" in str(failed), failed)


def audit(acme, boats):
    at = {"organizationId": acme.id}
    person = joined(acme.owner, acme.id, "watched", "member")
    acme.owner.organization("update-member-role", memberId=person.member, role="admin", **at)
    entries = acme.owner.get("organization/audit-log", userId=person.id, **at).json["entries"]
    seen = [(each["action"], each["actor"]["id"], each["ipAddress"], each["userAgent"]) for each in entries[:3]]
    test("a change stands in the log: who, what, from where", seen == [
        ("member.updated", acme.owner.id, acme.owner.address, "attack/1"),
        ("invitation.accepted", person.id, person.address, "attack/1"),
        ("member.added", person.id, person.address, "attack/1")], seen)
    test("with what was there before", entries[0]["detail"] == {"role": ["member", "admin"]}, entries[0])
    test("and the names as they were", entries[0]["subject"]["name"] == "watched <%s>" % person.email and
         entries[0]["actor"]["name"] == acme.owner.name, entries[0])

    refused = acme.owner.organization("update-member-role", memberId=person.member, role="wizard", **at)
    after = acme.owner.get("organization/audit-log", userId=person.id, **at).json["entries"]
    test("what was refused does not", refused.status == 400 and after == entries)
    acme.server.sql("update member set role = 'member' where id = '%s'" % person.member)
    newest = acme.owner.get("organization/audit-log", limit=1, **at).json["entries"][0]
    test("what another program did does, without a name", newest["actor"] is None and newest["action"] == "member.updated",
         newest)

    pages, before = [], None
    while True:
        page = acme.owner.get("organization/audit-log", limit=7, before=before, **at).json
        pages += page["entries"]
        before = page["next"]
        if not before:
            break
    whole = acme.server.sql("select id from audit_entry where \"organizationId\" = '%s' order by at desc, id desc" % acme.id)
    test("pages have every entry once, newest first", [each["id"] for each in pages] == [row[0] for row in whole] and
         len(pages) > 14, len(pages))
    test("a page begins nowhere but in the list", [acme.owner.get("organization/audit-log", before=each, **at).status
                                                   for each in ("x", "!!", "AAAA")] == [400, 400, 400])
    stranger = [boats.owner.get("organization/audit-log", **at).status, person.get("organization/audit-log", **at).status]
    test("members and strangers may not read it", stranger == [403, 403], stranger)
    written = [acme.server.sql(text, "tenantry_identity") for text in (
        "delete from audit_entry", "update audit_entry set action = 'x'",
        "insert into audit_entry (id, \"organizationId\", \"organizationName\", at, action, \"subjectId\", \"subjectName\", detail)"
        " values ('x', 'x', 'x', now(), 'x', 'x', 'x', '{}')")]
    test("the server itself cannot change it", all("permission denied" in str(each) for each in written), written)

    renamed = acme.server.sql("update \"user\" set name = 'Renamed' where id = '%s'" % person.id)
    newest = acme.owner.get("organization/audit-log", limit=1, **at).json["entries"][0]
    test("a person who changes their name is told", renamed == [] and newest["action"] == "person.updated" and
         newest["detail"] == {"name": ["watched", "Renamed"]}, newest)
    acme.server.sql("delete from \"user\" where id = '%s'" % person.id)
    log = [each["action"] for each in acme.owner.get("organization/audit-log", userId=person.id, limit=2, **at).json["entries"]]
    test("one who is deleted, too", set(log) == {"person.deleted", "member.removed"}, log)


def beyond(acme, loose):
    """What the original does not have: a roster of any size, ownership handed over, links."""
    at = {"organizationId": acme.id}
    acme.server.sql(
        "insert into \"user\" (id, name, email, \"emailVerified\", \"createdAt\", \"updatedAt\") select 'u' || n, "
        "case when n % 50 = 0 then 'Zo' || chr(235) || ' 100% ' || n else 'Person ' || n % 7 end, 'p' || n || '@roster.example', false,"
        " now(), now() from generate_series(1, 250) n; "
        "insert into member (id, \"organizationId\", \"userId\", role, \"createdAt\") select 'm' || n, '%s', 'u' || n, 'member', now()"
        " from generate_series(1, 250) n".replace("%s", acme.id, 1))
    seen, after = [], None
    while True:
        page = acme.member.get("organization/roster", limit=100, after=after, **at).json
        seen += [each["id"] for each in page["members"]]
        after = page["next"]
        if not after:
            break
    everybody = acme.server.sql("select m.id from member m join \"user\" u on u.id = m.\"userId\" where m.\"organizationId\" = '%s'"
                                " order by lower(u.name), m.id" % acme.id)
    test("the roster has everybody once, by name", seen == [row[0] for row in everybody] and len(seen) > 250, len(seen))
    found = [len(acme.member.get("organization/roster", search=each, **at).json["members"]) for each in
             ("100%", "%", "ZOË", "p7@ROSTER", "_")]
    test("its search takes what is typed as it is", found == [5, 5, 5, 1, 0], found)
    hidden = Person(loose, cookie=acme.member.cookie)
    shown = [len(hidden.get("organization/list-members", **at).json["members"]),
             len(hidden.get("organization/get-full-organization", **at).json["members"]),
             hidden.get("organization/roster", **at).status,
             hidden.get("organization/get-active-member-role", userId=acme.owner.id, **at).status,
             len(hidden.get("organization/list-team-members", teamId=acme.team).json)]
    test("hidden, a plain member sees only themselves", shown == [1, 1, 403, 403, 1], shown)
    manager = Person(loose, cookie=acme.owner.cookie)
    test("and who manages sees all", manager.get("organization/list-members", limit=500, **at).json["total"] > 250)
    acme.server.sql("delete from \"user\" where id like 'u%' and length(id) < 5")

    given = acme.owner.organization("transfer-ownership", memberId=acme.admin.member, **at)
    roles = dict(tuple(row) for row in acme.server.sql(
        "select id, role from member where \"organizationId\" = '%s'" % acme.id))
    test("ownership is handed over in one step", given.status == 200 and
         (roles[acme.admin.member], roles[acme.owner.member]) == ("owner,admin", "admin"), (given, roles))
    again = acme.owner.organization("transfer-ownership", memberId=acme.admin.member, **at)
    test("once", again.status == 403, again)
    acme.admin.organization("transfer-ownership", memberId=acme.owner.member, **at)

    guest = Person(acme.server, "linked")
    code = acme.link["code"]
    kept = acme.server.sql("select * from invitation_link")
    test("a link's code is not kept", code not in str(kept) and acme.link["link"].endswith("/" + code))
    where = guest.get("organization/get-invitation-link", code=code).json
    test("it tells where it leads", where["organizationSlug"] == acme.slug and where["role"] == "member", where)
    entered = guest.organization("accept-invitation-link", code=code)
    test("and leads there", entered.status == 200 and guest.session()["activeOrganizationId"] == acme.id, entered)
    acme.owner.organization("revoke-invitation-link", linkId=acme.link["id"], **at)
    late = Person(acme.server, "late")
    test("until it is revoked", late.organization("accept-invitation-link", code=code).code == "INVITATION_NOT_FOUND")
    short = acme.owner.organization("create-invitation-link", role="member", expiresIn=1, **at).json
    acme.server.sql("update invitation_link set \"expiresAt\" = now() where id = '%s'" % short["id"])
    test("or over", late.organization("accept-invitation-link", code=short["code"]).code == "INVITATION_NOT_FOUND")
    odd = [acme.owner.organization("create-invitation-link", role="member", **dict(at, **each)).status for each in (
        {"uses": 0}, {"uses": 1.5}, {"uses": "2"}, {"expiresIn": -1}, {"expiresIn": 10 ** 9})]
    test("with numbers that make sense", odd == [400] * 5, odd)


def roles_that_change(acme):
    at = {"organizationId": acme.id}
    owner = acme.owner
    owner.organization("create-role", role="night", permission={"team": ["create"]}, **at)
    person = joined(owner, acme.id, "night", "night")
    waiting = owner.organization("invite-member", email="w@roles.example", role="night,member", **at).json
    only = owner.organization("invite-member", email="v@roles.example", role="night", **at).json
    renamed = owner.organization("update-role", roleName="night", data={"roleName": "Watch"}, **at)
    rows = dict(tuple(row) for row in acme.server.sql(
        "select id, role from member where id = '%s' union all select id, role from invitation where id in ('%s', '%s')"
        % (person.member, waiting["id"], only["id"])))
    test("who has a role keeps it under its new name", renamed.status == 200 and rows == {
        person.member: "watch", waiting["id"]: "watch,member", only["id"]: "watch"}, rows)
    test("and what it allows", person.organization("create-team", name="Night", **at).status in (200, 400))
    owner.organization("remove-member", memberIdOrEmail=person.member, **at)
    deleted = owner.organization("delete-role", roleName="watch", **at)
    rows = {row[0]: tuple(row[1:]) for row in acme.server.sql(
        "select id, role, status from invitation where id in ('%s', '%s')" % (waiting["id"], only["id"]))}
    test("a deleted role leaves no invitation behind that gives it", deleted.status == 200 and rows == {
        waiting["id"]: ("member", "pending"), only["id"]: ("watch", "canceled")}, rows)
    owner.organization("cancel-invitation", invitationId=waiting["id"], **at)


def given_roles(acme, loose):
    """--role: what every organization of this server has besides."""
    at = {"organizationId": acme.id}
    clerk = joined(acme.owner, acme.id, "clerk", "clerk")

    def may(person, **permissions):
        return person.organization("has-permission", permissions=permissions, **at).json["success"]

    seen = [may(clerk, page=["create", "read"]), may(clerk, page=["delete"]), may(acme.owner, page=["delete"], member=["delete"]),
            may(acme.admin, page=["read"])]
    test("a role by setting allows what it says, and says more of owners", seen == [True, False, True, False], seen)
    taken = acme.owner.organization("create-role", role="clerk", permission={"team": ["create"]}, **at)
    test("no organization makes one of its name", taken.code == "ROLE_NAME_IS_ALREADY_TAKEN", taken)
    elsewhere = Person(loose, cookie=acme.owner.cookie).organization("create-role", role="clerk", permission={"team": ["create"]}, **at)
    renamed = acme.owner.organization("update-role", roleName="clerk", data={"roleName": "scribe"}, **at)
    seen = [may(clerk, page=["create", "read"]), may(clerk, team=["create"])]
    test("nor takes it from who has it, by renaming one that a server without the setting made",
         (elsewhere.status, renamed.status, seen) == (200, 200, [True, False]), (elsewhere, renamed, seen))
    acme.owner.organization("delete-role", roleName="scribe", **at)
    unknown = acme.owner.organization("create-role", role="reader", permission={"pages": ["read"]}, **at)
    test("what it names is known to roles that are made, and nothing else", unknown.code == "INVALID_RESOURCE", unknown)
    beyond_own = acme.admin.organization("create-role", role="reader", permission={"page": ["read"]}, **at)
    test("and given by who has it alone", beyond_own.json.get("missingPermissions") == ["page:read"], beyond_own)
    made = acme.owner.organization("create-role", role="reader", permission={"page": ["read"]}, **at)
    changed = acme.owner.organization("update-member-role", memberId=clerk.member, role="reader", **at)
    seen = [may(clerk, page=["read"]), may(clerk, page=["create"])]
    test("where it holds", (made.status, changed.status, seen) == (200, 200, [True, False]), (made, changed, seen))
    acme.owner.organization("remove-member", memberIdOrEmail=clerk.member, **at)
    acme.owner.organization("delete-role", roleName="reader", **at)


def odd_input(acme):
    """What the original answers with a 500, or takes."""
    at = {"organizationId": acme.id}
    owner = acme.owner
    odd = [
        owner.organization("update", data={}, **at), owner.organization("update", data={"name": "a\0b"}, **at),
        owner.organization("create", name="X", slug="s" * 3000), owner.organization("create", name="N" * 5000, slug="n"),
        owner.get("organization/list-members", sortBy="password", **at),
        owner.get("organization/list-members", filterField="user.email", filterValue="x", **at),
        owner.get("organization/list-members", limit="-1", **at), owner.get("organization/list-members", offset="1.5", **at),
        owner.get("organization/list-members", organizationId=[acme.id, acme.id]),
        owner.organization("create-role", role="x", permission={"ac": "read"}, **at),
        owner.organization("create-role", role="x", permission=["ac"], **at),
        owner.organization("invite-member", email="x@y.example", role=[1], **at),
        owner.organization("update-member-role", memberId=["x"], role="member", **at),
        owner.organization("set-active", organizationId=7),
    ]
    test("odd input is a 400", [each.status for each in odd] == [400] * len(odd), odd)
    wild = owner.get("organization/list-members", filterField="role", filterOperator="contains", filterValue="%", **at)
    test("a wildcard is a character", wild.json["total"] == 0, wild)
    past = owner.get("organization/list-members", offset=5000, **at).json
    test("behind the last page the total is still told", past["members"] == [] and past["total"] > 0, past)
    far = owner.get("organization/list-members", limit=10**11, **at).json
    test("a limit that no list reaches is none", len(far["members"]) == far["total"] > 2, far)
    full = [owner.get("organization/get-full-organization", membersLimit=each, **at) for each in ("2", "1.5", "2 and more", "many", "-1")]
    shown = [len(each.json["members"]) if each.status == 200 else each.status for each in full]
    test("membersLimit is what it begins with, as parseInt has it", shown == [2, 1, 2, far["total"], 400], shown)
    numbers = owner.organization("add-team-member", teamId=acme.team, userId=12, **at)
    test("a number is taken for an id", numbers.code == "USER_IS_NOT_A_MEMBER_OF_THE_ORGANIZATION", numbers)


def mails(acme):
    at = {"organizationId": acme.id}
    invited = acme.owner.organization("invite-member", email="Mail@Example.com", role="admin,member", **at).json
    mail = acme.server.mails()[-1]
    test("an invitation is mailed", (mail["to"], mail["id"], mail["role"], mail["organizationName"], mail["inviterEmail"]) == (
        "mail@example.com", invited["id"], "admin,member", "acme", acme.owner.email) and
         mail["link"].endswith("/" + invited["id"]), mail)
    before = len(acme.server.mails())
    acme.owner.organization("invite-member", email="mail@example.com", role="owner,wizard", **at)
    test("one that was refused is not", len(acme.server.mails()) == before)
    again = acme.owner.organization("invite-member", email="mail@example.com", role="member", resend=True, **at).json
    test("a resend mails the same again", len(acme.server.mails()) == before + 1 and again["id"] == invited["id"] and
         again["role"] == "admin,member", again)
    acme.owner.organization("cancel-invitation", invitationId=invited["id"], **at)
    twice = acme.owner.organization("cancel-invitation", invitationId=invited["id"], **at)
    test("what is canceled is not canceled again", twice.code == "INVITATION_NOT_FOUND", twice)


def decline_late(acme, loose):
    """What is over cannot be declined, but with compatibility = reference."""
    guest = Person(acme.server, "declines")
    invited = acme.owner.organization("invite-member", email=guest.email, role="member", organizationId=acme.id).json
    acme.server.sql("update invitation set \"expiresAt\" = now() - interval '1 second' where id = '%s'" % invited["id"])
    late = guest.organization("reject-invitation", invitationId=invited["id"])
    loosely = Person(loose, cookie=guest.cookie).organization("reject-invitation", invitationId=invited["id"])
    test("what is over is not declined, unless as the reference does", late.code == "INVITATION_NOT_FOUND" and
         loosely.status == 200 and loosely.json["invitation"]["status"] == "rejected", (late, loosely))


def inviter_gone(acme, loose):
    """Who was put out does not come back by what they prepared before; as the reference has it, they do."""
    at = {"organizationId": acme.id}
    traitor = joined(acme.owner, acme.id, "traitor", "admin")
    back = Person(acme.server, "back-door")
    invited = traitor.organization("invite-member", email=back.email, role="admin", **at).json
    link = traitor.organization("create-invitation-link", role="member", **at).json
    acme.owner.organization("remove-member", memberIdOrEmail=traitor.member, **at)
    shown = back.organization("accept-invitation", invitationId=invited["id"])
    test("an invitation ends with its inviter's membership", shown.code == "INVITER_IS_NO_LONGER_A_MEMBER_OF_THE_ORGANIZATION", shown)
    by_link = back.organization("accept-invitation-link", code=link["code"])
    test("so does a link", by_link.status >= 400 and back.get("organization/list").json == [], by_link)
    links = [each["id"] for each in acme.owner.get("organization/list-invitation-links", **at).json]
    test("which is not listed any more", link["id"] not in links, links)
    acme.server.sql("update \"user\" set \"emailVerified\" = true where id = '%s'" % back.id)
    test("and it is not offered", back.get("organization/list-user-invitations").json == [])
    loosely = Person(loose, cookie=back.cookie).organization("accept-invitation", invitationId=invited["id"])
    test("as the reference, it is accepted", loosely.status == 200, loosely)
    acme.owner.organization("remove-member", memberIdOrEmail=loosely.json["member"]["id"], **at)


def odd_names(acme, loose):
    """Slugs that no address can have, and roles said twice."""
    at = {"organizationId": acme.id}
    for slug in (".", ".."):
        answers = [acme.owner.organization("create", name="Dots", slug=slug), acme.owner.organization("update", data={"slug": slug}, **at)]
        test("the slug %s is refused" % slug, [each.code for each in answers] == ["VALIDATION_ERROR"] * 2, answers)
    dots = Person(loose, cookie=acme.owner.cookie).organization("create", name="Dots", slug="..", keepCurrentActiveOrganization=True)
    test("unless as the reference does", dots.status == 200, dots)
    acme.owner.organization("delete", organizationId=dots.json["id"])
    twice = acme.owner.organization("update-member-role", memberId=acme.member.member, role=["member", "admin", " member"], **at)
    test("a role is stored once", twice.json["role"] == "member,admin", twice)
    acme.owner.organization("update-member-role", memberId=acme.member.member, role="member", **at)


def the_end(acme):
    members = [acme.owner, acme.admin, acme.member]
    for each in members:
        each.organization("set-active", organizationId=acme.id)
    gone = acme.owner.organization("delete", organizationId=acme.id)
    test("an organization is deleted", gone.status == 200 and gone.json["id"] == acme.id, gone)
    test("with all that is in it", all(rows == [] for rows in acme.snapshot()), acme.snapshot())
    test("and is active nowhere", [each.session()["activeOrganizationId"] for each in members] == [None] * 3)
    log = acme.server.sql("select action, \"organizationName\" from audit_entry where \"organizationId\" = '%s' order by at desc limit 2"
                          % acme.id)
    test("its log stays, and ends with that", log[0] == ["organization.deleted", "acme"], log)


def main():
    server = Server(sys.argv[1], *LIMITS, "--role", "clerk=page:create+page:read", "--role", "owner=page:create+page:read+page:delete")
    loose = Server(sys.argv[1], "--compatibility", "reference", "--roster", "managers", database=server.data)
    acme, boats = World(server, "acme"), World(server, "boats")
    attack_from_outside(acme, boats)
    attack_from_below(acme)
    escalate(acme, loose)
    below_a_slug(acme, boats)
    roles_that_change(acme)
    never_outlived(acme)
    audit(acme, boats)
    given_roles(acme, loose)
    odd_input(acme)
    mails(acme)
    decline_late(acme, loose)
    beyond(acme, loose)
    inviter_gone(acme, loose)
    odd_names(acme, loose)
    the_end(acme)
    test("the second server stops", loose.stop() == 0)
    test("the first server stops", server.stop() == 0)
    return done()


if __name__ == "__main__":
    sys.exit(main())
