#!/usr/bin/env python3
"""The wire's finer points, each as better-auth's own server answers it: words and order of refusals, empty values, what
is not sent, cookies that do not count.

    test_wire.py TENANTRY"""

import json
import sys

from organizations import BASE, LIMITS, PASSWORD, Connection, Answer, Person, Server, done, joined, test


def is_fault(answer, message):
    return answer.status == 400 and answer.json == {"message": message, "code": "VALIDATION_ERROR"}


def faults(owner, anybody):
    """The sentences of a body or query that does not fit."""
    array = "Invalid input: expected string, received array; [body.%s] Too small: expected array to have >=1 items"
    no_object = "[body] Invalid input: expected object, received %s; [body] Invalid input"
    cases = [
        ("POST", "organization/create", {"name": [], "slug": "x"}, "[body.name] " + array % "name"),
        ("POST", "organization/update", {"data": {"slug": []}}, "[body.data.slug] " + array % "data.slug"),
        ("POST", "sign-up/email", {"name": "x", "email": "a@b.example", "password": []}, "[body.password] " + array % "password"),
        ("POST", "sign-in/email", {"email": "a@b.example", "password": "x", "callbackURL": None},
         "[body.callbackURL] Invalid input: expected string, received null"),
        ("POST", "organization/has-permission", [], no_object % "array"),
        ("POST", "organization/has-permission", {"permissions": {"ac": ["read"]}, "permission": {"ac": ["read"]}},
         "[body] Invalid input: more than one option matched"),
        ("POST", "organization/delete-role", [], no_object % "array"),
        ("POST", "organization/update-role", {}, "[body.data] Invalid input: expected object, received undefined; [body] Invalid input"),
        ("POST", "organization/update-role", {"roleId": "", "data": {}}, "[body.roleId] Too small: expected string to have >=1 characters"),
        ("POST", "organization/delete-role", {"roleName": "", "roleId": ""}, "[body] Invalid input"),
        ("POST", "organization/create-role", {"role": "x", "permission": {}, "additionalFields": 1},
         "[body.additionalFields] Invalid input: expected object, received number"),
        ("POST", "organization/add-team-member", {"teamId": "x"}, "[body.userId] Invalid input: expected nonoptional, received undefined"),
        ("GET", "organization/get-role?roleId=", None, "[query.roleId] Too small: expected string to have >=1 characters"),
        ("GET", "organization/get-role?roleId=a&roleId=b", None, "[query] Invalid input"),
        ("GET", "organization/get-role?organizationId=a&organizationId=b", None,
         "[query.organizationId] Invalid input: expected string, received array; [query] Invalid input"),
        ("GET", "organization/get-organization?organizationSlug=a&organizationSlug=b", None,
         "[query.organizationSlug] Invalid input: expected string, received array"),
        ("GET", "organization/get-full-organization?organizationId=a&organizationId=b", None,
         "[query.organizationId] Invalid input: expected string, received array"),
        ("GET", "organization/get-active-member-role?userId=a&userId=b", None,
         "[query.userId] Invalid input: expected string, received array"),
        ("GET", "organization/list-user-invitations?email=a&email=b", None,
         "[query.email] Invalid input: expected string, received array"),
        ("GET", "organization/list-members?limit=1&limit=2", None, "[query.limit] Invalid input"),
        ("GET", "organization/list-members?sortDirection=asc&sortDirection=asc", None,
         "[query.sortDirection] Invalid option: expected one of \"asc\"|\"desc\""),
    ]
    for method, path, body, message in cases:
        person = anybody if path.startswith("sign-") else owner
        answer = person.ask(method, "/api/auth/" + path, body)
        test("%s %s is told %s" % (path, json.dumps(body), message), is_fault(answer, message), answer)


def numbers(owner, organization_id):
    """Clients send what they have: "undefined" is no number, and 0 is none either."""
    for text, count in [("undefined", 3), ("0", 3), ("", 3), ("1e0", 1), ("2", 2)]:
        shown = owner.get("organization/list-members", organizationId=organization_id, limit=text).json["members"]
        test("limit %r shows %d" % (text, count), len(shown) == count, shown)
        full = owner.get("organization/get-full-organization", organizationId=organization_id, membersLimit=text).json["members"]
        test("membersLimit %r shows %d" % (text, count), len(full) == count, full)
    for text in ["-1", "1.5", "99999999999999999999"]:
        answer = owner.get("organization/list-members", organizationId=organization_id, limit=text)
        test("limit %s is refused" % text, answer.status == 400, answer)
    nobody = owner.get("organization/list-members", organizationId=organization_id, filterField="role").json
    test("a filter without a value fits nobody", nobody == {"members": [], "total": 0}, nobody)


