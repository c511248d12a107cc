/* firesieve severity: what the trip costs when the packet does not wait, or waits too short. */
#include "cli/command.h"

static int print_severity(const struct command *command, const char *file, firesieve_delay delay)
{
    firesieve_firewall *firewall;
    double seconds;
    if (!read_firewall(file, &firewall, &seconds)) {
        return EXIT_BAD;
    }
    firesieve_delay severity;
    firesieve_error error;
    const firesieve_status status = firesieve_firewall_severity(firewall, delay, &severity, &error);
    firesieve_firewall_free(firewall);
    if (status != FIRESIEVE_OK) {
        fprintf(stderr, "%s: error: %s: %s\n", command->title, display_name(file), error.message);
        return EXIT_BAD;
    }
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    puts(firesieve_delay_format(severity, text));
    return EXIT_FOUND;
}

static int run_severity(const struct command *command, int argc, const char **argv)
{
    firesieve_delay delay = 0;
    const struct cli_option options[] = {
        {"delay", 0, OPTION_DELAY, &delay, 0, 0, NULL, "T", "let the packet wait T picoseconds (default 0)", NULL},
        {0},
    };
    struct operands operands;
    const char *file;
    const enum options_outcome outcome = options_parse(command, options, argc, argv, &operands);
    int status = outcome == OPTIONS_HELPED ? EXIT_FOUND : EXIT_BAD;
    if (outcome == OPTIONS_GO_ON && only_file(command, &operands, &file)) {
        status = print_severity(command, file, delay);
    }
    operands_free(&operands);
    return status;
}

const struct command command_severity = {
    .name = "severity",
    .title = "firesieve severity",
    .operands = "[OPTION]... [FILE]",
    .summary = "print the sum of depth * range over the layers that catch the packet",
    .details = "",
    .example = "printf '0: 3\\n1: 2\\n4: 4\\n6: 4\\n' | firesieve severity",
    .run = run_severity,
};
