/* Module Lwt_unix. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_UNIX_H
#define LWT_UNIX_H

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
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* JOBS. A job is a structure of yours whose first field is a struct
 * lwt_unix_job, and three functions: one makes it (allocates it, copies the
 * arguments into it, names the two others, and returns
 * lwt_unix_run_job(lwt_unix_alloc_job(&job->job))), one makes the blocking call
 * on a worker thread and keeps the outcome in the structure, and one reads the
 * outcome on your thread, frees the structure and returns the value, or
 * lwt_unix_error(...). See section "Jobs" of the manual. */
struct lwt_unix_job;

#ifndef __cplusplus
/* A job, by the name that the manual gives the pointer; C++ has one name space
 * for both. */
typedef struct lwt_unix_job *lwt_unix_job;
#endif

/* FILES. The calls on paths, on directories and on users are jobs, for they may
 * block: each returns a promise at once. A path is copied by the call. What a
 * call tells comes as the C library's own structure, in one block that the
 * promise owns:
 *
 *   lwt_t *p = lwt_unix_stat("/etc/passwd");
 *   ... when it is fulfilled: ((struct stat *)lwt_value_of(p))->st_size ...
 *
 * A call that is cancelled before a worker has begun it never runs. One that
 * has begun can't be called back: its promise fails at once, and what it does
 * is done. Offsets, sizes and times have 64 bits, so Lwt_unix.LargeFile is the
 * same functions. */

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
 * waiting (socket, bind, listen, the options) return a promise as well, which
 * is resolved at once: so each failure comes in one way. Names are looked up on
 * a pool of threads of their own (lwt_unix_set_resolver_pool_size).
 *
 * Writing to a socket whose other end is gone raises SIGPIPE, which ends the
 * program unless it is ignored: signal(SIGPIPE, SIG_IGN). lwt_unix_send does
 * not raise it. */

/* SIGNALS AND CHILDREN. A handler of lwt_unix_on_signal is a callback of the
 * main loop as any other, and may do what it likes: the system's own handler
 * only sends a notification. lwt_unix_waitpid and its kin wait for children
 * however these were started; to start a program, and to talk to it, there is
 * `lwt_process.h`. The library takes SIGCHLD only while somebody waits for any
 * child, or for one that stops. (Lwt takes it when its main loop first runs,
 * and keeps it.) */

/* A pool with a name, beside the default one. A handle of the thread that made
 * it. */
typedef struct lwt_unix_pool lwt_unix_pool;

/* Pauses once in a while: what `Lwt_unix.auto_pause` returns. A handle of the
 * thread that made it. */
typedef struct lwt_unix_auto_pauser lwt_unix_auto_pauser;

/* A descriptor, `Lwt_unix.file_descr`: an operating system's descriptor with
 * its state, its mode, and those who wait for it. A handle of the thread that
 * made it. When the last reference to a descriptor is released that nobody has
 * closed, and no operation waits for it any more, it is closed; standard input,
 * output and error stay open. */
typedef struct lwt_unix_fd lwt_unix_fd;

/* A list of slices of memory, `Lwt_unix.IO_vectors.t`: what lwt_unix_readv
 * fills and lwt_unix_writev writes. The memory stays the caller's. A handle of
 * the thread that made it. */
typedef struct lwt_unix_io_vectors lwt_unix_io_vectors;

/* An open directory, `Lwt_unix.dir_handle`. A handle of the thread that opened
 * it. */
typedef struct lwt_unix_dir lwt_unix_dir;

/* A handler of a signal, `Lwt_unix.signal_handler_id`. A handle of the thread
 * that made it. Releasing it does not disable the handler. */
typedef struct lwt_unix_signal_handler lwt_unix_signal_handler;

enum {
  /* Lwt's O_KEEPEXEC: the descriptor is inherited, as it is without O_CLOEXEC. */
  LWT_UNIX_O_KEEPEXEC = 0,
  /* What an action of lwt_unix_wrap_syscall says: it has succeeded. */
  LWT_UNIX_DONE = 0,
  /* It is to be called again when the descriptor is ready, `Lwt_unix.Retry`. */
  LWT_UNIX_RETRY = 1,
  /* The same, when it is readable, `Lwt_unix.Retry_read`. */
  LWT_UNIX_RETRY_READ = 2,
  /* The same, when it is writable, `Lwt_unix.Retry_write`. */
  LWT_UNIX_RETRY_WRITE = 3
};

/* Where a job runs. */
typedef enum lwt_unix_async_method {
  /* On the thread that calls, at once: the call blocks. */
  LWT_UNIX_ASYNC_METHOD_NONE = 0,
  /* On a worker thread. */
  LWT_UNIX_ASYNC_METHOD_DETACH = 1,
  /* As LWT_UNIX_ASYNC_METHOD_DETACH. */
  LWT_UNIX_ASYNC_METHOD_SWITCH = 2,
} lwt_unix_async_method;

/* What has become of a descriptor, `Lwt_unix.state`. */
typedef enum lwt_unix_fd_state {
  /* It may be used. */
  LWT_UNIX_OPENED,
  /* It was closed: operations fail with EBADF. */
  LWT_UNIX_CLOSED,
  /* It was aborted: operations fail with the exception that lwt_unix_abort was
   * given. */
  LWT_UNIX_ABORTED,
} lwt_unix_fd_state;

/* A direction, `Lwt_unix.io_event`: what an operation waits for. */
typedef enum lwt_unix_io_event {
  /* That the descriptor is readable. */
  LWT_UNIX_READ,
  /* That it is writable. */
  LWT_UNIX_WRITE,
} lwt_unix_io_event;

/* A command of lwt_unix_lockf, `Lwt_unix.lock_command`. The first four are
 * those of unistd.h. */
typedef enum lwt_unix_lock_command {
  /* Gives up the lock, `F_ULOCK`. */
  LWT_UNIX_F_ULOCK = 0,
  /* Takes the region for writing, and waits until nobody else has it,
   * `F_LOCK`. */
  LWT_UNIX_F_LOCK = 1,
  /* The same, and fails where it would have to wait, `F_TLOCK`. */
  LWT_UNIX_F_TLOCK = 2,
  /* Fails with EACCES if another process has the region, `F_TEST`. */
  LWT_UNIX_F_TEST = 3,
  /* Takes the region for reading, which others may as well, and waits until
   * nobody has it for writing, `F_RLOCK`. */
  LWT_UNIX_F_RLOCK = 4,
  /* The same, and fails where it would have to wait, `F_TRLOCK`. */
  LWT_UNIX_F_TRLOCK = 5,
} lwt_unix_lock_command;

struct lwt_unix_job;
struct lwt_unix_sockaddr;
struct lwt_unix_credentials;
struct lwt_unix_name_info;
struct lwt_unix_resource_usage;
struct lwt_unix_wait_result;
struct lwt_unix_entry;
struct lwt_unix_entries;

/* Makes the blocking call. Runs on a worker thread; it may use the record,
 * and must not call the library, `lwt_unix_send_notification`,
 * `lwt_release_anywhere` and the functions for exceptions excepted. */
typedef void (*lwt_unix_job_worker)(struct lwt_unix_job *job);

/* Reads the outcome, frees the record (`lwt_unix_free_job`) and returns the
 * value of the promise, or fails by `lwt_raise` or `lwt_unix_error`. Runs on
 * the thread that submitted the job, exactly once if the worker ran. */
typedef lwt_value (*lwt_unix_job_result)(struct lwt_unix_job *job);

/* Frees the record of a job whose result function will never run. */
typedef void (*lwt_unix_job_cancel)(struct lwt_unix_job *job);

/* What a thread runs. */
typedef void *(*lwt_unix_thread_start)(void *data);

/* An action on a descriptor, which is the operating system's and must not
 * block. It returns LWT_UNIX_DONE, having set `*value` if the result is not
 * LWT_UNIT; one of the other three to be called again; or, negative, that a
 * system call has failed, with errno set: EAGAIN and EINTR have it called
 * again, any other is the failure. It may call lwt_raise, which is the failure,
 * and lwt_owned for its value. */
typedef int (*lwt_unix_action_fn)(int fd, lwt_value *value, void *env);

/* A function that is told that a signal has arrived. */
typedef void (*lwt_unix_signal_fn)(int signum, void *env);

/* The same; it is told its handler, which it borrows, too. */
typedef void (*lwt_unix_signal_full_fn)(const lwt_unix_signal_handler *handler,
              int signum, void *env);

/* A callback that takes a descriptor, which it owns, and returns a promise,
 * which the library then owns. */
typedef lwt_t *(*lwt_unix_fd_fn)(lwt_unix_fd *fd, void *env);

/* What the library knows of a job. It is the first field of the structure of
 * every job, which holds the arguments and the outcome behind it. Set
 * `worker` and `result`, then call `lwt_unix_alloc_job`, which readies the
 * other fields: they belong to the library. */
struct lwt_unix_job {
  /* Link in the list of finished jobs. */
  struct lwt_unix_job *next;
  /* A job that finished a little earlier, to be fetched into the cache; it
   * may be gone. */
  const void *near;
  /* Makes the blocking call, on a worker thread. */
  lwt_unix_job_worker worker;
  /* Reads the outcome, on the thread that submitted the job. */
  lwt_unix_job_result result;
  /* Where it returns to. */
  const void *home;
  /* How far the job is. Atomic. */
  uint32_t state;
  /* Which job of its thread it is. */
  uint32_t ticket;
  /* What is special about it. */
  uint32_t flags;
  /* Where the job runs, or ran. */
  enum lwt_unix_async_method async_method;
  /* Frees the record when the result function will never run. NULL:
   * `lwt_unix_free_job`. Set it with `lwt_unix_job_set_cancel`. */
  lwt_unix_job_cancel cancel;
  /* Kept for stubs written for Lwt's own header: -1, as no notification
   * stands for a job. */
  intptr_t notification_id;
  /* Kept for stubs written for Lwt's own header: 1. */
  int fast;
  /* Room for later. */
  size_t reserved[4];
};

/* An address of a socket. `(const struct sockaddr *)&it->address` and `it->len`
 * are what a function wants that takes one. */
typedef struct lwt_unix_sockaddr {
  /* How many bytes of the address there are; 0: it has none. */
  socklen_t len;
  /* The address. */
  struct sockaddr_storage address;
} lwt_unix_sockaddr;

/* Who is at the other end of a socket of the Unix domain,
 * `Lwt_unix.credentials`. */
typedef struct lwt_unix_credentials {
  /* The process; -1: the system does not tell. */
  pid_t pid;
  /* Its user. */
  uid_t uid;
  /* Its group. */
  gid_t gid;
} lwt_unix_credentials;

/* The names of an address, `Unix.name_info`. */
typedef struct lwt_unix_name_info {
  /* The name of the host, or its address in digits. */
  char *hostname;
  /* The name of the service, or the port's number. */
  char *service;
} lwt_unix_name_info;

/* What a process has used, `Lwt_unix.resource_usage`. */
typedef struct lwt_unix_resource_usage {
  /* Seconds in its own code. */
  double utime;
  /* Seconds in the system's, for it. */
  double stime;
} lwt_unix_resource_usage;

/* What became of a child. */
typedef struct lwt_unix_wait_result {
  /* Which child; 0: with WNOHANG, none has anything to tell. */
  int pid;
  /* The status as wait(2) tells it: WIFEXITED(status) and so on, of
   * <sys/wait.h>. */
  int status;
  /* What it has used. */
  struct lwt_unix_resource_usage usage;
} lwt_unix_wait_result;

/* An entry of a directory. */
typedef struct lwt_unix_entry {
  /* Its name, not a path. */
  const char *name;
  /* The number of its file. */
  uint64_t ino;
  /* DT_REG, DT_DIR, DT_LNK... of dirent.h; DT_UNKNOWN (0) where the file
   * system does not say: ask lwt_unix_lstat. */
  uint8_t kind;
} lwt_unix_entry;

/* All entries of a directory, but for "." and "..". */
typedef struct lwt_unix_entries {
  /* How many. */
  size_t len;
  /* The entries, in the order of the file system. */
  struct lwt_unix_entry *data;
} lwt_unix_entries;

/* Readies the hidden fields of a job, whose `worker` and `result` the caller
 * has set or will set before it runs, and returns `job`; NULL for NULL. The
 * record stays the caller's until it is given to `lwt_unix_run_job` or one of
 * its kin. To use a record again, ready it again. On any thread.
 *
 * Manual: "Jobs". */
struct lwt_unix_job *lwt_unix_alloc_job(struct lwt_unix_job *job);

/* Frees a record that `lwt_unix_new`, `lwt_unix_new_plus` or malloc() made, as
 * the result function of a job does. Does nothing with NULL, and with a job
 * that is queued or running, which the library owns. On any thread.
 *
 * Manual: "Jobs". */
void lwt_unix_free_job(struct lwt_unix_job *job);

/* Sets what frees the record when the result function will never run: because
 * the job was cancelled before a worker began it, because it was refused, or
 * because the thread that submitted it has ended. NULL stands for
 * `lwt_unix_free_job`, which is the default.
 *
 * The hook runs once, instead of the result function, on the thread that
 * submitted the job; on a worker thread if that has ended. In the last case
 * the worker function may have run, and the hook frees what it made, too.
 *
 * `job` is borrowed: a record that was readied and not yet submitted. Returns
 * 0, or `LWT_INVALID_ARGUMENT` if it is NULL. On any thread.
 *
 * Manual: "Jobs". */
int lwt_unix_job_set_cancel(struct lwt_unix_job *job,
                            lwt_unix_job_cancel hook);

/* From when a worker begins it, cancelling the job does nothing: its promise
 * resolves when the worker function has returned. For jobs that use memory of
 * the caller, who may free it once the promise has resolved. (Otherwise the
 * promise of a job that is cancelled while it runs fails at once.)
 *
 * `job` is borrowed: a record that was readied and not yet submitted. Returns
 * 0, or `LWT_INVALID_ARGUMENT` if it is NULL. On any thread.
 *
 * Manual: "Jobs". */
int lwt_unix_job_keep_running(struct lwt_unix_job *job);

/* Runs a job, `Lwt_unix.run_job`: its worker function on a worker thread, then
 * its result function on this one, in a turn of the main loop; what that
 * returns or raises is the promise's. Where the current async method is NONE
 * both run inside this call, and the promise is resolved already.
 *
 * The job, which `lwt_unix_alloc_job` has readied, is consumed. Either its
 * result function runs, if the worker function ran, or its cancel hook, if it
 * did not: exactly one, exactly once.
 *
 * Cancelling the promise (`lwt_cancel`) of a job that no worker has begun
 * withdraws it. If a worker has begun it the promise fails at once all the
 * same; the result function still runs when the worker is done, and its value
 * is dropped.
 *
 * The promise fails with `LWT_INVALID_ARGUMENT` if `job` is NULL, was never
 * readied or was submitted before (it then stays as it is), or if its worker
 * or result function is NULL (it then is given to its cancel hook); with
 * `LWT_OUT_OF_MEMORY`; with `LWT_CANCELED`; with what the result function
 * raises. On any thread.
 *
 * Manual: "Jobs". */
lwt_t *lwt_unix_run_job(struct lwt_unix_job *job);

/* As `lwt_unix_run_job`, by the given method. A number that is no method is
 * `LWT_INVALID_ARGUMENT`, and the job is given to its cancel hook. On any
 * thread.
 *
 * Manual: "Jobs". */
lwt_t *lwt_unix_run_job_with(struct lwt_unix_job *job,
                             enum lwt_unix_async_method async_method);

/* As `lwt_unix_run_job`, on a worker of the given pool, which is borrowed.
 *
 * A bad handle of a pool is `LWT_INVALID_ARGUMENT` or `LWT_WRONG_THREAD`, and
 * the job is given to its cancel hook. On the thread that made the pool.
 *
 * Manual: "Jobs". */
lwt_t *lwt_unix_run_job_in(const lwt_unix_pool *pool,
                           struct lwt_unix_job *job);

/* The old form of a job, `Lwt_unix.execute_job`: `result` reads the outcome and
 * does not free the record, `free_job` does; it runs after `result`, or alone
 * if that will never run. `job` has been readied, its worker is set. Otherwise
 * as `lwt_unix_run_job`; if `result` or `free_job` is NULL, the promise fails
 * with `LWT_INVALID_ARGUMENT`, and the job is given to whichever is there to
 * free it. Deprecated: use `lwt_unix_run_job`.
 *
 * Manual: "Jobs". */
lwt_t *lwt_unix_execute_job(struct lwt_unix_job *job,
                            lwt_unix_job_result result,
                            lwt_unix_job_cancel free_job);

/* Raises what a failed system call stands for, `mkdir: File exists: "/tmp/a"`:
 * the callback that is running fails with `LWT_UNIX_ERROR`. To be returned from
 * it, as from a result function: `return lwt_unix_error(EEXIST, "mkdir",
 * path);` Both texts are borrowed; NULL is "". Returns `LWT_UNIT`. On any
 * thread.
 *
 * Manual: "Jobs". */
lwt_value lwt_unix_error(int errnum, const char *function,
                         const char *argument);

/* Raises `Lwt_sys.Not_available`: the callback that is running fails with
 * `LWT_NOT_AVAILABLE`, function `name`. To be returned from a stub for which
 * this system has no call. `name` is borrowed; NULL is "". Returns
 * `LWT_UNIT`. On any thread.
 *
 * Manual: "Jobs". */
lwt_value lwt_unix_not_available(const char *name);

/* Fails the promises of all jobs that this thread submitted and that have not
 * come back, `Lwt_unix.abort_jobs`, in the order of submission, each with `e`,
 * which is consumed. Those that no worker has begun never run. Those that run
 * go on; their result functions run later, and the values are dropped. (A job
 * of `lwt_unix_job_keep_running` fails when it has ended.)
 *
 * Returns 0, or `LWT_INVALID_ARGUMENT` if `e` is no exception.
 *
 * Manual: "Jobs". */
