/* A session and a person as JSON: one form, for answers and for the cookie cache. */
#pragma once

#include "account/session.h"
#include "json/writer.h"

/* `organization_id` stands as the active one; may be NULL. A team of another organization is left
 * out. */
void session_json_put(
    struct json_writer *json, const struct session *session, const char *organization_id);
void session_json_put_user(struct json_writer *json, const struct user *user);

/* Back again, borrowing the texts of `value`. False: not a session, not a person. */
MUST_USE bool session_json_read(const struct json_value *value, struct session *ret_session);
MUST_USE bool session_json_read_user(const struct json_value *value, struct user *ret_user);
