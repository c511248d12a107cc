/* Sizes and offsets that programs compiled with 1.0 depend on, and that no 1.x must change. */
#include <criterion/criterion.h>
#include <firesieve/firesieve.h>

struct fact {
    const char *what;
    size_t found;
    size_t expected;
};

#define SIZE(type) "sizeof " #type, sizeof(type)
#define PLACE(type, member) #type "." #member, offsetof(type, member)
#define VALUE(name) #name, name

/* The same on every 64-bit platform that has 128-bit integers. */
static const struct fact facts[] = {
    {SIZE(firesieve_error), 280},
    {SIZE(firesieve_layer), 16},
    {SIZE(firesieve_generate_options), 672},
    {PLACE(firesieve_generate_options, reserved), 608},
    {SIZE(firesieve_cpu_cache), 24},
    {SIZE(firesieve_cpu), 600},
    {PLACE(firesieve_cpu, caches), 344},
    {PLACE(firesieve_cpu, memory), 536},
    {PLACE(firesieve_cpu, reserved), 576},
    {SIZE(firesieve_constraint_profile), 128},
    {PLACE(firesieve_constraint_profile, reserved), 104},
    {SIZE(firesieve_profile), 264},
    {PLACE(firesieve_profile, reserved), 200},
    {SIZE(firesieve_progress), 160},
    {PLACE(firesieve_progress, elapsed_s), 80},
    {PLACE(firesieve_progress, reserved), 88},
    {SIZE(firesieve_search_options), 192},
    {PLACE(firesieve_search_options, from), 32},
    {PLACE(firesieve_search_options, progress), 72},
    {PLACE(firesieve_search_options, limit), 128},
    {PLACE(firesieve_search_options, plan), 136},
    {PLACE(firesieve_search_options, filter), 144},
    {PLACE(firesieve_search_options, reserved), 168},
    {SIZE(firesieve_search_result), 256},
    {PLACE(firesieve_search_result, elapsed_s), 104},
    {PLACE(firesieve_search_result, window), 128},
    {PLACE(firesieve_search_result, replanned), 184},
    {PLACE(firesieve_search_result, reserved), 192},
    {SIZE(firesieve_explanation), 448},
    {PLACE(firesieve_explanation, short_path), 105},
    {PLACE(firesieve_explanation, focus_a), 192},
    {PLACE(firesieve_explanation, focus_parts), 260},
    {PLACE(firesieve_explanation, plan), 312},
    {PLACE(firesieve_explanation, components), 344},
    {PLACE(firesieve_explanation, reserved), 400},
    {SIZE(firesieve_certificate_report), 400},
    {PLACE(firesieve_certificate_report, message), 144},
    {PLACE(firesieve_certificate_report, components), 336},
    {PLACE(firesieve_certificate_report, rest), 368},
    {PLACE(firesieve_certificate_report, asked), 384},
    {PLACE(firesieve_certificate_report, reserved), 392},
    {SIZE(firesieve_verify_report), 280},
    {PLACE(firesieve_verify_report, reserved), 216},
    {SIZE(firesieve_workload_shape), 64},
    {PLACE(firesieve_workload_shape, reserved), 32},
    {SIZE(firesieve_workload_time), 64},
    {PLACE(firesieve_workload_time, reserved), 16},
    {SIZE(firesieve_kernel_speed), 64},
    {PLACE(firesieve_kernel_speed, reserved), 16},
    {VALUE(FIRESIEVE_ERROR_RECORD), 7},
    {VALUE(FIRESIEVE_FAMILY_TUPLET), 8},
    {VALUE(FIRESIEVE_STAGE_WAITING), 13},
    {VALUE(FIRESIEVE_MEANS_NONE), 5},
    {VALUE(FIRESIEVE_METHOD_FOCUS), 5},
    {VALUE(FIRESIEVE_CANCELLED), 3},
    {VALUE(FIRESIEVE_CHECKPOINT_LOST), 3},
    {VALUE(FIRESIEVE_CLAIM_NEVER), 2},
    {VALUE(FIRESIEVE_CLAIM_COUNT), 3},
    {VALUE(FIRESIEVE_UNCHECKED), 2},
    {VALUE(FIRESIEVE_OPERATION_LANES), 1},
};

Test(layout, equals_that_of_version_1_0)
{
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; ++i) {
        cr_expect(facts[i].found == facts[i].expected, "%s is %zu, not %zu", facts[i].what, facts[i].found,
                  facts[i].expected);
    }
}
