/* libcurl, opened where a mail server is named and not before: it brings a dozen libraries along,
 * which a server that sends no mail would relocate at each start and hold for nothing. */
#pragma once

#include <curl/curl.h>
#include <stdbool.h>

#include "base/compiler.h"
#include "base/error.h"

/* Its functions, by their names without "curl_". */
struct curl {
    typeof(curl_global_init) *global_init;
    typeof(curl_global_cleanup) *global_cleanup;
    typeof(curl_easy_init) *easy_init;
    typeof(curl_easy_setopt) *easy_setopt;
    typeof(curl_easy_getinfo) *easy_getinfo;
    typeof(curl_easy_perform) *easy_perform;
    typeof(curl_easy_strerror) *easy_strerror;
    typeof(curl_easy_cleanup) *easy_cleanup;
    typeof(curl_slist_append) *slist_append;
    typeof(curl_slist_free_all) *slist_free_all;
};

/* TN_CONFIGURATION where it is not installed. */
MUST_USE bool curl_open(struct curl *ret_curl, struct tn_error *error);
