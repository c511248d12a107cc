/* The header on its own, as C and as C++, with each macro that a preprocessor or compiler might stumble over. */
#include <firesieve/firesieve.h>

#if FIRESIEVE_VERSION_MAJOR < 2 || FIRESIEVE_VERSION_MINOR < 0 || FIRESIEVE_VERSION_PATCH < 0
#error "no version"
#endif

int uses_of_macros(void);

int uses_of_macros(void)
{
    static const char version[] = "version " FIRESIEVE_VERSION;
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    firesieve_delay delay = FIRESIEVE_DELAY_END;
    firesieve_layer layer = {FIRESIEVE_DEPTH_MAX, FIRESIEVE_RANGE_MAX};
    firesieve_generate_options options = firesieve_generate_defaults(FIRESIEVE_FAMILY_TUPLET);
    options.offsets[FIRESIEVE_TUPLET_OFFSETS_MAX - 1] = layer.depth;
    firesieve_delay_format(delay - 1, text);
    return (int)sizeof version + (int)(options.offsets[0] % 2) + FIRESIEVE_FAMILY_COUNT + FIRESIEVE_METHOD_COUNT +
           FIRESIEVE_STAGE_COUNT;
}
