/* firesieve explain: what the solver sees in a firewall and would do about it, or why nothing is safe. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "cli/output.h"
#include "cli/search.h"

/* A FILE and what is to be said about it. */
struct explained {
    const struct source *source;
    double parse_s;
    const firesieve_firewall *firewall;
    size_t lines; /* of residues; 0: it has layers */
    firesieve_search_options options;
    unsigned threads; /* at most so many would search */
    firesieve_explanation explanation;
};

/* ---- Text --------------------------------------------------------------------------------------------- */

static void print_label(const char *label)
{
    printf("%-14s", label);
}

/* "1 layer", "2 layers" */
static void print_amount(uint64_t amount, const char *one, const char *several)
{
    printf("%" PRIu64 " %s", amount, amount == 1 ? one : several);
}

static void print_classes(const char *label, uint64_t amount, const char *how)
{
    print_label(label);
    print_amount(amount, "class", "classes");
    printf("%s\n", how);
}

static void print_cycle(const firesieve_explanation *explanation)
{
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    print_label("cycle:");
    if (explanation->cycle < FIRESIEVE_DELAY_END) {
        puts(firesieve_delay_format(explanation->cycle, text));
    } else {
        printf("10^%.2f\n", explanation->cycle_log10);
    }
}

/* A line as it was written, and where that was. */
static void print_line(const firesieve_line *line)
{
    printf("%s  # %s:%" PRIu64 "\n", line->text, line->source, line->number);
}

/* Lines that classes do not say all of, as far as they are few. */
static void print_asked(const firesieve_firewall *firewall)
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
            print_label(shown++ == 0 ? "filters:" : "");
            print_line(&line);
        }
    }
    if (others > 0) {
        print_label("");
        printf("and %zu more\n", others);
    }
}

/* Where the lines say so, that x is one of few numbers, or in few progressions. */
static void print_bounds(const firesieve_firewall *firewall)
{
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    firesieve_residues_view view;
    firesieve_firewall_view(firewall, &view);
    if (view.listed > 0) {
        print_label("numbers:");
        printf("%s, looked at one by one\n", firesieve_delay_format(view.listed, text));
    }
    if (view.progressions > 0) {
        print_label("progressions:");
        printf("%zu, of step %s: each is searched for the multiple of the step\n", view.progressions,
               firesieve_delay_format(view.step, text));
    }
}

static void print_input(const struct explained *explained)
{
    const firesieve_explanation *const explanation = &explained->explanation;
    if (explained->lines == 0) {
        print_label("layers:");
        printf("%zu, of ", explanation->layers);
        print_amount(explanation->periods, "period\n", "periods\n");
        return;
    }
    print_label("lines:");
    printf("%zu, which forbid ", explained->lines);
    print_amount(explanation->layers, "class of ", "classes of ");
    print_amount(explanation->periods, "modulus\n", "moduli\n");
    print_asked(explained->firewall);
    print_bounds(explained->firewall);
}

static void print_view(const struct explained *explained)
{
    const firesieve_explanation *const explanation = &explained->explanation;
    print_input(explained);
    print_label("constraints:");
    if (explanation->constraints > 0) {
        printf("%zu after reduction, the largest modulus is %" PRIu64 "\n", explanation->constraints,
               explanation->largest_modulus);
        print_classes("forbidden:", explanation->classes, "");
    } else {
        puts(explanation->reason == NULL ? "none"
             : explained->lines > 0      ? "none: no x is left before any is made"
                                         : "none: all delays are caught before any is made");
    }
    print_cycle(explanation);
}

/* Its towers, as 2^3 * 5. */
static void print_towers(const firesieve_component *component)
{
    enum { MOST = 8 };
    for (size_t i = 0; i < component->tower_count && i < MOST; ++i) {
        printf("%s%" PRIu64, i == 0 ? "" : " * ", component->towers[i].base);
        if (component->towers[i].exponent > 1) {
            printf("^%" PRIu64, component->towers[i].exponent);
        }
    }
    if (component->tower_count > MOST) {
        printf(" * ... (%zu primes)", component->tower_count);
    }
}

