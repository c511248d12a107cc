/* firesieve called as a library on one firewall: prints what `measure` prints about it. Usage: library FIREWALL */
#include <stdlib.h>

#include "measure.h"

int main(int argc, char **argv)
{
    return argc == 2 && measure_puzzle(argv[1]) ? EXIT_SUCCESS : EXIT_FAILURE;
}
