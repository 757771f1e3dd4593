#include <string.h>
#include <time.h>

#include "crypto/base64.h"
#include "crypto/random.h"
#include "mail/inside.h"

#define LINE_BYTES 57 /* become 76 characters of base64 */
#define WORD_BYTES 42 /* become 56; an encoded word has 75 characters at most */

static bool
is_plain(const char *text)
{
    for (; *text; text++)
        if (*text < ' ' || *text > '~')
            return false;
    return true;
}

/* As many bytes as fit a word without cutting a character of UTF-8. */
static size_t
word_bytes(const char *text)
{
    size_t bytes = strlen(text);
    if (bytes <= WORD_BYTES)
        return bytes;

    bytes = WORD_BYTES;
    while (bytes > 1 && ((unsigned char)text[bytes] & 0xC0) == 0x80)
        bytes--;
    return bytes;
}

/* RFC 2047 */
static void
write_subject(struct buffer *out, const char *subject)
{
    BUFFER_LITERAL(out, "Subject: ");
    if (is_plain(subject) && strlen(subject) <= 60) {
        buffer_text(out, subject);
        BUFFER_LITERAL(out, "\r\n");
        return;
    }
    for (const char *at = subject; *at;) {
        const size_t bytes = word_bytes(at);
        BUFFER_LITERAL(out, "=?UTF-8?B?");
        base64_append(out, at, bytes);
        BUFFER_LITERAL(out, "?=");
        at += bytes;
        if (*at)
            BUFFER_LITERAL(out, "\r\n ");
    }
    BUFFER_LITERAL(out, "\r\n");
}

static void
write_date(struct buffer *out, int64_t now_us)
{
    /* Not strftime's %a and %b, which follow the locale. */
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const time_t now_s = (time_t)(now_us / 1000000);
    struct tm when;
    gmtime_r(&now_s, &when);
    buffer_printf(out, "Date: %.3s, %02d %.3s %d %02d:%02d:%02d +0000\r\n", days + 3 * when.tm_wday,
        when.tm_mday, months + 3 * when.tm_mon, when.tm_year + 1900, when.tm_hour, when.tm_min,
        when.tm_sec);
}

void
message_write(struct buffer *out, const struct mail *mail, const char *from, int64_t now_us)
{
    char id[RANDOM_ID_LENGTH + 1];
    random_id(id);
    const char *at = strrchr(from, '@');
    const char *host = at ? at + 1 : "localhost";

    buffer_printf(out, "From: %s\r\nTo: %s\r\n", from, mail->to);
    write_subject(out, mail->subject);
    write_date(out, now_us);
    buffer_printf(out, "Message-ID: <%s@%.*s>\r\n", id, (int)strcspn(host, "> "), host);
    BUFFER_LITERAL(out, "Auto-Submitted: auto-generated\r\n"
                        "MIME-Version: 1.0\r\n"
                        "Content-Type: text/plain; charset=utf-8\r\n"
                        "Content-Transfer-Encoding: base64\r\n"
                        "\r\n");

    /* Lines of text end with CR LF (RFC 2046, section 4.1.1), also inside of base64. */
    struct buffer text;
    buffer_init(&text, out->arena, strlen(mail->text) + 64);
    for (const char *letter = mail->text; *letter; letter++) {
        if (*letter == '\n')
            buffer_character(&text, '\r');
        buffer_character(&text, *letter);
    }
    for (size_t done = 0; done < text.length; done += LINE_BYTES) {
        const size_t left = text.length - done;
        base64_append(out, text.data + done, left < LINE_BYTES ? left : LINE_BYTES);
        BUFFER_LITERAL(out, "\r\n");
    }
}
