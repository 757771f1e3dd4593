"""What can change about who somebody is and where they may be: each as a call that makes it so for a place (test_remembered.py)."""

import json

import example


def removed(place):
    place.sql("DELETE FROM member WHERE " + place.here_is())


def removed_by_api(place):
    place.by_api("organization/remove-member", memberIdOrEmail=place.worker.id + "@example.com", organizationId=place.here.id)


def left(place):
    place.by_api("organization/leave", place.own_session, organizationId=place.here.id)


def demoted(place):
    place.sql("UPDATE member SET role = 'member' WHERE " + place.here_is())


def demoted_by_api(place):
    place.by_api("organization/update-member-role", memberId=place.here.member(place.worker), role="member", organizationId=place.here.id)


def promoted(place):
    place.sql("UPDATE member SET role = 'admin,owner' WHERE " + place.here_is())


def raised(place):
    place.sql("UPDATE member SET role = 'admin' WHERE " + place.here_is())


def of_no_known_role(place):
    place.sql("UPDATE member SET role = 'nobody' WHERE " + place.here_is())


def signed_out(place):
    place.each(lambda session: place.sql("DELETE FROM session WHERE token = '%s'" % session.token))


def signed_out_by_api(place):
    place.each(lambda session: place.by_api("sign-out", session))


def revoked_by_api(place):
    place.each(lambda session: place.by_api("revoke-session", place.own_session, token=session.token))


def all_revoked_by_api(place):
    place.by_api("revoke-sessions", place.own_session)


def others_revoked_by_api(place):
    place.by_api("revoke-other-sessions", place.own_session)


def expired(place):
    place.sql("UPDATE session SET \"expiresAt\" = now() - interval '1 second' WHERE " + place.worker_is())


def given_another_token(place):
    place.sql("UPDATE session SET token = 'other-' || token WHERE " + place.worker_is())


def given_to_another(place):
    place.sql("UPDATE session SET \"userId\" = '%s' WHERE %s" % (place.boss.id, place.worker_is()))


def renamed(place):
    place.sql("UPDATE organization SET name = 'Renamed' WHERE id = '%s'" % place.here.id)


def renamed_by_api(place):
    place.by_api("organization/update", organizationId=place.here.id, data={"name": "Renamed"})


def other_renamed(place):
    place.sql("UPDATE organization SET name = 'Other renamed' WHERE id = '%s'" % place.there.id)


def moved(place):
    place.sql("UPDATE organization SET slug = 'moved-' || slug WHERE id = '%s'" % place.here.id)


def moved_by_api(place):
    place.by_api("organization/update", organizationId=place.here.id, data={"slug": "moved-" + place.slug})


def taken_by_own(place):
    moved(place)
    place.sql("UPDATE organization SET slug = '%s' WHERE id = '%s'" % (place.slug, place.there.id))


def taken_by_foreign(place):
    moved(place)
    place.sql("UPDATE organization SET slug = '%s' WHERE id = '%s'" % (place.slug, place.elsewhere.id))


def swapped(place):
    place.sql("BEGIN; UPDATE organization SET slug = 'between' WHERE id = '%s'; UPDATE organization SET slug = '%s' WHERE id = '%s'; "
              "UPDATE organization SET slug = '%s' WHERE id = '%s'; COMMIT"
              % (place.here.id, place.slug, place.there.id, place.there.slug, place.here.id))


def deleted(place):
    place.sql("DELETE FROM organization WHERE id = '%s'" % place.here.id)


def deleted_by_api(place):
    place.by_api("organization/delete", organizationId=place.here.id)


def other_deleted(place):
    place.sql("DELETE FROM organization WHERE id = '%s'" % place.there.id)


def made_again(place):
    """The same slug, another organization: the person was never asked whether they belong to it."""
    deleted(place)
    place.sql("INSERT INTO organization (id, name, slug, \"createdAt\") VALUES ('again-%s', 'Again', '%s', now())" % (place.here.id, place.slug))


