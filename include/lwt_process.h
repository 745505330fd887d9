/* Module Lwt_process. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_PROCESS_H
#define LWT_PROCESS_H

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

#endif /* LWT_PROCESS_H */