int lwt_unix_abort_jobs(lwt_exn *e);

/* As `lwt_unix_abort_jobs` with `LWT_CANCELED`, `Lwt_unix.cancel_jobs`. Of
 * this thread.
 *
 * Manual: "Jobs". */
void lwt_unix_cancel_jobs(void);

/* A promise of `LWT_UNIT`, the caller's, that resolves when all jobs that this
 * thread has submitted so far have come back, `Lwt_unix.wait_for_jobs`: their
 * result functions, or cancel hooks, have run. It does not fail with them. It
 * may be cancelled, which does nothing to the jobs.
 *
 * Manual: "Jobs". */
lwt_t *lwt_unix_wait_for_jobs(void);

/* How many jobs of this thread are queued, running or waiting for their result
 * to be read.
 *
 * Manual: "Jobs". */
size_t lwt_unix_job_count(void);

/* Where jobs of this thread run, unless something else is bound by
 * `lwt_unix_with_async_none` and its kin, `Lwt_unix.default_async_method`: what
 * was set, or what the environment variable `LWT_ASYNC_METHOD` says (none,
 * detach or switch; any other word is ignored), or detach.
 *
 * Manual: "Jobs". */
enum lwt_unix_async_method lwt_unix_default_async_method(void);

/* Sets it, `Lwt_unix.set_default_async_method`. Returns 0, or
 * `LWT_INVALID_ARGUMENT` if there is no such method. Of this thread.
 *
 * Manual: "Jobs". */
int lwt_unix_set_default_async_method(enum lwt_unix_async_method async_method);

/* By what method a job would run now, `Lwt_unix.async_method`: what is bound
 * to `lwt_unix_async_method_key`, or the default. Of this thread.
 *
 * Manual: "Jobs". */
enum lwt_unix_async_method lwt_unix_current_async_method(void);

/* The key to which `lwt_unix_with_async_none` and its kin bind the method, as
 * `LWT_INT(method)`, `Lwt_unix.async_method_key`. It is the process's, and
 * need not be released. On any thread. NULL: memory ran out.
 *
 * Manual: "Jobs". */
lwt_key *lwt_unix_async_method_key(void);

/* Runs `f(env)`, where jobs run inside the calls that submit them, as in the
 * callbacks that are attached there, `Lwt_unix.with_async_none`. Returns the
 * promise of `f`. Fails with `LWT_INVALID_ARGUMENT` if `f` is NULL.
 *
 * Manual: "Jobs". */
lwt_t *lwt_unix_with_async_none(lwt_thunk_fn f, void *env,
                                lwt_drop_fn drop_env);

/* The same, where jobs run on worker threads, `Lwt_unix.with_async_detach`.
 *
 * Manual: "Jobs". */
lwt_t *lwt_unix_with_async_detach(lwt_thunk_fn f, void *env,
                                  lwt_drop_fn drop_env);

/* As `lwt_unix_with_async_detach`, `Lwt_unix.with_async_switch`.
 *
 * Manual: "Jobs". */
lwt_t *lwt_unix_with_async_switch(lwt_thunk_fn f, void *env,
                                  lwt_drop_fn drop_env);

/* How many threads the default pool may have, `Lwt_unix.pool_size`: 1000 until
 * it is set. Threads are started when jobs need them. When that many are busy,
 * further jobs wait their turn. On any thread.
 *
 * Manual: "Jobs". */
int lwt_unix_pool_size(void);

/* Sets it, `Lwt_unix.set_pool_size`. Threads that are too many end when they
 * are free. Returns 0, or `LWT_INVALID_ARGUMENT` if `size` is below 1 or above
 * 65536. On any thread.
 *
 * Manual: "Jobs". */
int lwt_unix_set_pool_size(int size);

/* How many threads the default pool has, `Lwt_unix.thread_count`. On any
 * thread.
 *
 * Manual: "Jobs". */
int lwt_unix_thread_count(void);

/* How many of them wait for a job, `Lwt_unix.thread_waiting_count`. On any
 * thread.
 *
 * Manual: "Jobs". */
int lwt_unix_thread_waiting_count(void);

/* A pool of its own for one sort of jobs, so that others need not wait for
 * them: it may have `size` threads. `name` is borrowed; it is for people.
 *
 * Returns a handle that the caller owns (`lwt_unix_pool_release`), for this
 * thread; NULL if `name` is NULL, or `size` below 1 or above 65536.
 *
 * Manual: "Jobs". */
lwt_unix_pool *lwt_unix_new_pool(const char *name, int size);

/* Gives up a pool, consuming the handle: its threads end when the jobs that
 * were submitted to it are done. Returns 0, `LWT_INVALID_ARGUMENT` or
 * `LWT_WRONG_THREAD`.
 *
 * Manual: "Jobs". */
int lwt_unix_pool_release(lwt_unix_pool *pool);

/* How many threads the pool, which is borrowed, has; -1 if it is not one.
 *
 * Manual: "Jobs". */
int lwt_unix_pool_thread_count(const lwt_unix_pool *pool);

/* Starts a thread that runs `start(data)`, detached: it ends by itself, and its
 * result is not kept. It is a thread like any other, with the caller's signal
 * mask. Returns 0 or an errno, EINVAL if `start` is NULL. On any thread.
 *
 * Manual: "Jobs". */
int lwt_unix_launch_thread(lwt_unix_thread_start start, void *data);

/* In the child of a fork(): the pools are empty and have no threads, and jobs
 * of the parent never run nor resolve there, `reset_after_fork`. The library
 * notices a fork() by itself; this is for a child that was made by a bare
 * system call. Elsewhere it does nothing. On the thread that forked.
 *
 * Manual: "Jobs". */
void lwt_unix_reset_after_fork(void);

/* Allocates `size` bytes, never NULL: when memory runs out it says so on
 * standard error and aborts the process. The caller owns the memory and gives
 * it back with free(). On any thread.
 *
 * Manual: "Jobs". */
void *lwt_unix_malloc(size_t size);

/* Makes the memory at `ptr`, which may be NULL, and came from
 * `lwt_unix_malloc` or malloc(), `size` bytes long, and returns where it is
 * now, never NULL: when memory runs out it says so on standard error and
 * aborts the process. On any thread.
 *
 * Manual: "Jobs". */
void *lwt_unix_realloc(void *ptr, size_t size);

/* A copy of `string`, which is borrowed; of "" if it is NULL. Never NULL: when
 * memory runs out it says so on standard error and aborts the process. The
 * caller owns the copy and gives it back with free(). On any thread.
 *
 * Manual: "Jobs". */
char *lwt_unix_strdup(const char *string);

/* Makes a notification: `f(env)` will be called on this thread's main loop
 * once for each lwt_unix_send_notification with the id that this returns. If
 * `once`, it is called for the first send only, and the notification is
 * stopped before that call. As long as it is not stopped, the main loop waits
 * for it, and does not fail with LWT_STALLED.
 *
 * `drop_env` is called once: when the notification has been stopped or its
 * handler replaced, after the last call.
 *
 * Returns an id greater than 0, or 0 if `f` is NULL or memory ran out
 * (`drop_env` is called then too). May be called on any thread; the
 * notification belongs to that thread's scheduler. Manual:
 * `Lwt_unix.make_notification`. */
intptr_t lwt_unix_make_notification(lwt_unit_fn f, void *env,
                                    lwt_drop_fn drop_env, bool once);

/* Sends a notification: its handler will be called once more. n sends make n
 * calls; the handlers of different notifications are called in the order of
 * their first sends. What was written before the send is visible to the
 * call.
 *
 * Never locks, never allocates, does not change errno. May be called from any
 * thread and from a signal handler. An id that names no notification, or one
 * that was stopped: nothing happens. Manual: `Lwt_unix.send_notification`. */
void lwt_unix_send_notification(intptr_t id);

/* Stops a notification: its handler is not called any more, not for earlier
 * sends either, and the id means nothing from now on. Nothing happens if it
 * names no notification of this thread's scheduler: to be called on the
 * thread that made it. Manual: `Lwt_unix.stop_notification`. */
void lwt_unix_stop_notification(intptr_t id);

/* Replaces the handler of a notification, for the sends that have not been
 * delivered too. The old one's `drop_env` is called.
 *
 * Returns LWT_OK; LWT_INVALID_ARGUMENT if `f` is NULL; LWT_NOT_FOUND if the id
 * names no notification; LWT_WRONG_THREAD if another thread made it. On
 * failure the notification stays as it was, and `drop_env` is called. On the
 * thread that made it. Manual: `Lwt_unix.set_notification`. */
int lwt_unix_set_notification(intptr_t id, lwt_unit_fn f, void *env,
                              lwt_drop_fn drop_env);

/* Runs the handler of a notification now, once, and stops it first if it was
 * made for one call. Sends that are under way stay so. Nothing happens if the
 * id names no notification of this thread's scheduler. Manual:
 * `Lwt_unix.call_notification`. */
void lwt_unix_call_notification(intptr_t id);

/* Returns a promise of LWT_UNIT that resolves after `seconds` seconds, never
 * earlier, measured from now (not from the beginning of the loop's turn).
 * Equal deadlines resolve in the order of the calls. Cancelling it removes
 * the timer.
 *
 * `seconds` zero or negative: it resolves in the next turn of the main loop.
 * Infinite, or longer than some centuries: it never resolves, and can be
 * cancelled.
 *
 * Fails with LWT_INVALID_ARGUMENT if `seconds` is not a number, and with
 * LWT_OUT_OF_MEMORY. May be called on any thread; the promise is that
 * thread's. Manual: `Lwt_unix.sleep`. */
lwt_t *lwt_unix_sleep(double seconds);

/* Returns a promise that fails with LWT_TIMEOUT after `seconds` seconds; for
 * the rest as lwt_unix_sleep. Most useful in lwt_pick. Manual:
 * `Lwt_unix.timeout`. */
lwt_t *lwt_unix_timeout(double seconds);

/* Calls `f(env)`, and returns a promise that resolves as that which `f`
 * returns, unless `seconds` seconds pass before: then it fails with
 * LWT_TIMEOUT, and the promise of `f` is cancelled.
 *
 * Fails with LWT_INVALID_ARGUMENT if `f` is NULL or `seconds` is not a number
 * (`f` is not called then). `drop_env` is called once, after `f` has returned
 * or when it is not called. Manual: `Lwt_unix.with_timeout`. */
lwt_t *lwt_unix_with_timeout(double seconds, lwt_thunk_fn f, void *env,
                             lwt_drop_fn drop_env);

/* Returns a promise that resolves in this turn of the main loop, after what
 * else there is to do. The same as lwt_pause. Manual: `Lwt_unix.yield`. */
lwt_t *lwt_unix_yield(void);

/* Makes an automatic pause, for a loop that computes and wants to let others
 * run about every `seconds` seconds: lwt_unix_auto_pauser_call, called in each
 * round, pauses if so much time has passed since it last did.
 *
 * Zero or negative: it pauses each time. Infinite: it never does. Returns a
 * handle that the caller owns (lwt_unix_auto_pauser_release); NULL if `seconds`
 * is not a number, or memory ran out. On any thread, whose it then is. Manual:
 * `Lwt_unix.auto_pause`. */
lwt_unix_auto_pauser *lwt_unix_auto_pause(double seconds);

/* The same: the older name. Manual: `Lwt_unix.auto_yield`. */
lwt_unix_auto_pauser *lwt_unix_auto_yield(double seconds);

/* Returns a promise of LWT_UNIT, the caller's, as lwt_pause, if as many seconds
 * have passed as lwt_unix_auto_pause was told, since this last did so or since
 * it was made; otherwise it is resolved already. It fails with
 * LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle. `pauser` is
 * borrowed. Manual: `Lwt_unix.auto_pause`. */
lwt_t *lwt_unix_auto_pauser_call(const lwt_unix_auto_pauser *pauser);

/* One more reference to it: returns the same handle, to be released once more;
 * NULL if it is none of this thread's. */
lwt_unix_auto_pauser *lwt_unix_auto_pauser_retain(const lwt_unix_auto_pauser *pauser);

/* Gives up a reference. Does nothing with what is no such handle of this
 * thread's. */
void lwt_unix_auto_pauser_release(lwt_unix_auto_pauser *pauser);

/* Opens a file, `Lwt_unix.openfile`, as a job, in which is also found out how
 * it is used: pipes don't block, all else does. `flags` are those of fcntl.h:
 * O_RDONLY, O_CREAT, O_NONBLOCK and so on. Lwt's O_CLOEXEC is that of fcntl.h:
 * with it the descriptor is closed in programs that the process becomes;
 * without, it is inherited (which is Lwt's O_KEEPEXEC, too: LWT_UNIX_O_KEEPEXEC
 * is 0, so that O_CLOEXEC wins over it). `mode` holds the permissions of a file
 * that is made.
 *
 * Borrows `path` until the call returns. Returns a promise of a `lwt_unix_fd
 * *`, which it owns: lwt_take it, and lwt_unix_close and lwt_unix_fd_release
 * it. It fails with LWT_UNIX_ERROR (function "open", argument `path`; ENOENT,
 * EEXIST, EACCES, EMFILE...), LWT_INVALID_ARGUMENT (NULL, or bits of `mode`
 * that are no permissions), LWT_OUT_OF_MEMORY, and LWT_CANCELED: what a
 * cancelled call opens is closed again, but a file that it made is there.
 * Opening a named pipe holds a worker until the other end is opened as well.
 * This thread's. */
lwt_t *lwt_unix_openfile(const char *path, int flags, int mode);

/* Sets where a file is read and written next, `Lwt_unix.lseek` and
 * `Lwt_unix.LargeFile.lseek`, as a job. `whence` is SEEK_SET, SEEK_CUR or
 * SEEK_END.
 *
 * Borrows `fd`. Returns a promise of that place, LWT_INT of the bytes before
 * it. It fails with LWT_UNIX_ERROR (function "lseek"; ESPIPE, EINVAL; EBADF,
 * and then the function is "check_descriptor", if it is closed; or what it was
 * aborted with), LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle,
 * LWT_OUT_OF_MEMORY, and LWT_CANCELED: a cancelled call that has begun may
 * still take effect. On the descriptor's thread. */
lwt_t *lwt_unix_lseek(const lwt_unix_fd *fd, int64_t offset, int whence);

/* Sets the permissions of a file, `Lwt_unix.chmod`, as a job.
 *
 * Borrows `path` until the call returns. Returns a promise of LWT_UNIT. It
 * fails with LWT_UNIX_ERROR (function "chmod", argument `path`; ENOENT,
 * EPERM...), LWT_INVALID_ARGUMENT (NULL, or bits of `mode` that are no
 * permissions), LWT_OUT_OF_MEMORY, and LWT_CANCELED: a cancelled call that has
 * begun may still take effect. On any thread. */
lwt_t *lwt_unix_chmod(const char *path, int mode);

/* Sets the owner and the group of a file, `Lwt_unix.chown`, as a job; (uid_t)-1
 * and (gid_t)-1 leave them as they are.
 *
 * Borrows `path` until the call returns. Returns a promise of LWT_UNIT. It
 * fails with LWT_UNIX_ERROR (function "chown", argument `path`; ENOENT,
 * EPERM...), LWT_INVALID_ARGUMENT (NULL), LWT_OUT_OF_MEMORY, and LWT_CANCELED:
 * a cancelled call that has begun may still take effect. On any thread. */
lwt_t *lwt_unix_chown(const char *path, uint32_t owner, uint32_t group);

/* Cuts a file at `length` bytes, or fills it up with zeros, `Lwt_unix.truncate`
 * and `Lwt_unix.LargeFile.truncate`, as a job.
 *
 * Borrows `path` until the call returns. Returns a promise of LWT_UNIT. It
 * fails with LWT_UNIX_ERROR (function "truncate", argument `path`; ENOENT,
 * EISDIR; EINVAL: `length` is negative...), LWT_INVALID_ARGUMENT (NULL),
 * LWT_OUT_OF_MEMORY, and LWT_CANCELED: a cancelled call that has begun may
 * still take effect. On any thread. */
lwt_t *lwt_unix_truncate(const char *path, int64_t length);

/* Sets when a file was last read and last written, `Lwt_unix.utimes`, as a job:
 * in seconds since 1970, to the nanosecond as far as a double has them. Both 0:
 * now.
 *
 * Borrows `path` until the call returns. Returns a promise of LWT_UNIT. It
 * fails with LWT_UNIX_ERROR (function "utimes", argument `path`; ENOENT,
 * EPERM...), LWT_INVALID_ARGUMENT (NULL, or a time that is infinite, too long
 * or no number), LWT_OUT_OF_MEMORY, and LWT_CANCELED: a cancelled call that has
 * begun may still take effect. On any thread. */
lwt_t *lwt_unix_utimes(const char *path, double access, double modification);

/* Makes a named pipe, `Lwt_unix.mkfifo`, as a job.
 *
 * Borrows `path` until the call returns; `mode` holds the permissions, which
 * the process's umask narrows. Returns a promise of LWT_UNIT. It fails with
 * LWT_UNIX_ERROR (function "mkfifo", argument `path`; EEXIST...),
 * LWT_INVALID_ARGUMENT (NULL, or bits of `mode` that are no permissions),
 * LWT_OUT_OF_MEMORY, and LWT_CANCELED: a cancelled call that has begun may
 * still make it. On any thread. */
lwt_t *lwt_unix_mkfifo(const char *path, int mode);