def person_renamed(place):
    place.sql("UPDATE \"user\" SET name = 'Somebody Else' WHERE id = '%s'" % place.worker.id)


def person_renamed_by_api(place):
    place.by_api("update-user", place.own_session, name="Somebody Else")


def person_moved(place):
    place.sql("UPDATE \"user\" SET email = 'new-%s@example.com' WHERE id = '%s'" % (place.worker.id, place.worker.id))


def person_deleted(place):
    place.sql("DELETE FROM \"user\" WHERE id = '%s'" % place.worker.id)


def signed_out_here(place):
    place.sql("UPDATE session_context SET \"revokedAt\" = now() WHERE " + place.here_is())


def signed_out_here_by_form(place):
    def leave(session):
        page = place.world.truth.ask("GET", "/o/%s/people" % place.slug, session.cookie)
        form = {"_ctx": example.action_context(page.body, "/-/sign-out")}
        answer = place.world.truth.ask("POST", "/o/%s/-/sign-out" % place.slug, session.cookie, (), form)
        if answer.status != 303:
            raise SystemExit("Bail out! %s" % answer)
    place.each(leave)


def context_made_revoked(place):
    place.each(lambda session: place.sql(
        "BEGIN; DELETE FROM session_context WHERE \"sessionId\" = '%s'; INSERT INTO session_context (\"sessionId\", \"organizationId\", "
        "\"userId\", \"revokedAt\") VALUES ('%s', '%s', '%s', now()); COMMIT" % (session.id, session.id, place.here.id, place.worker.id)))


def entered_again(place):
    place.each(lambda session: place.world.truth.ask("POST", "/choose", session.cookie, (), {"organization": place.slug}))


def added(place):
    place.sql(place.elsewhere.addition(place.worker, "member"))


def added_by_invitation(place):
    stranger = place.stranger.session()
    answer = stranger.call(place.world.truth, "organization/invite-member", email=place.worker.id + "@example.com", role="member",
                           organizationId=place.elsewhere.id)
    place.by_api("organization/accept-invitation", place.own_session, invitationId=json.loads(answer.body)["id"])


def made_active(place):
    place.each(lambda session: place.by_api("organization/set-active", session, organizationId=place.there.id))


def of_one_transaction(place):
    """Triggers at once, and the first change taken back: the second is the one that counts."""
    place.sql("BEGIN; SET CONSTRAINTS ALL IMMEDIATE; SAVEPOINT first; UPDATE \"user\" SET name = 'Never' WHERE id = '%s'; ROLLBACK TO first; "
              "UPDATE \"user\" SET name = 'Second Name' WHERE id = '%s'; COMMIT" % (place.worker.id, place.worker.id))


def in_a_savepoint(place):
    place.sql("BEGIN; SAVEPOINT first; UPDATE \"user\" SET name = 'Never' WHERE id = '%s'; ROLLBACK TO first; SAVEPOINT second; "
              "DELETE FROM member WHERE %s; RELEASE second; COMMIT" % (place.worker.id, place.here_is()))


def given_up(place):
    """What was rolled back is no change, and the triggers of it changed nothing that stays."""
    place.sql("BEGIN; SET CONSTRAINTS ALL IMMEDIATE; DELETE FROM member WHERE %s; ROLLBACK" % place.here_is())


def membership_given_away(place):
    place.sql("BEGIN; DELETE FROM session_context WHERE %s; UPDATE member SET \"userId\" = '%s' WHERE %s; COMMIT"
              % (place.here_is(), place.stranger.id, place.here_is()))


def membership_moved(place):
    place.sql("BEGIN; DELETE FROM session_context WHERE %s; UPDATE member SET \"organizationId\" = '%s' WHERE %s; COMMIT"
              % (place.here_is(), place.elsewhere.id, place.here_is()))


def all_of_a_table(table):
    return lambda place: place.sql("TRUNCATE %s CASCADE" % table)


