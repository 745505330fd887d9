/* Exit hooks of a thread run while everything still works. */
#include "loop.h"

#include <pthread.h>

static int finished;
static lwt_t *note(lwt_value v, void *env) {
  (void)v, (void)env;
  finished++;
  return lwt_return(LWT_UNIT);
}
static lwt_t *sleeps(lwt_value v, void *env) {
  (void)v, (void)env;
  return lwt_unix_sleep(0.001);
}
static lwt_t *in_a_list(void *env) {
  (void)env;
  const lwt_value items[] = {LWT_INT(1), LWT_INT(2)};
  return lwt_bind(lwt_list_iter_s(items, 2, sleeps, NULL, NULL), note, NULL, NULL);
}
static void *thread(void *env) {
  const lwt_value items[] = {LWT_INT(1)};
  CHECK_INT(run(lwt_list_iter_s(items, 1, sleeps, NULL, NULL)), 0); /* a task, before */
  CHECK_INT(lwt_main_at_exit(in_a_list, NULL, NULL), LWT_OK);
  return env;
}
TEST(a_hook_of_a_thread_that_takes_several_steps_is_run_to_its_end) {
  pthread_t t;
  CHECK_INT(pthread_create(&t, NULL, thread, NULL), 0);
  pthread_join(t, NULL);
  CHECK_INT(finished, 1);
}
