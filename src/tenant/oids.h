/* PostgreSQL's own OIDs of the types that statements of this layer bind, fixed for ever
 * (pg_type.dat). */
#pragma once

enum {
    OID_INT4 = 23,
    OID_TEXT = 25,
    OID_TEXT_ARRAY = 1009,
    OID_INT8_ARRAY = 1016,
    OID_TIMESTAMPTZ = 1184,
    OID_UUID = 2950,
};
