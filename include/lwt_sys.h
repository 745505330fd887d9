/* Module Lwt_sys. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_SYS_H
#define LWT_SYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* MODULE LWT_SYS: what this system can do.
 *
 * What the system lacks is found out when it is called: the promise fails with
 * LWT_NOT_AVAILABLE, `Lwt_sys.Not_available`, and lwt_exn_function names the
 * call. lwt_sys_have tells beforehand:
 *
 *   if (!lwt_sys_have(LWT_SYS_LIBEV)) puts("no libev here, so another engine"); */

/* What a system may have or not have, `Lwt_sys.feature`. */
typedef enum lwt_sys_feature {
  /* lwt_unix_wait4 tells the times. */
  LWT_SYS_WAIT4 = 0,
  /* lwt_unix_get_cpu. */
  LWT_SYS_GET_CPU = 1,
  /* lwt_unix_get_affinity. */
  LWT_SYS_GET_AFFINITY = 2,
  /* lwt_unix_set_affinity. */
  LWT_SYS_SET_AFFINITY = 3,
  /* Messages can be received into several places at once. */
  LWT_SYS_RECV_MSG = 4,
  /* Messages can be sent from several places at once. */
  LWT_SYS_SEND_MSG = 5,
  /* Descriptors can be sent with a message. */
  LWT_SYS_FD_PASSING = 6,
  /* Who is behind a Unix socket can be asked. */
  LWT_SYS_GET_CREDENTIALS = 7,
  /* Which pages are in memory can be asked. */
  LWT_SYS_MINCORE = 8,
  /* How memory will be used can be told. */
  LWT_SYS_MADVISE = 9,
  /* The content of a file can be written without its times. */
  LWT_SYS_FDATASYNC = 10,
  /* The library libev can be loaded. */
  LWT_SYS_LIBEV = 11,
} lwt_sys_feature;

/* The order of the bytes of a number, `Lwt_sys.byte_order`. */
typedef enum lwt_sys_endian {
  /* The lowest first. */
  LWT_SYS_LITTLE_ENDIAN = 0,
  /* The highest first. */
  LWT_SYS_BIG_ENDIAN = 1,
} lwt_sys_endian;

/* Has this system the feature, `Lwt_sys.have`? What needs one that is missing
 * fails with LWT_NOT_AVAILABLE. False for a number that is no feature. On any
 * thread. */
bool lwt_sys_have(enum lwt_sys_feature feature);

/* The order of the bytes of a number in memory, `Lwt_sys.byte_order`. On any
 * thread. */
enum lwt_sys_endian lwt_sys_byte_order(void);

/* Is this Windows, `Lwt_sys.windows`? No. On any thread. */
bool lwt_sys_windows(void);

#ifdef __cplusplus
}
#endif

#endif /* LWT_SYS_H */
