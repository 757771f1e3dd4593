/* expect: incompatible type */
/* A value that may be NULL, assigned to one that cannot be. */
#include <tenantry/tenantry.h>

int64_t due(struct tn_opt_int64 value);

int64_t
due(struct tn_opt_int64 value)
{
    int64_t plain = 0;

#ifdef MISTAKE
    plain = value;
#else
    tn_opt_int64_get(value, &plain);
#endif
    return plain;
}
