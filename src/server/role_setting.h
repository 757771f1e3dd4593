/* --role: roles that every organization has, by setting, besides those of the program. */
#pragma once

#include "tenantry/application.h"

#include "base/arena.h"

/* Is it "NAME=RESOURCE:ACTION+RESOURCE:ACTION"? */
bool role_setting_is_valid(const char *entry, struct arena *arena);

struct role_setting {
    const struct tn_role *roles;
    size_t count;
};

/* The program's roles and those of the `list` of valid entries; what both say of one holds
 * together. */
struct role_setting
role_setting_read(const struct tn_application *application, const char *list, struct arena *arena);
