#include "firewall/foreign.h"

#include <string.h>

#include "firewall/cursor.h"

static const char mark[] = "\xef\xbb\xbf";
enum { MARK_LENGTH = sizeof mark - 1 };

static const char utf16[] = "UTF-16; convert it first: iconv -f UTF-16 -t UTF-8 FILE | firesieve solve";

size_t mark_length(const char *text, size_t size)
{
    return size >= MARK_LENGTH && memcmp(text, mark, MARK_LENGTH) == 0 ? MARK_LENGTH : 0;
}

bool mark_may_follow(const char *text, size_t size)
{
    return size < MARK_LENGTH && memcmp(text, mark, size) == 0;
}

/* None contains a line feed, so comparisons stop at the end of the line. */
static const struct {
    size_t length;
    const char *bytes;
    const char *found;
} signatures[] = {
    {2, "\x1f\x8b", "gzip data; unpack it first: gzip -dc FILE | firesieve solve"},
    {4, "\x28\xb5\x2f\xfd", "zstd data; unpack it first: zstd -dc FILE | firesieve solve"},
    {6,
     "\xfd"
     "7zXZ",
     "xz data; unpack it first: xz -dc FILE | firesieve solve"},
    {3, "BZh", "bzip2 data; unpack it first: bzip2 -dc FILE | firesieve solve"},
    {4, "PK\x03\x04", "a zip archive; unpack it first: unzip -p FILE | firesieve solve"},
    {1, "{", "'{' as in JSON; reports are for firesieve bench --compare, and results are no firewalls"},
    {1, "[", "'[' as in JSON, which is no firewall"},
    {21, "firesieve-certificate", "a certificate; firesieve verify --certificate takes it, with the firewall as FILE"},
    {20, "firesieve-checkpoint", "a checkpoint; --checkpoint takes it, with the firewall as FILE"},
    {14, "firesieve-plan", "a plan; --plan takes it, with the firewall as FILE"},
};

/* A byte order mark of UTF-16, and a character with a zero byte, as all of a firewall have (in the first text, its end). */
static bool is_utf16(const char *at)
{
    return (strncmp(at, "\xfe\xff", 2) == 0 && at[2] == '\0') ||
           (strncmp(at, "\xff\xfe", 2) == 0 && at[2] != '\n' && at[3] == '\0');
}

const char *foreign_describe(const char *at)
{
    if (is_utf16(at)) {
        return utf16;
    }
    for (size_t i = 0; i < sizeof signatures / sizeof signatures[0]; ++i) {
        if (strncmp(at, signatures[i].bytes, signatures[i].length) == 0) {
            return signatures[i].found;
        }
    }
    return NULL;
}

const char *foreign_describe_nul(const char *line_start, const char *at)
{
    const bool little = at == line_start + 1 && is_digit(at[-1]) && at[1] != '\n' && at[1] != '\0' && at[2] == '\0';
    const bool big = at == line_start && is_digit(at[1]) && at[2] == '\0';
    return little || big ? utf16 : NULL;
}
