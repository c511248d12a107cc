/* Layers as a text. */
#ifndef FIRESIEVE_FIREWALL_WRITE_H
#define FIRESIEVE_FIREWALL_WRITE_H

#include "base/go_on.h"
#include "firewall/firewall.h"

/* Writes a line for each layer, and does not flush. Errors: WRITE, STOPPED. */
firesieve_status layers_write(const firesieve_firewall *firewall, FILE *stream, struct go_on go_on,
                              firesieve_error *error);

#endif
