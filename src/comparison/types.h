/* What a column's change from one type to another costs, by the types' names. */
#pragma once

#include <stdbool.h>

enum type_change {
    TYPE_CHANGE_FREE,     /* nothing is read or written */
    TYPE_CHANGE_REWRITES, /* every row is written again; what does not fit is an error */
    TYPE_CHANGE_LOSES,    /* values may come out as others */
};

/* As format_type writes them. */
enum type_change type_change_cost(const char *from, const char *to);
/* May from::text::to, which cuts off and rounds what does not fit, give another value? */
bool type_cast_loses(const char *from, const char *to);
/* Does ALTER COLUMN … TYPE need to be told how? */
bool type_change_needs_using(const char *from, const char *to);
