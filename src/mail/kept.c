/* Mail that goes nowhere but into memory, for a page that shows it: the newest ones. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "mail/inside.h"

#define KEPT_MAX 100

struct kept_one {
    struct arena *arena;
    struct kept_mail mail;
};

struct kept {
    pthread_mutex_t lock;
    struct kept_one items[KEPT_MAX]; /* a ring: the next one goes to `count` modulo KEPT_MAX */
    size_t count;                    /* all that ever came */
};

bool
kept_new(struct kept **ret_kept, struct tn_error *error)
{
    struct kept *kept = calloc(1, sizeof *kept);
    if (!kept)
        return error_set(error, TN_INTERNAL, "no memory for the mails that are kept");

    pthread_mutex_init(&kept->lock, NULL);
    *ret_kept = kept;
    return true;
}

void
kept_free(struct kept *kept)
{
    if (!kept)
        return;

    for (size_t i = 0; i < KEPT_MAX; i++)
        arena_free(kept->items[i].arena);
    pthread_mutex_destroy(&kept->lock);
    free(kept);
}

static struct kept_mail
copy_of(const struct kept_mail *mail, struct arena *arena)
{
    return (struct kept_mail){
        .sent_at_us = mail->sent_at_us,
        .kind = arena_strdup(arena, mail->kind),
        .to = arena_strdup(arena, mail->to),
        .subject = arena_strdup(arena, mail->subject),
        .text = arena_strdup(arena, mail->text),
        .id = arena_strdup(arena, mail->id),
    };
}

static const char *
id_of(const struct mail *mail)
{
    for (size_t i = 0; i < mail->field_count; i++) {
        if (strcmp(mail->fields[i].name, "id") == 0)
            return mail->fields[i].value;
    }
    return "";
}

void
kept_put(struct kept *kept, const struct mail *mail)
{
    const struct kept_mail given = {
        .sent_at_us = time_now_us(),
        .kind = mail->kind,
        .to = mail->to,
        .subject = mail->subject,
        .text = mail->text,
        .id = id_of(mail),
    };
    struct arena *arena = arena_new(2048);
    const struct kept_one one = { arena, copy_of(&given, arena) };
    pthread_mutex_lock(&kept->lock);
    struct kept_one *place = &kept->items[kept->count++ % KEPT_MAX];
    struct arena *before = place->arena;
    *place = one;
    pthread_mutex_unlock(&kept->lock);
    arena_free(before);
}

size_t
kept_list(struct kept *kept, struct arena *arena, const struct kept_mail **ret_mails)
{
    pthread_mutex_lock(&kept->lock);
    const size_t count = kept->count < KEPT_MAX ? kept->count : KEPT_MAX;
    struct kept_mail *mails = ARENA_ARRAY(arena, count, struct kept_mail);
    for (size_t i = 0; i < count; i++)
        mails[i] = copy_of(&kept->items[(kept->count - 1 - i) % KEPT_MAX].mail, arena);
    pthread_mutex_unlock(&kept->lock);
    *ret_mails = mails;
    return count;
}
