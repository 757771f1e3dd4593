#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "http/inside.h"

#define BUCKETS 1024

/* Only addresses that have a connection have an entry. */
struct entry {
    struct entry *next;
    uint64_t key; /* a hash: two addresses that share it share their limit, no more */
    int count;
};

struct http_addresses {
    pthread_mutex_t lock;
    int limit;
    struct entry *buckets[BUCKETS];
};

bool
http_addresses_new(int limit, struct http_addresses **ret_addresses, struct tn_error *error)
{
    struct http_addresses *addresses = calloc(1, sizeof *addresses);
    if (!addresses)
        return error_set(error, TN_INTERNAL, "no memory for the table of addresses");

    pthread_mutex_init(&addresses->lock, NULL);
    addresses->limit = limit;
    *ret_addresses = addresses;
    return true;
}

void
http_addresses_free(struct http_addresses *addresses)
{
    if (!addresses)
        return;

    for (size_t i = 0; i < BUCKETS; i++) {
        struct entry *next;
        for (struct entry *entry = addresses->buckets[i]; entry; entry = next) {
            next = entry->next;
            free(entry);
        }
    }
    pthread_mutex_destroy(&addresses->lock);
    free(addresses);
}

/* False for what is no address of the internet. A customer of an IPv6 provider has a whole /64. */
static bool
key_of(const struct sockaddr_storage *address, uint64_t *ret_key)
{
    if (address->ss_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)address;
        *ret_key = hash_bytes(&v4->sin_addr, sizeof v4->sin_addr);
        return true;
    }
    if (address->ss_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)(const void *)address;
        const bool is_v4 = IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr);
        *ret_key = is_v4 ? hash_bytes(v6->sin6_addr.s6_addr + 12, 4)
                         : hash_bytes(v6->sin6_addr.s6_addr, 8);
        return true;
    }
    return false;
}

static struct entry **
find(struct http_addresses *addresses, uint64_t key)
{
    struct entry **at = &addresses->buckets[key % BUCKETS];
    while (*at && (*at)->key != key)
        at = &(*at)->next;
    return at;
}

static bool
count_up(struct http_addresses *addresses, uint64_t key)
{
    struct entry **at = find(addresses, key);
    if (!*at) {
        *at = calloc(1, sizeof **at);
        if (!*at)
            return false;
        (*at)->key = key;
    }
    if ((*at)->count >= addresses->limit)
        return false;

    (*at)->count++;
    return true;
}

bool
addresses_enter(struct http_addresses *addresses, const struct sockaddr_storage *address)
{
    uint64_t key;
    if (!key_of(address, &key))
        return true;

    pthread_mutex_lock(&addresses->lock);
    const bool is_let_in = count_up(addresses, key);
    pthread_mutex_unlock(&addresses->lock);
    return is_let_in;
}

void
addresses_leave(struct http_addresses *addresses, const struct sockaddr_storage *address)
{
    uint64_t key;
    if (!key_of(address, &key))
        return;

    pthread_mutex_lock(&addresses->lock);
    struct entry **at = find(addresses, key);
    struct entry *entry = *at;
    if (entry && --entry->count == 0) {
        *at = entry->next;
        free(entry);
    }
    pthread_mutex_unlock(&addresses->lock);
}
