/* The parts of a page's key, and the relations that it depends on, as text. */
#pragma once

#include "tenantry/request.h"

#include "base/compiler.h"
#include "http/request.h"
#include "tenant/runtime.h"

/* Texts, up to a NULL, each with its length before it, so that no two lists look the same. */
const char *cache_describe(struct arena *arena, ...) __attribute__((sentinel));
/* A person's organizations, as a switcher shows them. */
const char *cache_describe_organizations(
    const struct tn_organization *organizations, size_t count, struct arena *arena);

/* One spelling for one address: each segment decoded and encoded again. */
const char *cache_canonical_path(const char *path, struct arena *arena);
/* The parameters by name; those of one name in the order of the request. */
const char *cache_canonical_query(const struct http_pairs *query, struct arena *arena);

/* What tn_revalidate_… raises. Many paths share one, so that an organization has few of them: a
 * page is rendered once more than needed now and then. */
const char *cache_path_relation(const char *canonical_path, struct arena *arena);
const char *cache_below_relation(const char *canonical_path, size_t bytes, struct arena *arena);
const char *cache_tag_relation(const char *tag, struct arena *arena);

/* All that the page at `path` depends on: what was read, its tags, its path and those above it. */
const char *const *cache_relations(const struct read_log *reads, const char *path,
    const char *const *tags, size_t tag_count, struct arena *arena, size_t *ret_count);
