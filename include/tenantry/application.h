/* A tenant program: its routes, its roles, its demo data, and tn_main, which serves it. */
#pragma once

#include "tenantry/page.h"

enum tn_route_kind {
    TN_ROUTE_PAGE, /* GET and HEAD below /o/<slug> */
    TN_ROUTE_FORM, /* POST below /o/<slug>; the form's _ctx was checked before the handler runs */
};

/* For whom a page is kept. One that shows more of who asks than its route says is not kept. */
enum tn_route_cache {
    TN_NEVER,
    TN_PER_MEMBER,       /* of one session: may show the person, and hold forms */
    TN_PER_ROLE,         /* of all members with the same role: no person, no form */
    TN_PER_ORGANIZATION, /* of all its members: no role either; tn_request_may is of the role */
};

struct tn_route {
    enum tn_route_kind kind;
    const char *path; /* below /o/<slug>: "/", "/invoices/:id" */
    /* A page's may run once more for the same request, with an empty answer, if what the person is
     * here turned out to have changed: what it does besides its queries and its answer does not
     * count on running once. */
    bool (*handle)(struct tn_request *request, struct tn_db db, struct tn_error *error);
    const char *permission; /* needed to come here; required */
    enum tn_route_cache cache;
    bool cache_by_day; /* what it shows depends on the day: kept until midnight, UTC */
};

/* clang-format off */
#define TN_PAGE(route_path, handler, ...) \
    { .kind = TN_ROUTE_PAGE, .path = (route_path), .handle = (handler), __VA_ARGS__ }
#define TN_FORM(route_path, handler, ...) \
    { .kind = TN_ROUTE_FORM, .path = (route_path), .handle = (handler), __VA_ARGS__ }
/* clang-format on */

/* What a role may do in this program: "invoice:read invoice:update". A member with several roles
 * may do what any of them may. A role that is not listed may do nothing. */
struct tn_role {
    const char *name;
    const char *permissions;
};

/* A file that the program serves itself, at /assets/<name>, e.g. its style sheet. Pages lead to it
 * by an address that changes with its content, so that browsers keep it for a year. */
struct tn_asset {
    const char *name;
    const char *media_type;
    const unsigned char *content;
    size_t bytes;
};

struct tn_migration {
    const char *name; /* "0001_invoices" */
    const char *sql;
};

struct tn_demo;

struct tn_application {
    const char *name;
    const struct tn_route *routes;
    size_t route_count;
    const struct tn_role *roles;
    size_t role_count;
    const struct tn_asset *assets;
    size_t asset_count;
    /* Its own tables, in order; applied after tenantry's own of the tenant plane. */
    const struct tn_migration *migrations;
    size_t migration_count;
    /* The shape of the schema that its queries were generated from: gen/manifest.h */
    const struct tn_manifest *manifest;
    /* Pages that tenantry shows around the application's; NULL: plain ones of its own. */
    const struct tn_site_pages *pages;
    /* Fills an empty database, once, before listening, when `--demo` is given. */
    bool (*demo)(struct tn_demo *demo, struct tn_error *error);
    /* What --demo tells: whom to sign in as ("ada@example.com, password …": the address first; told
     * while such a person is there), and a script across organizations to try. May be NULL. */
    const char *demo_sign_in;
    const char *demo_script;
};

/* One relation that the queries were generated from. */
struct tn_manifest_relation {
    const char *name;    /* "public.invoice" */
    const char *class;   /* "tenant", "root", "global", "identity", "cross_org" */
    const char *columns; /* "id uuid not null, total numeric(14,2), …" in order */
};

struct tn_manifest {
    const char *hash; /* of all below, hexadecimal */
    const struct tn_manifest_relation *relations;
    size_t relation_count;
};

struct tn_form_field {
    const char *name;
    const char *value;
};

/* A form to sign up with; `message` is NULL, or why it was not taken, the rest what was typed. */
struct tn_site_sign_up {
    const char *message;
    const char *name;
    const char *email;
    const char *next; /* the path to go to then */
};

/* The organizations of a person, to choose one or make another. */
struct tn_site_chooser {
    const struct tn_organization *organizations;
    size_t organization_count;
    const char *next;
    const char *message; /* why the new one was not made, or NULL */
    const char *name;    /* as typed; likewise the next */
    const char *slug;
};