# What happens, by whom, and what of it a page must show: its label, and a status or a text that is there (not).
CASES = [
    ("a member is removed", removed, ("no query", 404)),
    ("a member is removed by the wire", removed_by_api, ("tenant query", 404)),
    ("a member leaves", left, ("kept", 404)),
    ("a role is taken", demoted, ("guarded stream", 403)),
    ("a role is taken by the wire", demoted_by_api, ("kept, guarded", 403)),
    ("a role is given", promoted, ("no query", "admin,owner")),
    ("a role is given that may more", raised, ("no query, guarded", 200)),
    ("a role that nobody knows is given", of_no_known_role, ("kept", 403)),
    ("a session is deleted", signed_out, ("no query", 303)),
    ("a session is signed out", signed_out_by_api, ("kept", 303)),
    ("a session is revoked", revoked_by_api, ("stream", 303)),
    ("all sessions are revoked", all_revoked_by_api, ("identity only", 303)),
    ("all but one are revoked", others_revoked_by_api, ("head", 303)),
    ("a session is ended", expired, ("no query", 303)),
    ("a session has another token", given_another_token, ("no query", 303)),
    ("a session is another person's", given_to_another, ("no query", "Boss")),
    ("an organization is renamed", renamed, ("kept", "Renamed")),
    ("an organization is renamed by the wire", renamed_by_api, ("no query", "Renamed")),
    ("another organization of the person is renamed", other_renamed, ("list", "Other renamed")),
    ("an organization has another slug", moved, ("kept", 404)),
    ("an organization has another slug by the wire", moved_by_api, ("no query", 404)),
    ("its slug is taken by another one of the person", taken_by_own, ("no query", "There no.")),
    ("its slug is taken by a foreign one", taken_by_foreign, ("no query", 404)),
    ("two slugs are swapped", swapped, ("kept, by its tag", "There no.")),
    ("an organization is deleted", deleted, ("no query", 404)),
    ("an organization is deleted by the wire", deleted_by_api, ("kept", 404)),
    ("another organization of the person is deleted", other_deleted, ("list", "lacks There no.")),
    ("an organization is deleted and its slug used again", made_again, ("no query", 404)),
    ("a person is renamed", person_renamed, ("no query", "Somebody Else")),
    ("a person is renamed by the wire", person_renamed_by_api, ("kept", "Somebody Else")),
    ("a person has another address", person_moved, ("no query", "new-worker")),
    ("a person is deleted", person_deleted, ("no query", 303)),
    ("a session is signed out of this organization", signed_out_here, ("no query", 303)),
    ("a session is signed out of this organization by a form", signed_out_here_by_form, ("kept", 303)),
    ("a session was never here but to be signed out", context_made_revoked, ("no query", 303)),
    ("a session enters again", entered_again, ("no query", 200)),
    ("a membership is added", added, ("list", "Elsewhere no.")),
    ("an invitation is accepted", added_by_invitation, ("kept", "Elsewhere no.")),
    ("another organization is active", made_active, ("wire", "activeOrganizationId")),
    ("a change is taken back before another", of_one_transaction, ("no query", "Second Name")),
    ("a change is taken back, and one is made in a savepoint", in_a_savepoint, ("no query", 404)),
    ("a change is rolled back", given_up, ("no query", 200)),
    ("a membership becomes another person's", membership_given_away, ("no query", 404)),
    ("a membership becomes another organization's", membership_moved, ("no query", 404)),
    ("the sessions' contexts are truncated", all_of_a_table("session_context"), ("no query", 200)),
    ("the sessions are truncated", all_of_a_table("session"), ("no query", 303)),
    ("the members are truncated", all_of_a_table("member"), ("no query", 303)),
    ("the organizations are truncated", all_of_a_table("organization"), ("no query", 303)),
    ("the people are truncated", all_of_a_table("\"user\""), ("no query", 303)),
]
