#include "tenant/scope.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "tenant/compose.h"

enum {
    DEFAULT_SLOTS = 16384,
    SERIALS_AT_ONCE = 32,
};

struct statement_entry {
    const struct tn_query *query;
    struct statement statement;
    struct statement declaration; /* without a text until it is wanted */
};

struct tenant_runtime {
    struct tenant_runtime_options options;
    struct tn_handle_slot *slots;
    size_t slot_count;
    size_t slots_used; /* those before it were open at least once */
    struct tn_handle_slot *free;

    uint64_t serials[SERIALS_AT_ONCE]; /* drawn at once; those from serials_used on are unused */
    size_t serials_used;

    /* By the query's address; open addressing, never full. The statements do not move. */
    struct statement_entry **statements;
    size_t statement_capacity;
    size_t statement_count;
    struct arena *arena;

    char limit_numbers[4][12];
    const char *limit_texts[2][2]; /* shared, alone: statement_ms, lock_ms */
};

static _Thread_local struct tenant_runtime *current;

bool
tenant_runtime_new(const struct tenant_runtime_options *options,
    struct tenant_runtime **ret_runtime, struct tn_error *error)
{
    struct arena *arena = arena_new(16 * 1024);
    struct tenant_runtime *runtime = ARENA_NEW(arena, struct tenant_runtime);
    runtime->options = *options;
    runtime->arena = arena;
    runtime->serials_used = SERIALS_AT_ONCE;
    runtime->slot_count = options->slots > 0 ? (size_t)options->slots : DEFAULT_SLOTS;
    runtime->statement_capacity = 256;
    runtime->statements = ARENA_ARRAY(arena, runtime->statement_capacity, struct statement_entry *);

    /* Untouched slots cost address space, not memory. */
    runtime->slots = calloc(runtime->slot_count, sizeof *runtime->slots);
    if (!runtime->slots) {
        arena_free(arena);
        return error_set(error, TN_OVERLOADED, "no memory for %zu handles", runtime->slot_count);
    }

    const int numbers[4] = { options->limits.statement_ms, options->limits.lock_ms,
        options->limits.statement_alone_ms, options->limits.lock_alone_ms };
    for (size_t i = 0; i < 4; i++) {
        snprintf(runtime->limit_numbers[i], sizeof runtime->limit_numbers[i], "%d", numbers[i]);
        runtime->limit_texts[i / 2][i % 2] = runtime->limit_numbers[i];
    }

    current = runtime;
    *ret_runtime = runtime;
    return true;
}

void
tenant_runtime_free(struct tenant_runtime *runtime)
{
    if (!runtime)
        return;

    if (current == runtime)
        current = NULL;
    free(runtime->slots);
    arena_free(runtime->arena);
}

struct pool *
runtime_tenant_pool(const struct tenant_runtime *runtime)
{
    return runtime->options.tenant;
}

struct pool *
runtime_replica_pool(const struct tenant_runtime *runtime)
{
    return runtime->options.replica;
}

const struct tenant_limits *
runtime_limits(const struct tenant_runtime *runtime)
{
    return &runtime->options.limits;
}

const char *const *
runtime_limit_texts(const struct tenant_runtime *runtime, bool alone)
{
    return runtime->limit_texts[alone ? 1 : 0];
}

/* --- statements ------------------------------------------------------------------------------ */

static struct statement_entry **
statement_place(struct statement_entry **entries, size_t capacity, const struct tn_query *query)
{
    size_t at = ((uintptr_t)query >> 4) * UINT64_C(0x9E3779B97F4A7C15) >> 32;
    while (entries[at % capacity] && entries[at % capacity]->query != query)
        at++;
    return &entries[at % capacity];
}

static void
statements_grow(struct tenant_runtime *runtime)
{
    const size_t capacity = runtime->statement_capacity * 2;
    struct statement_entry **entries =
        ARENA_ARRAY(runtime->arena, capacity, struct statement_entry *);
    for (size_t i = 0; i < runtime->statement_capacity; i++) {
        if (runtime->statements[i])
            *statement_place(entries, capacity, runtime->statements[i]->query) =
                runtime->statements[i];
    }
    runtime->statements = entries;
    runtime->statement_capacity = capacity;
}

static struct statement_entry *
statement_entry(struct tenant_runtime *runtime, const struct tn_query *query)
{
    struct statement_entry **place =
        statement_place(runtime->statements, runtime->statement_capacity, query);
    struct statement_entry *known = *place;
    if (known)
        return known;

    struct statement_entry *entry = ARENA_NEW(runtime->arena, struct statement_entry);
    entry->query = query;
    entry->statement = (struct statement){
        .name = query->statement,
        .text = query->text,
        .types = query->parameter_types,
        .parameter_count = query->parameter_count,
    };
    *place = entry;
    if (++runtime->statement_count * 2 > runtime->statement_capacity)
        statements_grow(runtime);
    return entry;
}

