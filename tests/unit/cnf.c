/* The parts of a formula; tests/cnf checks whole formulas with a SAT solver. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/random.h"
#include "cnf/nodes.h"
#include "firewalls.h"

Test(nodes, occur_once_with_all_above_them)
{
    static const struct prime_power moduli[] = {{2, 8}, {2, 4}, {3, 81}, {7, 7}, {2, UINT64_C(1) << 62}};
    struct random_state random = {1};
    struct node_set set = {.nodes = NULL};
    for (int i = 0; i < 5000; ++i) {
        const struct prime_power modulus = moduli[random_between(&random, 0, COUNT_OF(moduli) - 1 - (i < 4900))];
        cr_assert(node_set_add(&set, modulus, random_between(&random, 0, modulus.power - 1)));
    }
    node_set_pack(&set);
    const size_t small = 2 + 4 + 8 + 3 + 9 + 27 + 81 + 7;
    cr_assert(set.count > small + 59 && set.count < 5000);
    for (size_t i = 0; i < set.count; ++i) {
        const struct node node = set.nodes[i];
        cr_assert(node_set_find(&set, node.power, node.residue) == i);
        cr_assert(node.power % 2 != 0 || node.power == 2 ||
                  node_set_find(&set, node.power / 2, node.residue % (node.power / 2)) < set.count);
        cr_assert(i == 0 || set.nodes[i - 1].power < node.power ||
                  (set.nodes[i - 1].power == node.power && set.nodes[i - 1].residue < node.residue));
    }
    cr_assert(node_set_find(&set, 5, 0) == set.count && node_set_find(&set, 7, 7) == set.count);
    node_set_free(&set);
}

Test(formula, that_cannot_be_written_is_an_error)
{
    firesieve_firewall *const firewall = open_golden("talk.firewall");
    FILE *const stream = fopen("/dev/full", "w");
    if (stream == NULL) {
        cr_skip_test("no /dev/full");
    }
    firesieve_error error = {0};
    cr_assert(firesieve_cnf_write(firewall, stream, &error) == FIRESIEVE_ERROR_WRITE);
    cr_assert(error.status == FIRESIEVE_ERROR_WRITE);
    cr_assert_str_eq(error.message, "cannot write the formula: No space left on device");
    cr_assert(firesieve_cnf_write(firewall, stream, NULL) == FIRESIEVE_ERROR_WRITE);
    fclose(stream);
    firesieve_firewall_free(firewall);
}
