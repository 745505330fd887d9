/* env: LWT_ENGINE=sim */
/* lwt_unix_auto_pause, in virtual time. */
#include "loop.h"

static int64_t others, rounds;
static lwt_t *count_turns(lwt_value v, void *env) {
  (void)v, (void)env;
  others++;
  return lwt_bind(lwt_pause(), count_turns, NULL, NULL);
}
TEST(it_pauses_when_its_time_has_passed_since_it_last_did) {
  lwt_unix_auto_pauser *auto_pause = lwt_unix_auto_pause(10);
  CHECK(auto_pause != NULL);
  for (rounds = 0; rounds < 3; rounds++) {
    CHECK_RETURNS(lwt_unix_auto_pauser_call(auto_pause), 0); /* not yet */
    CHECK_INT(run(lwt_unix_sleep(9)), 0);
    CHECK_RETURNS(lwt_unix_auto_pauser_call(auto_pause), 0);
    CHECK_INT(run(lwt_unix_sleep(1.1)), 0);
    lwt_t *others_run = count_turns(LWT_UNIT, NULL), *p = lwt_unix_auto_pauser_call(auto_pause);
    CHECK_SLEEPS(p);
    int64_t before = others;
    CHECK_INT(run(p), 0);
    CHECK(others > before);
    lwt_cancel(others_run);
    lwt_release(others_run);
  }
  lwt_unix_auto_pauser_release(auto_pause);
}
TEST(of_no_time_it_pauses_always_and_of_endless_time_never) {
  lwt_unix_auto_pauser *always = lwt_unix_auto_yield(0), *never = lwt_unix_auto_yield(1.0 / 0.0);
  for (int i = 0; i < 3; i++) {
    lwt_t *p = lwt_unix_auto_pauser_call(always);
    CHECK_SLEEPS(p);
    CHECK_INT(run(p), 0);
    CHECK_RETURNS(lwt_unix_auto_pauser_call(never), 0);
    CHECK_INT(run(lwt_unix_sleep(1e6)), 0);
  }
  lwt_unix_auto_pauser_release(always);
  lwt_unix_auto_pauser_release(never);
}
TEST(bad_handles_are_told) {
  CHECK_PTR(lwt_unix_auto_pause(0.0 / 0.0), NULL);
  lwt_unix_auto_pauser *auto_pause = lwt_unix_auto_pause(1);
  CHECK_PTR(lwt_unix_auto_pauser_retain(auto_pause), auto_pause);
  lwt_unix_auto_pauser_release(auto_pause);
  CHECK_RETURNS(lwt_unix_auto_pauser_call(auto_pause), 0);
  lwt_unix_auto_pauser_release(auto_pause);
  CHECK_FAILS(lwt_unix_auto_pauser_call(auto_pause), INVALID);
  CHECK_FAILS(lwt_unix_auto_pauser_call(NULL), INVALID);
  CHECK_PTR(lwt_unix_auto_pauser_retain(auto_pause), NULL);
  lwt_unix_auto_pauser_release(NULL);
}