const struct statement *
runtime_statement(struct tenant_runtime *runtime, const struct tn_query *query)
{
    return &statement_entry(runtime, query)->statement;
}

const struct statement *
runtime_declaration(struct tenant_runtime *runtime, const struct tn_query *query)
{
    struct statement_entry *entry = statement_entry(runtime, query);
    struct statement *declaration = &entry->declaration;
    if (!declaration->text) {
        *declaration = entry->statement;
        declaration->name = arena_printf(runtime->arena, "%s_s", query->statement);
        declaration->text =
            arena_printf(runtime->arena, "DECLARE tn_stream NO SCROLL CURSOR FOR %s", query->text);
    }
    return declaration;
}

/* --- slots ----------------------------------------------------------------------------------- */

static bool
serial_draw(struct tenant_runtime *runtime, uint64_t *ret_serial, struct tn_error *error)
{
    do {
        if (runtime->serials_used == SERIALS_AT_ONCE) {
            if (getrandom(runtime->serials, sizeof runtime->serials, 0) !=
                (ssize_t)sizeof runtime->serials)
                return error_set(error, TN_INTERNAL, "the system gave no random numbers");
            runtime->serials_used = 0;
        }
        *ret_serial = runtime->serials[runtime->serials_used];
        runtime->serials[runtime->serials_used++] = 0;
    } while (*ret_serial == 0);
    return true;
}

/* Closed ones first: those that were never used cost no memory yet. */
static struct tn_handle_slot *
slot_take(struct tenant_runtime *runtime)
{
    struct tn_handle_slot *slot = runtime->free;
    if (slot)
        runtime->free = slot->next_free;
    else if (runtime->slots_used < runtime->slot_count)
        slot = &runtime->slots[runtime->slots_used++];
    return slot;
}

bool
handle_open(struct tenant_runtime *runtime, enum handle_kind kind, struct tn_handle_slot **ret_slot,
    struct tn_error *error)
{
    uint64_t serial;
    if (!serial_draw(runtime, &serial, error))
        return false;

    struct tn_handle_slot *slot = slot_take(runtime);
    if (!slot)
        return error_set(error, TN_OVERLOADED, "all %zu handles are open", runtime->slot_count);

    *slot = (struct tn_handle_slot){
        .serial = serial,
        .scope = { .kind = kind, .runtime = runtime },
    };
    *ret_slot = slot;
    return true;
}

struct scope *
handle_scope(const struct tn_handle_slot *slot, uint64_t serial, enum handle_kind kind)
{
    struct tenant_runtime *runtime = current;
    if (!runtime || serial == 0)
        return NULL;

    /* As numbers: comparing pointers into different objects is undefined. */
    const uintptr_t first = (uintptr_t)runtime->slots;
    const uintptr_t at = (uintptr_t)slot;
    if (at < first || at >= first + runtime->slot_count * sizeof *slot ||
        (at - first) % sizeof *slot != 0)
        return NULL;

    struct tn_handle_slot *found = &runtime->slots[(at - first) / sizeof *slot];
    return found->serial == serial && found->scope.kind == kind ? &found->scope : NULL;
}

bool
handle_check(const struct tn_handle_slot *slot, uint64_t serial, enum handle_kind kind,
    const char *what, struct scope **ret_scope, struct tn_error *error)
{
    *ret_scope = handle_scope(slot, serial, kind);
    if (!*ret_scope)
        return error_set(error, TN_HANDLE, "%s: the handle is not open", what);

    if ((*ret_scope)->busy)
        return error_set(error, TN_BUSY,
            "%s: a transaction is open on this handle: use the one "
            "that its body was given",
            what);

    return true;
}

void
handle_close(struct tn_handle_slot *slot, uint64_t serial, enum handle_kind kind)
{
    struct scope *scope = handle_scope(slot, serial, kind);
    if (!scope)
        return;

    if (scope->stream)
        stream_abandon(scope->stream);
    struct tenant_runtime *runtime = scope->runtime;
    *slot = (struct tn_handle_slot){ .next_free = runtime->free };
    runtime->free = slot;
}

/* --- the kinds ------------------------------------------------------------------------------- */

bool
identity_open(struct tenant_runtime *runtime, struct arena *arena, struct tn_identity *ret_identity,
    struct tn_error *error)
{
    struct tn_handle_slot *slot;
    if (!handle_open(runtime, HANDLE_IDENTITY, &slot, error))
        return false;

