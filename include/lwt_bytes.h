/* Module Lwt_bytes. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_BYTES_H
#define LWT_BYTES_H

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

#endif /* LWT_BYTES_H */
