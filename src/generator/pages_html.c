#include "generator/pages_html.h"

#include <stddef.h>
#include <string.h>

#include "base/compiler.h"

static bool
is_among(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(word, words[i]) == 0)
            return true;
    }
    return false;
}

enum element_content
element_content(const char *element)
{
    static const char *const none[] = { "area", "br", "col", "hr", "img", "input", "link", "meta",
        "source", "track", "wbr" };
    static const char *const text[] = { "textarea", "title" };
    static const char *const raw[] = { "script", "style", "iframe" };
    if (is_among(element, none, COUNT_OF(none)))
        return CONTENT_NONE;
    if (is_among(element, text, COUNT_OF(text)))
        return CONTENT_TEXT;
    if (is_among(element, raw, COUNT_OF(raw)))
        return CONTENT_RAW;
    return CONTENT_MARKUP;
}

struct reason {
    const char *name;
    const char *reason;
};

static const char *
reason_find(const struct reason *reasons, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(reasons[i].name, name) == 0)
            return reasons[i].reason;
    }
    return NULL;
}

const char *
element_refusal(const char *element)
{
    static const char obsolete[] =
        "is obsolete, and browsers read what follows it by rules of its own";
    static const struct reason reasons[] = {
        { "base", "would turn every address of the page; addresses are prefixed by themselves" },
        { "object", "runs what it loads; use <img>, <video> or a link" },
        { "embed", "runs what it loads; use <img>, <video> or a link" },
        { "applet", obsolete },
        { "plaintext", obsolete },
        { "xmp", obsolete },
        { "listing", obsolete },
        { "noembed", obsolete },
        { "noframes", obsolete },
        { "frame", obsolete },
        { "frameset", obsolete },
        { "param", obsolete },
    };
    return reason_find(reasons, COUNT_OF(reasons), element);
}

bool
element_keeps_blanks(const char *element)
{
    return strcmp(element, "pre") == 0 || strcmp(element, "textarea") == 0;
}

bool
element_is_foreign(const char *element)
{
    return strcmp(element, "svg") == 0 || strcmp(element, "math") == 0;
}

bool
element_ends_paragraph(const char *element)
{
    static const char *const names[] = { "address", "article", "aside", "blockquote", "details",
        "dialog", "div", "dl", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2",
        "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "main", "menu", "nav", "ol", "p", "pre",
        "search", "section", "summary", "table", "ul" };
    return is_among(element, names, COUNT_OF(names));
}

bool
element_shields_paragraph(const char *element)
{
    static const char *const names[] = { "button", "caption", "math", "svg", "table", "td",
        "template", "th" };
    return is_among(element, names, COUNT_OF(names));
}

bool
element_is_exclusive(const char *element)
{
    static const char *const names[] = { "a", "button", "form", "option", "select" };
    return is_among(element, names, COUNT_OF(names));
}

bool
element_animates(const char *element)
{
    static const char *const names[] = { "animate", "set", "animatemotion", "animatetransform" };
    return is_among(element, names, COUNT_OF(names));
}

const char *
attribute_refusal(const char *attribute)
{
    static const struct reason reasons[] = {
        { "style", "is refused by the content security policy; use a class and the style sheet" },
        { "srcdoc", "is a page inside an attribute; link to a page of its own" },
        { "srcset", "holds several addresses; use src" },
        { "imagesrcset", "holds several addresses; use href" },
        { "formaction", "posts a form to another address than the one it is bound to; write a form "
                        "for each address" },
        { "formmethod", "changes how a form is sent; write a form for each method" },
        { "http-equiv", "is the answer's header in disguise; it is the server that sends those" },
        { "xml:base", "would turn addresses; they are prefixed by themselves" },
    };
    if (strncmp(attribute, "on", 2) == 0)
        return "is a script inside an attribute, which the content security policy refuses; listen "
               "in "
               "a script file";
    return reason_find(reasons, COUNT_OF(reasons), attribute);
}

/* Attributes that decide what becomes of the element. */
const char *
attribute_literal_reason(const char *element, const char *attribute)
{
    static const struct reason reasons[] = {
        { "method", "decides whether the form is bound to its organization" },
        { "target", "decides which window is replaced" },
        { "rel", "decides what the linked file is used for" },
        { "sandbox", "decides what the frame may do" },
        { "integrity", "decides which file is trusted" },
        { "nonce", "decides which script is trusted" },
        { "attributename", "decides which attribute is animated" },
    };
    if (strcmp(element, "script") == 0)
        return "decides which script runs";
    if (strcmp(element, "link") == 0 && strcmp(attribute, "href") == 0)
        return "decides which style sheet the page trusts";
    if (element_animates(element))
        return "could become an address while it is animated";
    return reason_find(reasons, COUNT_OF(reasons), attribute);
}

bool
attribute_is_url(const char *attribute)
{
    static const char *const names[] = { "href", "src", "action", "cite", "data", "poster", "ping",
        "manifest", "background", "longdesc", "profile", "codebase", "xlink:href", "usemap",
        "fx-action", "itemid", "itemtype" };
    return is_among(attribute, names, COUNT_OF(names));
}