/* Cuts an open file at `length` bytes, or fills it up with zeros,
 * `Lwt_unix.ftruncate` and `Lwt_unix.LargeFile.ftruncate`, as a job.
 *
 * Borrows `fd`. Returns a promise of LWT_UNIT. It fails with LWT_UNIX_ERROR
 * (function "ftruncate"; EINVAL; EBADF, and then the function is
 * "check_descriptor", if it is closed; or what it was aborted with),
 * LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle, LWT_OUT_OF_MEMORY,
 * and LWT_CANCELED: a cancelled call that has begun may still take effect. On
 * the descriptor's thread. */
lwt_t *lwt_unix_ftruncate(const lwt_unix_fd *fd, int64_t length);

/* Waits until what was written to a file, and what is known of it, is on the
 * disk, `Lwt_unix.fsync`, as a job.
 *
 * Borrows `fd`. Returns a promise of LWT_UNIT. It fails with LWT_UNIX_ERROR
 * (function "fsync"; EINVAL, EIO, ENOSPC; EBADF, and then the function is
 * "check_descriptor", if it is closed; or what it was aborted with),
 * LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle, LWT_OUT_OF_MEMORY,
 * and LWT_CANCELED, which loses whether it is. On the descriptor's thread. */
lwt_t *lwt_unix_fsync(const lwt_unix_fd *fd);

/* Waits until what was written to a file is on the disk, `Lwt_unix.fdatasync`,
 * as a job. As lwt_unix_fsync otherwise (function "fdatasync"). */
lwt_t *lwt_unix_fdatasync(const lwt_unix_fd *fd);

/* Sets the permissions of an open file, `Lwt_unix.fchmod`, as a job.
 *
 * Borrows `fd`. Returns a promise of LWT_UNIT. It fails with
 * LWT_INVALID_ARGUMENT for bits of `mode` that are no permissions, and with
 * LWT_UNIX_ERROR (function "fchmod"; EPERM; EBADF, and then the function is
 * "check_descriptor", if it is closed; or what it was aborted with),
 * LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle, LWT_OUT_OF_MEMORY,
 * and LWT_CANCELED: a cancelled call that has begun may still take effect. On
 * the descriptor's thread. */
lwt_t *lwt_unix_fchmod(const lwt_unix_fd *fd, int mode);

/* Sets the owner and the group of an open file, `Lwt_unix.fchown`, as a job; -1
 * leaves them as they are.
 *
 * Borrows `fd`. Returns a promise of LWT_UNIT. It fails with LWT_UNIX_ERROR
 * (function "fchown"; EPERM; EBADF, and then the function is
 * "check_descriptor", if it is closed; or what it was aborted with),
 * LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle, LWT_OUT_OF_MEMORY,
 * and LWT_CANCELED: a cancelled call that has begun may still take effect. On
 * the descriptor's thread. */
lwt_t *lwt_unix_fchown(const lwt_unix_fd *fd, uint32_t owner, uint32_t group);

/* A further descriptor of the same open file, `Lwt_unix.dup`, whose mode and
 * policy it inherits. `cloexec`: it is closed in programs that the process
 * becomes.
 *
 * Borrows `fd`. Returns a promise, resolved at once, of a `lwt_unix_fd *`,
 * which it owns. It fails with LWT_UNIX_ERROR (function "dup"; EMFILE; EBADF,
 * and then the function is "check_descriptor", if it is closed; or what it was
 * aborted with), LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle, and
 * LWT_OUT_OF_MEMORY. There is nothing to cancel. On the descriptor's thread. */
lwt_t *lwt_unix_dup(const lwt_unix_fd *fd, bool cloexec);

/* Makes `to` mean the open file of `from`, `Lwt_unix.dup2`: its number stays,
 * the file that it was is closed, mode and policy are inherited. Who waits for
 * `to` waits for the new file; calls that have begun on workers may use the one
 * or the other. `cloexec`: it is closed in programs that the process
 * becomes.
 *
 * Borrows both. Returns a promise of LWT_UNIT, resolved at once. It fails with
 * LWT_UNIX_ERROR (function "dup2"; EBADF, and then the function is
 * "check_descriptor", if it is closed; or what it was aborted with),
 * LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle, and
 * LWT_OUT_OF_MEMORY. There is nothing to cancel. On the descriptor's thread. */
lwt_t *lwt_unix_dup2(const lwt_unix_fd *from, const lwt_unix_fd *to,
                     bool cloexec);

/* The descriptor is closed in programs that the process becomes,
 * `Lwt_unix.set_close_on_exec`.
 *
 * Borrows `fd`. Returns a promise of LWT_UNIT, resolved at once. It fails with
 * LWT_UNIX_ERROR (function "set_close_on_exec"; EBADF, and then the function is
 * "check_descriptor", if it is closed; or what it was aborted with),
 * LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle, and
 * LWT_OUT_OF_MEMORY. There is nothing to cancel. On the descriptor's thread. */
lwt_t *lwt_unix_set_close_on_exec(const lwt_unix_fd *fd);

/* Programs that the process becomes inherit the descriptor,
 * `Lwt_unix.clear_close_on_exec`. As lwt_unix_set_close_on_exec otherwise. */
lwt_t *lwt_unix_clear_close_on_exec(const lwt_unix_fd *fd);

/* A pipe, `Lwt_unix.pipe`. Both ends don't block: O_NONBLOCK is set when they
 * are first used, so that a program which inherits an end that was not used
 * gets a usual one. `cloexec`: both are closed in programs that the process
 * becomes.
 *
 * Returns a promise, resolved at once, of a `struct lwt_values *` of two
 * `lwt_unix_fd *`, the end that is read and the end that is written; it owns
 * them: lwt_values_take them. It fails with LWT_UNIX_ERROR (function "pipe";
 * EMFILE, ENFILE) and LWT_OUT_OF_MEMORY. There is nothing to cancel. This
 * thread's. */
lwt_t *lwt_unix_pipe(bool cloexec);

/* A pipe of which the program reads, `Lwt_unix.pipe_in`: the second value is
 * LWT_INT of the operating system's number of the end that is written, which
 * blocks, for a program to be started or another library. Who takes it by
 * lwt_values_take has to close it; otherwise it is closed with the values. As
 * lwt_unix_pipe otherwise (function "pipe_in"). */
lwt_t *lwt_unix_pipe_in(bool cloexec);

/* A pipe to which the program writes, `Lwt_unix.pipe_out`: the first value is
 * the number of the end that is read. As lwt_unix_pipe_in otherwise (function
 * "pipe_out"). */
lwt_t *lwt_unix_pipe_out(bool cloexec);

/* Makes a descriptor of the operating system's, which is the library's from now
 * on: lwt_unix_close, or the last lwt_unix_fd_release, closes it. Sockets and
 * pipes become non-blocking when they are first used; on all else calls are
 * made on workers. As lwt_unix_of_unix_file_descr(fd, -1, true).
 *
 * Returns a handle that the caller owns; NULL if `fd` is negative, or memory
 * ran out. Nobody asks here whether `fd` is open: if it is not, its first use
 * fails with EBADF. On any thread, whose it then is. */
lwt_unix_fd *lwt_unix_of_fd(int fd);

/* The same, `Lwt_unix.of_unix_file_descr`. `blocking` says how it is used: 0,
 * each call is tried, and tried again when the descriptor is ready; any
 * positive number, calls are made on workers; negative, it is found out when it
 * is first used: sockets and pipes don't block, all else does. `set_flags`:
 * O_NONBLOCK is made to fit that, when it is first used.
 *
 * Returns as lwt_unix_of_fd. */
lwt_unix_fd *lwt_unix_of_unix_file_descr(int fd, int blocking, bool set_flags);

/* Standard input, `Lwt_unix.stdin`: blocking, and its flags are left alone, as
 * other processes may share them. Each thread has one descriptor for it.
 *
 * Returns a handle that the caller owns, another one each time; NULL: out of
 * memory. On any thread. */
lwt_unix_fd *lwt_unix_stdin(void);

/* Standard output, `Lwt_unix.stdout`; otherwise as lwt_unix_stdin. */
lwt_unix_fd *lwt_unix_stdout(void);

/* Standard error, `Lwt_unix.stderr`; otherwise as lwt_unix_stdin. */
lwt_unix_fd *lwt_unix_stderr(void);

/* One more reference to the same descriptor, owned by the caller. NULL: it is
 * not a descriptor of this thread. */
lwt_unix_fd *lwt_unix_fd_retain(const lwt_unix_fd *fd);

/* Gives up a reference. Operations that wait go on; after them, and with the
 * last reference, a descriptor that was not closed is closed. Does nothing if
 * the handle is bad. */
void lwt_unix_fd_release(lwt_unix_fd *fd);

/* The operating system's number, `Lwt_unix.unix_file_descr`, also of a
 * descriptor that is closed; it may mean another file then. -1 for a bad
 * handle. */
int lwt_unix_unix_file_descr(const lwt_unix_fd *fd);

/* What has become of a descriptor, `Lwt_unix.state`. If it was aborted and
 * `exn` is not NULL, `*exn` is what it was aborted with, which the caller owns;
 * otherwise `*exn` is NULL. LWT_UNIX_CLOSED for a bad handle. */
enum lwt_unix_fd_state lwt_unix_state(const lwt_unix_fd *fd, lwt_exn **exn);

/* May the descriptor be used, `Lwt_unix.check_descriptor`? Returns a promise
 * that is resolved: fulfilled with LWT_UNIT, or failed with LWT_UNIX_ERROR,
 * EBADF, function "check_descriptor", if it was closed; with what
 * lwt_unix_abort was given if it was aborted; LWT_INVALID_ARGUMENT or
 * LWT_WRONG_THREAD for a bad handle. */
lwt_t *lwt_unix_check_descriptor(const lwt_unix_fd *fd);

/* Is the descriptor used as one that blocks, `Lwt_unix.blocking`? The value of
 * the promise, which is resolved, is LWT_INT(1) or LWT_INT(0). Finds it out
 * where it isn't known, and sets O_NONBLOCK, if that was asked for. Fails as
 * lwt_unix_check_descriptor. */
lwt_t *lwt_unix_blocking(const lwt_unix_fd *fd);

/* How the descriptor is used from now on, `Lwt_unix.set_blocking`; with
 * `set_flags` O_NONBLOCK is made to fit at once; it is taken away only when no
 * operation waits any more that tries when the descriptor is ready. Those go on
 * as they began. The promise of LWT_UNIT is resolved. It fails as
 * lwt_unix_check_descriptor, and with LWT_UNIX_ERROR, function
 * "set_blocking". */
lwt_t *lwt_unix_set_blocking(const lwt_unix_fd *fd, bool blocking,
                             bool set_flags);

/* Closes a descriptor, `Lwt_unix.close`. From now on operations on it fail with
 * EBADF, and so do those that wait, in the order in which they began, before
 * this returns: first those that read. A job that uses the descriptor on a
 * worker goes on, and the operating system closes the descriptor after it.
 *
 * Borrows `fd`. The promise of LWT_UNIT resolves when that is done: at once for
 * a socket that does not linger, else as a job. It fails with LWT_UNIX_ERROR:
 * EBADF, function "check_descriptor", if it was closed before; function "close"
 * if something that had been written could not be kept: closed it is all the
 * same. LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle. Cancelling
 * undoes nothing: while a job still uses the descriptor the promise fails with
 * LWT_CANCELED, and the descriptor is closed after that job all the same. A
 * descriptor that was aborted can be closed. */
lwt_t *lwt_unix_close(const lwt_unix_fd *fd);

/* Aborts a descriptor, `Lwt_unix.abort`: operations that wait for it to be
 * ready, and all from now on, fail with `e`, lwt_unix_close excepted. Those
 * that wait fail before this returns. Operations that a worker has begun go on.
 * Aborting once more replaces the exception; nothing happens if it is
 * closed.
 *
 * Borrows `fd`, consumes `e`. Returns LWT_OK; LWT_INVALID_ARGUMENT for a bad
 * handle or if `e` is no exception, LWT_WRONG_THREAD. */
int lwt_unix_abort(const lwt_unix_fd *fd, lwt_exn *e);

/* Would reading not block now, `Lwt_unix.readable`? At the end of a file, and
 * after an error, it would not. False if the descriptor is closed or aborted,
 * or the handle bad: lwt_unix_check_descriptor tells. */
bool lwt_unix_readable(const lwt_unix_fd *fd);

/* Would writing not block now, `Lwt_unix.writable`? Otherwise as
 * lwt_unix_readable. */
bool lwt_unix_writable(const lwt_unix_fd *fd);

/* Waits until the descriptor is readable, `Lwt_unix.wait_read`: the promise of
 * LWT_UNIT is fulfilled at once if it is, unless others wait, or an earlier
 * read left nothing: then when the engine reports it.
 *
 * Borrows `fd`. Fails as lwt_unix_check_descriptor, also when the descriptor is
 * closed or aborted meanwhile; with LWT_UNIX_ERROR if the engine can't watch
 * it; with LWT_CANCELED: cancelling loses the place in the line, no byte. */
lwt_t *lwt_unix_wait_read(const lwt_unix_fd *fd);

/* Waits until the descriptor is writable, `Lwt_unix.wait_write`; otherwise as
 * lwt_unix_wait_read. */
lwt_t *lwt_unix_wait_write(const lwt_unix_fd *fd);

/* Performs an action on a descriptor, `Lwt_unix.wrap_syscall`, what new
 * operations are made of: `f` is called at once if it can't block, the
 * descriptor being used as one that doesn't or being ready now, and nobody
 * waiting before it; and again each time that the descriptor is ready for
 * `event` (lwt_unix_io_event), as long as it asks for that. The result is its
 * value.
 *
 * Borrows `fd`; `drop_env` runs once, after the last call of `f`. The promise
 * fails as the action does (LWT_UNIX_ERROR with function "wrap_syscall" if it
 * returned a negative number), as lwt_unix_check_descriptor, with
 * LWT_INVALID_ARGUMENT if there is no such event, `f` is NULL or returns
 * another number, and with LWT_CANCELED: then `f` is not called any more, which
 * loses its place in the line. On the descriptor's thread. */
lwt_t *lwt_unix_wrap_syscall(int event, const lwt_unix_fd *fd,
                             lwt_unix_action_fn f, void *env,
                             lwt_drop_fn drop_env);

/* The same, `Lwt_unix.register_action`, but `f` is first called when the
 * descriptor is ready. */
lwt_t *lwt_unix_register_action(int event, const lwt_unix_fd *fd,
                                lwt_unix_action_fn f, void *env,
                                lwt_drop_fn drop_env);

/* Reads at most `len` bytes to `buf`, `Lwt_unix.read`. The value is how many
 * were read (LWT_TO_INT), fewer than `len` maybe; 0 at the end of the file.
 *
 * Where the descriptor doesn't block (lwt_unix_blocking), reading is tried at
 * once, unless others wait, or an earlier read left nothing; otherwise when the
 * engine reports that it is readable, those who came first being served first.
 * On a descriptor that blocks a worker reads, once it is readable.
 *
 * Borrows `fd`. `buf` is lent until the promise has resolved, and not touched
 * after that. Fails with LWT_UNIX_ERROR, function "read"; EBADF, function
 * "check_descriptor", if the descriptor is closed, or is closed while the read
 * waits; with what it is aborted with; LWT_INVALID_ARGUMENT for a bad handle or
 * buffer, LWT_WRONG_THREAD, LWT_OUT_OF_MEMORY. LWT_CANCELED: cancelling loses
 * the place in the line, no byte; a read that a worker has begun can't be
 * cancelled any more, and the promise tells what it did. On the descriptor's
 * thread. */
lwt_t *lwt_unix_read(const lwt_unix_fd *fd, void *buf, size_t len);

/* Writes at most `len` bytes of `buf`, `Lwt_unix.write`. The value is how many
 * were written (LWT_TO_INT), fewer than `len` maybe. Otherwise as
 * lwt_unix_read, the function being "write"; EPIPE where nobody will read, if
 * the signal SIGPIPE is ignored. */
lwt_t *lwt_unix_write(const lwt_unix_fd *fd, const void *buf, size_t len);

/* Writes text up to its NUL byte, or some of it, `Lwt_unix.write_string`. The
 * text is lent until the promise has resolved. Otherwise as lwt_unix_write. */
lwt_t *lwt_unix_write_string(const lwt_unix_fd *fd, const char *text);

/* Reads at most `len` bytes at the place `offset` of a file, and leaves its
 * position as it is, `Lwt_unix.pread`. Otherwise as lwt_unix_read, the function
 * being "pread"; ESPIPE where there are no places, EINVAL for a negative
 * one. */
lwt_t *lwt_unix_pread(const lwt_unix_fd *fd, void *buf, size_t len,
                      int64_t offset);

/* Writes at most `len` bytes of `buf` at the place `offset` of a file, and
 * leaves its position as it is, `Lwt_unix.pwrite`. Otherwise as lwt_unix_pread,
 * the function being "pwrite". */
lwt_t *lwt_unix_pwrite(const lwt_unix_fd *fd, const void *buf, size_t len,
                       int64_t offset);

/* Writes text up to its NUL byte, or some of it, at the place `offset` of a
 * file, `Lwt_unix.pwrite_string`. Otherwise as lwt_unix_pwrite. */
lwt_t *lwt_unix_pwrite_string(const lwt_unix_fd *fd, const char *text,
                              int64_t offset);

/* Returns an empty list, `IO_vectors.create`, owned by the caller:
 * lwt_unix_io_vectors_release. NULL: out of memory. On any thread, whose it
 * then is. */
lwt_unix_io_vectors *lwt_unix_io_vectors_create(void);

/* One more reference to the same list, owned by the caller. NULL: it is no list
 * of this thread. */
lwt_unix_io_vectors *lwt_unix_io_vectors_retain(const lwt_unix_io_vectors *vectors);

/* Gives up a reference; operations under way go on. Does nothing if the handle
 * is bad. */
