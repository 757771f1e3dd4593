/* Made by `tenantry generate` from queries.sql.
 * Change that, not this. */
#pragma once

#include <tenantry/application.h>

/* clang-format off */

static const struct tn_manifest_relation manifest_relations[] = {
    { "public.Odd \"t.x", "tenant",
        "organization_id text not null, id integer not null, unix integer not null, typeof integer, 2x A integer not null, st public.in-state(a-b,c,1,int) not null, st 2 public.in-state(a-b,c,1,int)" },
    { "public.organization", "root",
        "id text not null, name text not null" },
};

static const struct tn_manifest manifest = {
    .hash = "93456b7c260e708e",
    .relations = manifest_relations,
    .relation_count = sizeof manifest_relations / sizeof manifest_relations[0],
};
