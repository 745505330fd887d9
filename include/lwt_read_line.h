/* Module Lwt_read_line. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_READ_LINE_H
#define LWT_READ_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

#ifdef __cplusplus
}
#endif

#endif /* LWT_READ_LINE_H */