void lwt_unix_io_vectors_release(lwt_unix_io_vectors *vectors);

/* Adds the slice of `len` bytes at `base` to the end of the list,
 * `IO_vectors.append_bytes` and `append_bigarray`.
 *
 * Borrows `vectors`. Returns LWT_OK; LWT_INVALID_ARGUMENT for a bad handle, if
 * `base` is NULL and `len` is not 0, or if the list would be longer than
 * memory: such a slice is refused here, and not by the call that uses it;
 * LWT_WRONG_THREAD. */
int lwt_unix_io_vectors_append_bytes(const lwt_unix_io_vectors *vectors,
                                     void *base, size_t len);

/* Takes `count` bytes from the front of the list, `IO_vectors.drop`; a slice of
 * which some are left is shortened. More than there are empties the list; a
 * negative number does nothing. Returns LWT_OK, LWT_INVALID_ARGUMENT or
 * LWT_WRONG_THREAD. */
int lwt_unix_io_vectors_drop(const lwt_unix_io_vectors *vectors,
                             intptr_t count);

/* Is there no byte left, `IO_vectors.is_empty`? Slices of no byte count as
 * none. True for a bad handle. */
bool lwt_unix_io_vectors_is_empty(const lwt_unix_io_vectors *vectors);

/* How many bytes there are, `IO_vectors.byte_count`. 0 for a bad handle. */
size_t lwt_unix_io_vectors_byte_count(const lwt_unix_io_vectors *vectors);

/* How many slices one call takes at most, `IO_vectors.system_limit`; the others
 * are left alone, which is no error. On any thread. */
size_t lwt_unix_io_vectors_system_limit(void);

/* Reads to the slices of a list, the first first, `Lwt_unix.readv`. The value
 * is how many bytes were read (LWT_TO_INT); the list stays as it is:
 * lwt_unix_io_vectors_drop takes them off.
 *
 * Borrows both; the list may be changed once this has returned, what its slices
 * name is lent until the promise has resolved. Otherwise as lwt_unix_read, the
 * function being "readv". */
lwt_t *lwt_unix_readv(const lwt_unix_fd *fd,
                      const lwt_unix_io_vectors *vectors);

/* Writes the slices of a list, or some of them, `Lwt_unix.writev`. Otherwise as
 * lwt_unix_readv, the function being "writev". */
lwt_t *lwt_unix_writev(const lwt_unix_fd *fd,
                       const lwt_unix_io_vectors *vectors);

/* What is known of a file, `Lwt_unix.stat`, as a job. Sizes and times are of 64
 * bits: this is `Lwt_unix.LargeFile.stat` as well.
 *
 * Borrows `path` until the call returns. Returns a promise of a `struct stat
 * *`, which it owns; moved out by lwt_take it is the caller's to `free`. It
 * fails with LWT_UNIX_ERROR (function "stat", argument `path`; ENOENT,
 * EACCES...), LWT_INVALID_ARGUMENT (NULL), LWT_OUT_OF_MEMORY, and LWT_CANCELED,
 * which loses nothing. On any thread. */
lwt_t *lwt_unix_stat(const char *path);

/* The same of a symbolic link itself, where `path` is one, `Lwt_unix.lstat` and
 * `Lwt_unix.LargeFile.lstat`. As lwt_unix_stat otherwise (function "lstat"). */
lwt_t *lwt_unix_lstat(const char *path);

/* The same of an open file, `Lwt_unix.fstat` and `Lwt_unix.LargeFile.fstat`.
 *
 * Borrows `fd`. Returns a promise as lwt_unix_stat does. It fails with
 * LWT_UNIX_ERROR (function "fstat"; EBADF, and then the function is
 * "check_descriptor", if it is closed; or what it was aborted with),
 * LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle, LWT_OUT_OF_MEMORY,
 * and LWT_CANCELED, which loses nothing. On the descriptor's thread. */
lwt_t *lwt_unix_fstat(const lwt_unix_fd *fd);

/* Is it a terminal, `Lwt_unix.isatty`, as a job?
 *
 * Borrows `fd`. Returns a promise of LWT_INT(1) or LWT_INT(0). It fails with
 * LWT_UNIX_ERROR (function "isatty"; EBADF, and then the function is
 * "check_descriptor", if it is closed; or what it was aborted with),
 * LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle, LWT_OUT_OF_MEMORY,
 * and LWT_CANCELED, which loses nothing. On the descriptor's thread. */
lwt_t *lwt_unix_isatty(const lwt_unix_fd *fd);

/* Is there such a file, `Lwt_unix.file_exists` and
 * `Lwt_unix.LargeFile.file_exists`, as a job? Whatever error lwt_unix_stat
 * would fail with is a no; a symbolic link that leads nowhere is none.
 *
 * Borrows `path` until the call returns. Returns a promise of LWT_INT(1) or
 * LWT_INT(0). It fails with LWT_INVALID_ARGUMENT (NULL), LWT_OUT_OF_MEMORY, and
 * LWT_CANCELED, which loses nothing. On any thread. */
lwt_t *lwt_unix_file_exists(const char *path);

/* May the process do that with a file, `Lwt_unix.access`, as a job? `mode` is
 * F_OK or a sum of R_OK, W_OK and X_OK of unistd.h. The real user and group
 * count.
 *
 * Borrows `path` until the call returns. Returns a promise of LWT_UNIT if it
 * may. It fails with LWT_UNIX_ERROR (function "access", argument `path`;
 * EACCES: it may not; ENOENT; EINVAL: `mode`), LWT_INVALID_ARGUMENT (NULL),
 * LWT_OUT_OF_MEMORY, and LWT_CANCELED, which loses nothing. On any thread. */
lwt_t *lwt_unix_access(const char *path, int mode);

/* Removes a name of a file, `Lwt_unix.unlink`, as a job.
 *
 * Borrows `path` until the call returns. Returns a promise of LWT_UNIT. It
 * fails with LWT_UNIX_ERROR (function "unlink", argument `path`; ENOENT,
 * EISDIR...), LWT_INVALID_ARGUMENT (NULL), LWT_OUT_OF_MEMORY, and LWT_CANCELED:
 * a cancelled call that has begun may still remove it. On any thread. */
lwt_t *lwt_unix_unlink(const char *path);

/* Gives a file another name, which may take the place of another file,
 * `Lwt_unix.rename`, as a job.
 *
 * Borrows both until the call returns. Returns a promise of LWT_UNIT. It fails
 * with LWT_UNIX_ERROR (function "rename", argument `old_path`; ENOENT,
 * EXDEV...), LWT_INVALID_ARGUMENT (NULL), LWT_OUT_OF_MEMORY, and LWT_CANCELED:
 * a cancelled call that has begun may still rename it. On any thread. */
lwt_t *lwt_unix_rename(const char *old_path, const char *new_path);

/* Gives a file one more name, `Lwt_unix.link`, as a job.
 *
 * Borrows both until the call returns. Returns a promise of LWT_UNIT. It fails
 * with LWT_UNIX_ERROR (function "link", argument `old_path`, also where it is
 * `new_path` that is in the way; EEXIST, EXDEV...), LWT_INVALID_ARGUMENT
 * (NULL), LWT_OUT_OF_MEMORY, and LWT_CANCELED: a cancelled call that has begun
 * may still make the link. On any thread. */
lwt_t *lwt_unix_link(const char *old_path, const char *new_path);

/* Makes a symbolic link at `path` that says `target`, `Lwt_unix.symlink`, as a
 * job. (Lwt's `to_dir` is for Windows alone.)
 *
 * Borrows both until the call returns. Returns a promise of LWT_UNIT. It fails
 * with LWT_UNIX_ERROR (function "symlink", argument `target`, also where it is
 * `path` that is in the way; EEXIST...), LWT_INVALID_ARGUMENT (NULL),
 * LWT_OUT_OF_MEMORY, and LWT_CANCELED: a cancelled call that has begun may
 * still make the link. On any thread. */
lwt_t *lwt_unix_symlink(const char *target, const char *path);

/* What a symbolic link says, `Lwt_unix.readlink`, as a job, however long.
 *
 * Borrows `path` until the call returns. Returns a promise of a `struct
 * lwt_string *`, which it owns. It fails with LWT_UNIX_ERROR (function
 * "readlink", argument `path`; EINVAL: it is no symbolic link),
 * LWT_INVALID_ARGUMENT (NULL), LWT_OUT_OF_MEMORY, and LWT_CANCELED, which loses
 * nothing. On any thread. */
lwt_t *lwt_unix_readlink(const char *path);

/* Makes a folder, `Lwt_unix.mkdir`, as a job: the call does not block.
 *
 * `path` is borrowed until the call returns; `mode` holds the permissions,
 * which the process's umask narrows. Returns a promise of `LWT_UNIT`. It fails
 * with `LWT_UNIX_ERROR` (`mkdir: File exists: "/tmp/a"`; function "mkdir",
 * argument `path`), with `LWT_INVALID_ARGUMENT` if `path` is NULL or `mode` has
 * bits that are no permissions, with LWT_OUT_OF_MEMORY, and with
 * `LWT_CANCELED`: a cancelled call that has begun may still make the folder. On
 * any thread.
 *
 * Manual: "Jobs". */
lwt_t *lwt_unix_mkdir(const char *path, int mode);

/* Removes an empty folder, `Lwt_unix.rmdir`, as a job.
 *
 * Borrows `path` until the call returns. Returns a promise of LWT_UNIT. It
 * fails with LWT_UNIX_ERROR (function "rmdir", argument `path`; ENOTEMPTY,
 * ENOENT...), LWT_INVALID_ARGUMENT (NULL), LWT_OUT_OF_MEMORY, and LWT_CANCELED:
 * a cancelled call that has begun may still remove it. On any thread. */
lwt_t *lwt_unix_rmdir(const char *path);

/* Makes `path` the directory of the process, with all its threads, from which
 * relative paths begin, `Lwt_unix.chdir`, as a job. Calls that are on their way
 * with a relative path meet the one or the other.
 *
 * Borrows `path` until the call returns. Returns a promise of LWT_UNIT. It
 * fails with LWT_UNIX_ERROR (function "chdir", argument `path`),
 * LWT_INVALID_ARGUMENT (NULL), LWT_OUT_OF_MEMORY, and LWT_CANCELED: a cancelled
 * call that has begun may still take effect. On any thread. */
lwt_t *lwt_unix_chdir(const char *path);

/* Makes `path` the root directory of the process, with all its threads,
 * `Lwt_unix.chroot`, as a job.
 *
 * Borrows `path` until the call returns. Returns a promise of LWT_UNIT. It
 * fails with LWT_UNIX_ERROR (function "chroot", argument `path`; EPERM...),
 * LWT_INVALID_ARGUMENT (NULL), LWT_OUT_OF_MEMORY, and LWT_CANCELED: a cancelled
 * call that has begun may still take effect. On any thread. */
lwt_t *lwt_unix_chroot(const char *path);

/* The path of the process's directory, `Lwt_unix.getcwd`, as a job.
 *
 * Returns a promise of a `struct lwt_string *`, which it owns. It fails with
 * LWT_UNIX_ERROR (function "getcwd"; ENOENT: the directory was removed),
 * LWT_OUT_OF_MEMORY, and LWT_CANCELED, which loses nothing. On any thread. */
lwt_t *lwt_unix_getcwd(void);

/* Opens a directory, `Lwt_unix.opendir`, as a job. Its descriptor is closed in
 * programs that the process becomes.
 *
 * Borrows `path` until the call returns. Returns a promise of a `lwt_unix_dir
 * *`, which it owns: lwt_take it, and lwt_unix_dir_release it. It fails with
 * LWT_UNIX_ERROR (function "opendir", argument `path`; ENOENT, ENOTDIR...),
 * LWT_INVALID_ARGUMENT (NULL), LWT_OUT_OF_MEMORY, and LWT_CANCELED: what a
 * cancelled call opens is closed again. This thread's. */
lwt_t *lwt_unix_opendir(const char *path);

/* One more reference to the same directory, owned by the caller. NULL: it is
 * not a directory of this thread. */
lwt_unix_dir *lwt_unix_dir_retain(const lwt_unix_dir *dir);

/* Gives up a reference. With the last one, and the end of calls on their way,
 * the directory is closed if lwt_unix_closedir did not do it. Does nothing if
 * the handle is bad. */
void lwt_unix_dir_release(lwt_unix_dir *dir);

/* The next name in a directory, `Lwt_unix.readdir`; "." and ".." are among
 * them. Names are read ahead by jobs, many at a time; one that is at hand is
 * given at once. Calls take turns.
 *
 * Borrows `dir`. Returns a promise of a `struct lwt_string *`, which it owns.
 * It fails with LWT_END_OF_FILE after the last name; LWT_UNIX_ERROR (function
 * "readdir"; EBADF: it is closed, or was closed meanwhile);
 * LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle; LWT_OUT_OF_MEMORY;
 * and LWT_CANCELED, which loses the place in the queue, and no name. On the
 * directory's thread. */
lwt_t *lwt_unix_readdir(const lwt_unix_dir *dir);

/* Up to `n` names, `Lwt_unix.readdir_n`; fewer are the last. As
 * lwt_unix_readdir otherwise.
 *
 * Borrows `dir`. Returns a promise of a `struct lwt_values *` of `struct
 * lwt_string *`, which it owns. It fails as lwt_unix_readdir does (function
 * "readdir_n"), but not at the end, and with LWT_INVALID_ARGUMENT if `n` is
 * negative. On the directory's thread. */
lwt_t *lwt_unix_readdir_n(const lwt_unix_dir *dir, intptr_t n);

/* Goes back to the first name, `Lwt_unix.rewinddir`, in its turn, as a job.
 *
 * Borrows `dir`. Returns a promise of LWT_UNIT. It fails with LWT_UNIX_ERROR
 * (function "rewinddir"; EBADF: it is closed), LWT_INVALID_ARGUMENT or
 * LWT_WRONG_THREAD for a bad handle, LWT_OUT_OF_MEMORY, and LWT_CANCELED: a
 * cancelled call that has begun may still go back. On the directory's
 * thread. */
lwt_t *lwt_unix_rewinddir(const lwt_unix_dir *dir);

/* Closes a directory, `Lwt_unix.closedir`, as a job. It counts as closed at
 * once: calls that wait fail with EBADF. The handle is still to be released.
 *
 * Borrows `dir`. Returns a promise of LWT_UNIT. It fails with LWT_UNIX_ERROR
 * (function "closedir"; EBADF: it is closed already), LWT_INVALID_ARGUMENT or
 * LWT_WRONG_THREAD for a bad handle, LWT_OUT_OF_MEMORY, and LWT_CANCELED,
 * whereupon the directory is closed all the same. On the directory's thread. */
lwt_t *lwt_unix_closedir(const lwt_unix_dir *dir);

/* A stream of the names in a directory, `Lwt_unix.files_of_directory`, read
 * ahead 1024 at a time; each is a `struct lwt_string *` that the stream owns.
 * "." and ".." are among them. The directory is opened by the first read, which
 * fails as lwt_unix_opendir does (the next read tries again), and closed at the
 * end, after an error, and when the last reader is gone.
 *
 * Borrows `path` until the call returns. Returns a stream, owned by the caller
 * (lwt_stream_release); NULL if `path` is NULL, or memory runs out. Cancelling
 * a read loses no name. This thread's. */
lwt_stream *lwt_unix_files_of_directory(const char *path);

/* All entries of a directory with what the file system tells of them, but for
 * "." and "..", by one job and in one block of memory. Not in Lwt: for those
 * who walk trees.
 *
 * Borrows `path` until the call returns. Returns a promise of a `struct
 * lwt_unix_entries *`, which it owns; moved out by lwt_take it is the caller's
 * to `free`, names and all. It fails as lwt_unix_opendir does, and with
 * LWT_CANCELED, which loses nothing. On any thread. */
lwt_t *lwt_unix_entries_of_directory(const char *path);

/* Locks a region of a file, `Lwt_unix.lockf`, as a job: `size` bytes from where
 * the file is, or as many before that if it is negative; 0 is all behind it,
 * however much that comes to be. `command` is a lwt_unix_lock_command. Locks
 * are the process's, not the descriptor's nor the thread's: they keep other
 * processes away, and all of them on a file go when the process closes any
 * descriptor of it.
 *
 * Borrows `fd`. Returns a promise of LWT_UNIT. It fails with
 * LWT_INVALID_ARGUMENT for a command or a size that there is not, and with
 * LWT_UNIX_ERROR (function "lockf"; EAGAIN or EACCES: another process has it;
 * EDEADLK; EBADF, and then the function is "check_descriptor", if it is closed;
 * or what it was aborted with), LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a
 * bad handle, LWT_OUT_OF_MEMORY, and LWT_CANCELED: a cancelled call that waits
 * on a worker goes on to wait, and may take the lock, with nobody to give it
 * up. While it waits, closing the descriptor does so, too. On the descriptor's
 * thread. */
lwt_t *lwt_unix_lockf(const lwt_unix_fd *fd, int command, int64_t size);

/* The name under which the user of the process's terminal has logged in,
 * `Lwt_unix.getlogin`, as a job.
 *
 * Returns a promise of a `struct lwt_string *`, which it owns. It fails with
 * LWT_UNIX_ERROR (function "getlogin"; ENXIO, ENOTTY, ENOENT: there is no
 * terminal, or nobody has logged in on it), LWT_OUT_OF_MEMORY, and
 * LWT_CANCELED, which loses nothing. On any thread. */
lwt_t *lwt_unix_getlogin(void);

