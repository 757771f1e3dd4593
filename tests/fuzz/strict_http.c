#include "strict_http.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool
is_token(struct strict_text text)
{
    for (size_t i = 0; i < text.bytes; i++) {
        if (text.data[i] == '\0' ||
            (!isalnum(text.data[i]) && !strchr("!#$%&'*+-.^_`|~", text.data[i])))
            return false;
    }
    return text.bytes > 0;
}

static bool
is_text(struct strict_text text, struct strict_text wanted)
{
    return text.bytes == wanted.bytes &&
           strncasecmp((const char *)text.data, (const char *)wanted.data, text.bytes) == 0;
}

#define LITERAL(text) ((struct strict_text){ (const uint8_t *)(text), sizeof(text) - 1 })

/* A line that ends with CR LF, and holds neither before. NUL LF, LF NUL behind a colon, and a colon
 * and LF by themselves, pass for it where the server did not have the line yet when the first one
 * came, for libmicrohttpd leaves nothing that would tell them apart; it is no end of a line for
 * anybody else. */
static bool
read_line(struct strict_reader *reader, struct strict_text *ret_line)
{
    const uint8_t *at = reader->at;
    if (reader->end - at >= 2 && at[0] == ':' && at[1] == '\n') {
        *ret_line = (struct strict_text){ at, 0 };
        reader->at = at + 2;
        return true;
    }
    while (at < reader->end && *at != '\r' && *at != '\n' && *at != '\0')
        at++;
    if (reader->end - at < 2)
        return false;

    const bool is_reversed = at[0] == '\n' && at[1] == '\0' && at > reader->at && at[-1] == ':';
    if (!is_reversed && (at[0] == '\n' || at[1] != '\n'))
        return false;

    *ret_line = (struct strict_text){ reader->at, (size_t)(at - reader->at) };
    reader->at = at + 2;
    return true;
}

/* What stands before the first `byte`; the rest stays in `line`. */
static bool
cut(struct strict_text *line, uint8_t byte, struct strict_text *ret_part)
{
    const uint8_t *found = line->bytes > 0 ? memchr(line->data, byte, line->bytes) : NULL;
    if (!found)
        return false;

    *ret_part = (struct strict_text){ line->data, (size_t)(found - line->data) };
    line->bytes -= ret_part->bytes + 1;
    line->data = found + 1;
    return true;
}

static bool
is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t';
}

static struct strict_text
trim(struct strict_text text)
{
    while (text.bytes > 0 && is_blank(text.data[0])) {
        text.data++;
        text.bytes--;
    }
    while (text.bytes > 0 && is_blank(text.data[text.bytes - 1]))
        text.bytes--;
    return text;
}

static bool
read_header(struct strict_text line, struct strict_header *ret_header)
{
    if (!cut(&line, ':', &ret_header->name) || !is_token(ret_header->name))
        return false;

    ret_header->value = trim(line);
    return true;
}

static bool
read_head(struct strict_reader *reader, struct strict_request *request)
{
    struct strict_text line;
    if (!read_line(reader, &line) || !cut(&line, ' ', &request->method) ||
        !is_token(request->method) || !cut(&line, ' ', &request->target) ||
        !(is_text(line, LITERAL("HTTP/1.1")) || is_text(line, LITERAL("HTTP/1.0"))))
        return false;

    while (request->header_count < STRICT_HEADERS_MAX) {
        if (!read_line(reader, &line))
            return false;
        if (line.bytes == 0)
            return true;
        if (!read_header(line, &request->headers[request->header_count++]))
            return false;
    }
    return false;
}

static bool
read_number(struct strict_text digits, unsigned base, size_t *ret_number)
{
    size_t number = 0;
    for (size_t i = 0; i < digits.bytes; i++) {
        const uint8_t byte = digits.data[i];
        if (base == 10 ? !isdigit(byte) : !isxdigit(byte))
            return false;
        if (number > SIZE_MAX / 32)
            return false;
        number = number * base + (size_t)(isdigit(byte) ? byte - '0' : (byte | 0x20) - 'a' + 10);
    }
    *ret_number = number;
    return digits.bytes > 0;
}

static bool
read_bytes(struct strict_reader *reader, size_t bytes, const uint8_t **ret_bytes)
{
    if ((size_t)(reader->end - reader->at) < bytes)
        return false;

    *ret_bytes = reader->at;
    reader->at += bytes;
    return true;
}

/* Its trailers are no part of it. */
static bool
read_chunks(struct strict_reader *reader, struct strict_request *request)
{
    struct strict_text line;
    struct strict_header trailer;
    size_t bytes;
    free(reader->body);
    reader->body = malloc((size_t)(reader->end - reader->at) + 1);
    request->body = reader->body;
    for (;;) {
        struct strict_text digits;
        const uint8_t *data;
        if (!read_line(reader, &line))
            return false;
        if (!cut(&line, ';', &digits))
            digits = line;
        if (!read_number(digits, 16, &bytes))
            return false;
        if (bytes == 0)
            break;
        if (!read_bytes(reader, bytes, &data) || !read_line(reader, &line) || line.bytes > 0)
            return false;
        memcpy(reader->body + request->body_bytes, data, bytes);
        request->body_bytes += bytes;
    }
    while (read_line(reader, &line)) {
        if (line.bytes == 0)
            return true;
        if (!read_header(line, &trailer))
            return false;
    }
    return false;
}

/* One empty line before a request belongs to none. Behind another request NUL LF and LF LF pass for
 * it, for libmicrohttpd makes the same of all three. */
static void
skip_empty_line(struct strict_reader *reader)
{
    if (reader->end - reader->at < 2)
        return;

    const uint8_t first = reader->at[0];
    const bool is_behind = reader->request_count > 0;
    if ((first == '\r' || (is_behind && (first == '\0' || first == '\n'))) && reader->at[1] == '\n')
        reader->at += 2;
}

bool
strict_read(struct strict_reader *reader, struct strict_request *ret_request)
{
    memset(ret_request, 0, offsetof(struct strict_request, headers));
    ret_request->header_count = 0;
    ret_request->body = (const uint8_t *)"";
    ret_request->body_bytes = 0;
    skip_empty_line(reader);
    reader->request_count++;
    if (!read_head(reader, ret_request))
        return false;

    size_t said = 0;
    bool is_chunked = false;
    for (size_t i = 0; i < ret_request->header_count; i++) {
        const struct strict_header *header = &ret_request->headers[i];
        const bool is_length = is_text(header->name, LITERAL("Content-Length"));
        const bool is_encoding = is_text(header->name, LITERAL("Transfer-Encoding"));
        said += is_length || is_encoding;
        if (is_length && !read_number(header->value, 10, &ret_request->body_bytes))
            return false;
        if (is_encoding && !is_text(header->value, LITERAL("chunked")))
            return false;
        is_chunked |= is_encoding;
    }
    if (said > 1)
        return false;
    ret_request->is_chunked = is_chunked;
    if (!is_chunked)
        return read_bytes(reader, ret_request->body_bytes, &ret_request->body);

    if (!read_chunks(reader, ret_request))
        ret_request->body = NULL;
    return true;
}

void
strict_done(struct strict_reader *reader)
{
    free(reader->body);
    reader->body = NULL;
}
