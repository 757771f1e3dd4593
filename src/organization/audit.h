/* The audit log of an organization: every change to it, its members, invitations, teams and roles,
 * who made it and from where. The database writes it, by triggers, in the transaction of the
 * change; nobody else can. */
#pragma once

#include "base/arena.h"
#include "tenant/identity.h"

struct audit_entry {
    const char *id;
    int64_t at_us;
    const char *action; /* "member.added" */
    const char *organization_name;
    const char *actor_id; /* NULL: nobody signed in, or another program; likewise the next two */
    const char *actor_name;
    const char *actor_email;
    const char *subject_id;
    const char *subject_name;
    const char *detail;     /* JSON object; what differs as {"role": ["member", "admin"]} */
    const char *ip_address; /* NULL: not known; likewise the next */
    const char *user_agent;
};

struct audit_list {
    size_t count;
    struct audit_entry *items;
    bool has_more;
};

struct audit_query {
    const char *before_id; /* behind this entry, of that time; NULL: from the newest */
    int64_t before_at_us;
    const char *action;    /* NULL: all */
    const char *person_id; /* by or about them; NULL: all */
    int64_t limit;
};

/* Newest first. */
MUST_USE bool audit_list(struct tn_membership membership, const struct audit_query *query,
    struct arena *arena, struct audit_list *ret_list, struct tn_error *error);