def empty_values(owner, acme):
    """An empty text is sometimes as not sent, and sometimes an organization that there is none of."""
    for endpoint, body in [("create-role", {"role": "x", "permission": {}}), ("update-role", {"roleName": "x", "data": {}}),
                           ("delete-role", {"roleName": "x"})]:
        answer = owner.organization(endpoint, organizationId="", **body)
        wanted = "YOU_MUST_BE_IN_AN_ORGANIZATION_TO_CREATE_A_ROLE" if endpoint == "create-role" else "NO_ACTIVE_ORGANIZATION"
        test("%s with an empty organization is in none" % endpoint, answer.code == wanted, answer)
    answer = owner.get("organization/list-roles", organizationId="")
    test("list-roles likewise", answer.code == "NO_ACTIVE_ORGANIZATION", answer)
    answer = owner.organization("delete", organizationId="")
    test("delete of an empty id finds nothing", answer.code == "ORGANIZATION_NOT_FOUND", answer)
    answer = owner.organization("set-active", organizationId="")
    test("set-active of an empty id gives the active one", answer.status == 200 and answer.json["id"] == acme["id"], answer)
    answer = owner.post("update-user", name="N", email="")
    test("an empty address is none to update-user", answer.status == 200, answer)
    for value in ["", None]:
        answer = owner.post("update-session", activeOrganizationId=value)
        test("update-session with %r has nothing to do" % value, answer.json == {"message": "No fields to update"}, answer)
    answer = owner.post("sign-in/email", email=owner.email, password=PASSWORD, callbackURL="")
    test("an empty callback is told back", answer.json.get("url") == "" and answer.json["redirect"] is False, answer)


def order(member, stranger, acme):
    """Who may not is told so, whatever else is wrong."""
    answer = member.organization("update", organizationId=acme["id"], data={})
    test("an empty update by who may not", answer.code == "YOU_ARE_NOT_ALLOWED_TO_UPDATE_THIS_ORGANIZATION", answer)
    answer = stranger.organization("update", organizationId=acme["id"], data={})
    test("an empty update by a stranger", answer.code == "USER_IS_NOT_A_MEMBER_OF_THE_ORGANIZATION", answer)
    invitation = {"email": "x@y.example", "role": "member", "teamId": "a,b", "organizationId": acme["id"]}
    answer = member.organization("invite-member", **invitation)
    test("a team's odd id by who may not invite", answer.code == "YOU_ARE_NOT_ALLOWED_TO_INVITE_USERS_TO_THIS_ORGANIZATION", answer)
    answer = stranger.organization("invite-member", **invitation)
    test("a team's odd id by a stranger", answer.code == "MEMBER_NOT_FOUND", answer)
    answer = stranger.organization("update-member-role", memberId="x", role=[])
    test("no role, and no organization", answer.code == "NO_ACTIVE_ORGANIZATION", answer)


def values(owner, acme, team):
    both = owner.organization("has-permission", permissions={"ac": ["read"]}, permission=7)
    test("one of two forms of has-permission is enough", both.json == {"error": None, "success": True}, both)
    made = owner.organization("create-team", name="Crew").json
    test("a team that is made has a time of change", made["updatedAt"] == made["createdAt"], made)
    test("the first one has none", team["updatedAt"] is None, team)
    changed = owner.organization("update-team", teamId=team["id"], data={}).json
    test("changing nothing of a team sets its time", changed["updatedAt"] is not None and changed["name"] == team["name"], changed)
    for user in [None, True, ["x"], {}]:
        answer = owner.organization("add-team-member", teamId=team["id"], userId=user)
        test("%s is nobody's id" % json.dumps(user), answer.code == "USER_IS_NOT_A_MEMBER_OF_THE_ORGANIZATION", answer)


