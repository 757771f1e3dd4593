/* A server of nothing but the wire: what `tenantry serve` is, for tests. */
#include "tenantry/application.h"

int
main(int argc, char **argv)
{
    return tn_main(argc, argv, &(struct tn_application){ .name = "serve" });
}
