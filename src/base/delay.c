#include "base/delay.h"

#include <string.h>

char *firesieve_delay_format(firesieve_delay delay, char *text)
{
    char digits[FIRESIEVE_DELAY_TEXT_SIZE];
    char *first = digits + sizeof digits;
    *--first = '\0';
    do {
        *--first = (char)('0' + (int)(delay % 10));
        delay /= 10;
    } while (delay != 0);
    return memcpy(text, first, (size_t)(digits + sizeof digits - first));
}

bool firesieve_delay_parse(const char *text, firesieve_delay *delay)
{
    if (*text == '\0') {
        return false;
    }
    firesieve_delay value = 0;
    for (; *text != '\0'; ++text) {
        if (*text < '0' || *text > '9') {
            return false;
        }
        const unsigned digit = (unsigned)(*text - '0');
        if (value > (FIRESIEVE_DELAY_END - digit) / 10) {
            return false;
        }
        value = value * 10 + digit;
    }
    *delay = value;
    return true;
}

int delay_compare(const void *a, const void *b)
{
    const firesieve_delay left = *(const firesieve_delay *)a;
    const firesieve_delay right = *(const firesieve_delay *)b;
    return (left > right) - (left < right);
}
