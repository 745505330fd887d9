/* Giving up a handle of any kind from any thread: it takes effect in the next
 * turn of the owner's main loop, or when the owner's thread ends. */
#include "promises.h"

#include <pthread.h>

static pthread_t owner;
static int drops, drops_elsewhere;
static void drop_here(void *value) {
  (void)value;
  if (!pthread_equal(pthread_self(), owner)) drops_elsewhere++;
  drops++;
}
static void *release_it(void *handle) {
  lwt_release_anywhere(handle);
  return NULL;
}
static void from_another_thread(void *handle) {
  pthread_t thread;
  pthread_create(&thread, NULL, release_it, handle);
  pthread_join(thread, NULL);
}
static void one_turn(void) {
  lwt_exn *e = NULL;
  lwt_main_run(lwt_pause(), &e);
  CHECK_PTR(e, NULL);
}
static void start(void) {
  owner = pthread_self();
  drops = drops_elsewhere = 0;
}

TEST(a_promise_released_elsewhere_is_dropped_in_the_owners_next_turn) {
  start();
  from_another_thread(lwt_return_owned(&drops, drop_here));
  CHECK_INT(drops, 0);
  one_turn();
  CHECK_INT(drops, 1);
  CHECK_INT(drops_elsewhere, 0);
}

TEST(on_the_owners_thread_too) {
  start();
  lwt_release_anywhere(lwt_return_owned(&drops, drop_here));
  one_turn();
  CHECK_INT(drops, 1);
}

TEST(it_gives_up_one_reference) {
  start();
  lwt_t *p = lwt_return_owned(&drops, drop_here);
  lwt_retain(p);
  from_another_thread(p);
  one_turn();
  CHECK_INT(drops, 0);
  CHECK_PTR(lwt_value_of(p), &drops);
  lwt_release(p);
  CHECK_INT(drops, 1);
}

TEST(a_wakener_is_forgotten) {
  start();
  lwt_u *u;
  lwt_t *p = lwt_wait(&u);
  lwt_on_termination(p, env_unit, &drops, drop_here);
  from_another_thread(u);
  one_turn();
  CHECK_SLEEPS(p);
  CHECK_INT(lwt_wakeup(u, LWT_UNIT), INVALID);
  lwt_release(p);
  CHECK_INT(drops, 1);
}

TEST(an_exception_is_released) {
  start();
  from_another_thread(lwt_exn_new_owned(LWT_FAILURE, "x", &drops, drop_here));
  one_turn();
  CHECK_INT(drops, 1);
}

TEST(bad_handles_are_ignored) {
  lwt_t *stale = lwt_return(LWT_UNIT);
  lwt_release(stale);
  lwt_release_anywhere(NULL);
  lwt_release_anywhere(stale);
  lwt_release_anywhere(&drops);
  lwt_release_anywhere((void *)-1);
  from_another_thread(NULL);
  from_another_thread(stale);
  from_another_thread((void *)0x5555);
  one_turn();
}

TEST(once_too_often_is_ignored) {
  start();
  lwt_t *p = lwt_return_owned(&drops, drop_here);
  for (int i = 0; i < 3; i++) from_another_thread(p);
  one_turn();
  CHECK_INT(drops, 1);
  lwt_t *q = lwt_return(LWT_INT(3)); /* perhaps in the same slot */
  one_turn();
  CHECK_RETURNS(q, 3);
}

/* A finaliser: a drop function that gives up another handle. */
static void finaliser(void *handle) {
  drops++;
  lwt_release_anywhere(handle);
}
TEST(a_finaliser_may_use_it) {
  start();
  lwt_t *p = lwt_return_owned(&drops, drop_here);
  lwt_release(lwt_return_owned(p, finaliser));
  CHECK(drops >= 1);
  one_turn();
  CHECK_INT(drops, 2);
}

static void never(lwt_engine_event *event, void *env) {
  (void)event, (void)env;
  CHECK(false);
}
static void nothing(void *env) { (void)env; }
TEST(events_hooks_engines_and_pools_too) {
  start();
  size_t timers = lwt_engine_timer_count();
  from_another_thread(lwt_engine_on_timer(3600, false, never, &drops, drop_here));
  from_another_thread(lwt_unix_new_pool("released elsewhere", 1));
  from_another_thread(lwt_engine_new_builtin("poll"));
  lwt_main_hook *hook = lwt_main_enter_iter_hooks_add_last(nothing, NULL, NULL);
  from_another_thread(hook);
  CHECK_INT(drops, 0);
  one_turn();
  CHECK_INT(drops, 1); /* the event has stopped */
  CHECK_INT(lwt_engine_timer_count(), timers);
  lwt_main_enter_iter_hooks_remove_all();
}

/* The owner ends without another turn. */
static lwt_t *left;
static pthread_barrier_t barrier;
static void *own_and_end(void *env) {
  owner = pthread_self();
  left = lwt_return_owned(&drops, drop_here);
  pthread_barrier_wait(&barrier);
  pthread_barrier_wait(&barrier); /* released meanwhile */
  CHECK_INT(drops, 0);
  return env;
}
TEST(it_takes_effect_when_the_owner_ends) {
  pthread_t thread;
  drops = drops_elsewhere = 0;
  pthread_barrier_init(&barrier, NULL, 2);
  pthread_create(&thread, NULL, own_and_end, NULL);
  pthread_barrier_wait(&barrier);
  lwt_release_anywhere(left);
  pthread_barrier_wait(&barrier);
  pthread_join(thread, NULL);
  CHECK_INT(drops, 1);
  CHECK_INT(drops_elsewhere, 0);
  lwt_release_anywhere(left); /* the owner is gone: nothing */
  pthread_barrier_destroy(&barrier);
}

/* It wakes an owner that sleeps in its main loop. */
static lwt_u *waker;
static void drop_wakes(void *value) {
  drop_here(value);
  lwt_wakeup(waker, LWT_INT(5));
}
static void *release_soon(void *handle) {
  sleep_ms(30);
  lwt_release_anywhere(handle);
  return NULL;
}
TEST(it_wakes_a_sleeping_owner) {
  start();
  pthread_t thread;
  lwt_exn *e = NULL;
  lwt_t *members[2] = {lwt_wait(&waker), lwt_unix_sleep(20.0)};
  pthread_create(&thread, NULL, release_soon, lwt_return_owned(&drops, drop_wakes));
  CHECK_INT(LWT_TO_INT(lwt_main_run(lwt_pick(members, 2), &e)), 5);
  CHECK_PTR(e, NULL);
  pthread_join(thread, NULL);
  CHECK_INT(drops, 1);
  CHECK_INT(drops_elsewhere, 0);
}

/* Many threads at once. */
enum { THREADS = 4 };
static lwt_t **handles;
static long per_thread;
static void *release_many(void *data) {
  lwt_t **mine = data;
  for (long i = 0; i < per_thread; i++) lwt_release_anywhere(mine[i]);
  return NULL;
}
TEST(many_threads_release_many_handles) {
  start();
  per_thread = scaled(50000);
  handles = malloc(sizeof *handles * (size_t)(THREADS * per_thread));
  for (long i = 0; i < THREADS * per_thread; i++) handles[i] = lwt_return_owned(&drops, drop_here);
  pthread_t threads[THREADS];
  for (int i = 0; i < THREADS; i++)
    pthread_create(&threads[i], NULL, release_many, handles + i * per_thread);
  for (int i = 0; i < 20; i++) one_turn();
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  one_turn();
  CHECK_INT(drops, THREADS * per_thread);
  CHECK_INT(drops_elsewhere, 0);
  free(handles);
}
