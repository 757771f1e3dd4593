/* The plain pages that tenantry shows around an application that brings none of its own. They are
 * outside of organizations and work without scripts. */
#pragma once

#include "tenantry/application.h"

/* Each member is set. */
extern const struct tn_site_pages site_plain_pages;
/* Their style sheet, "tenantry.css". */
extern const struct tn_asset site_style_sheet;
