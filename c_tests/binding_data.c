/* What a binding keeps with a thread: a word under a key of its own, dropped at the end of
 * that thread. */
#include "threads.h"

static char key, other;

TEST(each_key_has_its_word) {
  CHECK_PTR(lwt_binding_data(&key), NULL);
  CHECK_INT(lwt_binding_set_data(&key, "a", NULL), LWT_OK);
  CHECK_INT(lwt_binding_set_data(&other, "b", NULL), LWT_OK);
  CHECK_STR(lwt_binding_data(&key), "a");
  CHECK_STR(lwt_binding_data(&other), "b");
  CHECK_INT(lwt_binding_set_data(&key, NULL, NULL), LWT_OK);
  CHECK_PTR(lwt_binding_data(&key), NULL);
  CHECK_STR(lwt_binding_data(&other), "b");
  CHECK_INT(lwt_binding_set_data(&other, NULL, NULL), LWT_OK);
}

TEST(what_is_replaced_is_dropped) {
  int drops[2] = {0, 0};
  lwt_binding_set_data(&key, &drops[0], count_drop);
  lwt_binding_set_data(&key, &drops[1], count_drop);
  CHECK_INT(drops[0], 1);
  CHECK_PTR(lwt_binding_data(&key), &drops[1]);
  lwt_binding_set_data(&key, NULL, NULL);
  CHECK_INT(drops[1], 1);
}

TEST(no_key_is_a_mistake_and_the_word_is_dropped) {
  int drops = 0;
  CHECK_INT(lwt_binding_set_data(NULL, &drops, count_drop), INVALID);
  CHECK_INT(drops, 1);
  CHECK_PTR(lwt_binding_data(NULL), NULL);
}

static void drop_and_set(void *drops) {
  count_drop(drops);
  lwt_binding_set_data(&key, "set while dropped", NULL);
}
TEST(a_drop_function_may_set_another) {
  int drops = 0;
  lwt_binding_set_data(&key, &drops, drop_and_set);
  lwt_binding_set_data(&key, NULL, NULL);
  CHECK_INT(drops, 1);
  CHECK_STR(lwt_binding_data(&key), "set while dropped");
  lwt_binding_set_data(&key, NULL, NULL);
}

/* At the end of a thread: its exit hooks come before, its handles go after. */
static lwt_t *handle;
static pthread_t dropper;
static void drop_first(void *data) {
  (void)data;
  trace("first");
  CHECK_INT(lwt_state(handle), LWT_RETURN);
  dropper = pthread_self();
}
static void drop_second(void *data) {
  (void)data;
  trace("second");
}
static lwt_t *at_exit(void *env) {
  (void)env;
  trace("exit");
  CHECK_STR(lwt_binding_data(&key), "first");
  return lwt_return(LWT_UNIT);
}
static void *keep(void *env) {
  CHECK_PTR(lwt_binding_data(&key), NULL); /* the other thread's is not seen */
  lwt_binding_set_data(&key, "first", drop_first);
  lwt_binding_set_data(&other, "second", drop_second);
  handle = lwt_return(LWT_UNIT);
  lwt_main_at_exit(at_exit, NULL, NULL);
  return env;
}
TEST(at_the_end_of_its_thread_all_are_dropped_there_the_last_first) {
  pthread_t thread;
  lwt_binding_set_data(&key, "here", NULL);
  pthread_create(&thread, NULL, keep, NULL);
  pthread_join(thread, NULL);
  CHECK_TRACE("exit second first");
  CHECK(pthread_equal(dropper, thread));
  CHECK_STR(lwt_binding_data(&key), "here");
  lwt_binding_set_data(&key, NULL, NULL);
}

/* Drop functions that set their own key again. */
static int again, again_and_again;
static void set_again(void *count) {
  if (++*(int *)count < 5) lwt_binding_set_data(&key, count, set_again);
}
static void set_for_ever(void *count) {
  ++*(int *)count;
  lwt_binding_set_data(&other, count, set_for_ever);
}
static void *keep_again(void *env) {
  lwt_binding_set_data(&key, &again, set_again);
  lwt_binding_set_data(&other, &again_and_again, set_for_ever);
  return env;
}
TEST(what_drop_functions_set_at_the_end_is_dropped_too_but_not_for_ever) {
  pthread_t thread;
  pthread_create(&thread, NULL, keep_again, NULL);
  pthread_join(thread, NULL);
  CHECK_INT(again, 5);
  CHECK(again_and_again >= 5);
}
