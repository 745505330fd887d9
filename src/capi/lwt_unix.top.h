#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>

/* JOBS. A job is a structure of yours whose first field is a struct
 * lwt_unix_job, and three functions: one makes it (allocates it, copies the
 * arguments into it, names the two others, and returns
 * lwt_unix_run_job(lwt_unix_alloc_job(&job->job))), one makes the blocking call
 * on a worker thread and keeps the outcome in the structure, and one reads the
 * outcome on your thread, frees the structure and returns the value, or
 * lwt_unix_error(...). See section "Jobs" of the manual. */
struct lwt_unix_job;

#ifndef __cplusplus /* the manual's name; C++ has one name space for both */
typedef struct lwt_unix_job *lwt_unix_job;
#endif
