#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "postgres/inside.h"

static void *
grow(void *memory, size_t count, size_t bytes)
{
    void *grown = reallocarray(memory, count, bytes);
    if (!grown) {
        fprintf(stderr, "tenantry: out of memory (for %zu prepared statements)\n", count);
        abort();
    }
    return grown;
}

/* By its address, which ends in zeros: the product's upper half is mixed best. */
static size_t
address_hash(const struct statement *statement)
{
    return (size_t)(((uint64_t)(uintptr_t)statement * UINT64_C(0x9E3779B97F4A7C15)) >> 32);
}

/* The bucket where it is, or where it belongs. */
static uint32_t *
bucket_of(const struct known_statements *known, const struct statement *statement, bool enters)
{
    size_t at = address_hash(statement) & (known->bucket_count - 1);
    while (known->buckets[at]) {
        const struct known_statement *there = &known->list[known->buckets[at] - 1];
        if (there->statement == statement && there->enters == enters)
            break;
        at = (at + 1) & (known->bucket_count - 1);
    }
    return &known->buckets[at];
}

/* Buckets are a power of two and at most half full. */
static void
known_grow(struct known_statements *known)
{
    known->capacity = known->capacity ? known->capacity * 2 : 32;
    known->list = grow(known->list, known->capacity, sizeof *known->list);
    known->bucket_count = known->capacity * 2;
    known->buckets = grow(known->buckets, known->bucket_count, sizeof *known->buckets);
    memset(known->buckets, 0, known->bucket_count * sizeof *known->buckets);
    for (size_t i = 0; i < known->count; i++)
        *bucket_of(known, known->list[i].statement, known->list[i].enters) = (uint32_t)i + 1;
}

static void
name_it(struct known_statement *known)
{
    const char *name = known->statement->name ? known->statement->name : "";
    const char *form = known->enters ? "_e" : "";
    if (known->generation == 0)
        snprintf(known->name, sizeof known->name, "%s%s", name, form);
    else
        snprintf(known->name, sizeof known->name, "%s%s_%u", name, form, known->generation);
}

size_t
known_index(struct pool *pool, const struct statement *statement, bool enters)
{
    struct known_statements *known = &pool->known;
    if (known->count == known->capacity)
        known_grow(known);

    uint32_t *bucket = bucket_of(known, statement, enters);
    if (*bucket == 0) {
        known->list[known->count++] =
            (struct known_statement){ .statement = statement, .enters = enters };
        name_it(&known->list[known->count - 1]);
        *bucket = (uint32_t)known->count;
    }
    return *bucket - 1;
}

/* The list may move when it grows: it is looked at after that. */
static struct known_statement *
known_entry(struct pool *pool, const struct statement *statement, bool enters)
{
    const size_t index = known_index(pool, statement, enters);
    return &pool->known.list[index];
}

void
known_renew(struct pool *pool, const struct statement *statement, bool enters)
{
    struct known_statement *known = known_entry(pool, statement, enters);
    known->generation++;
    name_it(known);
}

void
known_forbid_entering(struct pool *pool, const struct statement *statement)
{
    known_entry(pool, statement, true)->cannot_enter = true;
}

bool
known_cannot_enter(struct pool *pool, const struct statement *statement)
{
    return known_entry(pool, statement, true)->cannot_enter;
}

void
known_free(struct pool *pool)
{
    free(pool->known.list);
    free(pool->known.buckets);
}

struct prepared *
prepared_at(struct connection *connection, size_t index)
{
    if (index >= connection->prepared_count) {
        const size_t count = connection->pool->known.capacity;
        connection->prepared = grow(connection->prepared, count, sizeof *connection->prepared);
        memset(connection->prepared + connection->prepared_count, 0,
            (count - connection->prepared_count) * sizeof *connection->prepared);
        connection->prepared_count = count;
    }

    struct prepared *prepared = &connection->prepared[index];
    const unsigned generation = connection->pool->known.list[index].generation;
    if (prepared->generation != generation)
        *prepared = (struct prepared){ .state = PREPARED_NOT, .generation = generation };
    return prepared;
}
