#include "context/memory.h"

#include <stdlib.h>
#include <string.h>

#include "tenantry/request.h"

#include "base/hash.h"

/* Places that a name may be in. */
#define WAYS 4

struct remembered {
    struct arena *arena; /* all of it, and the struct itself */
    const char *name;
    size_t name_bytes;
    struct visitor visitor;
    const struct tn_organization *organizations;
    size_t organization_count;
    uint64_t used;
    int users; /* contexts that borrow from it, and the memory itself while it is in there */
};

struct context_memory {
    size_t set_count;
    uint64_t clock;
    struct remembered *places[]; /* WAYS for each set */
};

bool
context_memory_new(size_t count, struct context_memory **ret_memory, struct tn_error *error)
{
    *ret_memory = NULL;
    if (count == 0)
        return true;

    const size_t set_count = (count + WAYS - 1) / WAYS;
    struct context_memory *memory =
        calloc(1, sizeof *memory + set_count * WAYS * sizeof(struct remembered *));
    if (!memory)
        return error_set(error, TN_OVERLOADED, "no memory for who asks");

    memory->set_count = set_count;
    *ret_memory = memory;
    return true;
}

void
context_let_go(struct remembered *remembered)
{
    if (remembered && --remembered->users == 0)
        arena_free(remembered->arena);
}

void
context_memory_free(struct context_memory *memory)
{
    if (!memory)
        return;

    for (size_t i = 0; i < memory->set_count * WAYS; i++)
        context_let_go(memory->places[i]);
    free(memory);
}

/* --- names ------------------------------------------------------------------------------------ */

struct name {
    char text[256];
    size_t bytes; /* 0: it is not remembered by these claims */
};

/* Token, NUL, slug; or the token alone. What an id names is always asked. */
static void
name_of(const struct context_claims *claims, struct name *ret_name)
{
    ret_name->bytes = 0;
    if (!claims->session_token || claims->organization_id_count > 0)
        return;

    const size_t token_bytes = strlen(claims->session_token);
    const size_t slug_bytes = claims->slug ? strlen(claims->slug) + 1 : 0;
    if (token_bytes + slug_bytes > sizeof ret_name->text)
        return;

    memcpy(ret_name->text, claims->session_token, token_bytes);
    if (claims->slug) {
        ret_name->text[token_bytes] = '\0';
        memcpy(ret_name->text + token_bytes + 1, claims->slug, slug_bytes - 1);
    }
    ret_name->bytes = token_bytes + slug_bytes;
}

static struct remembered **
set_of(struct context_memory *memory, const struct name *name)
{
    return &memory->places[hash_key(name->text, name->bytes) % memory->set_count * WAYS];
}

/* The place of `name`, or NULL. */
static struct remembered **
find(struct context_memory *memory, const struct name *name)
{
    struct remembered **set = set_of(memory, name);
    for (size_t i = 0; i < WAYS; i++) {
        if (set[i] && set[i]->name_bytes == name->bytes &&
            memcmp(set[i]->name, name->text, name->bytes) == 0)
            return &set[i];
    }
    return NULL;
}

/* The place that `name` is to have: its own, an empty one, or that of what was used longest ago. */
static struct remembered **
place_for(struct context_memory *memory, const struct name *name)
{
    struct remembered **place = find(memory, name);
    if (place)
        return place;

    struct remembered **set = set_of(memory, name);
    place = &set[0];
    for (size_t i = 1; i < WAYS && *place; i++) {
        if (!set[i] || set[i]->used < (*place)->used)
            place = &set[i];
    }
    return place;
}

/* --- what is kept ----------------------------------------------------------------------------- */

static struct tn_text
copy_text(struct tn_text text, struct arena *arena)
{
    return (struct tn_text){ arena_memdup(arena, text.p, text.n), text.n };
}

