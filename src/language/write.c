/* Firewalls of either form as texts. */
#include "base/error.h"
#include "base/limits.h"
#include "firewall/write.h"
#include "language/form.h"

static firesieve_status write_lines(const firesieve_firewall *firewall, FILE *stream, struct go_on go_on,
                                    firesieve_error *error)
{
    const size_t count = firesieve_firewall_line_count(firewall);
    for (size_t i = 0; i < count; ++i) {
        firesieve_line line;
        firesieve_firewall_line(firewall, i, &line);
        if (!go_on_at(go_on, i)) {
            return error_set_stopped(error);
        }
        if (fprintf(stream, "%s\n", line.text) < 0) {
            return error_set_errno(error, FIRESIEVE_ERROR_WRITE, "cannot write the lines");
        }
    }
    return FIRESIEVE_OK;
}

firesieve_status firesieve_firewall_write_within(const firesieve_firewall *firewall, FILE *stream,
                                                 const firesieve_limits *limits, firesieve_error *error)
{
    struct limit_watch watch = limit_watch_start(limits);
    const struct go_on go_on = limit_watch_go_on(&watch);
    const firesieve_status status = firewall->layers == NULL ? write_lines(firewall, stream, go_on, error)
                                                             : layers_write(firewall, stream, go_on, error);
    if (status == FIRESIEVE_OK && fflush(stream) != 0) {
        return error_set_errno(error, FIRESIEVE_ERROR_WRITE, "cannot write the firewall");
    }
    return status;
}

firesieve_status firesieve_firewall_write(const firesieve_firewall *firewall, FILE *stream, firesieve_error *error)
{
    return firesieve_firewall_write_within(firewall, stream, NULL, error);
}
