#include "server/client.h"

#include "server/client_address.h"

struct session_client
client_of_request(const struct server *server, const struct http_request *http, bool is_remembered)
{
    const char *user_agent = http_header(http, "User-Agent");
    return (struct session_client){
        .ip_address = client_address(server, http),
        .user_agent = user_agent ? user_agent : "",
        .is_remembered = is_remembered,
        .lifetime_s = server->settings->session_lifetime,
    };
}
