/* Writes from other sites are refused, whatever their content type: a browser says where a request
 * comes from, by Sec-Fetch-Site and Origin. */
#pragma once

#include <stdbool.h>

#include "http/request.h"

/* May this request write? `base_url` is our own origin. Where the headers are there, each must say
 * that it comes from us; a request that carries cookies must have one of Sec-Fetch-Site, Origin and
 * Referer, because every browser sends one. */
bool cross_site_allows(const struct http_request *http, const char *base_url);
