/* Words after a number. */
#ifndef FIRESIEVE_BASE_PLURAL_H
#define FIRESIEVE_BASE_PLURAL_H

#include <firesieve/firesieve.h>

/* The ending of a regular noun after that number: "" or "s". */
static inline const char *plural(firesieve_delay number)
{
    return number == 1 ? "" : "s";
}

#endif