static void print_component(const firesieve_component *component)
{
    char count[FIRESIEVE_DELAY_TEXT_SIZE];
    print_label("");
    print_towers(component);
    printf(": ");
    print_amount(component->classes, "class", "classes");
    if (!component->counted) {
        puts(", not counted");
    } else if (component->cycle < FIRESIEVE_DELAY_END) {
        printf(", %s residue%s left\n", firesieve_delay_format(component->count, count),
               component->count == 1 ? "" : "s");
    } else {
        printf(", %.4g of all residues left\n", component->density);
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
    print_label("components:");
    if (count == 1) {
        puts("1, all moduli are tied together by primes");
    } else {
        printf("%zu, without a prime in common: what they leave multiplies\n", count + explanation->component_others);
    }
    for (size_t i = 0; i < shown; ++i) {
        print_component(&explanation->components[i]);
    }
    if (others > 0) {
        print_label("");
        printf("and %zu with as many classes or fewer\n", others);
    }
}

static void print_expectation(const struct explained *explained)
{
    const firesieve_explanation *const explanation = &explained->explanation;
    const bool residues = explained->lines > 0;
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    print_components(explanation);
    print_label("density:");
    printf("%.4g of all %s, %s", explanation->density, residues ? "x are in no class" : "delays are safe",
           explanation->density_exact ? "exactly" : "by estimate");
    if (explanation->density_exact && explanation->cycle < FIRESIEVE_DELAY_END) {
        printf(": %s in a cycle", firesieve_delay_format(explanation->safe_in_cycle, text));
    }
    puts("");
    print_label("expected:");
    printf("about %.4g %s\n\n", explanation->expected,
           residues ? "numbers from --from to the first x that no class has"
                    : "delays from --from to the first safe one");
}

static void print_rows(const firesieve_explanation *explanation, const char *where)
{
    print_label("rows:");
    print_amount(explanation->row_constraints, "constraint in ", "constraints in ");
    print_amount(explanation->row_bytes, "byte", "bytes");
    puts(where);
}

static void print_list(const char *label, uint64_t count, char variable, char modulus_name, firesieve_delay modulus)
{
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    print_label(label);
    print_amount(count, "residue", "residues");
    printf(" %c modulo %c = %s\n", variable, modulus_name, firesieve_delay_format(modulus, text));
}

static void print_focus_classes(const firesieve_explanation *explanation)
{
    print_label("classes:");
    if (explanation->focus_classes == 0) {
        puts("none; columns meet all offsets");
        return;
    }
    fputs("columns in ", stdout);
    for (uint32_t i = 0; i < explanation->focus_classes; ++i) {
        printf("%s%" PRIu32, i == 0 ? "" : " x ", explanation->focus_parts[i]);
    }
    puts(" parts by their residues modulo the first rows");
}

static void print_focus(const firesieve_explanation *explanation)
{
    print_label("focus:");
    puts("every delay is x * B - y * A; x and y come from two lists, columns and offsets");
    print_list("columns:", explanation->focus_columns, 'x', 'A', explanation->focus_a);
    print_list("offsets:", explanation->focus_offsets, 'y', 'B', explanation->focus_b);
    print_label("lists:");
    print_amount(explanation->list_constraints, "constraint in ", "constraints in ");
    print_amount(explanation->list_bytes, "byte: ", "bytes: ");
    puts("all sums of two short lists each");
    print_rows(explanation, " for each thread");
    print_focus_classes(explanation);
    print_classes("checked:", explanation->checked_classes, " on survivors, one by one");
    print_label("window:");
    printf("about %.4g delays at a time\n", explanation->focus_window);
    print_label("pairs:");
    printf("about %.4g of a column and an offset to the expected answer\n", explanation->focus_pairs);
}

static void print_sieve(const firesieve_explanation *explanation)
{
    char modulus[FIRESIEVE_DELAY_TEXT_SIZE];
    print_label("wheel:");
    if (explanation->wheel_modulus > 1) {
        printf("modulus %s with ", firesieve_delay_format(explanation->wheel_modulus, modulus));
        print_amount(explanation->wheel_residues, "residue, for ", "residues, for ");
        print_amount(explanation->wheel_constraints, "constraint\n", "constraints\n");
    } else {
        puts("none");
    }
    print_rows(explanation, "");
    if (explanation->sieved_to > 0) {
        print_label("tuplets:");
        printf("struck by primes up to %" PRIu64 "; what is left is tested where it may be composite\n",
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
    print_label("search:");
    printf("%smethod %s, kernel %s, ", explanation->short_path ? "the short path, then " : "",
           firesieve_method_name(explanation->method),
           explanation->kernel == NULL ? "none" : firesieve_kernel_name(explanation->kernel));
    print_amount(explained->threads, "thread\n", "threads at most\n");
    if (explanation->focus_columns > 0) {
        print_focus(explanation);
    } else if (explanation->kernel != NULL) {
        print_sieve(explanation);
    }
    print_label("predicted:");
    printf("%s to the expected answer, %s for the whole range, on one thread\n",
           duration_format(explanation->predicted_s, answer), duration_format(explanation->predicted_range_s, range));
    if (explanation->focus_columns > 0) {
        print_label("");
        printf("of the first, %s go into lists and rows\n", duration_format(explanation->predicted_lists_s, answer));
    }
}

/* As a line of a firewall, with the number of the layer from 1 on, so that the lines of all blocking layers are one. */
static void print_blocking_layer(const firesieve_layer *layer, size_t index)
{
    const uint64_t period = layer->range == 1 ? 1 : 2 * (layer->range - 1);
    const uint64_t residue = (period - layer->depth % period) % period;
    printf("%" PRIu64 ": %" PRIu64 "  # layer %zu catches every delay = %" PRIu64 " mod %" PRIu64 "\n", layer->depth,
           layer->range, index + 1, residue, period);
}

/* The lines of the classes that block every x, each once. */
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

/* In the form of residues: the lines are an input of their own again. */
static void print_blocking_residues(const struct explained *explained)
{
    const firesieve_explanation *const explanation = &explained->explanation;
    const size_t lines = explanation->blocking == NULL ? 0 : print_blocking_lines(explained, false);
    print_label("density:");
    puts("0, no x is left\n");
    print_label("answer:");
    printf("none, because %s\n", explanation->reason);
    print_label("blocked by:");
    if (lines == 0) {
        puts("which lines already forbid every x is not known");
    } else if (lines == 1) {
        puts("this line alone forbids every x");
    } else {
        printf("these %zu lines already forbid every x%s\n", lines,
               explanation->blocking_minimal ? "; without any one of their classes some x is left"
                                             : ", but may not be the smallest set that does");
    }
    print_blocking_lines(explained, lines > 0);
}

static void print_blocking(const struct explained *explained)
{
    const firesieve_explanation *const explanation = &explained->explanation;
    print_label("density:");
    puts("0, no delay is safe\n");
    print_label("answer:");
    printf("none, because %s\n", explanation->reason);
    print_label("blocked by:");
    if (explanation->blocking == NULL) {
        puts("which layers already catch every delay is not known");
    } else if (explanation->blocking_count == 1) {
        puts("this layer alone catches every delay");
    } else {
        printf("these %zu layers already catch every delay%s\n", explanation->blocking_count,
               explanation->blocking_minimal ? "; without any one of them some delay is safe"
                                             : ", but may not be the smallest set that does");
    }
    for (size_t i = 0; explanation->blocking != NULL && i < explanation->blocking_count; ++i) {
        const size_t index = explanation->blocking[i];
        print_blocking_layer(&firesieve_firewall_layers(explained->firewall)[index], index);
    }
}

/* So many costs on a line. */
static void print_costs(const firesieve_explanation *explanation)
{
    enum { A_LINE = 6 };
    if (explanation->cost_count == 0) {
        return;
    }
    print_label("costs:");
    printf("in nanoseconds, %s",
           explanation->costs_measured ? "measured on this machine" : "those of a server of 2023");
    for (size_t i = 0; i < explanation->cost_count; ++i) {
        if (i % A_LINE == 0) {
            puts(i == 0 ? "" : ",");
            print_label("");
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
    } else if (explained->lines > 0) {
        print_blocking_residues(explained);
    } else {
        print_blocking(explained);
    }
}

/* ---- JSON --------------------------------------------------------------------------------------------- */

static json_t *line_json(const firesieve_line *line)
{
    return json_pack("{s:s?, s:I, s:s?}", "source", line->source, "line", (json_int_t)line->number, "text", line->text);
}

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

/* What lines of residues say besides classes. */
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

/* Components as far as they are described, or null; what is exact of the density. */
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

static json_t *sieve_json(const firesieve_explanation *explanation)
{
    return json_pack("{s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:I}", "wheel_modulus",
                     delay_json(explanation->wheel_modulus), "wheel_residues", delay_json(explanation->wheel_residues),
                     "wheel_constraints", (json_int_t)explanation->wheel_constraints, "row_constraints",
                     (json_int_t)explanation->row_constraints, "row_bytes", (json_int_t)explanation->row_bytes,
                     "crossed_classes", (json_int_t)explanation->crossed_classes, "tested_classes",
                     (json_int_t)explanation->tested_classes, "checked_classes",
                     (json_int_t)explanation->checked_classes);
}

static json_t *parts_json(const firesieve_explanation *explanation)
{
    json_t *const parts = json_array();
    for (uint32_t i = 0; i < explanation->focus_classes; ++i) {
        json_array_append_new(parts, json_integer(explanation->focus_parts[i]));
    }
    return parts;
}

static json_t *focus_json(const firesieve_explanation *explanation)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:I, s:I, s:o, s:o, s:o}", "focus_a", delay_json(explanation->focus_a),
                     "focus_b", delay_json(explanation->focus_b), "focus_columns",
                     delay_json(explanation->focus_columns), "focus_offsets", delay_json(explanation->focus_offsets),
                     "list_constraints", (json_int_t)explanation->list_constraints, "list_bytes",
                     (json_int_t)explanation->list_bytes, "focus_classes", parts_json(explanation), "focus_window",
                     real_json(explanation->focus_window), "focus_pairs", real_json(explanation->focus_pairs));
}

static json_t *costs_json(const firesieve_explanation *explanation)
{
    json_t *const costs = json_object();
    for (size_t i = 0; i < explanation->cost_count; ++i) {
        json_object_set_new(costs, explanation->costs[i].name, json_real(explanation->costs[i].nanoseconds));
    }
    return json_pack("{s:o, s:b}", "costs", costs, "costs_measured", explanation->costs_measured);
}

static json_t *plan_json(const struct explained *explained)
{
    const firesieve_explanation *const explanation = &explained->explanation;
    json_t *const sieve = sieve_json(explanation);
    json_t *const focus = focus_json(explanation);
    json_t *const costs = costs_json(explanation);
    json_t *const times = json_pack("{s:o, s:o, s:o}", "predicted_s", real_json(explanation->predicted_s),
                                    "predicted_lists_s", real_json(explanation->predicted_lists_s), "predicted_range_s",
                                    real_json(explanation->predicted_range_s));
    json_t *const plan =
        json_pack("{s:o, s:o, s:s, s:s?, s:i, s:b}", "density", real_json(explanation->density), "expected",
                  real_json(explanation->expected), "method", firesieve_method_name(explanation->method), "kernel",
                  explanation->kernel == NULL ? NULL : firesieve_kernel_name(explanation->kernel), "threads",
                  (int)explained->threads, "short_path", explanation->short_path);
    json_object_update(plan, sieve);
    json_object_update(plan, focus);
    json_object_update(plan, times);
    json_object_update(plan, costs);
    json_decref(sieve);
    json_decref(focus);
    json_decref(times);
    json_decref(costs);
    return plan;
}

/* Where nothing is safe there is nothing to expect and no plan: those members are null. */
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

static const struct output_option cnf_option = {.name = "--cnf", .content = "the formula", .fate = "explained"};

/* Writes the formula of a firewall into the FILE of --cnf; one that is not whole is not left there. */
static bool write_cnf(const struct command *command, const struct explained *explained, const char *path, FILE *cnf)
{
    firesieve_error error;
    const int code = output_empty(cnf);
    if (code != 0) {
        return output_refuse(command, &cnf_option, path, code);
    }
    if (firesieve_cnf_write(explained->firewall, cnf, &error) != FIRESIEVE_OK) {
        fprintf(stderr, "%s: error: %s: %s\n", command->title,
                error.status == FIRESIEVE_ERROR_WRITE ? path : display_name(explained->source->name), error.message);
        output_empty(cnf);
        return false;
    }
    return true;
}

static const struct output_option plan_option = {.name = "--plan", .content = "the plan", .fate = "explained"};

/* Writes the plan into the FILE of --plan. */
static bool write_plan(const struct command *command, const struct explained *explained, const char *path, FILE *file)
{
    const firesieve_explanation *const explanation = &explained->explanation;
    size_t size;
    const int code = output_empty(file);
    if (code != 0) {
        return output_refuse(command, &plan_option, path, code);
    }
    if (explanation->plan == NULL) {
        fprintf(stderr, "%s: error: %s: there is no plan: %s\n", command->title, display_name(explained->source->name),
                explanation->reason != NULL ? "no delay is safe" : "an oracle has none");
        return false;
    }
    const char *const text = firesieve_plan_text(explanation->plan, &size);
    return fwrite(text, 1, size, file) == size || output_refuse(command, &plan_option, path, errno);
}

/* Files that explain writes to, or NULL. */
struct explain_files {
    const char *cnf_path;
    FILE *cnf;
    const char *plan_path;
    FILE *plan;
};

static int explain_file(const struct command *command, const struct search_settings *settings,
                        const struct source *source, const struct explain_files *files)
{
    struct explained explained = {.source = source};
    firesieve_firewall *firewall;
    firesieve_error error;
    if (!search_options(command, settings, &explained.options)) {
        return EXIT_BAD;
    }
    source_tell_of_waiting(command, source, false);
    if (!source_read(source, &firewall, &explained.parse_s)) {
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
        if (files->plan != NULL && !write_plan(command, &explained, files->plan_path, files->plan)) {
            exit_status = EXIT_BAD;
        }
        firesieve_explanation_free(&explained.explanation);
    } else {
        fprintf(stderr, "%s: error: %s: %s\n", command->title, display_name(source->name), error.message);
        exit_status = EXIT_BAD;
    }
    if (files->cnf != NULL && !write_cnf(command, &explained, files->cnf_path, files->cnf)) {
        exit_status = EXIT_BAD;
    }
    firesieve_firewall_free(firewall);
    return exit_status;
}

/* Closes what was written. */
static int close_file(const struct command *command, const struct output_option *option, const char *path, FILE *file,
                      int status)
{
    if (file != NULL && fclose(file) != 0 && status != EXIT_BAD) {
        output_refuse(command, option, path, errno);
        return EXIT_BAD;
    }
    return status;
}

/* With the FILEs of --cnf and --plan open, before anything is read. */
static int explain_operand(const struct command *command, const struct search_settings *settings,
                           const struct operands *operands, struct explain_files *files)
{
    struct source source;
    int status = EXIT_BAD;
    if (!source_of_operands(command, &settings->source, operands, &source)) {
        return EXIT_BAD;
    }
    if (output_is_same(files->cnf_path, files->plan_path)) {
        return usage_error(command, "--plan: expected a FILE of its own, found '%s', where the formula goes",
                           files->plan_path);
    }
    files->cnf = files->cnf_path == NULL ? NULL : output_open(command, &cnf_option, files->cnf_path, operands);
    files->plan = files->plan_path == NULL ? NULL : output_open(command, &plan_option, files->plan_path, operands);
    if ((files->cnf_path == NULL || files->cnf != NULL) && (files->plan_path == NULL || files->plan != NULL)) {
        status = explain_file(command, settings, &source, files);
    }
    status = close_file(command, &cnf_option, files->cnf_path, files->cnf, status);
    return close_file(command, &plan_option, files->plan_path, files->plan, status);
}

static int run_explain(const struct command *command, int argc, const char **argv)
{
    struct search_settings settings;
    struct operands operands;
    struct explain_files files = {.cnf = NULL};
    const struct cli_option own[] = {
        {"cnf", 0, OPTION_TEXT, &files.cnf_path, 0, 0, NULL, "FILE",
         "write into FILE, for SAT solvers, whether any delay is safe (DIMACS CNF)", NULL},
        {"plan", 0, OPTION_TEXT, &files.plan_path, 0, 0, NULL, "FILE",
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
    .details = "The options are those of the search that is asked about; it is not run. Where nothing is safe, the\n"
               "layers that already catch every delay are printed as lines of a firewall.\n",
    .example = "printf '0: 2\\n1: 2\\n2: 3\\n' | firesieve explain",
    .run = run_explain,
};
