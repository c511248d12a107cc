/* The components of a firewall, as an explanation has them. */
#ifndef FIRESIEVE_REPORTS_COMPONENTS_H
#define FIRESIEVE_REPORTS_COMPONENTS_H

#include "residue/reduced.h"

/*
 * Fills in components, density and what follows from it: `expected`, and a reason where one component blocks everything.
 * Errors: MEMORY, STOPPED.
 */
firesieve_status explain_components(const struct reduced *reduced, struct go_on go_on,
                                    firesieve_explanation *explanation, firesieve_error *error);

#endif