enum tn_site_invitation_state {
    TN_INVITATION_OPEN,       /* for who is signed in */
    TN_INVITATION_SIGNED_OUT, /* somebody has to sign in first */
    TN_INVITATION_OF_ANOTHER, /* than who is signed in */
    TN_INVITATION_OVER,       /* or never was; nothing else is told */
};

/* What an invitation's link leads to: "/invitation/<id>". */
struct tn_site_invitation {
    enum tn_site_invitation_state state;
    const char *message; /* why it was not accepted, or NULL */
    struct tn_text id;
    const char *here; /* its address, to come back to */
    struct tn_text organization;
    struct tn_text email; /* whom it is for; "" of a link, which is for whoever has it */
    struct tn_text role;
    struct tn_text inviter; /* their address; "" of a link */
    struct tn_time until;
    struct tn_text signed_in_as; /* an address */
};

/* A mail that went to the page in place of a mailbox. */
struct tn_site_mail {
    struct tn_time sent_at;
    struct tn_text kind; /* "invitation", "reset-password", … */
    struct tn_text to;
    struct tn_text subject;
    struct tn_text text;
    struct tn_text invitation; /* its id, for "/invitation/<id>"; "" of another kind */
};

/* Every mail of this server, newest first: the page "/outbox", where `--mail page` says so. */
struct tn_site_outbox {
    const struct tn_site_mail *mails;
    size_t mail_count;
};

/* An organization that a session was opened in. */
struct tn_site_place {
    struct tn_text organization_id;
    struct tn_text name;
    struct tn_text slug;
    struct tn_time last_seen_at;
    bool is_signed_out; /* of this one only */
};

/* A session, as its person knows it. */
struct tn_site_device {
    struct tn_text id;
    const char *title; /* "Firefox on Linux" */
    struct tn_text ip_address;
    struct tn_time since;
    bool is_current;
    const struct tn_site_place *places;
    size_t place_count;
};

struct tn_site_account {
    struct tn_text name;
    struct tn_text email;
    const struct tn_site_device *devices;
    size_t device_count;
};

/* Pages around the application, as `tenantry pages` makes them. All of them, or none: then
 * tenantry's own plain ones are shown. */
struct tn_site_pages {
    /* `message` is NULL, or why it did not work; `email` what was typed; `next` a path to go to. */
    void (*sign_in)(struct tn_page *page, const char *message, const char *email, const char *next);
    void (*sign_up)(struct tn_page *page, const struct tn_site_sign_up *form);
    void (*chooser)(struct tn_page *page, const struct tn_site_chooser *chooser);
    void (*invitation)(struct tn_page *page, const struct tn_site_invitation *invitation);
    void (*account)(struct tn_page *page, const struct tn_site_account *account);
    void (*outbox)(struct tn_page *page, const struct tn_site_outbox *outbox);
    void (*failure)(struct tn_page *page, int status, const char *sentence, const char *request_id);
    /* A form that was opened in one organization and posted where another stands. Names are NULL
     * where they are not known to this person. `fields` is what was typed. */
    void (*stale_form)(struct tn_page *page, const char *opened_in, const char *would_go_to,
        const struct tn_form_field *fields, size_t field_count);
};

/* Serve `application` as the flags and environment say (--help lists them). Answers main's result.
 */
TN_PUBLIC int tn_main(int argc, char **argv, const struct tn_application *application);

/* --- demo data: users and organizations by the sign-up code, rows by generated queries ---------
 */

struct tn_demo_user {
    struct tn_text id;
};

/* Make a user who signs in with `password`; an address that exists is TN_CONFLICT. */
TN_PUBLIC bool tn_demo_user(struct tn_demo *demo, const char *name, const char *email,
    const char *password, struct tn_demo_user *ret_user, struct tn_error *error);
/* Make an organization owned by `owner` and open its handle, for generated queries. */
TN_PUBLIC bool tn_demo_organization(struct tn_demo *demo, struct tn_demo_user owner,
    const char *name, const char *slug, struct tn_db *ret_db, struct tn_error *error);
/* Make `user` a member with `role` of the organization that `db` is of. */
TN_PUBLIC bool tn_demo_member(struct tn_demo *demo, struct tn_db db, struct tn_demo_user user,
    const char *role, struct tn_error *error);