/* What is known of the user with a name, `Lwt_unix.getpwnam`, as a job.
 *
 * Borrows `name` until the call returns. Returns a promise of a `struct passwd
 * *` of pwd.h, which it owns; moved out by lwt_take it is the caller's to
 * `free`, the texts in it are in the same block. It fails with LWT_NOT_FOUND if
 * there is no such user; LWT_UNIX_ERROR if the system can't tell (function
 * "getpwnam", argument `name`); LWT_INVALID_ARGUMENT (NULL); LWT_OUT_OF_MEMORY;
 * and LWT_CANCELED, which loses nothing. On any thread. */
lwt_t *lwt_unix_getpwnam(const char *name);

/* The same of the user with a number, `Lwt_unix.getpwuid`. As lwt_unix_getpwnam
 * otherwise (function "getpwuid", and no argument). */
lwt_t *lwt_unix_getpwuid(uint32_t uid);

/* What is known of the group with a name, `Lwt_unix.getgrnam`, as a job: a
 * `struct group *` of grp.h. As lwt_unix_getpwnam otherwise. */
lwt_t *lwt_unix_getgrnam(const char *name);

/* The same of the group with a number, `Lwt_unix.getgrgid`. As
 * lwt_unix_getpwnam otherwise (function "getgrgid", and no argument). */
lwt_t *lwt_unix_getgrgid(uint32_t gid);

/* How a terminal is set, `Lwt_unix.tcgetattr`, as a job.
 *
 * Borrows `fd`. Returns a promise of a `struct termios *` of termios.h, which
 * it owns; moved out by lwt_take it is the caller's to `free`. It fails with
 * LWT_UNIX_ERROR (function "tcgetattr"; ENOTTY; EBADF, and then the function is
 * "check_descriptor", if it is closed; or what it was aborted with),
 * LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle, LWT_OUT_OF_MEMORY,
 * and LWT_CANCELED, which loses nothing. On the descriptor's thread. */
lwt_t *lwt_unix_tcgetattr(const lwt_unix_fd *fd);

/* Sets a terminal, `Lwt_unix.tcsetattr`, as a job. `when` is TCSANOW, TCSADRAIN
 * or TCSAFLUSH of termios.h.
 *
 * Borrows `fd`, and `attributes` until the call returns. Returns a promise of
 * LWT_UNIT. It fails with LWT_INVALID_ARGUMENT if `attributes` is NULL, and
 * with LWT_UNIX_ERROR (function "tcsetattr"; ENOTTY, EINVAL; EBADF, and then
 * the function is "check_descriptor", if it is closed; or what it was aborted
 * with), LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle,
 * LWT_OUT_OF_MEMORY, and LWT_CANCELED: a cancelled call that has begun may
 * still take effect. On the descriptor's thread. */
lwt_t *lwt_unix_tcsetattr(const lwt_unix_fd *fd, int when,
                          const struct termios *attributes);

/* Sends a break on a serial line, `Lwt_unix.tcsendbreak`, as a job; `duration`
 * 0 is a quarter of a second to half a second.
 *
 * Borrows `fd`. Returns a promise of LWT_UNIT. It fails with LWT_UNIX_ERROR
 * (function "tcsendbreak"; ENOTTY; EBADF, and then the function is
 * "check_descriptor", if it is closed; or what it was aborted with),
 * LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle, LWT_OUT_OF_MEMORY,
 * and LWT_CANCELED: a cancelled call that has begun may still take effect. On
 * the descriptor's thread. */
lwt_t *lwt_unix_tcsendbreak(const lwt_unix_fd *fd, int duration);

/* Waits until all that was written to a terminal has been sent,
 * `Lwt_unix.tcdrain`, as a job. While it waits on a worker, closing the
 * descriptor does so, too.
 *
 * Borrows `fd`. Returns a promise of LWT_UNIT. It fails with LWT_UNIX_ERROR
 * (function "tcdrain"; ENOTTY; EBADF, and then the function is
 * "check_descriptor", if it is closed; or what it was aborted with),
 * LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle, LWT_OUT_OF_MEMORY,
 * and LWT_CANCELED, which loses nothing. On the descriptor's thread. */
lwt_t *lwt_unix_tcdrain(const lwt_unix_fd *fd);

/* Drops what is on its way, `Lwt_unix.tcflush`, as a job: TCIFLUSH what was
 * received and not read, TCOFLUSH what was written and not sent, TCIOFLUSH
 * both.
 *
 * Borrows `fd`. Returns a promise of LWT_UNIT. It fails with LWT_UNIX_ERROR
 * (function "tcflush"; ENOTTY, EINVAL; EBADF, and then the function is
 * "check_descriptor", if it is closed; or what it was aborted with),
 * LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle, LWT_OUT_OF_MEMORY,
 * and LWT_CANCELED: a cancelled call that has begun may still take effect. On
 * the descriptor's thread. */
lwt_t *lwt_unix_tcflush(const lwt_unix_fd *fd, int queue);

/* Holds and goes on, `Lwt_unix.tcflow`, as a job: TCOOFF and TCOON the output,
 * TCIOFF and TCION the other side's, by a sign to it.
 *
 * Borrows `fd`. Returns a promise of LWT_UNIT. It fails with LWT_UNIX_ERROR
 * (function "tcflow"; ENOTTY, EINVAL; EBADF, and then the function is
 * "check_descriptor", if it is closed; or what it was aborted with),
 * LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle, LWT_OUT_OF_MEMORY,
 * and LWT_CANCELED: a cancelled call that has begun may still take effect. On
 * the descriptor's thread. */
lwt_t *lwt_unix_tcflow(const lwt_unix_fd *fd, int action);

/* Makes an address of text: `127.0.0.1:80`, `[::1]:80`, `[fe80::1%2]:80` (the
 * interface by its number), `unix:/tmp/socket`, or `unix:@name` for one that is
 * abstract. No name is looked up: for that there is `lwt_unix_getaddrinfo`.
 *
 * `text` is borrowed. Returns `LWT_OK`, and `*address` is the address; or
 * `LWT_INVALID_ARGUMENT`, and it has none: one of both is NULL, the text is
 * none of these, or a path is longer than the 107 bytes that an address has
 * room for. On any thread. */
int lwt_unix_sockaddr_of_text(struct lwt_unix_sockaddr *address,
                              const char *text);

/* Writes an address as text, as `lwt_unix_sockaddr_of_text` reads it, with a
 * NUL byte behind it; what does not fit into `size` bytes is cut. A socket of
 * the Unix domain that was never bound is `unix:`; other families are `family
 * 17` and the like.
 *
 * `address`, of `len` bytes, is borrowed; so is `text`, which may be NULL if
 * `size` is 0. Returns how long the whole text is, without the NUL, as
 * snprintf() does; 0 if it is no address (NULL, or a length that none has). On
 * any thread. */
size_t lwt_unix_sockaddr_to_text(const struct sockaddr *address, socklen_t len,
                                 char *text, size_t size);

/* Frees an address that came as the value of a promise and was moved out of it
 * (`lwt_take`). Does nothing with NULL. On any thread. */
void lwt_unix_sockaddr_release(struct lwt_unix_sockaddr *address);

/* Makes a socket, `Lwt_unix.socket`, that does not block. See socket(2), whose
 * arguments these are; `type` may have `SOCK_CLOEXEC` in it, without which
 * programs that the process executes inherit the socket.
 *
 * Returns a promise, resolved at once, of an `lwt_unix_fd *`: who takes it out
 * (`lwt_take`) owns it. It fails with `LWT_UNIX_ERROR` (function "socket"), and
 * `LWT_OUT_OF_MEMORY`. On any thread, whose it then is. */
lwt_t *lwt_unix_socket(int domain, int type, int protocol);

/* Makes two sockets that are connected, `Lwt_unix.socketpair`, usually of the
 * domain `AF_UNIX`. Otherwise as `lwt_unix_socket`: the value is a
 * `struct lwt_values *` of two `lwt_unix_fd *`, of which each may be taken out
 * (`lwt_values_take`). Function "socketpair". On any thread. */
lwt_t *lwt_unix_socketpair(int domain, int type, int protocol);

/* Gives a socket an address, `Lwt_unix.bind`: at once, but for a path of the
 * Unix domain, which is bound by a job.
 *
 * Borrows `fd`, and `address` of `len` bytes until the call returns. Returns a
 * promise of `LWT_UNIT`. It fails with `LWT_UNIX_ERROR` (function "bind",
 * argument the address as text: `bind: Address already in use: "[::1]:80"`;
 * EBADF if the descriptor is closed), with what it was aborted with,
 * `LWT_INVALID_ARGUMENT` for a bad handle or what is no address (a path that is
 * too long has none: see `lwt_unix_sockaddr_of_text`), `LWT_WRONG_THREAD`,
 * `LWT_OUT_OF_MEMORY`, and `LWT_CANCELED`: a job that has begun may still bind
 * the path. On the descriptor's thread. */
lwt_t *lwt_unix_bind(const lwt_unix_fd *fd, const struct sockaddr *address,
                     socklen_t len);

/* Has a socket take connections, `Lwt_unix.listen`; up to `backlog` of them
 * wait to be accepted (`lwt_unix_somaxconn` at most).
 *
 * Borrows `fd`. Returns a promise of `LWT_UNIT`, resolved at once. It fails
 * with `LWT_UNIX_ERROR` (function "listen"; EBADF if the descriptor is closed),
 * with what it was aborted with, `LWT_INVALID_ARGUMENT` and `LWT_WRONG_THREAD`.
 * On the descriptor's thread. */
lwt_t *lwt_unix_listen(const lwt_unix_fd *fd, int backlog);

/* The longest backlog that the system allows, `Lwt_unix.somaxconn`. On any
 * thread. */
int lwt_unix_somaxconn(void);

/* Takes a connection, `Lwt_unix.accept`, when there is one: a new descriptor,
 * which does not block. `flags` is `SOCK_CLOEXEC`, or 0: programs that the
 * process executes inherit it.
 *
 * Borrows `fd`. `from` is NULL, or where the address of the other end is put:
 * it must stay valid until the promise has resolved, and is not touched after
 * that. Returns a promise of an `lwt_unix_fd *`: who takes it out (`lwt_take`)
 * owns it; otherwise it is closed with the promise.
 *
 * It fails with `LWT_UNIX_ERROR` (function "accept"; EBADF when the descriptor
 * is closed meanwhile), with what it is aborted with, `LWT_INVALID_ARGUMENT`,
 * `LWT_WRONG_THREAD`, `LWT_OUT_OF_MEMORY`, and `LWT_CANCELED`: cancelling loses
 * its place in the queue and no connection. EMFILE and ENFILE leave the
 * connection in the system's queue: accept again when descriptors have been
 * closed. ECONNABORTED tells that one has gone before it was accepted: accept
 * again. On the descriptor's thread. */
lwt_t *lwt_unix_accept(const lwt_unix_fd *fd, struct lwt_unix_sockaddr *from,
                       int flags);

/* Takes several connections, `Lwt_unix.accept_n`: waits for one, and takes as
 * many as are there, up to `n`, in their order. `flags` as in
 * `lwt_unix_accept`.
 *
 * Borrows `fd`. Returns a promise of a `struct lwt_values *` of two: a `struct
 * lwt_values *` of the descriptors (`lwt_unix_fd *`), and `LWT_NONE`, or the
 * `lwt_exn *` of an error after some had been taken, which so are not lost. If
 * there was an error and none had been taken the promise fails; otherwise as
 * `lwt_unix_accept`, function "accept_n". With `n` 0 it is an empty list at
 * once. On the descriptor's thread. */
lwt_t *lwt_unix_accept_n(const lwt_unix_fd *fd, size_t n, int flags);

/* Connects a socket, `Lwt_unix.connect`. Borrows `fd`, and `address` of `len`
 * bytes until the call returns. Returns a promise of `LWT_UNIT`, pending while
 * the connection is being made; one of the Unix domain waits while the queue of
 * the other end is full.
 *
 * It fails with `LWT_UNIX_ERROR` (function "connect", argument the address as
 * text: `connect: Connection refused: "127.0.0.1:80"`; EBADF when the
 * descriptor is closed meanwhile), with what it is aborted with,
 * `LWT_INVALID_ARGUMENT` for a bad handle or what is no address,
 * `LWT_WRONG_THREAD`, `LWT_OUT_OF_MEMORY`, and `LWT_CANCELED`: the system goes
 * on connecting until the descriptor is closed. After a failure close it: a
 * socket is good for one attempt. On the descriptor's thread. */
lwt_t *lwt_unix_connect(const lwt_unix_fd *fd, const struct sockaddr *address,
                        socklen_t len);

/* Ends one direction of a connection, or both, `Lwt_unix.shutdown`: `how` is
 * `SHUT_RD`, `SHUT_WR` or `SHUT_RDWR`. Reads that wait then find the end.
 *
 * Borrows `fd`. Returns a promise of `LWT_UNIT`, resolved at once. It fails
 * with `LWT_UNIX_ERROR` (function "shutdown"; ENOTCONN if it is not connected,
 * EBADF if it is closed), with what it was aborted with, `LWT_INVALID_ARGUMENT`
 * and `LWT_WRONG_THREAD`. On the descriptor's thread. */
lwt_t *lwt_unix_shutdown(const lwt_unix_fd *fd, int how);

/* The address of a socket, `Lwt_unix.getsockname`.
 *
 * Borrows `fd`. Returns a promise, resolved at once, of a `struct
 * lwt_unix_sockaddr *`, which it owns (`lwt_unix_sockaddr_release` if it was
 * moved out). It fails with `LWT_UNIX_ERROR` (function "getsockname"; EBADF if
 * it is closed), with what it was aborted with, `LWT_INVALID_ARGUMENT`,
 * `LWT_WRONG_THREAD` and `LWT_OUT_OF_MEMORY`. On the descriptor's thread. */
lwt_t *lwt_unix_getsockname(const lwt_unix_fd *fd);

/* The address of the other end of a connection, `Lwt_unix.getpeername`.
 * Otherwise as `lwt_unix_getsockname`; function "getpeername", ENOTCONN if it
 * is not connected. */
lwt_t *lwt_unix_getpeername(const lwt_unix_fd *fd);

/* Who is at the other end of a socket of the Unix domain,
 * `Lwt_unix.get_credentials`: whoever connected it, or made the pair, or began
 * to listen.
 *
 * Borrows `fd`. Returns a promise, resolved at once, of a
 * `struct lwt_unix_credentials *`, which it owns
 * (`lwt_unix_credentials_release` if it was moved out). It fails with
 * `LWT_UNIX_ERROR` (function "get_credentials"; EOPNOTSUPP for a socket of
 * another domain, ENOTSOCK, EBADF if it is closed), with what it was aborted
 * with, `LWT_INVALID_ARGUMENT`, `LWT_WRONG_THREAD` and `LWT_OUT_OF_MEMORY`. On
 * the descriptor's thread. */
lwt_t *lwt_unix_get_credentials(const lwt_unix_fd *fd);

/* Frees credentials that were moved out of a promise. Does nothing with NULL.
 * On any thread. */
void lwt_unix_credentials_release(struct lwt_unix_credentials *credentials);

/* Looks up a name (`lwt_unix_getaddrinfo`) and connects to one of its addresses
 * by TCP, as RFC 8305 has it: addresses of IPv6 and IPv4 alternate, beginning
 * with the resolver's first; the next attempt begins `stagger` seconds after
 * the one before, or as soon as one has failed; the first connection wins, and
 * the other sockets are closed. `stagger` 0 stands for 0.25; less than 0.01 is
 * 0.01.
 *
 * `host` and `service` are borrowed until the call returns; `host` NULL is this
 * machine, `service` may be a port in digits. Returns a promise of an
 * `lwt_unix_fd *`, which does not block and is closed on exec: who takes it out
 * (`lwt_take`) owns it.
 *
 * It fails with `LWT_UNIX_ERROR` (function "connect") if every attempt failed:
 * the errno of the last that says something of the other end, and not of this
 * one (ECONNREFUSED rather than ENETUNREACH), and the argument tells how each
 * of them failed; with `LWT_NOT_FOUND` if the name has no address, as
 * `lwt_unix_getaddrinfo` fails, with `LWT_INVALID_ARGUMENT` if `service` is
 * NULL or `stagger` is negative, and with `LWT_CANCELED`: cancelling closes all
 * sockets. On any thread, whose the descriptor then is. */
lwt_t *lwt_unix_connect_name(const char *host, const char *service,
                             double stagger);

/* The same with a list of addresses, as of `lwt_unix_getaddrinfo`, whatever
 * their families and kinds of socket. The list is borrowed until the call
 * returns. It fails with `LWT_NOT_FOUND` if the list is empty (NULL). On any
 * thread. */
lwt_t *lwt_unix_connect_any(const struct addrinfo *addresses, double stagger);

/* An option that is on or off, `Lwt_unix.getsockopt`: `SO_REUSEADDR`,
 * `SO_KEEPALIVE`, `TCP_NODELAY` and so on.
 *
 * Borrows `fd`. Returns a promise, resolved at once, of `LWT_INT(1)` or
 * `LWT_INT(0)`. It fails with `LWT_UNIX_ERROR` (function "getsockopt";
 * ENOPROTOOPT if the socket has no such option, EBADF if it is closed), with
 * what it was aborted with, `LWT_INVALID_ARGUMENT` and `LWT_WRONG_THREAD`. On
 * the descriptor's thread. */
lwt_t *lwt_unix_getsockopt(const lwt_unix_fd *fd, int level, int name);

/* Sets an option that is on or off, `Lwt_unix.setsockopt`. The value is
 * `LWT_UNIT`; function "setsockopt". Otherwise as `lwt_unix_getsockopt`. */
lwt_t *lwt_unix_setsockopt(const lwt_unix_fd *fd, int level, int name,
                           bool on);

