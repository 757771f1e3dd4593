/* Reads from a streaming replica, of which none may be older than the primary was when its request
 * asked.
 *
 * The primary says first which versions the relations of the organization have (versions.h). The
 * flight to the replica is: enter · "are these its versions, too?" · queries. Each statement sees
 * what the one before it saw, or more; so where the answer is yes, they saw every write that the
 * primary had told of. Otherwise, and whenever the replica cannot answer, the primary does. */
#pragma once

#include "tenant/compose.h"

/* May this query go there? Not within a transaction, and not after the handle wrote. */
bool replica_may_answer(const struct scope *scope, const struct tn_query *query);
/* As compose_fly. false: it has no answer that holds; `flight` is empty again. */
bool replica_fly(struct scope *scope, struct composed *queries, int count, struct flight *flight);
