/* Who asked before, and where: what the resolver answered, kept to be used again under the
 * security stamps that came with it (tenant/standing.h). One for each loop; no thread reads
 * another's.
 *
 * Looked up by session token and slug together, so that nobody learns of an organization by it that
 * this session did not reach before. Only CONTEXT_FOUND is kept. */
#pragma once

#include "context/resolver.h"
#include "tenant/standing.h"

/* Of one answer. Names are as long as somebody made them: what would be longer is not kept. */
#define CONTEXT_MEMORY_BYTES_MAX (16 * 1024)

struct context_memory;

/* For `count` answers, about a kilobyte each and a quarter more for each further organization;
 * beyond that the one goes that was used longest ago among those it shares its place with. For
 * none it is NULL, which all of these accept. */
MUST_USE bool
context_memory_new(size_t count, struct context_memory **ret_memory, struct tn_error *error);
/* Every context that was recalled must be done. */
void context_memory_free(struct context_memory *memory);

/* What these claims were answered last, without a membership, and with `ret_standing` for the check
 * that it still holds. False: they are to be asked. For context_resume. */
bool context_recall(struct context_memory *memory, const struct context_claims *claims,
    struct standing *ret_standing, struct context *ret_context);
/* `context` is what the claims were just answered, and counts instead of what was remembered of
 * them. Copied; without a stamp nothing is kept. */
void context_remember(struct context_memory *memory, const struct context_claims *claims,
    const struct context *context);
/* What was remembered of these claims does not hold any more. */
void context_forget(struct context_memory *memory, const struct context_claims *claims);
/* For context_done. Accepts NULL. */
void context_let_go(struct remembered *remembered);
