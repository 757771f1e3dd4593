/* Made by `tenantry generate` from queries.sql.
 * Change that, not this. */
#pragma once

#include <tenantry/application.h>

/* clang-format off */

static const struct tn_manifest_relation manifest_relations[] = {
    { "public.customer", "tenant",
        "organization_id text not null, id uuid not null, name text not null, email text" },
    { "public.invoice", "tenant",
        "organization_id text not null, id uuid not null, number text not null, customer_id uuid not null, status public.invoice_status(draft,open,void) not null, total public.money_amount not null, created_at timestamp with time zone not null" },
    { "public.organization", "root",
        "id text not null, name text not null" },
    { "public.rate", "global",
        "currency character(3) not null, factor numeric not null" },
};

static const struct tn_manifest manifest = {
    .hash = "f2a793813ec4472e",
    .relations = manifest_relations,
    .relation_count = sizeof manifest_relations / sizeof manifest_relations[0],
};
