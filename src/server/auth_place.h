/* The endpoints of organizations: who asks, in which organization, and what a refusal is called. */
#pragma once

#include "organization/member.h"
#include "server/auth_exchange.h"

/* --- who and where ---------------------------------------------------------------------------- */

/* The session, or its refusal: 401 UNAUTHORIZED; NULL in `ret_view` then. */
MUST_USE bool auth_session_wanted(
    struct auth_exchange *exchange, const struct session_view **ret_view, struct tn_error *error);

/* As auth_session, and what its person is in an organization: that of the slug, else of `place`,
 * else the active one. One flight. */
MUST_USE bool auth_session_at(struct auth_exchange *exchange, struct session_place place,
    const struct session_view **ret_view, struct tn_error *error);

/* The organization that an id in body or query names, else the active one; NULL: none. */
const char *auth_organization_id(
    const struct auth_exchange *exchange, const struct session_view *view, const char *named);
/* Was one named, or is one active? */
bool auth_has_place(const struct auth_exchange *exchange, const struct session_view *view,
    struct session_place place);
/* What the query names: a slug counts before an id. */
struct session_place auth_place_of_query(const struct auth_exchange *exchange);
/* As auth_session_at for what the query names, where only members may go on. Otherwise it is
 * answered, and `ret_view` NULL. */
MUST_USE bool auth_member_place(
    struct auth_exchange *exchange, const struct session_view **ret_view, struct tn_error *error);

/* The settings' rules, and a change of an organization by who asks. In the request's arena. */
const struct organization_rules *auth_rules(struct auth_exchange *exchange);
struct change_request auth_change(
    struct auth_exchange *exchange, const struct session_view *view, const char *organization_id);

/* The session, and the organization that the body's organizationId names or is active. Otherwise it
 * is refused, with `none` where there is no organization, and `ret_view` is NULL. */
MUST_USE bool auth_change_wanted(struct auth_exchange *exchange, enum wire_error none,
    const struct session_view **ret_view, struct change_request *ret_request,
    struct tn_error *error);

/* The handle of the organization where `view` is a member, to be closed; and its made roles. */
MUST_USE bool auth_membership_open(struct auth_exchange *exchange, const struct session_view *view,
    struct tn_membership *ret_membership, struct tn_error *error);
/* May who asks do this? Reads the made roles only where one of theirs is not fixed. */
MUST_USE bool auth_allows(struct auth_exchange *exchange, const struct session_view *view,
    const char *resource, const char *action, bool *ret_allowed, struct tn_error *error);
MUST_USE bool auth_role_book(struct auth_exchange *exchange, const struct session_view *view,
    struct role_book *ret_book, struct tn_error *error);

/* May they see who else is there? */
bool auth_sees_roster(const struct auth_exchange *exchange, const struct session_view *view,
    const struct role_book *book);
/* The first `limit` members as they may see them: all, or themselves. */
MUST_USE bool auth_member_list(struct auth_exchange *exchange, const struct session_view *view,
    const struct role_book *book, int64_t limit, struct member_list *ret_list,
    struct tn_error *error);

/* Where a page begins, of the query; both NULL when it was not sent. False: refused. */
bool auth_cursor_read(
    struct auth_exchange *exchange, const char *name, const char **ret_key, const char **ret_id);
/* A whole number of the query, from 0; `fallback` when it was not sent. False: refused. */
bool auth_query_number(
    struct auth_exchange *exchange, const char *name, int64_t fallback, int64_t *ret_number);
/* The same, of what begins with a number and may go on with anything, as JavaScript's parseInt. */
bool auth_query_leading_number(
    struct auth_exchange *exchange, const char *name, int64_t fallback, int64_t *ret_number);

/* Who acts, from where: for the audit log. */
MUST_USE bool auth_act(struct auth_exchange *exchange, struct tn_error *error);

/* A team's id or several, of the body, as a comma list; NULL: none. False: one has a comma of its
 * own. */
bool auth_team_ids(const struct auth_exchange *exchange, const char **ret_team_ids);

/* --- refusing --------------------------------------------------------------------------------- */

/* What an endpoint calls an answer. */
struct refusal {
    enum change_answer answer;
    int status;
    enum wire_error wire_error;
};
/* Was it done? If not, it is refused by its line of the table; an answer without one is a mistake
 * of ours. */
bool auth_is_done(struct auth_exchange *exchange, enum change_answer answer,
    const struct refusal *refusals, size_t refusal_count);
#define AUTH_IS_DONE(exchange, answer, refusals) \
    auth_is_done(exchange, answer, refusals, COUNT_OF(refusals))