/* An option that is a number, `Lwt_unix.getsockopt_int`: `SO_SNDBUF`, `SO_TYPE`
 * and so on. The value is `LWT_INT` of it. Otherwise as
 * `lwt_unix_getsockopt`. */
lwt_t *lwt_unix_getsockopt_int(const lwt_unix_fd *fd, int level, int name);

/* Sets an option that is a number, `Lwt_unix.setsockopt_int`. The value is
 * `LWT_UNIT`; function "setsockopt". Otherwise as `lwt_unix_getsockopt`. */
lwt_t *lwt_unix_setsockopt_int(const lwt_unix_fd *fd, int level, int name,
                               int value);

/* An option that may be absent, `Lwt_unix.getsockopt_optint`: `SO_LINGER`. The
 * value is `LWT_INT` of the seconds, or `LWT_NONE`. Otherwise as
 * `lwt_unix_getsockopt`. */
lwt_t *lwt_unix_getsockopt_optint(const lwt_unix_fd *fd, int level, int name);

/* Sets an option that may be absent, `Lwt_unix.setsockopt_optint`, to `LWT_INT`
 * of the seconds, or `LWT_NONE`. The value is `LWT_UNIT`; function
 * "setsockopt". Otherwise as `lwt_unix_getsockopt`; a number that is no `int`
 * is `LWT_INVALID_ARGUMENT`. */
lwt_t *lwt_unix_setsockopt_optint(const lwt_unix_fd *fd, int level, int name,
                                  lwt_value value);

/* An option that is a time, `Lwt_unix.getsockopt_float`: `SO_RCVTIMEO` and
 * `SO_SNDTIMEO`, which matter to blocking calls alone. `*seconds` is set before
 * the call returns, unless it fails; 0 is no limit. The value is `LWT_UNIT`.
 * Otherwise as `lwt_unix_getsockopt`; `LWT_INVALID_ARGUMENT` if `seconds` is
 * NULL. */
lwt_t *lwt_unix_getsockopt_float(const lwt_unix_fd *fd, int level, int name,
                                 double *seconds);

/* Sets an option that is a time, `Lwt_unix.setsockopt_float`; it is rounded up
 * to microseconds. The value is `LWT_UNIT`; function "setsockopt". Otherwise as
 * `lwt_unix_getsockopt`; what is negative, infinite or no number is
 * `LWT_INVALID_ARGUMENT`. */
lwt_t *lwt_unix_setsockopt_float(const lwt_unix_fd *fd, int level, int name,
                                 double seconds);

/* The error that a socket holds, `Lwt_unix.getsockopt_error`, and which it then
 * holds no more. The value is `LWT_INT` of the errno, or `LWT_NONE`. Otherwise
 * as `lwt_unix_getsockopt`. */
lwt_t *lwt_unix_getsockopt_error(const lwt_unix_fd *fd);

/* Whether receivers on this machine get what the socket sends to a group,
 * `Lwt_unix.mcast_set_loop`: those that have joined it, and only while this is
 * on, as it is at first. For IPv4.
 *
 * Borrows `fd`. Returns a promise of `LWT_UNIT`, resolved at once. It fails
 * with `LWT_UNIX_ERROR` (function "mcast_set_loop"; EBADF if it is closed),
 * with what it was aborted with, `LWT_INVALID_ARGUMENT` and `LWT_WRONG_THREAD`.
 * On the descriptor's thread. */
lwt_t *lwt_unix_mcast_set_loop(const lwt_unix_fd *fd, bool on);

/* How many networks what the socket sends to a group passes,
 * `Lwt_unix.mcast_set_ttl`: 1 at first, this network alone; 0 is this machine.
 * Function "mcast_set_ttl", EINVAL above 255. Otherwise as
 * `lwt_unix_mcast_set_loop`. */
lwt_t *lwt_unix_mcast_set_ttl(const lwt_unix_fd *fd, int ttl);

/* Joins a group, `Lwt_unix.mcast_add_membership`, on the interface that has the
 * address `interface`; `INADDR_ANY`: one that the system chooses. Function
 * "mcast_add_membership", EADDRINUSE if it has joined already. Otherwise as
 * `lwt_unix_mcast_set_loop`. */
lwt_t *lwt_unix_mcast_add_membership(const lwt_unix_fd *fd,
                                     struct in_addr group,
                                     struct in_addr interface);

/* Leaves a group, `Lwt_unix.mcast_drop_membership`, on the interface on which
 * it was joined. Function "mcast_drop_membership", EADDRNOTAVAIL if it has not
 * joined. Otherwise as `lwt_unix_mcast_set_loop`. */
lwt_t *lwt_unix_mcast_drop_membership(const lwt_unix_fd *fd,
                                      struct in_addr group,
                                      struct in_addr interface);

/* Receives at most `len` bytes from a socket, `Lwt_unix.recv`, when there are
 * some. `flags` are those of recv(2); with `MSG_OOB`, `MSG_ERRQUEUE` or
 * `MSG_DONTWAIT` it never waits, not even for those who wait already, and fails
 * with EAGAIN, or EINVAL for `MSG_OOB`, where there is nothing.
 *
 * Borrows `fd`. `buf` must stay valid until the promise has resolved, and is
 * not touched after that. Returns a promise of `LWT_INT` of the bytes: 0 when
 * the other end has ended the connection, or for an empty datagram; what does
 * not fit of a datagram is lost.
 *
 * It fails with `LWT_UNIX_ERROR` (function "recv"; ECONNRESET, and EBADF when
 * the descriptor is closed meanwhile), with what it is aborted with,
 * `LWT_INVALID_ARGUMENT` for a bad handle or if `buf` is NULL or longer than
 * memory, `LWT_WRONG_THREAD`, `LWT_OUT_OF_MEMORY`, and `LWT_CANCELED`:
 * cancelling loses its place in the queue and no bytes. On the descriptor's
 * thread. */
lwt_t *lwt_unix_recv(const lwt_unix_fd *fd, void *buf, size_t len, int flags);

/* As `lwt_unix_recv`, `Lwt_unix.recvfrom`: `from` is NULL, or where the
 * sender's address is put (`len` 0: it has none). It must stay valid until the
 * promise has resolved, and is not touched after that. Function "recvfrom". */
lwt_t *lwt_unix_recvfrom(const lwt_unix_fd *fd, void *buf, size_t len,
                         int flags, struct lwt_unix_sockaddr *from);

/* Sends bytes over a socket, `Lwt_unix.send`, when there is room. `flags` are
 * those of send(2), but for `MSG_DONTWAIT`, which means nothing: it waits in
 * its turn. That the other end has gone is the error EPIPE, and no signal.
 *
 * Borrows `fd`. `buf` must stay valid until the promise has resolved. Returns a
 * promise of `LWT_INT` of how many bytes were sent, which may be fewer than
 * `len`. It fails with `LWT_UNIX_ERROR` (function "send"; EPIPE, ECONNRESET,
 * EMSGSIZE, and EBADF when the descriptor is closed meanwhile), with what it is
 * aborted with, `LWT_INVALID_ARGUMENT` for a bad handle or if `buf` is NULL,
 * `LWT_WRONG_THREAD`, `LWT_OUT_OF_MEMORY`, and `LWT_CANCELED`: a cancelled call
 * has sent nothing. On the descriptor's thread. */
lwt_t *lwt_unix_send(const lwt_unix_fd *fd, const void *buf, size_t len,
                     int flags);

/* As `lwt_unix_send`, to an address, `Lwt_unix.sendto`, which is borrowed until
 * the call returns. Function "sendto"; `LWT_INVALID_ARGUMENT` if it is no
 * address. */
lwt_t *lwt_unix_sendto(const lwt_unix_fd *fd, const void *buf, size_t len,
                       int flags, const struct sockaddr *to, socklen_t to_len);

/* Sends a part of a regular file over a socket, without a copy of it in this
 * process: `len` bytes, or as many as there are, from `*offset` on, which
 * follows what was sent; with `offset` NULL from the file's own position on,
 * which does. See sendfile(2). That the other end has gone is the error EPIPE,
 * and no signal. The file is read on this thread, 1 MiB at most in a turn of
 * the main loop.
 *
 * Borrows both descriptors. `offset` must stay valid until the promise has
 * resolved, and is not touched after that. Returns a promise of `LWT_INT` of
 * how many bytes were sent.
 *
 * It fails with `LWT_UNIX_ERROR` (function "sendfile"; EPIPE, EINVAL if the
 * file can't be sent so, EBADF when one is closed meanwhile), with what one is
 * aborted with, `LWT_INVALID_ARGUMENT`, `LWT_WRONG_THREAD`,
 * `LWT_OUT_OF_MEMORY`, and `LWT_CANCELED`: whenever it fails or is cancelled,
 * what was sent before is sent, and `*offset` tells how far. On the
 * descriptors' thread. */
lwt_t *lwt_unix_sendfile(const lwt_unix_fd *fd, const lwt_unix_fd *file,
                         int64_t *offset, size_t len);

/* Receives bytes and descriptors over a socket of the Unix domain,
 * `Lwt_unix.recv_msg`, when there is a message. The bytes are spread over the
 * vectors, as `lwt_unix_readv` does.
 *
 * Borrows `fd`, and `vectors` until the call returns; the buffers must stay
 * valid until the promise has resolved, and are not touched after that. Returns
 * a promise of a `struct lwt_values *` of three: `LWT_INT` of the bytes; a
 * `struct lwt_values *` of the descriptors (`lwt_unix_fd *`), in order, which
 * are closed with it unless they are taken out (`lwt_values_take`), and on
 * exec; and `LWT_INT` of the message's flags, as recvmsg(2) has them:
 * `MSG_TRUNC`, and `MSG_CTRUNC` where descriptors were lost, as when the
 * process may have no more.
 *
 * It fails as `lwt_unix_recv` does, function "recv_msg". On the descriptor's
 * thread. */
lwt_t *lwt_unix_recv_msg(const lwt_unix_fd *fd,
                         const lwt_unix_io_vectors *vectors);

/* Sends bytes and descriptors over a socket of the Unix domain,
 * `Lwt_unix.send_msg`, when there is room: the bytes of the vectors, as
 * `lwt_unix_writev`, of which there must be at least one on a stream, and the
 * `n` descriptors of `fds`, at most 253.
 *
 * Borrows `fd`, and `vectors` and `fds` until the call returns; the buffers
 * must stay valid until the promise has resolved. The descriptors stay the
 * caller's, who may release them at once, and close them when it has. Returns a
 * promise of `LWT_INT` of how many bytes were sent: if it is not 0 all
 * descriptors were.
 *
 * It fails as `lwt_unix_send` does, function "send_msg"; with EBADF also if one
 * of `fds` is closed when the message is sent; with `LWT_INVALID_ARGUMENT` also
 * if one is a bad handle, or there are too many. A cancelled call has sent
 * nothing. On the descriptors' thread. */
lwt_t *lwt_unix_send_msg(const lwt_unix_fd *fd,
                         const lwt_unix_io_vectors *vectors,
                         const lwt_unix_fd *const *fds, size_t n);

/* As `lwt_unix_send_msg`, to an address, `Lwt_unix.send_msgto`, which is
 * borrowed until the call returns. Function "send_msgto";
 * `LWT_INVALID_ARGUMENT` if it is no address. */
lwt_t *lwt_unix_send_msgto(const lwt_unix_fd *fd,
                           const lwt_unix_io_vectors *vectors,
                           const lwt_unix_fd *const *fds, size_t n,
                           const struct sockaddr *to, socklen_t to_len);

/* How many threads may look up names at once: 16 until it is set. They are a
 * pool of their own, so that a name server which does not answer holds up no
 * other jobs; when all are busy further look-ups wait their turn. On any
 * thread. */
int lwt_unix_resolver_pool_size(void);

/* Sets it. Threads that are too many end when they are free. Returns `LWT_OK`,
 * or `LWT_INVALID_ARGUMENT` if `size` is below 1 or above 65536. On any
 * thread. */
int lwt_unix_set_resolver_pool_size(int size);

/* The addresses of a host and a service, `Lwt_unix.getaddrinfo`, as a job of
 * the resolver's pool. See getaddrinfo(3), whose arguments these are: `host` or
 * `service` may be NULL, and so may `hints`. They are borrowed until the call
 * returns.
 *
 * Returns a promise of the system's own list, a `struct addrinfo *`, in its
 * order; `LWT_UNIT`, which is NULL, is the empty list: there is no such host or
 * service, or none with such an address. The promise owns the list; if it was
 * moved out, `lwt_unix_addrinfo_release` frees it. The promise fails with
 * `LWT_FAILURE` where the name could not be looked up ("Temporary failure in
 * name resolution": it may work later), with `LWT_INVALID_ARGUMENT` for hints
 * that the system does not take, `LWT_UNIX_ERROR` (function "getaddrinfo",
 * argument `host`), `LWT_OUT_OF_MEMORY`, and `LWT_CANCELED`: cancelling loses
 * nothing, though a look-up that has begun keeps its thread until the system
 * has done with it. On any thread. */
lwt_t *lwt_unix_getaddrinfo(const char *host, const char *service,
                            const struct addrinfo *hints);

/* Frees a list that was moved out of a promise of `lwt_unix_getaddrinfo`. Does
 * nothing with NULL. On any thread. */
void lwt_unix_addrinfo_release(struct addrinfo *list);

/* The names of an address, `Lwt_unix.getnameinfo`, as a job of the resolver's
 * pool; `flags` are those of getnameinfo(3): `NI_NUMERICHOST` and so on.
 * `address`, of `len` bytes, is borrowed until the call returns.
 *
 * Returns a promise of a `struct lwt_unix_name_info *`, which the promise owns.
 * It fails with `LWT_NOT_FOUND` if there is no name, `LWT_FAILURE` where it
 * could not be looked up, `LWT_INVALID_ARGUMENT` if it is no address (NULL, a
 * length that none has, a family that has no names) or for flags that the
 * system does not take, `LWT_UNIX_ERROR`, `LWT_OUT_OF_MEMORY`, and
 * `LWT_CANCELED`, which loses nothing. On any thread. */
lwt_t *lwt_unix_getnameinfo(const struct sockaddr *address, socklen_t len,
                            int flags);

/* Frees what was moved out of a promise of `lwt_unix_getnameinfo`. Does nothing
 * with NULL. On any thread. */
void lwt_unix_name_info_release(struct lwt_unix_name_info *info);

/* The name of this machine, `Lwt_unix.gethostname`, as a job. Returns a promise
 * of a `struct lwt_string *`, which it owns. It fails with `LWT_UNIX_ERROR`,
 * `LWT_OUT_OF_MEMORY` and `LWT_CANCELED`, which loses nothing. On any
 * thread. */
lwt_t *lwt_unix_gethostname(void);

/* A host by its name, `Lwt_unix.gethostbyname`, as a job of the resolver's
 * pool. The name is borrowed until the call returns. The system's call knows
 * IPv4 alone; `lwt_unix_getaddrinfo` knows all.
 *
 * Returns a promise of a `struct hostent *`, as gethostbyname(3) describes it,
 * which the promise owns with all that it points to; if it was moved out,
 * `lwt_unix_hostent_release` frees it. It fails with `LWT_NOT_FOUND` if there
 * is no such host, `LWT_FAILURE` where it could not be looked up,
 * `LWT_INVALID_ARGUMENT` if `name` is NULL, `LWT_UNIX_ERROR`,
 * `LWT_OUT_OF_MEMORY`, and `LWT_CANCELED`, which loses nothing. On any
 * thread. */
lwt_t *lwt_unix_gethostbyname(const char *name);

/* A host by its address, `Lwt_unix.gethostbyaddr`, as a job of the resolver's
 * pool. As gethostbyaddr(3) has it, `address` points to a `struct in_addr` and
 * `len` is 4, or to a `struct in6_addr` and it is 16; it is borrowed until the
 * call returns.
 *
 * The promise is as that of `lwt_unix_gethostbyname`; it fails with
 * `LWT_INVALID_ARGUMENT` if `address` is NULL, or `len` and `family` do not
 * fit. On any thread. */
lwt_t *lwt_unix_gethostbyaddr(const void *address, socklen_t len, int family);

/* Frees a host that was moved out of a promise. Does nothing with NULL. On any
 * thread. */
void lwt_unix_hostent_release(struct hostent *host);

/* A service by its name, `Lwt_unix.getservbyname`, as a job of the resolver's
 * pool; `protocol` is "tcp" and the like, or NULL for any. Both texts are
 * borrowed until the call returns.
 *
 * Returns a promise of a `struct servent *`, as getservbyname(3) describes it
 * (its port is in the order of the network: ntohs()), which the promise owns
 * with all that it points to; if it was moved out, `lwt_unix_servent_release`
 * frees it. It fails with `LWT_NOT_FOUND` if there is no such service,
 * `LWT_INVALID_ARGUMENT` if `name` is NULL, `LWT_UNIX_ERROR`,
 * `LWT_OUT_OF_MEMORY`, and `LWT_CANCELED`, which loses nothing. On any
 * thread. */
lwt_t *lwt_unix_getservbyname(const char *name, const char *protocol);

/* A service by its port, `Lwt_unix.getservbyport`, which is a plain number: 80.
 * Otherwise as `lwt_unix_getservbyname`; `LWT_INVALID_ARGUMENT` if it is no
 * port. On any thread. */
lwt_t *lwt_unix_getservbyport(int port, const char *protocol);

/* Frees a service that was moved out of a promise. Does nothing with NULL. On
 * any thread. */
void lwt_unix_servent_release(struct servent *service);

/* A protocol by its name, `Lwt_unix.getprotobyname`, as a job of the resolver's
 * pool. The name is borrowed until the call returns.
 *
 * Returns a promise of a `struct protoent *`, as getprotobyname(3) describes
 * it, which the promise owns with all that it points to; if it was moved out,
 * `lwt_unix_protoent_release` frees it. It fails as that of
 * `lwt_unix_getservbyname` does. On any thread. */
