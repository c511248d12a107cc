#include "base/error.h"
#include "search/request.h"

firesieve_status firesieve_explain(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                   firesieve_explanation *explanation, firesieve_error *error)
{
    (void)firewall, (void)options, (void)explanation;
    return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "not yet built");
}

void firesieve_explanation_free(firesieve_explanation *explanation)
{
    (void)explanation;
}
