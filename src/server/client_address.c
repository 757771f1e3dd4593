#include "server/client_address.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>

/* One way of writing an address, so that equal ones are equal text; "" when it is none. */
static const char *
canonical(const char *address, struct arena *arena)
{
    struct in_addr version_4;
    if (inet_pton(AF_INET, address, &version_4) == 1)
        return arena_strdup(arena, address);

    struct in6_addr version_6;
    if (inet_pton(AF_INET6, address, &version_6) != 1)
        return "";

    const uint8_t *byte = version_6.s6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&version_6))
        return arena_printf(arena, "%d.%d.%d.%d", byte[12], byte[13], byte[14], byte[15]);

    struct buffer out;
    buffer_init(&out, arena, 40);
    for (int group = 0; group < 8; group++)
        buffer_printf(&out, group ? ":%02x%02x" : "%02x%02x", byte[2 * group], byte[2 * group + 1]);
    return out.data;
}

const char *
client_address_normalise(const char *address, struct arena *arena)
{
    enum { NETWORK_LENGTH = sizeof("0000:0000:0000:0000:") - 1 };

    const char *whole = canonical(address, arena);
    if (!strchr(whole, ':'))
        return whole;

    /* A household has a /64 and would else have as many addresses as it likes. */
    return arena_printf(arena, "%.*s0000:0000:0000:0000", NETWORK_LENGTH, whole);
}

/* An address and how many of its bits count, IPv4 as mapped into IPv6. */
struct network {
    struct in6_addr address;
    int bits;
};

static bool
address_read(const char *text, struct in6_addr *ret_address, bool *ret_is_mapped)
{
    struct in_addr version_4;
    *ret_is_mapped = inet_pton(AF_INET, text, &version_4) == 1;
    if (!*ret_is_mapped)
        return inet_pton(AF_INET6, text, ret_address) == 1;

    static const uint8_t prefix[12] = { [10] = 0xFF, [11] = 0xFF };
    memcpy(ret_address->s6_addr, prefix, sizeof prefix);
    memcpy(ret_address->s6_addr + sizeof prefix, &version_4, sizeof version_4);
    return true;
}

static bool
network_read(const char *text, struct arena *arena, struct network *ret_network)
{
    const size_t bytes = strcspn(text, "/");
    bool is_mapped;
    if (!address_read(arena_memdup(arena, text, bytes), &ret_network->address, &is_mapped))
        return false;

    ret_network->bits = 128;
    if (!text[bytes])
        return true;

    char *end;
    const long bits = strtol(text + bytes + 1, &end, 10);
    if (!isdigit((unsigned char)text[bytes + 1]) || *end || bits > (is_mapped ? 32 : 128))
        return false;

    ret_network->bits = (int)bits + (is_mapped ? 96 : 0);
    return true;
}

static bool
network_has(const struct network *network, const struct in6_addr *address)
{
    const int whole = network->bits / 8;
    const int rest = network->bits % 8;
    const uint8_t differing = rest ? network->address.s6_addr[whole] ^ address->s6_addr[whole] : 0;
    return memcmp(network->address.s6_addr, address->s6_addr, (size_t)whole) == 0 &&
           differing >> (8 - rest) == 0;
}

bool
client_address_is_network(const char *text, struct arena *arena)
{
    struct network network;
    return network_read(text, arena, &network);
}

static bool
is_trusted(const struct server *server, const char *address, struct arena *arena)
{
    struct in6_addr asked;
    bool is_mapped;
    if (!address_read(address, &asked, &is_mapped))
        return false;

    const char *list = server->settings->trusted_proxies;
    struct network network;
    for (const char *entry; (entry = settings_list_next(&list, arena));)
        if (network_read(entry, arena, &network) && network_has(&network, &asked))
            return true;
    return false;
}

bool
client_address_is_proxy(const struct server *server, const char *address)
{
    if (!server->settings->trusted_proxies[0])
        return false;

    struct arena *arena = arena_new(1024);
    const bool is_proxy = is_trusted(server, canonical(address, arena), arena);
    arena_free(arena);
    return is_proxy;
}

/* The last address of a comma list, which is cut off from it; "" when it is none. */
static const char *
take_last(char *list, struct arena *arena)
{
    char *comma = strrchr(list, ',');
    const char *last = comma ? comma + 1 : list;
    last += strspn(last, " \t");
    const char *address = canonical(arena_memdup(arena, last, strcspn(last, " \t")), arena);
    if (comma)
        *comma = '\0';
    else
        *list = '\0';
    return address;
}

const char *
client_address(const struct server *server, const struct http_request *http)
{
    struct arena *arena = http->arena;
    const char *address = canonical(http->peer ? http->peer : "", arena);
    const char *forwarded = http_header(http, "X-Forwarded-For");
    if (!forwarded || http_header_count(http, "X-Forwarded-For") > 1)
        return client_address_normalise(address, arena);

    char *list = arena_strdup(arena, forwarded);
    while (*list && (!*address || is_trusted(server, address, arena))) {
        const char *named = take_last(list, arena);
        if (!*named)
            break;
        address = named;
    }
    return client_address_normalise(address, arena);
}
