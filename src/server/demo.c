#include "server/demo.h"

#include <string.h>

#include "account/password_account.h"
#include "context/resolver.h"
#include "loop/fiber.h"
#include "organization/life.h"
#include "organization/member.h"
#include "server/loops.h"
#include "server/organization_rules.h"

#define DEMO_HANDLES_MAX 64

struct tn_demo {
    struct server *server;
    struct server_loop loop;
    struct arena *arena;
    struct tn_identity identity;
    struct tn_membership memberships[DEMO_HANDLES_MAX];
    struct tn_db databases[DEMO_HANDLES_MAX];
    size_t handle_count;
    struct tn_error *error;
    struct demo_outcome outcome;
    bool done;
};

bool
tn_demo_user(struct tn_demo *demo, const char *name, const char *email, const char *password,
    struct tn_demo_user *ret_user, struct tn_error *error)
{
    const struct sign_up sign_up = { .name = name, .email = email, .password = password };
    struct user user;
    enum sign_up_answer answer;
    const struct account_tools tools = {
        .identity = demo->identity,
        .workers = demo->server->workers,
        .arena = demo->arena,
    };
    if (!account_sign_up(tools, &sign_up, NULL, &user, NULL, &answer, error))
        return false;

    switch (answer) {
    case SIGN_UP_ADDRESS_TAKEN:
        return error_set(error, TN_CONFLICT, "demo data: %s has an account already", email);
    case SIGN_UP_DONE:
        ret_user->id = tn_text_of(user.id);
        return true;
    }
    return true;
}

/* The handle of an organization that was just made, from its owner's membership. */
static bool
open_handle(struct tn_demo *demo, const char *owner_id, const char *organization_id,
    struct tn_db *ret_db, struct tn_error *error)
{
    if (demo->handle_count == DEMO_HANDLES_MAX)
        return error_set(
            error, TN_OVERLOADED, "demo data: more than %d organizations", DEMO_HANDLES_MAX);

    const size_t index = demo->handle_count;
    if (!context_membership_of_user(
            demo->identity, owner_id, organization_id, &demo->memberships[index], error))
        return false;

    demo->handle_count++;
    if (!tenant_db_open(demo->memberships[index], NULL, &demo->databases[index], error))
        return false;

    *ret_db = demo->databases[index];
    return true;
}

bool
tn_demo_organization(struct tn_demo *demo, struct tn_demo_user owner, const char *name,
    const char *slug, struct tn_db *ret_db, struct tn_error *error)
{
    const struct new_organization wanted = {
        .name = name,
        .slug = slug,
        .owner_id = owner.id.p,
        .organization_limit = demo->server->settings->organizations_per_user,
        .has_first_team = demo->server->settings->teams,
    };
    struct made_organization made;
    enum organization_create_answer answer;
    if (!organization_create(demo->identity, &wanted, demo->arena, &made, &answer, error))
        return false;

    switch (answer) {
    case ORGANIZATION_SLUG_TAKEN:
        return error_set(error, TN_CONFLICT, "demo data: the slug %s is taken", slug);
    case ORGANIZATION_LIMIT_REACHED:
        return error_set(
            error, TN_CONFLICT, "demo data: the owner of %s has too many organizations", slug);
    case ORGANIZATION_CREATED:
        return open_handle(demo, owner.id.p, made.organization.id, ret_db, error);
    }
    return true;
}

bool
tn_demo_member(struct tn_demo *demo, struct tn_db db, struct tn_demo_user user, const char *role,
    struct tn_error *error)
{
    const char *organization_id = tenant_db_organization_id(db);
    if (!organization_id)
        return error_set(error, TN_HANDLE, "demo data: the handle is not open");

    const struct organization_rules rules = organization_rules_of(demo->server);
    const struct change_request request = {
        .identity = demo->identity,
        .rules = &rules,
        .organization_id = organization_id,
        .user_id = user.id.p,
        .arena = demo->arena,
    };
    struct member member;
    enum change_answer answer;
    if (!member_add(&request, role, &member, &answer, error))
        return false;

    return answer == CHANGE_DONE || answer == CHANGE_ALREADY ||
           error_set(error, TN_CONFLICT, "demo data: no room for another %s", role);
}

/* Is whom `demo_sign_in` names there, of an earlier time? Other people's database has them not. */
static bool
look_for_person(struct tn_demo *demo, struct tn_error *error)
{
    const char *words = demo->server->application->demo_sign_in;
    if (!words)
        return true;

    const char *email = arena_memdup(demo->arena, words, strcspn(words, ", "));
    return account_is_known(demo->identity, email, demo->arena, &demo->outcome.has_person, error);
}

static bool
fill(struct tn_demo *demo, struct tn_error *error)
{
    bool has_users;
    if (!identity_open(demo->loop.runtime, demo->arena, &demo->identity, error) ||
        !account_any(demo->identity, &has_users, error))
        return false;

    if (has_users)
        return look_for_person(demo, error);

    demo->outcome = (struct demo_outcome){ .was_made = true, .has_person = true };
    return demo->server->application->demo(demo, error) ||
           error_set(error, TN_INTERNAL, "demo data: it failed without saying why");
}

static void
fiber_body(void *argument)
{
    struct tn_demo *demo = argument;
    demo->done = fill(demo, demo->error);
    for (size_t i = 0; i < demo->handle_count; i++) {
        tenant_db_close(demo->databases[i]);
        membership_close(demo->memberships[i]);
    }
    identity_close(demo->identity);
    loop_stop(demo->loop.loop);
}

bool
demo_fill(struct server *server, struct demo_outcome *ret_outcome, struct tn_error *error)
{
    struct tn_demo demo = { .server = server, .arena = arena_new(256 * 1024), .error = error };
    if (server_loop_open(server, &demo.loop, error) &&
        fiber_start(demo.loop.loop, fiber_body, &demo, error))
        loop_run(demo.loop.loop);

    server_loop_close(&demo.loop);
    arena_free(demo.arena);
    *ret_outcome = demo.outcome;
    return demo.done;
}
