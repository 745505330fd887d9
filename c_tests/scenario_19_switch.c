/* Switch: hooks run once; adding one after it was turned off; turning off waits
 * for all hooks even if one fails. */
#include "promises.h"

TEST(hooks_run_once_the_youngest_first) {
  lwt_switch *sw = lwt_switch_create();
  CHECK(lwt_switch_is_on(sw));
  CHECK_INT(lwt_switch_check(sw), LWT_OK);
  ENV(a);
  ENV(b);
  ENV(c);
  CHECK_INT(lwt_switch_add_hook(sw, env_thunk, &a, env_drop), LWT_OK);
  CHECK_INT(lwt_switch_add_hook(sw, env_thunk, &b, env_drop), LWT_OK);
  CHECK_RETURNS(lwt_switch_add_hook_or_exec(sw, env_thunk, &c, env_drop), 0);
  CHECK_TRACE("");
  CHECK_RETURNS(lwt_switch_turn_off(sw), 0);
  CHECK_TRACE("c b a");
  CHECK(!lwt_switch_is_on(sw));
  CHECK_RETURNS(lwt_switch_turn_off(sw), 0);
  CHECK_TRACE("");
  CHECK_ENV(a, 1, 1);
  lwt_switch_release(sw);
}

TEST(after_it_was_turned_off_hooks_are_refused_or_run_at_once) {
  lwt_switch *sw = lwt_switch_create();
  lwt_release(lwt_switch_turn_off(sw));
  CHECK_INT(lwt_switch_check(sw), LWT_OFF);
  ENV(a);
  struct env b = {.name = "b", .value = LWT_INT(5)};
  CHECK_INT(lwt_switch_add_hook(sw, env_thunk, &a, env_drop), LWT_OFF);
  CHECK_ENV(a, 0, 1);
  CHECK_RETURNS(lwt_switch_add_hook_or_exec(sw, env_thunk, &b, env_drop), 5);
  CHECK_ENV(b, 1, 1);
  CHECK_TRACE("b");
  lwt_switch_release(sw);
}

TEST(turning_off_waits_for_all_hooks_even_if_one_fails) {
  lwt_u *u, *v;
  lwt_switch *sw = lwt_switch_create();
  ENV_RETURNING(a, lwt_wait(&u));
  ENV_RAISING(b, LWT_CLOSED);
  ENV_RETURNING(c, lwt_wait(&v));
  lwt_switch_add_hook(sw, env_thunk, &a, env_drop);
  lwt_switch_add_hook(sw, env_thunk, &b, env_drop);
  lwt_switch_add_hook(sw, env_thunk, &c, env_drop);
  lwt_t *off = lwt_switch_turn_off(sw);
  CHECK_TRACE("c b a");
  CHECK_SLEEPS(off);
  CHECK_RETURNS(lwt_switch_turn_off(sw), 0); /* at once, though hooks still run */
  lwt_wakeup(v, LWT_UNIT);
  CHECK_SLEEPS(off);
  lwt_wakeup_exn(u, exn(LWT_FULL));
  CHECK_FAILS(off, LWT_CLOSED); /* the first failure */
  lwt_switch_release(sw);
}

static lwt_t *body(const lwt_switch *sw, void *env) {
  CHECK(lwt_switch_is_on(sw));
  CHECK_INT(lwt_switch_add_hook(sw, env_thunk, env, env_drop), LWT_OK);
  return lwt_return(LWT_INT(4));
}
static lwt_t *failing_body(const lwt_switch *sw, void *env) {
  lwt_release(body(sw, env));
  lwt_raise(exn(LWT_FULL));
  return NULL;
}
TEST(with_switch_turns_it_off_whatever_happens) {
  ENV(a);
  ENV(b);
  ENV_RAISING(c, LWT_CLOSED);
  CHECK_RETURNS(lwt_switch_with_switch(body, &a, NULL), 4);
  CHECK_ENV(a, 1, 1);
  CHECK_FAILS(lwt_switch_with_switch(failing_body, &b, NULL), LWT_FULL);
  CHECK_ENV(b, 1, 1);
  CHECK_FAILS(lwt_switch_with_switch(failing_body, &c, NULL), LWT_CLOSED);
  trace_text[0] = '\0';
}

TEST(no_switch_is_a_switch_to_which_nothing_can_be_added) {
  ENV(a);
  CHECK_INT(lwt_switch_check(NULL), LWT_OK);
  CHECK_INT(lwt_switch_add_hook(NULL, env_thunk, &a, env_drop), LWT_OK);
  CHECK_ENV(a, 0, 1);
  CHECK_RETURNS(lwt_switch_add_hook_or_exec(NULL, env_thunk, &a, env_drop), 0);
  CHECK_ENV(a, 0, 2);
}