    slot->scope.pool = runtime->options.identity;
    slot->scope.arena = arena;
    *ret_identity = (struct tn_identity){ slot, slot->serial };
    return true;
}

bool
identity_act_as(struct tn_identity identity, const char *actor, struct tn_error *error)
{
    struct scope *scope;
    if (!handle_check(identity.slot, identity.serial, HANDLE_IDENTITY, "actor", &scope, error))
        return false;

    scope->actor = arena_strdup(scope->arena, actor);
    return true;
}

void
identity_stand(struct tn_identity identity, struct standing *standing)
{
    struct scope *scope = handle_scope(identity.slot, identity.serial, HANDLE_IDENTITY);
    if (scope)
        scope->standing = standing;
}

bool
identity_confirm(struct tn_identity identity, struct tn_error *error)
{
    struct scope *scope;
    if (!handle_check(identity.slot, identity.serial, HANDLE_IDENTITY, "standing", &scope, error))
        return false;

    return standing_is_settled(scope->standing) || compose_confirm(scope, error);
}

void
identity_close(struct tn_identity identity)
{
    handle_close(identity.slot, identity.serial, HANDLE_IDENTITY);
}

/* The membership of an organization, in the transaction of `identity` where it has one. */
static bool
membership_make(const struct scope *identity, const char *organization_id,
    struct tn_membership *ret_membership, struct tn_error *error)
{
    if (!organization_id || !organization_id[0])
        return error_set(error, TN_HANDLE, "membership: no organization");

    struct tn_handle_slot *slot;
    if (!handle_open(identity->runtime, HANDLE_MEMBERSHIP, &slot, error))
        return false;

    slot->scope.pool = identity->pool;
    slot->scope.arena = identity->arena;
    slot->scope.actor = identity->actor;
    slot->scope.standing = identity->standing;
    slot->scope.lease = identity->lease;
    slot->scope.has_begun = identity->has_begun;
    slot->scope.organization_id = arena_strdup(identity->arena, organization_id);
    *ret_membership = (struct tn_membership){ slot, slot->serial };
    return true;
}

bool
membership_open(struct tn_identity identity, const char *organization_id,
    struct tn_membership *ret_membership, struct tn_error *error)
{
    struct scope *scope;
    if (!handle_check(identity.slot, identity.serial, HANDLE_IDENTITY, "membership", &scope, error))
        return false;

    if (scope->lease)
        return error_set(error, TN_BUSY, "membership: a transaction holds the organization first");

    return membership_make(scope, organization_id, ret_membership, error);
}

bool
membership_hold(struct tn_identity identity, const char *organization_id,
    struct tn_membership *ret_membership, struct tn_error *error)
{
    struct scope *scope;
    if (!handle_check(identity.slot, identity.serial, HANDLE_IDENTITY, "membership", &scope, error))
        return false;

    if (!scope->lease || !scope->has_begun)
        return error_set(error, TN_HANDLE, "membership: no transaction holds an organization");

    return membership_make(scope, organization_id, ret_membership, error);
}

void
membership_close(struct tn_membership membership)
{
    handle_close(membership.slot, membership.serial, HANDLE_MEMBERSHIP);
}

bool
tenant_db_open(struct tn_membership membership, struct read_log *reads, struct tn_db *ret_db,
    struct tn_error *error)
{
    struct scope *scope;
    if (!handle_check(membership.slot, membership.serial, HANDLE_MEMBERSHIP,
            "organization's database", &scope, error))
        return false;

    if (!scope->runtime->options.tenant)
        return error_set(
            error, TN_CONFIGURATION, "there is no tenant database: set --tenant-database");

    struct tn_handle_slot *slot;
    if (!handle_open(scope->runtime, HANDLE_DB, &slot, error))
        return false;

    slot->scope.pool = scope->runtime->options.tenant;
    slot->scope.arena = scope->arena;
    slot->scope.organization_id = scope->organization_id;
    slot->scope.standing = scope->standing;
    slot->scope.reads = reads;
    *ret_db = (struct tn_db){ slot, slot->serial };
    return true;
}

void
tenant_db_read_replica(struct tn_db db, const struct versions *versions)
{
    struct scope *scope = handle_scope(db.slot, db.serial, HANDLE_DB);
    if (!scope)
        return;

    scope->reads_replica = scope->runtime->options.replica != NULL;
    scope->versions = versions;
}

void
tenant_db_close(struct tn_db db)
{
    handle_close(db.slot, db.serial, HANDLE_DB);
}

const char *
tenant_db_organization_id(struct tn_db db)
{
    const struct scope *scope = handle_scope(db.slot, db.serial, HANDLE_DB);
    return scope ? scope->organization_id : NULL;
}
