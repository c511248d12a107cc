/* What `firesieve verify FILE` reports about a wrong method. */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "wrong.h"

Test(verify, reports_method_kernel_command_range_both_answers_and_how_to_repeat_it)
{
    char path[64];
    char wanted[1024];
    snprintf(path, sizeof path, "/tmp/firesieve-verify-%ld", (long)getpid());
    FILE *const file = fopen(path, "w");
    cr_assert(file != NULL && fputs("0: 3\n1: 2\n4: 4\n6: 4\n", file) >= 0 && fclose(file) == 0);
    const char *arguments[] = {"verify", "--cases", "1", "--seed", "3", "--kernel", "scalar", path, "--json", NULL};
    wrong = (struct wrong){
        .command = WRONG_LIST, .method = FIRESIEVE_METHOD_WHEEL, .kernel = firesieve_kernel_at(0), .from = 0};
    cr_redirect_stdout();
    cr_redirect_stderr();
    cr_expect(command_verify.run(&command_verify, 9, arguments) == EXIT_NONE);
    fflush(stderr);
    snprintf(wanted, sizeof wanted,
             "firesieve verify: %s: method wheel on kernel scalar is wrong: list --from 0 --to 64 gives 34 as number "
             "2, the oracle 22 as number 2\n"
             "see it again: firesieve verify --cases 1 --seed 3 --kernel scalar %s\n"
             "          or: firesieve list --method wheel --kernel scalar --from 0 --to 64 %s\n",
             path, path, path);
    cr_expect_stderr_eq_str(wanted);
    unlink(path);
}
