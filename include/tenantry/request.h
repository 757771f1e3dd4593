/* One request of a tenant program, and the answer to it.
 *
 * Everything that a function here returns lives in the request's arena and ends with the request.
 * Text from the client is valid UTF-8 without NUL. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tenantry/db.h"
#include "tenantry/error.h"
#include "tenantry/types.h"

struct tn_request;
struct tn_page;

/* --- what was asked ------------------------------------------------------------------------- */

/* The part of the path that a route names (":id"); never NULL, a name the route lacks ends the
 * program. Percent-decoded. */
TN_PUBLIC const char *tn_request_segment(struct tn_request *request, const char *name);
/* The first value of a query parameter, NULL if it was not sent. */
TN_PUBLIC const char *tn_request_query(struct tn_request *request, const char *name);
/* A field of the posted form, NULL if it was not sent. Not for GET. */
TN_PUBLIC const char *tn_request_field(struct tn_request *request, const char *name);
/* How many fields of that name were sent, and the `index`th of them, from 0. */
TN_PUBLIC size_t tn_request_field_count(struct tn_request *request, const char *name);
TN_PUBLIC const char *
tn_request_field_at(struct tn_request *request, const char *name, size_t index);

/* Likewise, as the type that is wanted. Not sent: `*value` stays as it was. Something else than the
 * type: TN_BAD_FIELD, and the detail names the parameter. */
TN_PUBLIC bool tn_request_query_int64(
    struct tn_request *request, const char *name, int64_t *value, struct tn_error *error);
TN_PUBLIC bool tn_request_query_label(struct tn_request *request, const char *name,
    const char *const *labels, int label_count, int *value, struct tn_error *error);
TN_PUBLIC bool tn_uuid_parse(const char *text, struct tn_uuid *ret_uuid);
TN_PUBLIC bool tn_date_parse(const char *text, struct tn_date *ret_date); /* YYYY-MM-DD */
/* "1234.5" at scale 2 is 123450. More digits than the scale, or more than int64 holds: false. */
TN_PUBLIC bool tn_decimal_parse(const char *text, int scale, struct tn_decimal *ret_decimal);
TN_PUBLIC struct tn_uuid tn_uuid_random(void);
TN_PUBLIC struct tn_date tn_date_today(void); /* UTC */
TN_PUBLIC struct tn_time tn_time_now(void);

/* Text made for this request: printf into its arena. */
TN_PUBLIC const char *tn_request_printf(struct tn_request *request, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Zeroed memory in its arena, never NULL. */
TN_PUBLIC void *tn_request_alloc(struct tn_request *request, size_t bytes);

/* --- who and where: the context, the same for the whole request ------------------------------ */

struct tn_organization {
    struct tn_text id;
    struct tn_text slug;
    struct tn_text name;
    struct tn_text role; /* of the member there, as stored: a comma list */
    bool is_current;     /* the one of this request */
};

/* The person who asks. */
TN_PUBLIC struct tn_text tn_request_user_id(struct tn_request *request);
TN_PUBLIC struct tn_text tn_request_user_name(struct tn_request *request);
TN_PUBLIC struct tn_text tn_request_user_email(struct tn_request *request);
/* The organization of this request. For showing it: queries take the handle. */
TN_PUBLIC const struct tn_organization *tn_request_organization(struct tn_request *request);
/* All organizations of that person, by name: what a switcher shows. One flight, once a request. */
TN_PUBLIC bool tn_request_organizations(struct tn_request *request,
    const struct tn_organization **ret_organizations, size_t *ret_count, struct tn_error *error);
/* May this member do `permission` ("invoice:create")? */
TN_PUBLIC bool tn_request_may(struct tn_request *request, const char *permission);

/* Does mail go to the page "/outbox"? */
TN_PUBLIC bool tn_request_has_outbox(struct tn_request *request);

/* The id of this request, as it stands in the log and in X-Request-Id. */
TN_PUBLIC const char *tn_request_id(struct tn_request *request);
/* W3C Trace Context, for what you ask of other programs in this request's name: the header
 * traceparent, and tracestate (NULL: none came). A trace that came with the request goes on. */
TN_PUBLIC const char *tn_request_trace_parent(struct tn_request *request);
TN_PUBLIC const char *tn_request_trace_state(struct tn_request *request);
/* --- the answer: exactly one of these -------------------------------------------------------- */

/* A page that is about to be written, by the functions that `tenantry pages` made. */
TN_PUBLIC struct tn_page *tn_page(struct tn_request *request, int status);
/* 303 to a path inside this organization ("/invoices"); everything else needs no redirect of yours.
 */
TN_PUBLIC void tn_redirect(struct tn_request *request, const char *path);

/* A sentence that the next page of this session and organization shows once. `about` is the
 * application's own (an id of what may be undone, say), "" for nothing: one line. Both together at
 * most TN_FLASH_BYTES_MAX, or nothing is shown. */
#define TN_FLASH_BYTES_MAX 1500
TN_PUBLIC void tn_flash(struct tn_request *request, const char *about, const char *message);

struct tn_flash {
    const char *about;
    const char *message;
};

/* The one that this page is to show: false, none. It is gone for the pages after it. */
TN_PUBLIC bool tn_request_flash(struct tn_request *request, struct tn_flash *ret_flash);
