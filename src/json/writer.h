/* JSON for a client, written straight into a buffer, letter for letter as JavaScript's
 * JSON.stringify would: commas are the writer's business, the order of keys the caller's.
 *
 *     struct json_writer json;
 *     json_writer_init(&json, &response->body);
 *     json_object_begin(&json);
 *     json_key(&json, "ok");
 *     json_put_boolean(&json, true);
 *     json_object_end(&json); */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "json/reader.h"

struct json_writer {
    struct buffer *out;
    bool needs_comma; /* before the next key or item */
};

void json_writer_init(struct json_writer *json, struct buffer *out);

void json_object_begin(struct json_writer *json);
void json_object_end(struct json_writer *json);
void json_array_begin(struct json_writer *json);
void json_array_end(struct json_writer *json);
/* The name of the value that is put next. */
void json_key(struct json_writer *json, const char *name);

/* NULL is written as null. */
void json_put_text(struct json_writer *json, const char *text);
void json_put_boolean(struct json_writer *json, bool value);
void json_put_integer(struct json_writer *json, int64_t value);
/* As JavaScript writes a number: the shortest digits that read back the same; not finite: null. */
void json_put_number(struct json_writer *json, double value);
/* "2026-11-22T19:43:42.756Z" */
void json_put_time(struct json_writer *json, int64_t us);
void json_put_null(struct json_writer *json);
/* What was read. Undefined is written as null. */
void json_put_value(struct json_writer *json, const struct json_value *value);

/* A string with its quotes. `text` is valid UTF-8, and may hold NUL. */
void json_quote(struct buffer *out, const char *text, size_t bytes);
