/* The audit log: who did what to which invoice, and to the organization itself. */
#pragma once

#include <tenantry/tenantry.h>

bool audit_page(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool audit_csv(struct tn_request *request, struct tn_db db, struct tn_error *error);
bool organization_log_page(struct tn_request *request, struct tn_db db, struct tn_error *error);

/* As typed; never NULL. */
struct audit_filter {
    const char *action;
    const char *actor;
    const char *words;
    const char *from;
    const char *to;
    bool is_narrowed;

    /* The same, as the queries take it. */
    struct tn_opt_text action_if_any;
    struct tn_opt_text actor_if_any;
    struct tn_opt_text pattern;
    struct tn_time time_from;
    struct tn_time time_to;
};

/* "member.added" as a person would say it. */
const char *event_title(struct tn_request *request, struct tn_text action);
/* Is this the person whom the filter names? */
bool is_actor(struct audit_filter filter, struct tn_text actor_id);
