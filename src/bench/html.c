#include "bench/views.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "bench/compare.h"
#include "plot/picture_file.h"

static const char option[] = "--html";

_Static_assert(sizeof(struct bench_message) >= PICTURE_WHY_SIZE, "picture_file writes its errors into messages");

bool html_check(const char *path, const char *const *inputs, const char *baseline, struct bench_message *message)
{
    static const char *const endings[] = {".html", NULL};
    return picture_file_check(option, path, endings, ".html", inputs, baseline, message->text);
}

/* The name of a file may be bytes that are no text. */
static json_t *name_to_json(const char *name)
{
    json_t *const json = json_string(name);
    return json != NULL ? json : json_string("?");
}

/* The data for the script of the page. */
static json_t *data_to_json(const struct comparison *comparison)
{
    json_t *const names = json_array();
    json_t *const reports = json_array();
    for (size_t i = 0; i < comparison->count; ++i) {
        json_array_append_new(names, name_to_json(comparison->names[i]));
        json_array_append_new(reports, report_to_json(&comparison->reports[i]));
    }
    json_t *const ratios = comparison->count > 1 ? compare_to_json(comparison) : json_null();
    json_object_del(ratios, "rows");
    json_object_del(ratios, "reports");
    return json_pack("{s:o, s:o, s:o}", "names", names, "reports", reports, "comparison", ratios);
}

/* Escapes "<", which JSON has only in strings and allows to be escaped: as it is, it might end the script. */
static int write_escaped(const char *text, size_t size, void *stream)
{
    for (size_t i = 0; i < size; ++i) {
        if (text[i] == '<') {
            fputs("\\u003c", stream);
        } else {
            putc(text[i], stream);
        }
    }
    return 0;
}

static bool write_page(const json_t *data, FILE *stream)
{
    enum { DIGITS = 6 }; /* more than the precision of any sample */
    fwrite(report_page_before, 1, report_page_before_size, stream);
    const bool dumped =
        json_dump_callback(data, write_escaped, stream, JSON_COMPACT | JSON_REAL_PRECISION(DIGITS)) == 0;
    fwrite(report_page_after, 1, report_page_after_size, stream);
    return dumped && fflush(stream) == 0 && ferror(stream) == 0;
}

bool html_write(const struct comparison *comparison, const char *path, struct bench_message *message)
{
    struct picture_file file;
    json_t *const data = data_to_json(comparison);
    if (data == NULL) {
        return bench_say(message, "%s: not enough memory for the page", option);
    }
    bool written = picture_file_open(&file, option, path, message->text);
    if (written) {
        const int copy = dup(file.descriptor);
        FILE *const stream = copy < 0 ? NULL : fdopen(copy, "w");
        written = stream != NULL && write_page(data, stream);
        if (!written) {
            bench_say(message, "%s: cannot write %.300s: %s", option, path, strerror(errno));
        }
        if (stream != NULL) {
            fclose(stream);
        } else if (copy >= 0) {
            close(copy);
        }
        written = picture_file_finish(&file, written, message->text);
    }
    json_decref(data);
    return written;
}
