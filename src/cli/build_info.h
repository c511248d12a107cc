/* What a report of a bug should say of program and machine. */
#ifndef FIRESIEVE_CLI_BUILD_INFO_H
#define FIRESIEVE_CLI_BUILD_INFO_H

/*
 * Prints it on standard output: what was built, from which revision (a text), with what, and where it runs. Nothing
 * names the user or the host.
 */
void build_info_print(const char *program, const char *revision);

#endif
