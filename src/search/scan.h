/* The scan method: consecutive delays, 512 at a time, in windows that grow. */
#ifndef FIRESIEVE_SEARCH_SCAN_H
#define FIRESIEVE_SEARCH_SCAN_H

#include "base/watch.h"
#include "cpu/kernel_table.h"

/*
 * Searches the watch's range; `threads` at most, and fewer where the search is short. Fills the result but for method,
 * kernel and time. Errors: MEMORY.
 */
firesieve_status scan_solve(const firesieve_firewall *firewall, const firesieve_kernel *kernel, unsigned threads,
                            struct watch *watch, firesieve_search_result *result, firesieve_error *error);

#endif