def send(server, method, path, text, **headers):
    connection = Connection(server.path)
    connection.request(method, "/api/auth/" + path, text, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = Answer(connection.getresponse())
    connection.close()
    return answer


def bytes_of(server, owner):
    """What a header or a mark at the body's beginning says."""
    body = json.dumps({"email": owner.email, "password": PASSWORD}).encode()
    marked = send(server, "POST", "sign-in/email", b"\xef\xbb\xbf" + body, Content_Type="application/json")
    test("a byte order mark is no part of JSON", marked.status == 200, marked)
    untyped = send(server, "POST", "sign-in/email", body, Content_Type="")
    test("an empty content type is none", untyped.code == "VALIDATION_ERROR", untyped)
    referred = send(server, "POST", "update-user", b'{"name":"N"}', Content_Type="application/json", Cookie=owner.cookie, Origin="",
                    Referer=BASE + "/x")
    test("an empty origin gives way to the referer", referred.status == 200, referred)
    foreign = send(server, "POST", "update-user", b'{"name":"N"}', Content_Type="application/json", Cookie=owner.cookie, Origin="",
                   Referer="https://evil.example/x")
    test("also to a foreign one", foreign.code == "INVALID_ORIGIN", foreign)


def callbacks(anybody):
    """One that is named twice is none."""
    answer = anybody.post("sign-in/email?callbackURL=/a&callbackURL=/b", email="a@b.example", password="x")
    test("two callbacks in the query", answer.json == {"message": "Invalid callbackURL: expected a string"} and answer.status == 400, answer)


def set_cookies(server, cookie, query=""):
    answer = send(server, "GET", "get-session" + query, None, Cookie=cookie)
    return [line for line in answer.headers.get_all("Set-Cookie") or [] if line.startswith("better-auth.session_data")]


def cookie_cache(server):
    """A cookie cache that does not count goes; one that does stays, unless the database is asked for."""
    person = Person(server, "cached")
    signed_in = send(server, "POST", "sign-in/email", json.dumps({"email": person.email, "password": PASSWORD}), Content_Type="application/json")
    pairs = [line.split(";")[0] for line in signed_in.headers.get_all("Set-Cookie")]
    token, data = pairs[0], pairs[1]
    broken = "better-auth.session_data=broken"
    answer = set_cookies(server, "%s; %s" % (token, broken))
    test("a broken one is expired and written anew",
         len(answer) == 2 and "Max-Age=0" in answer[0] and "Max-Age=300" in answer[1], answer)
    answer = set_cookies(server, "%s; %s" % (token, broken), "?disableRefresh=1")
    test("a broken one is expired also where nothing is refreshed", len(answer) == 1 and "Max-Age=0" in answer[0], answer)
    test("a good one is left", set_cookies(server, "%s; %s" % (token, data)) == [])
    answer = set_cookies(server, "%s; %s" % (token, data), "?disableCookieCache=1")
    test("asked for the database, it is written anew", len(answer) == 1 and "Max-Age=300" in answer[0], answer)
    change = send(server, "POST", "update-user", json.dumps({"name": "n" * 6000}), Content_Type="application/json", Origin=BASE,
                  Cookie="%s; %s" % (token, data))
    lines = [line for line in change.headers.get_all("Set-Cookie") if line.startswith("better-auth.session_data")]
    test("where it is cut in pieces, the whole one goes", len(lines) > 2 and lines[0].startswith("better-auth.session_data=;"), lines)
    forgettable = send(server, "POST", "sign-in/email", json.dumps({"email": person.email, "password": PASSWORD, "rememberMe": False}),
                       Content_Type="application/json")
    kept = "; ".join(line.split(";")[0] for line in forgettable.headers.get_all("Set-Cookie") if "session_data" not in line)
    answer = set_cookies(server, "%s; %s" % (kept, broken))
    test("a broken one of a session not to be remembered goes", len(answer) == 1 and "Max-Age=0" in answer[0], answer)


def main():
    server = Server(sys.argv[1], "--rate-limit=off", *LIMITS)
    try:
        owner = Person(server, "owner")
        acme = owner.organization("create", name="Acme", slug="acme").json
        team = owner.get("organization/list-teams").json[0]
        joined(owner, acme["id"], "admin", "admin")
        member = joined(owner, acme["id"], "member", "member")
        faults(owner, Person(server))
        numbers(owner, acme["id"])
        callbacks(Person(server))
        order(member, Person(server, "stranger"), acme)
        values(owner, acme, team)
        bytes_of(server, owner)
        cookie_cache(server)
        empty_values(owner, acme)
    finally:
        status = server.stop()
    test("the server leaves", status == 0, status)
    return done()


sys.exit(main())
