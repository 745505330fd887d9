#include <lwt_all.h>
#include <assert.h>
#include <stdio.h>

/* What is tested: gives up after a day. */
static lwt_t *patient(void) {
  lwt_u *never;
  lwt_t *tries[] = {lwt_task(&never), lwt_unix_timeout(24 * 3600.0)};
  lwt_t *p = lwt_pick(tries, 2);
  lwt_wakener_forget(never);
  return p;
}

int main(void) {
  lwt_exn *exn = NULL;
  lwt_engine *sim = lwt_engine_sim(7); /* the seed */
  lwt_engine_set(sim, true, true);
  lwt_engine_release(sim);

  lwt_main_run(patient(), &exn);
  assert(lwt_exn_kind(exn) == LWT_TIMEOUT);
  printf("a day has passed: %.0f seconds\n", lwt_engine_now());
  lwt_exn_release(exn);
  return 0;
}
