#include "lwt_main.h"
#include "lwt_stream.h"
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

/* JOBS. A job is a structure of yours whose first field is a struct
 * lwt_unix_job, and three functions: one makes it (allocates it, copies the
 * arguments into it, names the two others, and returns
 * lwt_unix_run_job(lwt_unix_alloc_job(&job->job))), one makes the blocking call
 * on a worker thread and keeps the outcome in the structure, and one reads the
 * outcome on your thread, frees the structure and returns the value, or
 * lwt_unix_error(...). See section "Jobs" of the manual. */
struct lwt_unix_job;

#ifndef __cplusplus
/* A job, by the name that the manual gives the pointer; C++ has one name space for
 * both. */
typedef struct lwt_unix_job *lwt_unix_job;
#endif

/* FILES. The calls on paths, on directories and on users are jobs, for they may
 * block: each returns a promise at once. A path is copied by the call. What a call
 * tells comes as the C library's own structure, in one block that the promise owns:
 *
 *   lwt_t *p = lwt_unix_stat("/etc/passwd");
 *   ... when it is fulfilled: ((struct stat *)lwt_value_of(p))->st_size ...
 *
 * A call that is cancelled before a worker has begun it never runs. One that has
 * begun can't be called back: its promise fails at once, and what it does is done.
 * Offsets, sizes and times have 64 bits, so Lwt_unix.LargeFile is the same
 * functions. */

struct addrinfo; /* netdb.h has it only where POSIX is asked for */

/* SOCKETS. Addresses go in as the system has them, and come out as a struct
 * lwt_unix_sockaddr, which text can be made of and which is made of text:
 *
 *   struct lwt_unix_sockaddr a;
 *   lwt_unix_sockaddr_of_text(&a, "127.0.0.1:7");
 *   lwt_t *p = lwt_unix_connect(fd, (struct sockaddr *)&a.address, a.len);
 *
 * lwt_unix_connect_name does all of it for a name: it looks that up, makes a
 * socket, and connects to whichever address answers first. Calls that need no
 * waiting (socket, bind, listen, the options) return a promise as well, which is
 * resolved at once: so each failure comes in one way. Names are looked up on a pool
 * of threads of their own (lwt_unix_set_resolver_pool_size).
 *
 * Writing to a socket whose other end is gone raises SIGPIPE, which ends the program
 * unless it is ignored: signal(SIGPIPE, SIG_IGN). lwt_unix_send does not raise it. */

/* SIGNALS AND CHILDREN. A handler of lwt_unix_on_signal is a callback of the main
 * loop as any other, and may do what it likes: the system's own handler only sends
 * a notification. lwt_unix_waitpid and its kin wait for children however these were
 * started; to start a program, and to talk to it, there is `lwt_process.h`. The
 * library takes SIGCHLD only while somebody waits for any child, or for one that
 * stops. (Lwt takes it when its main loop first runs, and keeps it.) */
