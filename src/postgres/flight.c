#include "postgres/flight.h"

#include <assert.h>
#include <libpq-fe.h>

struct flight_step *
flight_add(struct flight *flight, const struct statement *statement, const char *const *values)
{
    assert(flight->step_count < FLIGHT_STEPS_MAX);
    struct flight_step *step = &flight->steps[flight->step_count++];
    *step = (struct flight_step){ .statement = statement, .values = values };
    return step;
}

void
flight_done(struct flight *flight)
{
    for (int i = 0; i < flight->step_count; i++) {
        PQclear(flight->steps[i].result);
        flight->steps[i].result = NULL;
    }
}
