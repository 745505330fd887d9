/* expect: exit 0, stderr "hooks: fourth third second first" */
/* Scenario 33. Nested main loop refused; loop usable again after an error; exit
 * hooks last-in first-out, errors ignored. */
#include "loop.h"

/* ------------------------------------------- nested main loop refused --- */
static lwt_exn *nested;
static lwt_t *run_inside(lwt_value v, void *env) {
  (void)env;
  lwt_main_run(lwt_pause(), &nested);
  CHECK(lwt_main_is_running());
  return lwt_return(v);
}
TEST(a_loop_in_a_callback_of_the_running_loop_is_refused) {
  CHECK_INT(run(lwt_bind(lwt_unix_sleep(0.001), run_inside, NULL, NULL)), 0);
  if (!CHECK(nested != NULL)) return;
  CHECK_INT(lwt_exn_kind(nested), LWT_FAILURE);
  CHECK_HAS(lwt_exn_message(nested), "Nested calls to lwt_main_run are not allowed");
  lwt_exn_release(nested);
  nested = NULL;
}

static lwt_t *run_until_inside(lwt_value v, void *env) {
  lwt_t *p = lwt_pause();
  CHECK_INT(lwt_main_run_until(p), LWT_FAILURE);
  CHECK_STATE(p, LWT_SLEEP); /* it is left alone, and the outer loop goes on */
  *(lwt_t **)env = p;
  return lwt_return(v);
}
TEST(the_loop_goes_on_after_it_has_refused_another) {
  lwt_t *inner = NULL;
  CHECK_INT(run(lwt_bind(lwt_pause(), run_until_inside, &inner, NULL)), 0);
  turns(2);
  CHECK_RETURNS(inner, 0);
  CHECK(!lwt_main_is_running());
}

static intptr_t in_event;
static void run_in_event(lwt_engine_event *event, void *env) {
  (void)env;
  in_event = run(lwt_pause());
  CHECK_INT(lwt_engine_stop_event(event), LWT_OK);
}
TEST(so_is_one_in_the_function_of_an_event) {
  CHECK(lwt_engine_on_timer(0, false, run_in_event, NULL, NULL) != NULL);
  CHECK_INT(run(lwt_unix_sleep(0.005)), 0);
  CHECK_INT(in_event, -LWT_FAILURE);
}

/* ---------------------------------- loop usable again after an error --- */
TEST(after_an_error_the_loop_can_be_run_again) {
  for (int i = 0; i < 3; i++) {
    CHECK_INT(run(lwt_fail(exn(LWT_FULL))), -LWT_FULL);
    lwt_u *u;
    CHECK_INT(run(lwt_wait(&u)), -LWT_STALLED);
    lwt_wakener_forget(u);
    CHECK(!lwt_main_is_running());
    CHECK_INT(run(lwt_unix_sleep(0.001)), 0);
  }
}

static lwt_t *fail_later(lwt_value v, void *env) {
  (void)v;
  (void)env;
  return lwt_fail(exn(LWT_CLOSED));
}
TEST(so_it_can_after_a_failure_that_came_while_it_ran) {
  CHECK_INT(run(lwt_bind(lwt_unix_sleep(0.001), fail_later, NULL, NULL)), -LWT_CLOSED);
  CHECK_INT(run(lwt_unix_sleep(0.001)), 0);
}

/* ------------------- exit hooks last-in first-out, errors ignored --- */
static char order[100] = "hooks:";
static lwt_t *hook(void *name) {
  strcat(order, " ");
  strcat(order, name);
  if (strcmp(name, "first") == 0) fprintf(stderr, "%s\n", order);
  if (strcmp(name, "third") == 0) return lwt_fail(exn(LWT_FULL));
  if (strcmp(name, "second") == 0) lwt_raise(exn(LWT_CLOSED));
  return lwt_unix_sleep(0.001);
}
TEST(exit_hooks_are_added_of_which_two_fail) {
  static char names[4][8] = {"first", "second", "third", "fourth"};
  for (int i = 0; i < 4; i++) CHECK_INT(lwt_main_at_exit(hook, names[i], NULL), LWT_OK);
}
