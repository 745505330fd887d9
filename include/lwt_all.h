/* All of liblwt: a header for each module. Generated; see `make headers`. */
#ifndef LWT_ALL_H
#define LWT_ALL_H

#include "lwt.h"
#include "lwt_coroutine.h"
#include "lwt_mutex.h"
#include "lwt_condition.h"
#include "lwt_mvar.h"
#include "lwt_pool.h"
#include "lwt_switch.h"
#include "lwt_list.h"
#include "lwt_sequence.h"
#include "lwt_pqueue.h"
#include "lwt_result.h"
#include "lwt_seq.h"
#include "lwt_stream.h"
#include "lwt_retry.h"
#include "lwt_debug.h"
#include "lwt_main.h"
#include "lwt_engine.h"
#include "lwt_unix.h"
#include "lwt_direct.h"
#include "lwt_syntax.h"
#include "lwt_preemptive.h"
#include "lwt_rte.h"

#endif /* LWT_ALL_H */
