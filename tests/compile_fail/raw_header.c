/* expect: raw.h: No such file | 'tenantry/raw.h' file not found */
/* The handle across organizations in a program of the request path: its folder is not on the path.
 */
#include <tenantry/tenantry.h>
#ifdef MISTAKE
#include <tenantry/raw.h>
#endif

bool page(struct tn_db db);
