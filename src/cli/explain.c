/* firesieve explain: what the solver sees in a firewall and would do about it, or why nothing is safe. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "base/plural.h"
#include "cli/output.h"
#include "cli/search.h"

/* A FILE and its explanation. */
struct explained {
    const struct source *source;
    double parse_s;
    const firesieve_firewall *firewall;
    size_t lines; /* of residues; 0: it has layers */
    firesieve_search_options options;
    unsigned threads; /* at most this many would search */
    firesieve_explanation explanation;
};

/* ---- Text --------------------------------------------------------------------------------------------- */

/* Prints a label in its column, and the text beside it. */
static void print_row(const char *label, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void print_row(const char *label, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    printf("%-14s", label);
    vprintf(format, arguments);
    va_end(arguments);
}

static void print_classes(const char *label, uint64_t amount, const char *how)
{
    print_row(label, "%" PRIu64 " class%s%s\n", amount, amount == 1 ? "" : "es", how);
}

static void print_cycle(const firesieve_explanation *explanation)
{
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    if (explanation->cycle < FIRESIEVE_DELAY_END) {
        print_row("cycle:", "%s\n", firesieve_delay_format(explanation->cycle, text));
    } else {
        print_row("cycle:", "10^%.2f\n", explanation->cycle_log10);
    }
}

/* Prints a line verbatim, and its position. */
static void print_line(const firesieve_line *line)
{
    printf("%s  # %s:%" PRIu64 "\n", line->text, line->source, line->number);
}

/* The first few lines that say more than classes do. */
static void print_filters(const firesieve_firewall *firewall)
{
    enum { MOST = 8 };
    const size_t count = firesieve_firewall_line_count(firewall);
    size_t shown = 0;
    size_t others = 0;
    for (size_t i = 0; i < count; ++i) {
        firesieve_line line;
        firesieve_firewall_line(firewall, i, &line);
        if (line.whole || line.range) {
            continue;
        }
        others += shown == MOST;
        if (shown < MOST) {
            print_row(shown++ == 0 ? "filters:" : "", "%s", "");
            print_line(&line);
        }
    }
    if (others > 0) {
        print_row("", "and %zu more\n", others);
    }
}

/* If the lines say so: that x is one of a few numbers, or in a few progressions. */
static void print_bounds(const firesieve_firewall *firewall)
{
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    firesieve_residues_view view;
    firesieve_firewall_view(firewall, &view);
    if (view.listed > 0) {
        print_row("numbers:", "%s, looked at one by one\n", firesieve_delay_format(view.listed, text));
    }
    if (view.progressions > 0) {
        print_row("progressions:", "%zu, of step %s: each is searched for the multiple of the step\n",
                  view.progressions, firesieve_delay_format(view.step, text));
    }
}

static void print_input(const struct explained *explained)
{
    const firesieve_explanation *const explanation = &explained->explanation;
    if (explained->lines == 0) {
        print_row("layers:", "%zu, of %zu period%s\n", explanation->layers, explanation->periods,
                  plural(explanation->periods));
        return;
    }
    print_row("lines:", "%zu, which forbid %zu class%s of %zu modul%s\n", explained->lines, explanation->layers,
              explanation->layers == 1 ? "" : "es", explanation->periods, explanation->periods == 1 ? "us" : "i");
    print_filters(explained->firewall);
    print_bounds(explained->firewall);
}

static void print_view(const struct explained *explained)
{
    const firesieve_explanation *const explanation = &explained->explanation;
    print_input(explained);
    if (explanation->constraints > 0) {
        print_row("constraints:", "%zu after reduction, the largest modulus is %" PRIu64 "\n", explanation->constraints,
                  explanation->largest_modulus);
        print_classes("forbidden:", explanation->classes, "");
    } else {
        print_row("constraints:", "%s\n",
                  explanation->reason == NULL ? "none"
                  : explained->lines > 0      ? "none: no x is left before any is made"
                                              : "none: all delays are caught before any is made");
    }
    print_cycle(explanation);
}

/* Prints towers as 2^3 * 5, and then how much of their component is left. */
static void print_component(const firesieve_component *component)
{
    enum { MOST = 8 };
    char count[FIRESIEVE_DELAY_TEXT_SIZE];
    print_row("", "%s", "");
    for (size_t i = 0; i < component->tower_count && i < MOST; ++i) {
        printf("%s%" PRIu64, i == 0 ? "" : " * ", component->towers[i].base);
        if (component->towers[i].exponent > 1) {
            printf("^%" PRIu64, component->towers[i].exponent);
        }
    }
    if (component->tower_count > MOST) {
        printf(" * ... (%zu primes)", component->tower_count);
    }
    printf(": %zu class%s, ", component->classes, component->classes == 1 ? "" : "es");
    if (!component->counted) {
        puts("not counted");
    } else if (component->cycle < FIRESIEVE_DELAY_END) {
        printf("%s residue%s left\n", firesieve_delay_format(component->count, count), plural(component->count));
    } else {
        printf("%.4g of all residues left\n", component->density);
    }
}

static void print_components(const firesieve_explanation *explanation)
{
    enum { MOST = 6 };
    const size_t count = explanation->component_count;
    const size_t shown = count < MOST ? count : MOST;
    const size_t others = count - shown + explanation->component_others;
    if (explanation->components == NULL) {
        return;
    }
    if (count == 1) {
        print_row("components:", "1, all moduli are tied together by primes\n");
    } else {
        print_row("components:", "%zu, without a prime in common: what they leave multiplies\n",
                  count + explanation->component_others);
    }
    for (size_t i = 0; i < shown; ++i) {
        print_component(&explanation->components[i]);
    }
    if (others > 0) {
        print_row("", "and %zu with as many classes or fewer\n", others);
    }
}

static void print_expectation(const struct explained *explained)
{
    const firesieve_explanation *const explanation = &explained->explanation;
    const bool residues = explained->lines > 0;
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    print_components(explanation);
    print_row("density:", "%.4g of all %s, %s", explanation->density,
              residues ? "x are in no class" : "delays are safe",
              explanation->density_exact ? "exactly" : "by estimate");
    if (explanation->density_exact && explanation->cycle < FIRESIEVE_DELAY_END) {
        printf(": %s in a cycle", firesieve_delay_format(explanation->safe_in_cycle, text));
    }
    puts("");
    print_row("expected:", "about %.4g %s\n\n", explanation->expected,
              residues ? "numbers from --from to the first x that no class has"
                       : "delays from --from to the first safe one");
}

static void print_rows(const firesieve_explanation *explanation, const char *where)
{
    print_row("rows:", "%zu constraint%s in %" PRIu64 " byte%s%s\n", explanation->row_constraints,
              plural(explanation->row_constraints), explanation->row_bytes, plural(explanation->row_bytes), where);
}

static void print_focus_classes(const firesieve_explanation *explanation)
{
    if (explanation->focus_classes == 0) {
        print_row("classes:", "none; columns meet all offsets\n");
        return;
    }
    print_row("classes:", "columns in ");
    for (uint32_t i = 0; i < explanation->focus_classes; ++i) {
        printf("%s%" PRIu32, i == 0 ? "" : " x ", explanation->focus_parts[i]);
    }
    puts(" parts by their residues modulo the first rows");
}

static void print_focus(const firesieve_explanation *explanation)
{
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    print_row("focus:", "every delay is x * B - y * A; x and y come from two lists, columns and offsets\n");
    print_row("columns:", "%" PRIu64 " residue%s x modulo A = %s\n", explanation->focus_columns,
              plural(explanation->focus_columns), firesieve_delay_format(explanation->focus_a, text));
    print_row("offsets:", "%" PRIu64 " residue%s y modulo B = %s\n", explanation->focus_offsets,
              plural(explanation->focus_offsets), firesieve_delay_format(explanation->focus_b, text));
    print_row("lists:", "%zu constraint%s in %" PRIu64 " byte%s: all sums of two short lists each\n",
              explanation->list_constraints, plural(explanation->list_constraints), explanation->list_bytes,
              plural(explanation->list_bytes));
    print_rows(explanation, " for each thread");
    print_focus_classes(explanation);
    print_classes("checked:", explanation->checked_classes, " on survivors, one by one");
    print_row("window:", "about %.4g delays at a time\n", explanation->focus_window);
    print_row("pairs:", "about %.4g of a column and an offset to the expected answer\n", explanation->focus_pairs);
}

static void print_sieve(const firesieve_explanation *explanation)
{
    char modulus[FIRESIEVE_DELAY_TEXT_SIZE];
    if (explanation->wheel_modulus > 1) {
        print_row("wheel:", "modulus %s with %" PRIu64 " residue%s, for %zu constraint%s\n",
                  firesieve_delay_format(explanation->wheel_modulus, modulus), explanation->wheel_residues,
                  plural(explanation->wheel_residues), explanation->wheel_constraints,
                  plural(explanation->wheel_constraints));
    } else {
        print_row("wheel:", "none\n");
    }
    print_rows(explanation, "");
    if (explanation->sieved_to > 0) {
        print_row("tuplets:", "struck by primes up to %" PRIu64 "; what is left is tested where it may be composite\n",
                  explanation->sieved_to);
    }
    print_classes("crossed off:", explanation->crossed_classes, "");
    print_classes("tested:", explanation->tested_classes, " on survivors, in lanes");
    print_classes("checked:", explanation->checked_classes, " on the last survivors, one by one");
}

static void print_plan(const struct explained *explained)
{
    const firesieve_explanation *const explanation = &explained->explanation;
    char answer[DURATION_TEXT_SIZE];
    char range[DURATION_TEXT_SIZE];
    print_row("search:", "%smethod %s, kernel %s, %u thread%s\n",
              explanation->short_path ? "the short path, then " : "", firesieve_method_name(explanation->method),
              explanation->kernel == NULL ? "none" : firesieve_kernel_name(explanation->kernel), explained->threads,
              explained->threads == 1 ? "" : "s at most");
    if (explanation->focus_columns > 0) {
        print_focus(explanation);
    } else if (explanation->kernel != NULL) {
        print_sieve(explanation);
    }
    print_row("predicted:", "%s to the expected answer, %s for the whole range, on one thread\n",
              duration_format(explanation->predicted_s, answer),
              duration_format(explanation->predicted_range_s, range));
    if (explanation->focus_columns > 0) {
        print_row("", "of the first, %s go into lists and rows\n",
                  duration_format(explanation->predicted_lists_s, answer));
    }
}

/* Prints a line of a firewall, with the layer's number from 1 on; all blocking layers together are a firewall. */
static void print_blocking_layer(const firesieve_layer *layer, size_t index)
{
    const uint64_t period = layer->range == 1 ? 1 : 2 * (layer->range - 1);
    const uint64_t residue = (period - layer->depth % period) % period;
    printf("%" PRIu64 ": %" PRIu64 "  # layer %zu catches every delay = %" PRIu64 " mod %" PRIu64 "\n", layer->depth,
           layer->range, index + 1, residue, period);
}

/* Prints, if asked, and counts the lines of the classes that block every x, each once. */
static size_t print_blocking_lines(const struct explained *explained, bool prints)
{
    const firesieve_explanation *const explanation = &explained->explanation;
    size_t lines = 0;
    size_t last = SIZE_MAX;
    for (size_t i = 0; i < explanation->blocking_count; ++i) {
        const size_t index = firesieve_firewall_line_of(explained->firewall, explanation->blocking[i]);
        if (index != last && prints) {
            firesieve_line line;
            firesieve_firewall_line(explained->firewall, index, &line);
            print_line(&line);
        }
        lines += index != last;
        last = index;
    }
    return lines;
}

/* Prints what blocks every delay as lines of the input's language, which are themselves an input. */
static void print_blocking(const struct explained *explained)
{
    const firesieve_explanation *const explanation = &explained->explanation;
    const bool residues = explained->lines > 0;
    const size_t classes = explanation->blocking == NULL ? 0 : explanation->blocking_count;
    const size_t lines = residues && classes > 0 ? print_blocking_lines(explained, false) : classes;
    print_row("density:", "0, no %s\n\n", residues ? "x is left" : "delay is safe");
    print_row("answer:", "none, because %s\n", explanation->reason);
    if (lines == 0) {
        print_row("blocked by:", "which %s is not known\n",
                  residues ? "lines already forbid every x" : "layers already catch every delay");
    } else if (lines == 1) {
        print_row("blocked by:", "this %s\n",
                  residues ? "line alone forbids every x" : "layer alone catches every delay");
    } else {
        print_row("blocked by:", "these %zu %s%s\n", lines,
                  residues ? "lines already forbid every x" : "layers already catch every delay",
                  !explanation->blocking_minimal ? ", but may not be the smallest set that does"
                  : residues                     ? "; without any one of their classes some x is left"
                                                 : "; without any one of them some delay is safe");
    }
    if (residues) {
        print_blocking_lines(explained, lines > 0);
    }
    for (size_t i = 0; i < classes && !residues; ++i) {
        const size_t index = explanation->blocking[i];
        print_blocking_layer(&firesieve_firewall_layers(explained->firewall)[index], index);
    }
}

/* Prints the costs, several per line. */
static void print_costs(const firesieve_explanation *explanation)
{
    enum { A_LINE = 6 };
    if (explanation->cost_count == 0) {
        return;
    }
    print_row("costs:", "in nanoseconds, %s",
              explanation->costs_measured ? "measured on this machine" : "those of a server of 2023");
    for (size_t i = 0; i < explanation->cost_count; ++i) {
        if (i % A_LINE == 0) {
            puts(i == 0 ? "" : ",");
            print_row("", "%s", "");
        }
        printf("%s%s %.5g", i % A_LINE == 0 ? "" : ", ", explanation->costs[i].name, explanation->costs[i].nanoseconds);
    }
    puts("");
}

static void print_text(const struct explained *explained)
{
    print_view(explained);
    if (explained->explanation.reason == NULL) {
        print_expectation(explained);
        print_plan(explained);
        print_costs(&explained->explanation);
    } else {
        print_blocking(explained);
    }
}

/* ---- JSON --------------------------------------------------------------------------------------------- */

static json_t *blocking_class_json(const firesieve_firewall *firewall, size_t index)
{
    const firesieve_class class = firesieve_firewall_class(firewall, index);
    firesieve_line line;
    firesieve_firewall_line(firewall, firesieve_firewall_line_of(firewall, index), &line);
    json_t *const object = line_json(&line);
    json_object_set_new(object, "modulus", delay_json(class.modulus));
    json_object_set_new(object, "residue", delay_json(class.residue));
    return object;
}

/* The lines of residues that say more than classes. */
static json_t *filters_json(const firesieve_firewall *firewall)
{
    json_t *const array = json_array();
    const size_t count = firesieve_firewall_line_count(firewall);
    for (size_t i = 0; i < count; ++i) {
        firesieve_line line;
        firesieve_firewall_line(firewall, i, &line);
        if (!line.whole && !line.range) {
            json_array_append_new(array, line_json(&line));
        }
    }
    return array;
}

static json_t *blocking_json(const struct explained *explained)
{
    const firesieve_explanation *const explanation = &explained->explanation;
    if (explanation->blocking == NULL) {
        return json_null();
    }
    json_t *const array = json_array();
    for (size_t i = 0; i < explanation->blocking_count && explained->lines > 0; ++i) {
        json_array_append_new(array, blocking_class_json(explained->firewall, explanation->blocking[i]));
    }
    for (size_t i = 0; i < explanation->blocking_count && explained->lines == 0; ++i) {
        const size_t index = explanation->blocking[i];
        const firesieve_layer *const layer = &firesieve_firewall_layers(explained->firewall)[index];
        json_array_append_new(array, json_pack("{s:I, s:o, s:o}", "index", (json_int_t)index, "depth",
                                               delay_json(layer->depth), "range", delay_json(layer->range)));
    }
    return array;
}

static json_t *component_json(const firesieve_component *component)
{
    json_t *const towers = json_array();
    for (size_t i = 0; i < component->tower_count; ++i) {
        json_array_append_new(towers, json_pack("{s:o, s:I}", "base", delay_json(component->towers[i].base), "exponent",
                                                (json_int_t)component->towers[i].exponent));
    }
    const bool is_delay = component->cycle < FIRESIEVE_DELAY_END;
    return json_pack("{s:o, s:I, s:o, s:o, s:o}", "towers", towers, "classes", (json_int_t)component->classes, "cycle",
                     is_delay ? delay_json(component->cycle) : json_null(), "left",
                     is_delay && component->counted ? delay_json(component->count) : json_null(), "density",
                     component->counted ? json_real(component->density) : json_null());
}

/* The described components, or null; and whether the density is exact. */
static json_t *components_json(const firesieve_explanation *explanation)
{
    const bool counted = explanation->density_exact && explanation->cycle < FIRESIEVE_DELAY_END;
    json_t *components = json_null();
    if (explanation->components != NULL) {
        components = json_array();
        for (size_t i = 0; i < explanation->component_count; ++i) {
            json_array_append_new(components, component_json(&explanation->components[i]));
        }
    }
    return json_pack("{s:o, s:I, s:b, s:o}", "components", components, "component_others",
                     (json_int_t)explanation->component_others, "density_exact", explanation->density_exact,
                     "safe_in_cycle", counted ? delay_json(explanation->safe_in_cycle) : json_null());
}

static json_t *view_json(const struct explained *explained)
{
    const firesieve_explanation *const explanation = &explained->explanation;
    json_t *const cycle = explanation->cycle < FIRESIEVE_DELAY_END ? delay_json(explanation->cycle) : json_null();
    json_t *const object =
        json_pack("{s:o, s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:s?, s:o, s:b}", "file",
                  name_json(explained->source->name), "layers", (json_int_t)explanation->layers, "periods",
                  (json_int_t)explanation->periods, "constraints", (json_int_t)explanation->constraints, "classes",
                  (json_int_t)explanation->classes, "largest_modulus", delay_json(explanation->largest_modulus),
                  "cycle", cycle, "cycle_log10", real_json(explanation->cycle_log10), "reason", explanation->reason,
                  "blocking", blocking_json(explained), "blocking_minimal", explanation->blocking_minimal);
    if (explained->lines > 0) {
        json_object_set_new(object, "lines", json_integer((json_int_t)explained->lines));
        json_object_set_new(object, "filters", filters_json(explained->firewall));
    }
    return object;
}

static json_t *parts_json(const firesieve_explanation *explanation)
{
    json_t *const parts = json_array();
    for (uint32_t i = 0; i < explanation->focus_classes; ++i) {
        json_array_append_new(parts, json_integer(explanation->focus_parts[i]));
    }
    return parts;
}

static json_t *costs_json(const firesieve_explanation *explanation)
{
    json_t *const costs = json_object();
    for (size_t i = 0; i < explanation->cost_count; ++i) {
        json_object_set_new(costs, explanation->costs[i].name, json_real(explanation->costs[i].nanoseconds));
    }
    return costs;
}

static json_t *plan_json(const struct explained *explained)
{
    const firesieve_explanation *const e = &explained->explanation;
    return json_pack(
        "{s:o, s:o, s:s, s:s?, s:i, s:b, "              /* the search */
        "s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:I, "      /* the sieve */
        "s:o, s:o, s:o, s:o, s:I, s:I, s:o, s:o, s:o, " /* the focus */
        "s:o, s:o, s:o, s:o, s:b}",
        "density", real_json(e->density), "expected", real_json(e->expected), "method",
        firesieve_method_name(e->method), "kernel", e->kernel == NULL ? NULL : firesieve_kernel_name(e->kernel),
        "threads", (int)explained->threads, "short_path", e->short_path, "wheel_modulus", delay_json(e->wheel_modulus),
        "wheel_residues", delay_json(e->wheel_residues), "wheel_constraints", (json_int_t)e->wheel_constraints,
        "row_constraints", (json_int_t)e->row_constraints, "row_bytes", (json_int_t)e->row_bytes, "crossed_classes",
        (json_int_t)e->crossed_classes, "tested_classes", (json_int_t)e->tested_classes, "checked_classes",
        (json_int_t)e->checked_classes, "focus_a", delay_json(e->focus_a), "focus_b", delay_json(e->focus_b),
        "focus_columns", delay_json(e->focus_columns), "focus_offsets", delay_json(e->focus_offsets),
        "list_constraints", (json_int_t)e->list_constraints, "list_bytes", (json_int_t)e->list_bytes, "focus_classes",
        parts_json(e), "focus_window", real_json(e->focus_window), "focus_pairs", real_json(e->focus_pairs),
        "predicted_s", real_json(e->predicted_s), "predicted_lists_s", real_json(e->predicted_lists_s),
        "predicted_range_s", real_json(e->predicted_range_s), "costs", costs_json(e), "costs_measured",
        e->costs_measured);
}

/* If nothing is safe there is nothing to expect and no plan: those members are null. */
static void print_json(const struct explained *explained)
{
    json_t *const object = view_json(explained);
    json_t *const components = components_json(&explained->explanation);
    json_t *const plan = plan_json(explained);
    json_object_update(object, components);
    json_decref(components);
    const char *key;
    json_t *value;
    json_object_foreach(plan, key, value)
    {
        json_object_set_new(object, key, explained->explanation.reason == NULL ? json_incref(value) : json_null());
    }
    json_decref(plan);
    json_object_set_new(object, "parse_s", json_real(explained->parse_s));
    json_object_set_new(object, "from", delay_json(explained->options.from));
    json_object_set_new(object, "to", delay_json(search_end(explained->options.to)));
    json_print(object);
}

/* ------------------------------------------------------------------------------------------------------- */

/* How many threads a search with these options would be given. */
static unsigned threads_allowed(const firesieve_search_options *options, firesieve_method method)
{
    if (method == FIRESIEVE_METHOD_SIMULATE || method == FIRESIEVE_METHOD_CLOSED_FORM) {
        return 1;
    }
    firesieve_cpu cpu;
    firesieve_cpu_detect(&cpu);
    return options->threads != 0 ? options->threads : cpu.cpus;
}

/* The FILEs that explain writes to. */
struct explain_files {
    struct output cnf;
    struct output plan;
};

/* Writes the formula of a firewall into the FILE of --cnf; an incomplete one is removed. */
static bool write_cnf(const struct command *command, const struct explained *explained, const struct output *cnf)
{
    firesieve_error error;
    if (!output_begin(command, cnf)) {
        return false;
    }
    if (firesieve_cnf_write(explained->firewall, cnf->stream, &error) != FIRESIEVE_OK) {
        const char *const file =
            error.status == FIRESIEVE_ERROR_WRITE ? cnf->path : display_name(explained->source->name);
        fprintf(stderr, "%s: error: %s: %s\n", command->title, file, error.message);
        output_empty(cnf->stream);
        return false;
    }
    return true;
}

/* Writes the plan into the FILE of --plan. */
static bool write_plan(const struct command *command, const struct explained *explained, const struct output *plan)
{
    const firesieve_explanation *const explanation = &explained->explanation;
    size_t size;
    if (!output_begin(command, plan)) {
        return false;
    }
    if (explanation->plan == NULL) {
        fprintf(stderr, "%s: error: %s: there is no plan: %s\n", command->title, display_name(explained->source->name),
                explanation->reason != NULL ? "no delay is safe" : "an oracle has none");
        return false;
    }
    const char *const text = firesieve_plan_text(explanation->plan, &size);
    return fwrite(text, 1, size, plan->stream) == size || output_refuse(command, &plan->option, plan->path, errno);
}

static int explain_file(const struct command *command, const struct search_settings *settings,
                        const struct source *source, const struct explain_files *files)
{
    struct explained explained = {.source = source};
    firesieve_firewall *firewall;
    firesieve_error error;
    if (!search_options(command, settings, &explained.options) ||
        !source_read(command, source, &firewall, &explained.parse_s)) {
        return EXIT_BAD;
    }
    explained.firewall = firewall;
    explained.lines = firesieve_firewall_line_count(firewall);
    search_range(firewall, &explained.options);
    int exit_status = EXIT_FOUND;
    if (firesieve_explain(firewall, &explained.options, &explained.explanation, &error) == FIRESIEVE_OK) {
        explained.threads = threads_allowed(&explained.options, explained.explanation.method);
        if (settings->json) {
            print_json(&explained);
        } else {
            print_text(&explained);
        }
        if (files->plan.stream != NULL && !write_plan(command, &explained, &files->plan)) {
            exit_status = EXIT_BAD;
        }
        firesieve_explanation_free(&explained.explanation);
    } else {
        exit_status = command_error(command, source->name, error.message);
    }
    if (files->cnf.stream != NULL && !write_cnf(command, &explained, &files->cnf)) {
        exit_status = EXIT_BAD;
    }
    firesieve_firewall_free(firewall);
    return exit_status;
}

/* Opens the FILEs of --cnf and --plan before anything is read. */
static int explain_operand(const struct command *command, const struct search_settings *settings,
                           const struct operands *operands, struct explain_files *files)
{
    struct source source;
    int status = EXIT_BAD;
    if (!source_of_operands(command, &settings->source, operands, &source) ||
        !output_is_apart(command, "--plan", files->plan.path, files->cnf.path, "the formula")) {
        return EXIT_BAD;
    }
    const bool cnf_open = output_open(command, &files->cnf, operands);
    if (output_open(command, &files->plan, operands) && cnf_open) {
        status = explain_file(command, settings, &source, files);
    }
    status = output_close(command, &files->cnf, status);
    return output_close(command, &files->plan, status);
}

static int run_explain(const struct command *command, int argc, const char **argv)
{
    struct search_settings settings;
    struct operands operands;
    struct explain_files files = {
        .cnf = {.option = {.name = "--cnf", .content = "the formula", .fate = "explained"}},
        .plan = {.option = {.name = "--plan", .content = "the plan", .fate = "explained"}},
    };
    const struct cli_option own[] = {
        {"cnf", 0, OPTION_TEXT, &files.cnf.path, 0, 0, NULL, "FILE",
         "write into FILE, for SAT solvers, whether any delay is safe (DIMACS CNF)", NULL},
        {"plan", 0, OPTION_TEXT, &files.plan.path, 0, 0, NULL, "FILE",
         "write the plan into FILE, for firesieve solve --plan, on any machine", NULL},
        {0},
    };
    const int status = search_parse(command, SEARCH_IS_PLANNED, own, argc, argv, &settings, &operands);
    return status != OPTIONS_GO_ON ? status : explain_operand(command, &settings, &operands, &files);
}

const struct command command_explain = {
    .name = "explain",
    .title = "firesieve explain",
    .operands = "[OPTION]... [FILE]",
    .summary = "print what the solver sees and would do, or which layers block every delay",
    .details = "Give it the options of the search that you want to know about; it does not run it. If nothing is\n"
               "safe, layers that already catch every delay are printed as lines of a firewall.\n",
    .example = "printf '0: 2\\n1: 2\\n2: 3\\n' | firesieve explain",
    .run = run_explain,
};
