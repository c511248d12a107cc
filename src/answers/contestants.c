#include "answers/contestants.h"

#include <stdio.h>

bool method_uses_kernels(firesieve_method method)
{
    static const firesieve_layer layer = {.depth = 0, .range = 1000}; /* too long for the short path, which uses none */
    firesieve_search_options options = firesieve_search_defaults();
    firesieve_search_result result;
    firesieve_firewall *firewall;
    if (firesieve_firewall_build(&layer, 1, &firewall, NULL) != FIRESIEVE_OK) {
        return true;
    }
    options.method = method;
    options.kernel = firesieve_kernel_at(0);
    options.threads = 1;
    options.to = 1;
    const bool solved = firesieve_solve(firewall, &options, &result, NULL) == FIRESIEVE_OK;
    firesieve_firewall_free(firewall);
    return !solved || result.kernel != NULL;
}

const char *contestant_describe(const struct contestant *contestant, char *text)
{
    const firesieve_kernel *const kernel = contestant->kernel;
    snprintf(text, CONTESTANT_TEXT_SIZE, "method %s%s%s%s", firesieve_method_name(contestant->method),
             kernel == NULL ? "" : " on kernel ", kernel == NULL ? "" : firesieve_kernel_name(kernel),
             kernel != NULL && firesieve_kernel_emulated(kernel) ? " (emulated)" : "");
    return text;
}
