#include "people.h"

#include <string.h>

#include "frame.h"
#include "pages.h"

bool
has_role(struct tn_text role, const char *name)
{
    return strcmp(role.p, name) == 0;
}

bool
has_choice(struct role_choices choices, struct tn_text role)
{
    for (size_t i = 0; i < choices.count; i++) {
        if (has_role(role, choices.rows[i].value))
            return true;
    }

    return false;
}

static const char *
text_or_empty(const char *text)
{
    return text ? text : "";
}

/* With what was typed into the form, if that was not taken. */
bool
people_show(
    struct tn_request *request, int status, struct people_notice notice, struct tn_error *error)
{
    struct frame frame;
    struct tn_people people;
    struct role_choices choices;
    struct tn_links links = { 0 };
    const char *search = text_or_empty(tn_request_query(request, "q"));

    if (!frame_open(request, "People", "people", &frame, error) ||
        !tn_people(request, search, &people, error) || !role_choices(request, &choices, error))
        return false;

    if (people.may_invite && !tn_links(request, &links, error))
        return false;

    page_people(tn_page(request, status),
        &(struct page_people){
            .frame = frame,
            .people = people,
            .choices = choices,
            .links = links,
            .search = search,
            .notice = notice,
            .email = notice.refusal ? text_or_empty(tn_request_field(request, "email")) : "",
        });
    return true;
}

static bool
refuse(struct tn_request *request, const char *refusal, struct tn_error *error)
{
    return people_show(request, 422, (struct people_notice){ .refusal = refusal }, error);
}

/* Back to the list, which says once what was done; or the list at once, with why it was not. */
static bool
answer(struct tn_request *request, const char *refusal, const char *done, struct tn_error *error)
{
    if (refusal)
        return refuse(request, refusal, error);

    tn_flash(request, "", done);
    tn_redirect(request, "/people");
    return true;
}

/* GET /o/<slug>/people?q=… */
bool
people_page(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    (void)db; /* people are tenantry's, not among the application's tables */
    return people_show(request, 200, (struct people_notice){ 0 }, error);
}

/* POST /o/<slug>/people/invitations */
bool
people_invite(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    const char *email = text_or_empty(tn_request_field(request, "email"));
    const char *role = text_or_empty(tn_request_field(request, "role"));
    const char *refusal;
    (void)db;

    return tn_invite(request, email, role, &refusal, error) &&
           answer(request, refusal, tn_request_printf(request, "%s is invited.", email), error);
}

/* POST /o/<slug>/people/invitations/<id>/resend */
bool
people_resend(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    const char *refusal;
    (void)db;

    return tn_invitation_resend(request, tn_request_segment(request, "id"), &refusal, error) &&
           answer(request, refusal, "The invitation was sent once more.", error);
}

/* POST /o/<slug>/people/invitations/<id>/cancel */
bool
people_cancel(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    const char *refusal;
    (void)db;

    return tn_invitation_cancel(request, tn_request_segment(request, "id"), &refusal, error) &&
           answer(request, refusal, "The invitation leads nowhere any more.", error);
}

/* POST /o/<slug>/people/<id>/role */
bool
people_set_role(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    const char *role = text_or_empty(tn_request_field(request, "role"));
    const char *refusal;
    (void)db;

    return tn_member_set_role(request, tn_request_segment(request, "id"), role, &refusal, error) &&
           answer(request, refusal, "The role was changed.", error);
}

/* POST /o/<slug>/people/<id>/remove */
bool
people_remove(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    const char *refusal;
    (void)db;

    return tn_member_remove(request, tn_request_segment(request, "id"), &refusal, error) &&
           answer(request, refusal, "They are no member any more.", error);
}

/* POST /o/<slug>/people/<id>/owner */
bool
people_hand_over(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    const char *refusal;
    (void)db;

    return tn_ownership_transfer(request, tn_request_segment(request, "id"), &refusal, error) &&
           answer(
               request, refusal, "The organization has a new owner, and you are an admin.", error);
}

/* POST /o/<slug>/people/leave */
bool
people_leave(struct tn_request *request, struct tn_db db, struct tn_error *error)
{
    const char *refusal;
    (void)db;

    if (!tn_member_leave(request, &refusal, error))
        return false;

    if (refusal)
        return refuse(request, refusal, error);

    tn_redirect_outside(request, "/choose");
    return true;
}
