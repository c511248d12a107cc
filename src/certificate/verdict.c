#include "certificate/verdict.h"

#include <stdarg.h>
#include <stdio.h>

bool certificate_refuse(struct certificate_check *check, uint64_t line, const char *format, ...)
{
    firesieve_certificate_report *const report = check->report;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(report->message, sizeof report->message, format, arguments);
    va_end(arguments);
    report->verdict = FIRESIEVE_REFUSED;
    report->line = line;
    return false;
}

bool certificate_leave(struct certificate_check *check, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(check->report->message, sizeof check->report->message, format, arguments);
    va_end(arguments);
    check->report->verdict = FIRESIEVE_UNCHECKED;
    return false;
}

bool certificate_stop(struct certificate_check *check)
{
    check->report->verdict = FIRESIEVE_UNCHECKED;
    return false;
}
