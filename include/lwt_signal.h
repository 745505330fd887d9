/* Module Lwt_react.S. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_SIGNAL_H
#define LWT_SIGNAL_H

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

#endif /* LWT_SIGNAL_H */
