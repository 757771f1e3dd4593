/* Made by `tenantry generate` from queries.sql.
 * Change that, not this. */
#pragma once

#include <tenantry/application.h>

/* clang-format off */

static const struct tn_manifest_relation manifest_relations[] = {
    { "public.member", "identity",
        "id text not null, organizationId text not null, userId text not null, role text not null" },
    { "public.organization", "root",
        "id text not null, slug text not null" },
    { "public.user", "identity",
        "id text not null, email text not null" },
};

static const struct tn_manifest manifest = {
    .hash = "2961fd5e1aa74d1b",
    .relations = manifest_relations,
    .relation_count = sizeof manifest_relations / sizeof manifest_relations[0],
};
