/* Module Lwt_ssl. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_SSL_H
#define LWT_SSL_H

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

#endif /* LWT_SSL_H */
