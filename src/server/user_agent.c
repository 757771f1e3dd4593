#include "server/user_agent.h"

#include <string.h>

#include "base/compiler.h"

struct sign {
    const char *text;
    const char *name;
};

/* The first that is found counts: Edge says that it is Chrome, and Chrome that it is Safari. */
static const struct sign browsers[] = {
    { "Edg/", "Edge" },
    { "OPR/", "Opera" },
    { "Firefox/", "Firefox" },
    { "FxiOS/", "Firefox" },
    { "CriOS/", "Chrome" },
    { "Chromium/", "Chromium" },
    { "Chrome/", "Chrome" },
    { "Safari/", "Safari" },
    { "curl/", "curl" },
};

static const struct sign systems[] = {
    { "iPhone", "iPhone" },
    { "iPad", "iPad" },
    { "Android", "Android" },
    { "Windows", "Windows" },
    { "Mac OS X", "macOS" },
    { "CrOS", "ChromeOS" },
    { "Linux", "Linux" },
};

static const char *
first_of(const char *user_agent, const struct sign *signs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strstr(user_agent, signs[i].text))
            return signs[i].name;
    }
    return NULL;
}

const char *
user_agent_title(const char *user_agent, struct arena *arena)
{
    if (!user_agent || !user_agent[0])
        return "An unknown device";

    const char *browser = first_of(user_agent, browsers, COUNT_OF(browsers));
    const char *system = first_of(user_agent, systems, COUNT_OF(systems));
    if (browser && system)
        return arena_printf(arena, "%s on %s", browser, system);

    return browser ? browser : arena_printf(arena, "%.60s", user_agent);
}
