#include <firesieve/firesieve.h>

const char *firesieve_version(void)
{
    return FIRESIEVE_VERSION;
}
