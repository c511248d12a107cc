#include "base/error.h"
#include "firewall/firewall.h"

firesieve_status firesieve_firewall_severity(const firesieve_firewall *firewall, firesieve_delay delay,
                                             firesieve_delay *severity, firesieve_error *error)
{
    firesieve_delay sum = 0;
    if (delay >= FIRESIEVE_DELAY_END) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "expected a delay below 2^127");
    }
    if (firewall->layers == NULL) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "residues have no severity: expected layers");
    }
    for (size_t i = 0; i < firewall->layer_count; ++i) {
        const firesieve_layer layer = firewall->layers[i];
        if (!layer_catches(layer, delay)) {
            continue;
        }
        /* A product is below 2^125, so only the sum can overflow. */
        if (__builtin_add_overflow(sum, (firesieve_delay)layer.depth * layer.range, &sum)) {
            return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "the severity reaches 2^128");
        }
    }
    *severity = sum;
    return FIRESIEVE_OK;
}
