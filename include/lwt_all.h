/* All of liblwt: a header for each module. Generated; see `make headers`. */
#ifndef LWT_ALL_H
#define LWT_ALL_H

#include "lwt.h"
#include "lwt_main.h"
#include "lwt_engine.h"
#include "lwt_unix.h"
#include "lwt_direct.h"
#include "lwt_preemptive.h"

#endif /* LWT_ALL_H */
