/* What the program does about the limits that it runs under. */
#ifndef FIRESIEVE_CLI_BOUNDS_H
#define FIRESIEVE_CLI_BOUNDS_H

/*
 * Where a control group limits the memory, no more than it has left can be allocated from here on: to take more is the
 * error of any allocation that fails, where the kernel would kill the program without a word. So many processes of a
 * job share what is left. Elsewhere nothing changes.
 */
void bound_memory(unsigned processes);

#endif