lwt_t *lwt_unix_getprotobyname(const char *name);

/* A protocol by its number, `Lwt_unix.getprotobynumber`. Otherwise as
 * `lwt_unix_getprotobyname`. On any thread. */
lwt_t *lwt_unix_getprotobynumber(int number);

/* Frees a protocol that was moved out of a promise. Does nothing with NULL. On
 * any thread. */
void lwt_unix_protoent_release(struct protoent *protocol);

/* Calls `f(signum, env)` in this thread's main loop each time that the signal
 * arrives, never in the context of the signal, `Lwt_unix.on_signal`. Several
 * handlers of a signal are called in the order in which they were made. Several
 * arrivals before the loop runs make as many calls, unless the system has
 * merged them. Threads that have handlers of the same signal are told each.
 *
 * With the first handler of a signal the library's own takes the place of
 * whatever the process did with it (calls of the system go on after it:
 * SA_RESTART), which comes back when the last one is disabled. As long as there
 * is a handler, the main loop waits for signals and does not fail with
 * LWT_STALLED.
 *
 * `handler` may be NULL; else *handler is set to a handle that the caller owns:
 * lwt_unix_disable_signal_handler, lwt_unix_signal_handler_release. `drop_env`
 * runs once, when the handler was disabled or its thread has ended.
 *
 * Returns LWT_OK, or LWT_INVALID_ARGUMENT if `f` is NULL or there can't be a
 * handler of that signal: numbers below 1 and above 64, those that the C
 * library keeps, SIGKILL and SIGSTOP, and the faults SIGSEGV, SIGBUS, SIGFPE
 * and SIGILL, for which no loop can wait; LWT_OUT_OF_MEMORY. Then `drop_env` is
 * called, and *handler is NULL. On any thread, whose it then is. */
int lwt_unix_on_signal(int signum, lwt_unix_signal_fn f, void *env,
                       lwt_drop_fn drop_env,
                       lwt_unix_signal_handler **handler);

/* As lwt_unix_on_signal, but `f` is told its own handler, so that it can
 * disable it, `Lwt_unix.on_signal_full`. */
int lwt_unix_on_signal_full(int signum, lwt_unix_signal_full_fn f, void *env,
                            lwt_drop_fn drop_env,
                            lwt_unix_signal_handler **handler);

/* Disables a handler: it is not called any more, also not for signals that
 * have arrived and were not yet told, `Lwt_unix.disable_signal_handler`. With
 * the last handler of a signal the process does with it what it did before, if
 * nobody else has taken it over. Once more: nothing happens.
 *
 * Borrows `handler`. Returns LWT_OK, LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD.
 * On the handler's thread. */
int lwt_unix_disable_signal_handler(const lwt_unix_signal_handler *handler);

/* One more reference to the same handler, owned by the caller. NULL: it is not
 * a handler of this thread. */
lwt_unix_signal_handler *lwt_unix_signal_handler_retain(const lwt_unix_signal_handler *handler);

/* Gives up a reference; the handler itself stays until it is disabled or its
 * thread ends. Does nothing if the handle is bad. */
void lwt_unix_signal_handler_release(lwt_unix_signal_handler *handler);

/* How many handlers of signals this thread has, `Lwt_unix.signal_count`. The
 * library's own counts: there is one for SIGCHLD while some wait for children
 * needs it. */
size_t lwt_unix_signal_count(void);

/* Installs the system's handler of a signal again, if something has replaced
 * it, `Lwt_unix.reinstall_signal_handler`. Nothing happens where no thread has
 * a handler of the signal. Returns LWT_OK, or LWT_INVALID_ARGUMENT for a signal
 * that can't have one. On any thread. */
int lwt_unix_reinstall_signal_handler(int signum);

/* The handlers of a signal are called as if it had arrived,
 * `Lwt_unix.handle_signal`: in the next turn of the main loops of all threads
 * that have some. For engines that deliver signals themselves, see
 * lwt_engine_forwards_signal. Returns LWT_OK, or LWT_INVALID_ARGUMENT for a
 * signal that can't have a handler. On any thread, and in a signal handler. */
int lwt_unix_handle_signal(int signum);

/* Waits for any child of the process to end, `Lwt_unix.wait`: as
 * lwt_unix_waitpid(0, -1). Mind that it may tell of the children of other parts
 * of the program, who then find that theirs is gone. */
lwt_t *lwt_unix_wait(void);

/* Waits for a child, `Lwt_unix.waitpid`: `pid` greater than 0: that one; -1:
 * any; 0: any of this process group; less than -1: any of the process group
 * -pid. The value is a `struct lwt_unix_wait_result *`, owned by the promise:
 * lwt_unix_wait_result_release. Mind the order of the arguments, which is Lwt's
 * and not that of waitpid(2): the flags come first.
 *
 * `flags`: 0, or of WNOHANG (the promise is resolved already, with the pid 0 if
 * there is nothing to tell), WUNTRACED and WCONTINUED (also a child that was
 * stopped, or went on, is told of), of <sys/wait.h>.
 *
 * Cancelling the promise loses nothing: the child stays to be waited for. When
 * several wait for one child, on this thread or others, one of them is told.
 *
 * Fails with LWT_UNIX_ERROR (ECHILD: there is no such child, or another wait
 * was told of it; function "waitpid"), also when that happens later;
 * LWT_INVALID_ARGUMENT for other flags; LWT_OUT_OF_MEMORY; LWT_CANCELED. On any
 * thread; the main loop of that thread waits: for one child by a descriptor of
 * the process (pidfd_open), otherwise by a handler of SIGCHLD, which is there
 * while it is needed. */
lwt_t *lwt_unix_waitpid(int flags, int pid);

/* The same, `Lwt_unix.wait4`; the function of a failure is "wait4". (Here
 * lwt_unix_waitpid tells what the child has used, too.) */
lwt_t *lwt_unix_wait4(int flags, int pid);

/* Frees what lwt_unix_waitpid told, if it was taken out of the promise; nothing
 * for NULL. On any thread. */
void lwt_unix_wait_result_release(struct lwt_unix_wait_result *result);

/* Frees what lwt_process_rusage told, if it was taken out of the promise;
 * nothing for NULL. On any thread. */
void lwt_unix_resource_usage_release(struct lwt_unix_resource_usage *usage);

/* How many wait for children on this thread, `Lwt_unix.wait_count`: promises of
 * lwt_unix_waitpid and its kin that are pending, and children that the library
 * itself sees to, those of lwt_unix_system and `lwt_process.h`. */
size_t lwt_unix_wait_count(void);

/* Does lwt_unix_wait4 tell what a child has used, `Lwt_unix.has_wait4`? Yes.
 * On any thread. */
bool lwt_unix_has_wait4(void);

/* Has the shell, /bin/sh, run a command, `Lwt_unix.system`. `line` is borrowed
 * until the call returns. The value is the status as an LWT_INT, as wait(2)
 * tells it: WEXITSTATUS(LWT_TO_INT(value)) is 127 if the shell could not be
 * run.
 *
 * Cancelling the promise loses nothing but the answer: the command goes on, and
 * the library still waits for its end. Fails with LWT_INVALID_ARGUMENT if
 * `line` is NULL, LWT_UNIX_ERROR (EAGAIN, ENOMEM: there can't be a further
 * process; function "fork"; ECHILD: another wait was told of it, "wait4"),
 * LWT_OUT_OF_MEMORY and LWT_CANCELED. On any thread. */
lwt_t *lwt_unix_system(const char *line);

/* Calls `f(env)`, `Lwt_unix.handle_unix_error`: the result is the promise that
 * it returns. If that fails with LWT_UNIX_ERROR, the message is printed on
 * standard error and the process exits with 2, after its exit hooks.
 *
 * `drop_env` runs once, after `f` has returned. Fails with
 * LWT_INVALID_ARGUMENT if `f` is NULL; otherwise as that promise. On any
 * thread. */
lwt_t *lwt_unix_handle_unix_error(lwt_thunk_fn f, void *env,
                                  lwt_drop_fn drop_env);

/* Forks, `Lwt_unix.fork`: as fork(2), it returns 0 in the child, in the parent
 * the child's process id, and -1 with errno set (EAGAIN, ENOMEM) if there is no
 * child.
 *
 * The child has the calling thread alone, with all its promises, timers,
 * notifications, signal handlers, watched descriptors and fibers. Its scheduler
 * works, and jobs go to a fresh pool. What threads of the parent were doing is
 * not done there:
 *
 *  - the promises of jobs and detached computations that had not come back fail
 *    with LWT_FORKED, in the order of submission, and after them those of
 *    lwt_unix_wait_for_jobs. That is in the next turn of the main loop and not
 *    before, so that a child that calls exec runs none of their callbacks. What
 *    their records and environments hold is neither used nor freed there;
 *  - what the parent's other threads had asked of this one, and it had not done
 *    yet, is not done, but for the release of handles.
 *
 * A child that neither runs the main loop nor calls exec should end with _exit:
 * exit(3) runs exit hooks, which the parent will run too.
 *
 * The library notices a plain fork(2) by itself; there, the promises of the
 * parent's jobs stay pending. On any thread; not in a signal handler. */
pid_t lwt_unix_fork(void);

/* Hands a descriptor over to another thread: calls `f(descriptor, env)` there,
 * in a turn of its main loop, with a descriptor of that thread's for the same
 * file, which `f` owns. Returns a promise here, the caller's, that resolves as
 * the one that `f` returns, as lwt_main_run_on says, which also tells what
 * cancelling does.
 *
 * From the call on the descriptor here, which is borrowed, is closed for all
 * its users: operations fail with EBADF, and its handles are only to be
 * released. If that thread ends before it has called `f`, or the promise is
 * cancelled before, the file is closed. `drop_env` is called once: on that
 * thread, after `f` or when it will not be called; or here, if the call
 * fails.
 *
 * It fails, and the descriptor stays as it was, with LWT_UNIX_ERROR: EBUSY
 * while an operation of it is pending, or a job of one that was cancelled has
 * not ended, and EBADF if it is closed; with the exception of lwt_unix_abort;
 * with LWT_INVALID_ARGUMENT for a bad handle or if `f` is NULL; with
 * LWT_WRONG_THREAD; with LWT_CLOSED if that thread has ended. After that it
 * fails as lwt_main_run_on. On the thread of the descriptor. */
lwt_t *lwt_unix_fd_move(const lwt_unix_fd *fd, const lwt_main_thread *thread,
                        lwt_unix_fd_fn f, void *env, lwt_drop_fn drop_env);

/* Gives a descriptor back to the program: returns the operating system's
 * number, which nobody closes but the program, or lwt_unix_of_fd makes a
 * descriptor of again, on whatever thread. The descriptor here, which is
 * borrowed, is closed for all its users, as with lwt_unix_fd_move.
 *
 * Returns the number; or -1 with errno set, and the descriptor is as it was:
 * EBUSY while an operation of it is pending, or a job of one that was cancelled
 * has not ended; EBADF if it is closed or aborted, or `fd` is no descriptor of
 * the calling thread. */
int lwt_unix_fd_detach(const lwt_unix_fd *fd);

/* The number of the CPU that runs this thread just now, `Lwt_unix.get_cpu`: a
 * promise, already resolved, of an LWT_INT. Fails with LWT_NOT_AVAILABLE where
 * the system can't tell. On any thread. */
lwt_t *lwt_unix_get_cpu(void);

/* On which CPUs a process, or thread, may run, `Lwt_unix.get_affinity`: a
 * promise, already resolved, of a `struct lwt_values` with the number of each
 * as an LWT_INT, in ascending order. `pid` 0 stands for this thread.
 *
 * Fails with LWT_UNIX_ERROR (ESRCH: there is no such process; function
 * "get_affinity"), LWT_NOT_AVAILABLE and LWT_OUT_OF_MEMORY. On any thread. */
lwt_t *lwt_unix_get_affinity(int pid);

/* Says on which CPUs a process, or thread, may run, `Lwt_unix.set_affinity`:
 * the `n` whose numbers are in `cpus`, which is borrowed until the call
 * returns. `pid` 0 stands for this thread; threads and processes that it
 * starts from then on inherit it. Returns a promise, already resolved, of
 * LWT_UNIT.
 *
 * Fails with LWT_INVALID_ARGUMENT if `cpus` is NULL and `n` is not 0, or a
 * number is negative or above 65535; with LWT_UNIX_ERROR (EINVAL: none of them
 * may be used; ESRCH; EPERM; function "set_affinity"), and LWT_NOT_AVAILABLE.
 * On any thread. */
lwt_t *lwt_unix_set_affinity(int pid, const int *cpus, size_t n);

/* A new structure of a type, and one with room for SIZE more bytes behind it.
 * Never NULL, see lwt_unix_malloc. */
#define lwt_unix_new(type) ((type *)lwt_unix_malloc(sizeof(type)))
#define lwt_unix_new_plus(type, size) ((type *)lwt_unix_malloc(sizeof(type) + (size)))

/* ---- What shortens a stub. They count on names: for FUNC mkdir on a structure
 * `struct job_mkdir`, whose first field is `struct lwt_unix_job job`, and on
 * functions `void worker_mkdir(struct job_mkdir *)` and
 * `lwt_value result_mkdir(struct job_mkdir *)`. ---- */

/* Declares VAR, a new job with room for SIZE more bytes behind it, and readies it
 * (lwt_unix_alloc_job). Fill in its own fields, and run it. */
#define LWT_UNIX_INIT_JOB(VAR, FUNC, SIZE)                                     \
  struct job_##FUNC *VAR = lwt_unix_new_plus(struct job_##FUNC, SIZE);         \
  VAR->job.worker = (lwt_unix_job_worker)worker_##FUNC;                        \
  VAR->job.result = (lwt_unix_job_result)result_##FUNC;                        \
  (void)lwt_unix_alloc_job(&VAR->job)

/* The same, with a copy of the text that the variable ARG points to: the field
 * ARG of the job points to the copy, which lies behind the job and its SIZE more
 * bytes and is freed with it. NULL is "". */
#define LWT_UNIX_INIT_JOB_STRING(VAR, FUNC, SIZE, ARG)                         \
  LWT_UNIX_INIT_JOB(VAR, FUNC, (SIZE) + lwt_unix_job_text_size(ARG));          \
  VAR->ARG = lwt_unix_job_text((char *)(VAR + 1) + (SIZE), ARG)

/* The same with two texts. */
#define LWT_UNIX_INIT_JOB_STRING2(VAR, FUNC, SIZE, ARG1, ARG2)                 \
  LWT_UNIX_INIT_JOB(VAR, FUNC,                                                 \
                    (SIZE) + lwt_unix_job_text_size(ARG1) +                    \
                      lwt_unix_job_text_size(ARG2));                           \
  VAR->ARG1 = lwt_unix_job_text((char *)(VAR + 1) + (SIZE), ARG1);             \
  VAR->ARG2 = lwt_unix_job_text(                                               \
    (char *)(VAR + 1) + (SIZE) + lwt_unix_job_text_size(ARG1), ARG2)

/* In a result function: if TEST holds, frees the job and returns from the
 * function with the error that the job's field error_code (an errno) stands for.
 * NAME is the system call. */
#define LWT_UNIX_CHECK_JOB(VAR, TEST, NAME) LWT_UNIX_CHECK_JOB_ARG(VAR, TEST, NAME, "")

/* The same with the argument of the call. */
#define LWT_UNIX_CHECK_JOB_ARG(VAR, TEST, NAME, ARG)                           \
  do {                                                                         \
    if (TEST) {                                                                \
      lwt_value lwt_unix_raised = lwt_unix_error((VAR)->error_code, NAME, ARG); \
      lwt_unix_free_job(&(VAR)->job);                                          \
      return lwt_unix_raised;                                                  \
    }                                                                          \
  } while (0)

/* Defines lwt_NAME, a function of one to six values that this system can't
 * offer. */
#define LWT_NOT_AVAILABLE1(NAME)                                               \
  lwt_value lwt_##NAME(lwt_value a1);                                          \
  lwt_value lwt_##NAME(lwt_value a1) {                                         \
    (void)a1;                                                                  \
    return lwt_unix_not_available(#NAME);                                      \
  }
#define LWT_NOT_AVAILABLE2(NAME)                                               \
  lwt_value lwt_##NAME(lwt_value a1, lwt_value a2);                            \
  lwt_value lwt_##NAME(lwt_value a1, lwt_value a2) {                           \
    (void)a1, (void)a2;                                                        \
    return lwt_unix_not_available(#NAME);                                      \
  }
#define LWT_NOT_AVAILABLE3(NAME)                                               \
  lwt_value lwt_##NAME(lwt_value a1, lwt_value a2, lwt_value a3);              \
  lwt_value lwt_##NAME(lwt_value a1, lwt_value a2, lwt_value a3) {             \
    (void)a1, (void)a2, (void)a3;                                              \
    return lwt_unix_not_available(#NAME);                                      \
  }
#define LWT_NOT_AVAILABLE4(NAME)                                               \
  lwt_value lwt_##NAME(lwt_value a1, lwt_value a2, lwt_value a3, lwt_value a4); \
  lwt_value lwt_##NAME(lwt_value a1, lwt_value a2, lwt_value a3, lwt_value a4) { \
    (void)a1, (void)a2, (void)a3, (void)a4;                                    \
    return lwt_unix_not_available(#NAME);                                      \
  }
