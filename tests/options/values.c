/* Numbers, bytes and durations in the spellings that people use. */
#include <criterion/criterion.h>
#include <math.h>

#include "cli/values.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const firesieve_delay one = 1;

Test(values, whole_numbers)
{
    const struct {
        const char *text;
        firesieve_delay number;
    } rows[] = {
        {"0", 0},
        {"00042", 42},
        {"1_000_000", 1000000},
        {"1_0", 10},
        {"1e0", 1},
        {"1e12", 1000000000000},
        {"1E3", 1000},
        {"1.5e1", 15},
        {"1.250e3", 1250},
        {"10^12", 1000000000000},
        {"2^64", one << 64},
        {"2^127", one << 127},
        {"7^0", 1},
        {"0^0", 1},
        {"0^5", 0},
        {"2^40-1", (one << 40) - 1},
        {"2^127-1", (one << 127) - 1},
        {"10^30+10^9", (firesieve_delay)1000000000000 * 1000000000 * 1000000000 + 1000000000},
        {"1-1+5", 5},
        {"1_000e3", 1000000},
        {"2^127+1-1", one << 127}, /* intermediate sums may exceed the end */
    };
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        firesieve_delay number = 7;
        cr_assert(delay_parse(rows[i].text, 0, FIRESIEVE_DELAY_END, &number) && number == rows[i].number, "%s",
                  rows[i].text);
    }
}

Test(values, other_texts_are_refused)
{
    static const char *const texts[] = {
        "",
        " ",
        "-1",
        "+1",
        " 1",
        "1 ",
        "x",
        "1x",
        "0x10",
        "1e",
        "e3",
        "1e-3",
        "1e+3",
        "1.0",
        "1.5",
        "1.5e0",
        "0.0e0",
        "1.55e1",
        "1.e1",
        ".5e1",
        "1.5",
        "1e39",
        "1e999",
        "2^",
        "^2",
        "2^-1",
        "2^2^2",
        "2^128",
        "2^1000",
        "1__0",
        "_1",
        "1_",
        "1_e3",
        "1+",
        "1 + 1",
        "1-2",
        "2*3",
        "1,000",
        "2^127+1",
        "1e3.5",
        "1e1e1",
        "0e99999999999999999999",
        "340282366920938463463374607431768211456", /* 2^128 */
        "340282366920938463463374607431768211457",
        "1\xd9\xa1", /* an Arabic digit */
    };
    for (size_t i = 0; i < COUNT_OF(texts); ++i) {
        firesieve_delay number = 7;
        cr_assert(!delay_parse(texts[i], 0, FIRESIEVE_DELAY_END, &number) && number == 7, "\"%s\"", texts[i]);
    }
}

Test(values, numbers_keep_to_their_range)
{
    uint64_t number = 7;
    cr_assert(!number_parse("9", 10, 20, &number) && !number_parse("21", 10, 20, &number) && number == 7);
    cr_assert(number_parse("10", 10, 20, &number) && number == 10);
    cr_assert(number_parse("2^4+4", 10, 20, &number) && number == 20);
    cr_assert(!number_parse("2^64", 0, UINT64_MAX, &number) && number == 20);
    cr_assert(number_parse("2^64-1", 0, UINT64_MAX, &number) && number == UINT64_MAX);
}

Test(values, bytes)
{
    static const struct {
        const char *text;
        uint64_t bytes; /* 0: refused */
    } rows[] = {
        {"1", 1},
        {"1500000", 1500000},
        {"1e9", 1000000000},
        {"2^30", 1 << 30},
        {"1K", 1024},
        {"64M", 64 << 20},
        {"64MiB", 64 << 20},
        {"64MB", 64000000},
        {"2G", UINT64_C(2) << 30},
        {"2GiB", UINT64_C(2) << 30},
        {"2GB", 2000000000},
        {"3KB", 3000},
        {"1.5G", UINT64_C(3) << 29},
        {"0.5KiB", 512},
        {"1.0005KB", 1000},
        {"0.3K", 307},
        {"1_000K", 1024000},
        {"2^4K", 16384},
        {"18446744073709551615", UINT64_MAX},
        {"17179869183G", UINT64_MAX - (1 << 30) + 1},
        {"0", 0},
        {"0G", 0},
        {"0.0001K", 0},
        {"", 0},
        {"K", 0},
        {"1k", 0},
        {"1mb", 0},
        {"1Ki", 0},
        {"1KX", 0},
        {"1KK", 0},
        {"1 K", 0},
        {"1.5", 0},
        {"1.G", 0},
        {".5G", 0},
        {"-1G", 0},
        {"1.5.5G", 0},
        {"1e", 0},
        {"18446744073709551616", 0},
        {"17179869184G", 0},
        {"17179869184.0G", 0},
        {"340282366920938463463374607431768211455.5G", 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        uint64_t bytes = 0;
        cr_assert(bytes_parse(rows[i].text, 1, UINT64_MAX, &bytes) == (rows[i].bytes != 0), "\"%s\"", rows[i].text);
        cr_assert(bytes == rows[i].bytes, "\"%s\"", rows[i].text);
    }
}

Test(values, durations)
{
    static const struct {
        const char *text;
        double seconds; /* below 0: refused */
    } rows[] = {
        {"0", 0},       {"10", 10},       {"0.25", 0.25}, {"1e-3", 1e-3}, {".5", 0.5},    {"10s", 10},
        {"1m30s", 90},  {"2h", 7200},     {"500ms", 0.5}, {"1.5h", 5400}, {"1min", 60},   {"1d12h", 129600},
        {"0s", 0},      {"1s500ms", 1.5}, {"90m", 5400},  {"", -1},       {"s", -1},      {"-1", -1},
        {"-0", -1},     {"-1m", -1},      {" 1", -1},     {"1 s", -1},    {"1m 30s", -1}, {"1m30", -1},
        {"1s1m", -1},   {"1m1m", -1},     {"1m1min", -1}, {"3w", -1},     {"3H", -1},     {"1e3s", -1},
        {"1.2.3s", -1}, {"nan", -1},      {"inf", -1},    {"1e400", -1},  {"0x1", -1},    {"0x1m", -1},
        {"1,5", -1},    {"infd", -1},     {"1sec", -1},   {"1ms1s", -1},
    };
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        double seconds = -1;
        cr_assert(duration_parse(rows[i].text, &seconds) == (rows[i].seconds >= 0), "\"%s\"", rows[i].text);
        cr_assert(fabs(seconds - rows[i].seconds) < 1e-12, "\"%s\"", rows[i].text);
    }
}
