/* A time limit for anything that is a promise: pick takes whichever of two
 * resolves first, and cancels the other.
 *
 *   cc -std=c99 -O2 -Iinclude examples_c/timeout.c -o timeout -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include <lwt_main.h>
#include <lwt_unix.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static lwt_t *out_of_time(lwt_value value, void *env)
{
  (void)value, (void)env;
  return lwt_fail(lwt_exn_new(LWT_TIMEOUT, "too slow"));
}

/* Consumes `work`; the result fails with LWT_TIMEOUT, and `work` is cancelled,
 * when it takes longer than that. */
static lwt_t *with_timeout(double seconds, lwt_t *work)
{
  lwt_t *limit = lwt_bind(lwt_unix_sleep(seconds), out_of_time, NULL, NULL);
  lwt_t *both[] = { work, limit };

  return lwt_pick(both, 2);
}

/* Something that takes a while, and can be told to stop. */
struct errand {
  const char *name;
  bool finished, cancelled;
};

static lwt_t *finish(lwt_value value, void *env)
{
  struct errand *errand = env;

  (void)value;
  errand->finished = true;
  return lwt_return((lwt_value)errand->name);
}

static void give_up(void *env)
{
  struct errand *errand = env;

  errand->cancelled = true;
}

static lwt_t *run_errand(struct errand *errand, double seconds)
{
  lwt_t *errand_done = lwt_bind(lwt_unix_sleep(seconds), finish, errand, NULL);

  lwt_on_cancel(errand_done, give_up, errand, NULL);
  return errand_done;
}

int main(void)
{
  struct errand quick = { "quick", false, false }, slow = { "slow", false, false };
  lwt_exn *exn = NULL;

  /* In time: the value comes through, and it is the limit that is cancelled. */
  const char *name = lwt_main_run(with_timeout(30.0, run_errand(&quick, 0.01)), &exn);
  if (exn != NULL || strcmp(name, "quick") != 0 || !quick.finished || quick.cancelled) {
    fprintf(stderr, "timeout: the quick errand did not get through\n");
    return 1;
  }
  printf("%s: in time\n", name);

  /* Too late: the errand is cancelled, and its last step never runs. */
  lwt_main_run(with_timeout(0.05, run_errand(&slow, 30.0)), &exn);
  if (exn == NULL || lwt_exn_kind(exn) != LWT_TIMEOUT || slow.finished || !slow.cancelled) {
    fprintf(stderr, "timeout: the slow errand was not stopped\n");
    return 1;
  }
  printf("slow: %s\n", lwt_exn_message(exn));
  lwt_exn_release(exn);
  return 0;
}
