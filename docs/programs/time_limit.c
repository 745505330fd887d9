#include <lwt_all.h>
#include <stdio.h>

static lwt_value work(void *env) {
  lwt_exn *exn = NULL;
  (void)env;
  for (int step = 1;; step++) {
    lwt_await(lwt_unix_sleep(0.06), &exn);
    if (exn != NULL) {
      /* The place for cleaning up: who waits for this, waits until it is done. */
      printf("stopped in step %d: %s\n", step, lwt_exn_message(exn));
      return lwt_raise(exn);
    }
    printf("step %d done\n", step);
  }
}

static lwt_t *start(void *env) {
  return lwt_spawn(work, env, NULL, 0);
}

int main(void) {
  lwt_exn *exn = NULL;
  lwt_main_run(lwt_with_timeout(0.15, start, NULL, NULL), &exn);
  printf("timeout: %d\n", lwt_exn_kind(exn) == LWT_TIMEOUT);
  lwt_exn_release(exn);
  return 0;
}
