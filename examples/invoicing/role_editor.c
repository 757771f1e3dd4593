#include "role_editor.h"

#include <string.h>

#include "frame.h"
#include "pages.h"

static const struct role_permission of_people[] = {
    { "invitation:create", "invite people" },
    { "invitation:cancel", "cancel invitations" },
    { "member:create", "add members" },
    { "member:update", "change members' roles" },
    { "member:delete", "remove members" },
};

static const struct role_permission of_teams[] = {
    { "team:create", "make teams" },
    { "team:update", "rename teams" },
    { "team:delete", "remove teams" },
};

static const struct role_permission of_roles[] = {
    { "ac:read", "see roles" },
    { "ac:create", "make roles" },
    { "ac:update", "change roles" },
    { "ac:delete", "delete roles" },
};

static const struct role_permission of_the_organization[] = {
    { "organization:update", "change its name and address" },
    { "organization:delete", "delete it" },
    { "audit:read", "read its log" },
};

static const struct role_subject subjects[] = {
    { "People", of_people, TN_COUNT(of_people) },
    { "Teams", of_teams, TN_COUNT(of_teams) },
    { "Roles", of_roles, TN_COUNT(of_roles) },
    { "The organization", of_the_organization, TN_COUNT(of_the_organization) },
};

static const char *
text_or_empty(const char *text)
{
    return text ? text : "";
}

static const char *
permission_title(const char *word, size_t bytes)
{
    for (size_t i = 0; i < TN_COUNT(subjects); i++) {
        for (size_t j = 0; j < subjects[i].permission_count; j++) {
            const struct role_permission *permission = &subjects[i].permissions[j];

            if (strlen(permission->value) == bytes && memcmp(permission->value, word, bytes) == 0)
                return permission->title;
        }
    }

    return NULL;
}

const char *
role_rights(struct tn_request *request, struct tn_text permissions)
{
    const char *rights = "";

    for (const char *word = permissions.p; *word;) {
        size_t bytes = strcspn(word, " ");
        const char *title = permission_title(word, bytes);

        /* The application may grant one that a role has already. */
        if (title && !strstr(rights, title))
            rights = tn_request_printf(request, "%s%s%s", rights, rights[0] ? ", " : "", title);
        word += bytes + strspn(word + bytes, " ");
    }

    return rights;
}

const char *
role_title(struct tn_request *request, struct tn_text role)
{
    const char *title = "";

    for (const char *name = role.p; *name;) {
        size_t bytes = strcspn(name, ",");

        title =
            tn_request_printf(request, "%s%s%.*s", title, title[0] ? ", " : "", (int)bytes, name);
        name += bytes + strspn(name + bytes, ",");
    }

    return title;
}

static struct role_choice
choice_of(struct tn_request *request, const struct tn_role_row *role)
{
    if (!role->is_made)
        return (struct role_choice){ .value = role->name.p, .title = role->name.p };

    return (struct role_choice){
        .value = tn_request_printf(request, "member,%s", role->name.p),
        .title = tn_request_printf(request, "member, %s", role->name.p),
    };
}

bool
role_choices(struct tn_request *request, struct role_choices *ret_choices, struct tn_error *error)
{
    struct tn_role_rows roles;

    if (!tn_roles(request, &roles, error))
        return false;

    struct role_choice *rows = tn_request_alloc(request, (roles.count + 1) * sizeof(*rows));
    size_t count = 0;

    /* A list begins with what is chosen by who does not look: the last built-in one, which may do
     * least, comes first, and owner last. */
    for (size_t i = roles.count; i > 0; i--) {
        if (roles.items[i - 1].may_grant && !roles.items[i - 1].is_made)
            rows[count++] = choice_of(request, &roles.items[i - 1]);
    }

    for (size_t i = 0; i < roles.count; i++) {
        if (roles.items[i].may_grant && roles.items[i].is_made)
            rows[count++] = choice_of(request, &roles.items[i]);
    }

    *ret_choices = (struct role_choices){ count, rows };
    return true;
}

bool
role_is_ticked(struct tn_request *request, const char *permission)
{
    for (size_t i = 0; i < tn_request_field_count(request, "permission"); i++) {
        if (strcmp(tn_request_field_at(request, "permission", i), permission) == 0)
            return true;
    }

    return false;
}

/* The list, with what was typed into the form if that was not taken. */
static bool
show(struct tn_request *request, int status, const char *refusal, struct tn_error *error)
{
    struct frame frame;
    struct tn_role_rows roles;

    if (!frame_open(request, "Roles", "people", &frame, error) || !tn_roles(request, &roles, error))
        return false;

    page_roles(tn_page(request, status),
        &(struct page_roles){
            .frame = frame,
            .roles = roles,
            .subjects = subjects,
            .subject_count = TN_COUNT(subjects),
            .refusal = refusal,
            .name = refusal ? text_or_empty(tn_request_field(request, "name")) : "",
        });
    return true;
}

/* GET /o/<slug>/roles */
bool
roles_page(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    (void)db; /* roles are tenantry's, not among the application's tables */
    return show(request, 200, NULL, error);
}

static bool
answer(struct tn_request *request, const char *refusal, const char *done, struct tn_error *error)
{
    if (refusal)
        return show(request, 422, refusal, error);

    tn_flash(request, "", done);
    tn_redirect(request, "/roles");
    return true;
}

/* All ticked boxes: "member:create team:update". */
static const char *
ticked(struct tn_request *request)
{
    const char *words = "";

    for (size_t i = 0; i < tn_request_field_count(request, "permission"); i++)
        words = tn_request_printf(
            request, "%s %s", words, tn_request_field_at(request, "permission", i));

    return words;
}

/* POST /o/<slug>/roles */
bool
role_make(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    const char *name = text_or_empty(tn_request_field(request, "name"));
    const char *permissions = ticked(request);
    const char *refusal;
    (void)db;

    if (!permissions[0])
        return show(request, 422, "Tick what the role may do.", error);

    if (!tn_role_make(request, name, permissions, &refusal, error)) {
        if (error->code != TN_BAD_FIELD)
            return false;

        *error = (struct tn_error){ 0 };
        return show(request, 422,
            "A role's name is a word or a few, without commas, and without blanks at its ends.",
            error);
    }

    return answer(
        request, refusal, tn_request_printf(request, "The role %s is made.", name), error);
}

/* POST /o/<slug>/roles/delete */
bool
role_delete(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    const char *name = text_or_empty(tn_request_field(request, "name"));
    const char *refusal;
    (void)db;

    return tn_role_delete(request, name, &refusal, error) &&
           answer(
               request, refusal, tn_request_printf(request, "The role %s is gone.", name), error);
}