static struct visitor
visitor_copy(const struct visitor *visitor, struct arena *arena)
{
    struct visitor own = *visitor;
    own.session_id = arena_strdup_or_null(arena, visitor->session_id);
    own.session_token = arena_strdup_or_null(arena, visitor->session_token);
    own.user_id = arena_strdup_or_null(arena, visitor->user_id);
    own.user_name = arena_strdup_or_null(arena, visitor->user_name);
    own.user_email = arena_strdup_or_null(arena, visitor->user_email);
    own.organization_id = arena_strdup_or_null(arena, visitor->organization_id);
    own.organization_name = arena_strdup_or_null(arena, visitor->organization_name);
    own.organization_slug = arena_strdup_or_null(arena, visitor->organization_slug);
    own.role = arena_strdup_or_null(arena, visitor->role);

    const char **stamps = ARENA_ARRAY(arena, visitor->security_stamp_count, const char *);
    for (int i = 0; i < visitor->security_stamp_count; i++)
        stamps[i] = arena_strdup(arena, visitor->security_stamps[i]);
    own.security_stamps = stamps;
    return own;
}

static const struct tn_organization *
organizations_copy(const struct context *context, struct arena *arena)
{
    struct tn_organization *own =
        ARENA_ARRAY(arena, context->organization_count, struct tn_organization);
    for (size_t i = 0; i < context->organization_count; i++) {
        const struct tn_organization *organization = &context->organizations[i];
        own[i] = (struct tn_organization){
            .id = copy_text(organization->id, arena),
            .slug = copy_text(organization->slug, arena),
            .name = copy_text(organization->name, arena),
            .role = copy_text(organization->role, arena),
            .is_current = organization->is_current,
        };
    }
    return own;
}

/* What it takes mostly: visitor and first organization, and then a stamp and an organization more.
 */
#define FIRST_BYTES 768
#define BYTES_PER_ORGANIZATION 256

static struct remembered *
remembered_new(const struct name *name, const struct context *context)
{
    struct arena *arena =
        arena_new(FIRST_BYTES + context->organization_count * BYTES_PER_ORGANIZATION);
    struct remembered *remembered = ARENA_NEW(arena, struct remembered);
    *remembered = (struct remembered){
        .arena = arena,
        .name = arena_memdup(arena, name->text, name->bytes),
        .name_bytes = name->bytes,
        .visitor = visitor_copy(context->visitor, arena),
        .organizations = organizations_copy(context, arena),
        .organization_count = context->organization_count,
        .users = 1,
    };
    return remembered;
}

/* `place` keeps this one now, or none. */
static void
put(struct remembered **place, struct remembered *remembered)
{
    context_let_go(*place);
    *place = remembered;
}

void
context_remember(struct context_memory *memory, const struct context_claims *claims,
    const struct context *context)
{
    struct name name;
    if (!memory || context->visitor->security_stamp_count == 0 || !context->organizations)
        return;

    name_of(claims, &name);
    if (name.bytes == 0)
        return;

    struct remembered *remembered = remembered_new(&name, context);
    if (arena_bytes(remembered->arena) > CONTEXT_MEMORY_BYTES_MAX) {
        context_let_go(remembered);
        context_forget(memory, claims);
        return;
    }
    remembered->used = ++memory->clock;
    put(place_for(memory, &name), remembered);
}

void
context_forget(struct context_memory *memory, const struct context_claims *claims)
{
    struct name name;
    if (!memory)
        return;

    name_of(claims, &name);
    struct remembered **place = name.bytes > 0 ? find(memory, &name) : NULL;
    if (place)
        put(place, NULL);
}

bool
context_recall(struct context_memory *memory, const struct context_claims *claims,
    struct standing *ret_standing, struct context *ret_context)
{
    struct name name;
    if (!memory)
        return false;

    name_of(claims, &name);
    struct remembered **place = name.bytes > 0 ? find(memory, &name) : NULL;
    if (!place)
        return false;

    struct remembered *remembered = *place;
    remembered->users++;
    remembered->used = ++memory->clock;
    *ret_standing = (struct standing){
        .stamps = remembered->visitor.security_stamps,
        .stamp_count = remembered->visitor.security_stamp_count,
        .session_expires_at_us = remembered->visitor.session_expires_at_us,
    };
    *ret_context = (struct context){
        .visitor = &remembered->visitor,
        .organizations = remembered->organizations,
        .organization_count = remembered->organization_count,
        .remembered = remembered,
    };
    return true;
}
