/* What the library shows of itself: exactly the functions marked TN_PUBLIC. */
#pragma once

#define TN_PUBLIC __attribute__((visibility("default")))
#define TN_COUNT(array) (sizeof(array) / sizeof((array)[0]))
