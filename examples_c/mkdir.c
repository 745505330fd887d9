/* The manual's example of a job (section "Jobs"): mkdir(2) as a promise, and
 * thousands of them at once.
 *
 *   cc -std=c99 -O2 -Iinclude examples_c/mkdir.c -o mkdir -Ltarget/release -llwt -Wl,-rpath,target/release
 *
 * A job is three functions. `make_directory` runs on the main thread, copies
 * what the worker will need and hands the job over; `worker_mkdir` runs on a
 * worker thread, makes the blocking call and does nothing else;
 * `result_mkdir` runs on the main thread again, frees the job and gives the
 * promise its value or its error.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <lwt_main.h>
#include <lwt_unix.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ROOMS = 50, SHELVES = 80 }; /* 50 directories, with 80 in each */

/* ------------------------------------------------------------ the job --- */

struct job_mkdir {
  struct lwt_unix_job job; /* first, always: the library sees only this */
  int result;
  int error_code;
  mode_t mode;
  char path[];
};

static void worker_mkdir(struct lwt_unix_job *base)
{
  struct job_mkdir *job = (struct job_mkdir *)base;

  job->result = mkdir(job->path, job->mode);
  job->error_code = errno;
}

static lwt_value result_mkdir(struct lwt_unix_job *base)
{
  struct job_mkdir *job = (struct job_mkdir *)base;
  lwt_value value = LWT_UNIT;

  if (job->result < 0)
    value = lwt_unix_error(job->error_code, "mkdir", job->path);
  lwt_unix_free_job(&job->job);
  return value;
}

static lwt_t *make_directory(const char *path, mode_t mode)
{
  size_t size = strlen(path) + 1;
  struct job_mkdir *job = lwt_unix_new_plus(struct job_mkdir, size);

  job->job.worker = worker_mkdir;
  job->job.result = result_mkdir;
  job->mode = mode;
  memcpy(job->path, path, size);
  return lwt_unix_run_job(lwt_unix_alloc_job(&job->job));
}

/* ------------------------------------------------- promises of promises -- */

static char base[] = "/tmp/lwt-mkdir-XXXXXX";

static char *room_path(int room)
{
  char path[64];

  snprintf(path, sizeof path, "%s/room-%d", base, room);
  return lwt_unix_strdup(path);
}

/* Runs once a room is there: all its shelves at once, joined. */
static lwt_t *furnish(lwt_value value, void *env)
{
  const char *room = env;
  lwt_t *shelves[SHELVES];

  (void)value;
  for (int i = 0; i < SHELVES; i++) {
    char path[96];
    snprintf(path, sizeof path, "%s/shelf-%d", room, i);
    shelves[i] = make_directory(path, 0755);
  }
  return lwt_join(shelves, SHELVES);
}

static lwt_t *build(void)
{
  lwt_t *rooms[ROOMS];

  for (int i = 0; i < ROOMS; i++) {
    char *room = room_path(i);
    /* The path is the callback's environment: bind frees it, whatever happens. */
    rooms[i] = lwt_bind(make_directory(room, 0755), furnish, room, free);
  }
  return lwt_join(rooms, ROOMS);
}

/* An error is a value like another: this one turns into its errno. */
static lwt_t *errno_of(const lwt_exn *exn, void *env)
{
  (void)env;
  if (lwt_exn_kind(exn) != LWT_UNIX_ERROR)
    return lwt_fail(lwt_exn_retain(exn));
  printf("as expected: %s\n", lwt_exn_message(exn));
  return lwt_return(LWT_INT(lwt_exn_errno(exn)));
}

static bool fails_with(int expected, const char *path)
{
  lwt_t *attempt = lwt_catch(make_directory(path, 0755), errno_of, NULL, NULL);

  return LWT_TO_INT(lwt_main_run(attempt, NULL)) == expected;
}

/* ------------------------------------------------------------- checking -- */

static int count_and_remove(void)
{
  int found = 0;

  for (int i = 0; i < ROOMS; i++) {
    char *room = room_path(i);
    for (int j = 0; j < SHELVES; j++) {
      char path[96];
      snprintf(path, sizeof path, "%s/shelf-%d", room, j);
      found += rmdir(path) == 0;
    }
    found += rmdir(room) == 0;
    free(room);
  }
  rmdir(base);
  return found;
}

int main(void)
{
  lwt_exn *exn = NULL;
  char path[96];
  bool good = true;

  if (mkdtemp(base) == NULL) {
    perror(base);
    return 1;
  }

  lwt_main_run(build(), &exn);
  if (exn != NULL) {
    fprintf(stderr, "mkdir: %s\n", lwt_exn_message(exn));
    lwt_exn_release(exn);
    good = false;
  }

  snprintf(path, sizeof path, "%s/room-0", base);
  good = fails_with(EEXIST, path) && good;
  snprintf(path, sizeof path, "%s/no-such-room/shelf", base);
  good = fails_with(ENOENT, path) && good;

  int found = count_and_remove();
  printf("%d directories made, each by a job\n", found);
  return good && found == ROOMS + ROOMS * SHELVES ? 0 : 1;
}
