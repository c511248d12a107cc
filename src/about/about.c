#include "about/about.h"

#include <jansson.h>
#include <xxhash.h>

#define TEXT_(number) #number
#define TEXT(number) TEXT_(number)
#define XXHASH_VERSION TEXT(XXH_VERSION_MAJOR) "." TEXT(XXH_VERSION_MINOR) "." TEXT(XXH_VERSION_RELEASE)

const struct build_facts build_facts = {
    .type = FIRESIEVE_BUILD_TYPE,
    .compiler = FIRESIEVE_COMPILER,
    .flags = FIRESIEVE_FLAGS,
    .kernel_flags = FIRESIEVE_KERNEL_FLAGS,
    .instruments = FIRESIEVE_INSTRUMENTS,
    .hardening = FIRESIEVE_HARDENED,
    .libraries = FIRESIEVE_LIBRARIES ", xxHash " XXHASH_VERSION ", jansson " JANSSON_VERSION,
};
