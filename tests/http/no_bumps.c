/* In the place of src/tenant/bump.c: writes that tell nobody. */
#include "tenant/bump.h"

void
bump_add(
    struct flight *flight, const struct scope *scope, const char *const *relations, size_t count)
{
    (void)flight, (void)scope, (void)relations, (void)count;
}
