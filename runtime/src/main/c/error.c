#include "error.h"

#include <stdarg.h>
#include <stdio.h>

int fail(struct failure *failure, int error, const char *detail)
{
    return failf(failure, error, "%s", detail);
}

int failf(struct failure *failure, int error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(failure->detail, sizeof failure->detail, format, arguments);
    va_end(arguments);
    failure->error = (uint32_t) error;
    return -1;
}