#define LWT_NOT_AVAILABLE5(NAME)                                               \
  lwt_value lwt_##NAME(lwt_value a1, lwt_value a2, lwt_value a3, lwt_value a4, \
                       lwt_value a5);                                          \
  lwt_value lwt_##NAME(lwt_value a1, lwt_value a2, lwt_value a3, lwt_value a4, \
                       lwt_value a5) {                                         \
    (void)a1, (void)a2, (void)a3, (void)a4, (void)a5;                          \
    return lwt_unix_not_available(#NAME);                                      \
  }
#define LWT_NOT_AVAILABLE6(NAME)                                               \
  lwt_value lwt_##NAME(lwt_value a1, lwt_value a2, lwt_value a3, lwt_value a4, \
                       lwt_value a5, lwt_value a6);                            \
  lwt_value lwt_##NAME(lwt_value a1, lwt_value a2, lwt_value a3, lwt_value a4, \
                       lwt_value a5, lwt_value a6) {                           \
    (void)a1, (void)a2, (void)a3, (void)a4, (void)a5, (void)a6;                \
    return lwt_unix_not_available(#NAME);                                      \
  }

/* Defines the three functions of a job in the old form, for a call that this
 * system can't offer: lwt_unix_NAME_job, lwt_unix_NAME_result and
 * lwt_unix_NAME_free. Deprecated. */
#define LWT_UNIX_JOB_NOT_IMPLEMENTED(NAME)                                     \
  LWT_NOT_AVAILABLE1(unix_##NAME##_job)                                        \
  LWT_NOT_AVAILABLE1(unix_##NAME##_result)                                     \
  LWT_NOT_AVAILABLE1(unix_##NAME##_free)

/* How much room a text takes with its NUL; NULL is "". On any thread. */
static inline size_t lwt_unix_job_text_size(const char *text) {
  return text ? strlen(text) + 1 : 1;
}

/* Copies a text to `to`, where there is that much room, and returns `to`. Never
 * NULL. On any thread. */
static inline char *lwt_unix_job_text(char *to, const char *text) {
  return (char *)memcpy(to, text ? text : "", lwt_unix_job_text_size(text));
}

/* ---- Threads, mutexes and conditions by one name on each system. A mutex that
 * can't be made, or is used wrongly, aborts the process. On any thread. ---- */

/* A thread of the system. */
typedef pthread_t lwt_unix_thread;

/* A mutex, which is not to be moved. */
typedef pthread_mutex_t lwt_unix_mutex;

/* A condition, which is not to be moved. */
typedef pthread_cond_t lwt_unix_condition;

/* The thread that calls. */
static inline lwt_unix_thread lwt_unix_thread_self(void) { return pthread_self(); }

/* Are both the same thread? Then it is not 0. */
static inline int lwt_unix_thread_equal(lwt_unix_thread a, lwt_unix_thread b) {
  return pthread_equal(a, b);
}

/* Makes a mutex, which nobody has locked. */
static inline void lwt_unix_mutex_init(lwt_unix_mutex *mutex) {
  if (pthread_mutex_init(mutex, NULL) != 0) abort();
}

/* Ends a mutex, which nobody has locked. */
static inline void lwt_unix_mutex_destroy(lwt_unix_mutex *mutex) {
  if (pthread_mutex_destroy(mutex) != 0) abort();
}

/* Waits until nobody has the mutex, and takes it. */
static inline void lwt_unix_mutex_lock(lwt_unix_mutex *mutex) {
  if (pthread_mutex_lock(mutex) != 0) abort();
}

/* Gives up the mutex, which the calling thread has locked. */
static inline void lwt_unix_mutex_unlock(lwt_unix_mutex *mutex) {
  if (pthread_mutex_unlock(mutex) != 0) abort();
}

/* Makes a condition. */
static inline void lwt_unix_condition_init(lwt_unix_condition *condition) {
  if (pthread_cond_init(condition, NULL) != 0) abort();
}

/* Ends a condition, which nobody waits for. */
static inline void lwt_unix_condition_destroy(lwt_unix_condition *condition) {
  if (pthread_cond_destroy(condition) != 0) abort();
}

/* Wakes one of those who wait for the condition. */
static inline void lwt_unix_condition_signal(lwt_unix_condition *condition) {
  if (pthread_cond_signal(condition) != 0) abort();
}

/* Wakes all who wait for the condition. */
static inline void lwt_unix_condition_broadcast(lwt_unix_condition *condition) {
  if (pthread_cond_broadcast(condition) != 0) abort();
}

/* Gives up the mutex, waits for the condition, and takes the mutex again. May return
 * without a signal: look at what was waited for again. */
static inline void lwt_unix_condition_wait(lwt_unix_condition *condition,
                                           lwt_unix_mutex *mutex) {
  if (pthread_cond_wait(condition, mutex) != 0) abort();
}

#ifdef __cplusplus
}
#endif

/* With LWT_DEBUG defined, debugging knows the place of each call. */
#ifdef LWT_DEBUG
#include "lwt_debug.h"
#define lwt_unix_run_job(...) \
  lwt_debug_promise(lwt_unix_run_job(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_run_job_with(...) \
  lwt_debug_promise(lwt_unix_run_job_with(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_run_job_in(...) \
  lwt_debug_promise(lwt_unix_run_job_in(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_execute_job(...) \
  lwt_debug_promise(lwt_unix_execute_job(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_wait_for_jobs(...) \
  lwt_debug_promise(lwt_unix_wait_for_jobs(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_async_method_key(...) \
  ((struct lwt_key *)lwt_debug_handle(lwt_unix_async_method_key(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_unix_with_async_none(...) \
  lwt_debug_promise(lwt_unix_with_async_none(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_with_async_detach(...) \
  lwt_debug_promise(lwt_unix_with_async_detach(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_with_async_switch(...) \
  lwt_debug_promise(lwt_unix_with_async_switch(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_new_pool(...) \
  ((struct lwt_unix_pool *)lwt_debug_handle(lwt_unix_new_pool(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_unix_sleep(...) \
  lwt_debug_promise(lwt_unix_sleep(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_timeout(...) \
  lwt_debug_promise(lwt_unix_timeout(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_with_timeout(...) \
  lwt_debug_promise(lwt_unix_with_timeout(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_yield(...) \
  lwt_debug_promise(lwt_unix_yield(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_auto_pause(...) \
  ((struct lwt_unix_auto_pauser *)lwt_debug_handle(lwt_unix_auto_pause(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_unix_auto_yield(...) \
  ((struct lwt_unix_auto_pauser *)lwt_debug_handle(lwt_unix_auto_yield(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_unix_auto_pauser_call(...) \
  lwt_debug_promise(lwt_unix_auto_pauser_call(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_openfile(...) \
  lwt_debug_promise(lwt_unix_openfile(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_lseek(...) \
  lwt_debug_promise(lwt_unix_lseek(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_chmod(...) \
  lwt_debug_promise(lwt_unix_chmod(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_chown(...) \
  lwt_debug_promise(lwt_unix_chown(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_truncate(...) \
  lwt_debug_promise(lwt_unix_truncate(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_utimes(...) \
  lwt_debug_promise(lwt_unix_utimes(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_mkfifo(...) \
  lwt_debug_promise(lwt_unix_mkfifo(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_ftruncate(...) \
  lwt_debug_promise(lwt_unix_ftruncate(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_fsync(...) \
  lwt_debug_promise(lwt_unix_fsync(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_fdatasync(...) \
  lwt_debug_promise(lwt_unix_fdatasync(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_fchmod(...) \
  lwt_debug_promise(lwt_unix_fchmod(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_fchown(...) \
  lwt_debug_promise(lwt_unix_fchown(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_dup(...) \
  lwt_debug_promise(lwt_unix_dup(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_dup2(...) \
  lwt_debug_promise(lwt_unix_dup2(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_set_close_on_exec(...) \
  lwt_debug_promise(lwt_unix_set_close_on_exec(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_clear_close_on_exec(...) \
  lwt_debug_promise(lwt_unix_clear_close_on_exec(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_pipe(...) \
  lwt_debug_promise(lwt_unix_pipe(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_pipe_in(...) \
  lwt_debug_promise(lwt_unix_pipe_in(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_pipe_out(...) \
  lwt_debug_promise(lwt_unix_pipe_out(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_of_fd(...) \
  ((struct lwt_unix_fd *)lwt_debug_handle(lwt_unix_of_fd(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_unix_of_unix_file_descr(...) \
  ((struct lwt_unix_fd *)lwt_debug_handle(lwt_unix_of_unix_file_descr(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_unix_stdin(...) \
  ((struct lwt_unix_fd *)lwt_debug_handle(lwt_unix_stdin(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_unix_stdout(...) \
  ((struct lwt_unix_fd *)lwt_debug_handle(lwt_unix_stdout(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_unix_stderr(...) \
  ((struct lwt_unix_fd *)lwt_debug_handle(lwt_unix_stderr(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_unix_check_descriptor(...) \
  lwt_debug_promise(lwt_unix_check_descriptor(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_blocking(...) \
  lwt_debug_promise(lwt_unix_blocking(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_set_blocking(...) \
  lwt_debug_promise(lwt_unix_set_blocking(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_close(...) \
  lwt_debug_promise(lwt_unix_close(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_wait_read(...) \
  lwt_debug_promise(lwt_unix_wait_read(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_wait_write(...) \
  lwt_debug_promise(lwt_unix_wait_write(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_wrap_syscall(...) \
  lwt_debug_promise(lwt_unix_wrap_syscall(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_register_action(...) \
  lwt_debug_promise(lwt_unix_register_action(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_read(...) \
  lwt_debug_promise(lwt_unix_read(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_write(...) \
  lwt_debug_promise(lwt_unix_write(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_write_string(...) \
  lwt_debug_promise(lwt_unix_write_string(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_pread(...) \
  lwt_debug_promise(lwt_unix_pread(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_pwrite(...) \
  lwt_debug_promise(lwt_unix_pwrite(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_pwrite_string(...) \
  lwt_debug_promise(lwt_unix_pwrite_string(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_io_vectors_create(...) \
  ((struct lwt_unix_io_vectors *)lwt_debug_handle(lwt_unix_io_vectors_create(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_unix_readv(...) \
  lwt_debug_promise(lwt_unix_readv(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_writev(...) \
  lwt_debug_promise(lwt_unix_writev(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_stat(...) \
  lwt_debug_promise(lwt_unix_stat(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_lstat(...) \
  lwt_debug_promise(lwt_unix_lstat(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_fstat(...) \
  lwt_debug_promise(lwt_unix_fstat(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_isatty(...) \
  lwt_debug_promise(lwt_unix_isatty(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_file_exists(...) \
  lwt_debug_promise(lwt_unix_file_exists(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_access(...) \
  lwt_debug_promise(lwt_unix_access(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_unlink(...) \
  lwt_debug_promise(lwt_unix_unlink(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_rename(...) \
  lwt_debug_promise(lwt_unix_rename(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_link(...) \
  lwt_debug_promise(lwt_unix_link(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_symlink(...) \
  lwt_debug_promise(lwt_unix_symlink(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_readlink(...) \
  lwt_debug_promise(lwt_unix_readlink(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_mkdir(...) \
  lwt_debug_promise(lwt_unix_mkdir(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_rmdir(...) \
  lwt_debug_promise(lwt_unix_rmdir(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_chdir(...) \
  lwt_debug_promise(lwt_unix_chdir(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_chroot(...) \
  lwt_debug_promise(lwt_unix_chroot(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_getcwd(...) \
  lwt_debug_promise(lwt_unix_getcwd(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_opendir(...) \
  lwt_debug_promise(lwt_unix_opendir(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_readdir(...) \
  lwt_debug_promise(lwt_unix_readdir(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_readdir_n(...) \
  lwt_debug_promise(lwt_unix_readdir_n(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_rewinddir(...) \
  lwt_debug_promise(lwt_unix_rewinddir(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_closedir(...) \
  lwt_debug_promise(lwt_unix_closedir(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_files_of_directory(...) \
  ((struct lwt_stream *)lwt_debug_handle(lwt_unix_files_of_directory(__VA_ARGS__), __FILE__, __LINE__, __func__))
#define lwt_unix_entries_of_directory(...) \
  lwt_debug_promise(lwt_unix_entries_of_directory(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_lockf(...) \
  lwt_debug_promise(lwt_unix_lockf(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_getlogin(...) \
  lwt_debug_promise(lwt_unix_getlogin(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_getpwnam(...) \
  lwt_debug_promise(lwt_unix_getpwnam(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_getpwuid(...) \
  lwt_debug_promise(lwt_unix_getpwuid(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_getgrnam(...) \
  lwt_debug_promise(lwt_unix_getgrnam(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_getgrgid(...) \
  lwt_debug_promise(lwt_unix_getgrgid(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_tcgetattr(...) \
  lwt_debug_promise(lwt_unix_tcgetattr(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_tcsetattr(...) \
  lwt_debug_promise(lwt_unix_tcsetattr(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_tcsendbreak(...) \
  lwt_debug_promise(lwt_unix_tcsendbreak(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_tcdrain(...) \
  lwt_debug_promise(lwt_unix_tcdrain(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_tcflush(...) \
  lwt_debug_promise(lwt_unix_tcflush(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_tcflow(...) \
  lwt_debug_promise(lwt_unix_tcflow(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_socket(...) \
  lwt_debug_promise(lwt_unix_socket(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_socketpair(...) \
  lwt_debug_promise(lwt_unix_socketpair(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_bind(...) \
  lwt_debug_promise(lwt_unix_bind(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_listen(...) \
  lwt_debug_promise(lwt_unix_listen(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_accept(...) \
  lwt_debug_promise(lwt_unix_accept(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_accept_n(...) \
  lwt_debug_promise(lwt_unix_accept_n(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_connect(...) \
  lwt_debug_promise(lwt_unix_connect(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_shutdown(...) \
  lwt_debug_promise(lwt_unix_shutdown(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_getsockname(...) \
  lwt_debug_promise(lwt_unix_getsockname(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_getpeername(...) \
  lwt_debug_promise(lwt_unix_getpeername(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_get_credentials(...) \
  lwt_debug_promise(lwt_unix_get_credentials(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_connect_name(...) \
  lwt_debug_promise(lwt_unix_connect_name(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_connect_any(...) \
  lwt_debug_promise(lwt_unix_connect_any(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_getsockopt(...) \
  lwt_debug_promise(lwt_unix_getsockopt(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_setsockopt(...) \
  lwt_debug_promise(lwt_unix_setsockopt(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_getsockopt_int(...) \
  lwt_debug_promise(lwt_unix_getsockopt_int(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_setsockopt_int(...) \
  lwt_debug_promise(lwt_unix_setsockopt_int(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_getsockopt_optint(...) \
  lwt_debug_promise(lwt_unix_getsockopt_optint(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_setsockopt_optint(...) \
  lwt_debug_promise(lwt_unix_setsockopt_optint(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_getsockopt_float(...) \
  lwt_debug_promise(lwt_unix_getsockopt_float(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_setsockopt_float(...) \
  lwt_debug_promise(lwt_unix_setsockopt_float(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_getsockopt_error(...) \
  lwt_debug_promise(lwt_unix_getsockopt_error(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_mcast_set_loop(...) \
  lwt_debug_promise(lwt_unix_mcast_set_loop(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_mcast_set_ttl(...) \
  lwt_debug_promise(lwt_unix_mcast_set_ttl(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_mcast_add_membership(...) \
  lwt_debug_promise(lwt_unix_mcast_add_membership(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_mcast_drop_membership(...) \
  lwt_debug_promise(lwt_unix_mcast_drop_membership(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_recv(...) \
  lwt_debug_promise(lwt_unix_recv(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_recvfrom(...) \
  lwt_debug_promise(lwt_unix_recvfrom(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_send(...) \
  lwt_debug_promise(lwt_unix_send(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_sendto(...) \
  lwt_debug_promise(lwt_unix_sendto(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_sendfile(...) \
  lwt_debug_promise(lwt_unix_sendfile(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_recv_msg(...) \
  lwt_debug_promise(lwt_unix_recv_msg(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_send_msg(...) \
  lwt_debug_promise(lwt_unix_send_msg(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_send_msgto(...) \
  lwt_debug_promise(lwt_unix_send_msgto(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_getaddrinfo(...) \
  lwt_debug_promise(lwt_unix_getaddrinfo(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_getnameinfo(...) \
  lwt_debug_promise(lwt_unix_getnameinfo(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_gethostname(...) \
  lwt_debug_promise(lwt_unix_gethostname(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_gethostbyname(...) \
  lwt_debug_promise(lwt_unix_gethostbyname(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_gethostbyaddr(...) \
  lwt_debug_promise(lwt_unix_gethostbyaddr(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_getservbyname(...) \
  lwt_debug_promise(lwt_unix_getservbyname(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_getservbyport(...) \
  lwt_debug_promise(lwt_unix_getservbyport(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_getprotobyname(...) \
  lwt_debug_promise(lwt_unix_getprotobyname(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_getprotobynumber(...) \
  lwt_debug_promise(lwt_unix_getprotobynumber(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_wait(...) \
  lwt_debug_promise(lwt_unix_wait(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_waitpid(...) \
  lwt_debug_promise(lwt_unix_waitpid(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_wait4(...) \
  lwt_debug_promise(lwt_unix_wait4(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_system(...) \
  lwt_debug_promise(lwt_unix_system(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_handle_unix_error(...) \
  lwt_debug_promise(lwt_unix_handle_unix_error(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_fd_move(...) \
  lwt_debug_promise(lwt_unix_fd_move(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_get_cpu(...) \
  lwt_debug_promise(lwt_unix_get_cpu(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_get_affinity(...) \
  lwt_debug_promise(lwt_unix_get_affinity(__VA_ARGS__), __FILE__, __LINE__, __func__)
#define lwt_unix_set_affinity(...) \
  lwt_debug_promise(lwt_unix_set_affinity(__VA_ARGS__), __FILE__, __LINE__, __func__)
#endif

#endif /* LWT_UNIX_H */
