/* Pages of reports: their content, and the files that they replace. */
#include "bench/views.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reports.h"

static char folder[64];
static char path[128];

static void make_folder(void)
{
    snprintf(folder, sizeof folder, "/tmp/firesieve-page-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/page.html", folder);
}

static void remove_folder(void)
{
    unlink(path);
    cr_assert(rmdir(folder) == 0); /* nothing else is left in it */
}

/* The page of a report with this name and a figure of this kernel; the caller frees it. */
static char *write_page(const char *name, const char *kernel)
{
    struct report report = report_empty();
    struct bench_message message;
    char *page = NULL;
    size_t size = 0;
    report_add(&report, kernel, 1, 0.01);
    cr_assert(html_write(&(struct comparison){&report, &name, 1}, path, &message), "%s", message.text);
    report_free(&report);
    FILE *const file = fopen(path, "r");
    cr_assert(file != NULL && getdelim(&page, &size, '\0', file) > 0);
    fclose(file);
    return page;
}

Test(html, names_cannot_end_the_script, .init = make_folder, .fini = remove_folder)
{
    char *const page = write_page("</script><script>", "</script>");
    size_t ends = 0;
    for (const char *at = page; (at = strstr(at, "</script>")) != NULL; ++at) {
        ++ends;
    }
    cr_expect(ends == 2, "%zu", ends);
    cr_expect_not_null(strstr(page, "\"names\":[\"\\u003c/script>\\u003cscript>\"]"));
    free(page);
}

Test(html, names_that_are_not_text_are_replaced, .init = make_folder, .fini = remove_folder)
{
    char *const page = write_page("\xff", "scalar");
    cr_expect_not_null(strstr(page, "\"names\":[\"?\"]"));
    free(page);
}

Test(html, that_cannot_be_written_is_reported_and_leaves_nothing, .init = make_folder, .fini = remove_folder)
{
    struct report report = report_empty();
    struct bench_message message;
    const char *const names[] = {"report"};
    char nowhere[160];
    snprintf(nowhere, sizeof nowhere, "%s/nowhere/page.html", folder);
    report_add(&report, "scalar", 1, 0.01);
    cr_expect_not(html_write(&(struct comparison){&report, names, 1}, nowhere, &message));
    cr_expect_not_null(strstr(message.text, "nowhere/page.html: No such file or directory"), "%s", message.text);
    report_free(&report);
}

Test(html, does_not_replace_inputs_or_other_files, .init = make_folder, .fini = remove_folder)
{
    struct bench_message message;
    const char *const none[] = {NULL};
    const char *const inputs[] = {path, NULL};
    FILE *const file = fopen(path, "w");
    cr_assert(file != NULL && fclose(file) == 0);
    cr_expect(html_check(path, none, NULL, &message));
    cr_expect_not(html_check(path, inputs, NULL, &message));
    cr_expect_not(html_check(path, none, path, &message));
    cr_expect_not_null(strstr(message.text, "which is to be read"), "%s", message.text);
    cr_expect_not(html_check("page.txt", none, NULL, &message));
    cr_expect_not_null(strstr(message.text, "ends in .html"), "%s", message.text);
}
