/* A flight on a leased connection of its own, for pool.c. */
#pragma once

#include "postgres/pool.h"

MUST_USE bool lease_fly_alone(struct pool *pool, struct flight *flight, struct tn_error *error);
