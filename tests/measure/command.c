#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "focus.h"
#include "measure.h"

enum { ARGUMENTS_MAX = 16, EXIT_NOT_STARTED = 127 };

/* In the child: becomes the command. */
static _Noreturn void become(const char *const *arguments, int input, int output)
{
    char *copies[ARGUMENTS_MAX + 1] = {NULL};
    bool ready = dup2(output, STDOUT_FILENO) >= 0;
    ready = ready && (input < 0 || (lseek(input, 0, SEEK_SET) == 0 && dup2(input, STDIN_FILENO) >= 0));
    for (size_t i = 0; i < ARGUMENTS_MAX && arguments[i] != NULL && ready; ++i) {
        copies[i] = strdup(arguments[i]);
        ready = copies[i] != NULL;
    }
    if (ready && copies[0] != NULL) {
        execv(copies[0], copies);
    }
    _exit(EXIT_NOT_STARTED);
}

bool command_run(const char *const *arguments, FILE *input, struct command_run *run)
{
    *run = (struct command_run){.output = tmpfile()};
    if (run->output == NULL) {
        return false;
    }
    fflush(NULL);
    const double started = now_s();
    const pid_t child = fork();
    if (child == 0) {
        become(arguments, input == NULL ? -1 : fileno(input), fileno(run->output));
    }
    int status;
    struct rusage usage;
    const bool ended = child > 0 && wait4(child, &status, 0, &usage) == child;
    run->seconds = now_s() - started;
    run->peak_bytes = ended ? 1024.0 * (double)usage.ru_maxrss : 0;
    rewind(run->output);
    if (!ended || !WIFEXITED(status) || WEXITSTATUS(status) != EXIT_SUCCESS) {
        fprintf(stderr, "measure_focus: %s %s failed\n", arguments[0], arguments[1]);
        fclose(run->output);
        run->output = NULL;
        return false;
    }
    return true;
}
