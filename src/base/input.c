#include "base/input.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "base/error.h"

/* Waits for input, its end, or an error, such as a negative descriptor. False: cancelled. */
static bool wait_for_input(int descriptor, struct go_on go_on)
{
    enum { LOOK_MS = 20, FOR_EVER = -1 };
    struct pollfd input = {.fd = descriptor, .events = POLLIN};
    bool waits = true;
    while (waits) {
        if (!go_on_ask(go_on)) {
            return false;
        }
        const int ready = descriptor < 0 ? 1 : poll(&input, 1, go_on.ask == NULL ? FOR_EVER : LOOK_MS);
        waits = ready == 0 || (ready < 0 && errno == EINTR);
    }
    return true;
}

/* Another process that shares the descriptor may have taken the input, or have set O_NONBLOCK. */
firesieve_status input_read(int descriptor, struct go_on go_on, char *out, size_t size, ssize_t *got,
                            firesieve_error *error)
{
    do {
        if (!wait_for_input(descriptor, go_on)) {
            return error_set_stopped(error);
        }
        *got = read(descriptor, out, size);
    } while (*got < 0 && (errno == EINTR || errno == EAGAIN));
    return FIRESIEVE_OK;
}
