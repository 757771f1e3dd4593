/* The pages around the application, as tenantry asks for them: sign-in, chooser, failure, stale
 * form. */
#pragma once

#include <tenantry/tenantry.h>

extern const struct tn_site_pages site_pages;
