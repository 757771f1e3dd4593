#include <dlfcn.h>
#include <string.h>

#include "mail/curl.h"

/* What has been the library's name since its version 7.16.1 of 2006. */
#define LIBRARY "libcurl.so.4"

#define CALL(name)                                 \
    {                                              \
        "curl_" #name, offsetof(struct curl, name) \
    }

static const struct {
    const char *symbol;
    size_t place;
} calls[] = {
    CALL(global_init),
    CALL(global_cleanup),
    CALL(easy_init),
    CALL(easy_setopt),
    CALL(easy_getinfo),
    CALL(easy_perform),
    CALL(easy_strerror),
    CALL(easy_cleanup),
    CALL(slist_append),
    CALL(slist_free_all),
};

bool
curl_open(struct curl *ret_curl, struct tn_error *error)
{
    /* Never closed: it may have left something for the end of the thread or of the process. */
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return error_set(error, TN_CONFIGURATION,
            "--mail names a server, and mail to servers is sent by libcurl: %s", dlerror());

    for (size_t i = 0; i < COUNT_OF(calls); i++) {
        void *call = dlsym(library, calls[i].symbol);
        if (!call)
            return error_set(error, TN_CONFIGURATION,
                "--mail: %s has no %s: install libcurl 7.85 or later", LIBRARY, calls[i].symbol);
        memcpy((char *)ret_curl + calls[i].place, &call, sizeof call);
    }
    return true;
}
