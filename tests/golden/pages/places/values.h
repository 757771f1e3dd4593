/* What the application would declare. */
#pragma once

#include <tenantry/request.h>

struct name {
    struct tn_text text;
};

struct names {
    struct name *rows;
    size_t count;
};
