/* Promises, groups, streams, mutexes, fibers, timers, notifications and jobs, while
 * a call of the library fails: each answer is a value or a clear error. */
#include "faults.h"

static lwt_t *pass(lwt_value value, void *env) {
  (void)value;
  return lwt_return(env);
}
static lwt_t *slowly(lwt_value value, void *env) {
  (void)env;
  return lwt_bind(lwt_pause(), pass, value, NULL);
}
static lwt_t *soon(void *env) {
  (void)env;
  return lwt_unix_sleep(0.001);
}

TEST(promises_settle) {
  ENV(f);
  SETTLED(lwt_bind(lwt_pause(), slowly, NULL, NULL));
  SETTLED(lwt_map(lwt_pause(), env_map, &f, env_drop));
  CHECK_INT(f.dropped, 1);
  lwt_t *both[] = {lwt_pause(), lwt_unix_sleep(0.001)};
  SETTLED(lwt_join(both, 2));
  lwt_t *first[] = {lwt_unix_sleep(0.001), lwt_unix_sleep(3600)};
  SETTLED(lwt_pick(first, 2));
  SETTLED(lwt_unix_with_timeout(60, soon, NULL, NULL));
}

TEST(what_waits_is_told) {
  lwt_u *u = NULL;
  lwt_t *p = lwt_wait(&u);
  lwt_t *q = lwt_bind(lwt_retain(p), pass, LWT_INT(2), NULL);
  OKAY(lwt_wakeup(u, LWT_INT(1)));
  if (lwt_state(p) != LWT_SLEEP) SETTLED(q);
  else lwt_release(q);
  lwt_release(p);
}

TEST(streams_settle) {
  lwt_stream_push *push = NULL;
  lwt_stream *stream = lwt_stream_create(&push);
  if (!GIVEN(stream)) return;
  lwt_t *next = lwt_stream_next(stream);
  bool pushed = OKAY(lwt_stream_push_value(push, LWT_INT(1)));
  if (pushed) SETTLED(next);
  else lwt_release(next);
  OKAY(lwt_stream_push_close(push));
  lwt_stream_push_release(push);
  lwt_stream_release(stream);
}

TEST(who_wants_a_mutex_gets_it) {
  lwt_mutex *mutex = lwt_mutex_create();
  if (!GIVEN(mutex)) return;
  ENV(f);
  lwt_t *one = lwt_mutex_with_lock(mutex, soon, NULL, NULL);
  lwt_t *two = lwt_mutex_with_lock(mutex, env_thunk, &f, env_drop);
  SETTLED(one);
  SETTLED(two);
  CHECK_INT(f.dropped, 1);
  lwt_mutex_release(mutex);
}

static lwt_value waits(void *env) {
  (void)env;
  lwt_exn *e = NULL;
  lwt_await(lwt_unix_sleep(0.001), &e);
  return e != NULL ? lwt_raise(e) : LWT_UNIT;
}
TEST(fibers_settle) {
  lwt_t *one = lwt_spawn(waits, NULL, NULL, 0), *two = lwt_spawn(waits, NULL, NULL, 0);
  SETTLED(one);
  SETTLED(two);
}

static void told(void *env) { lwt_wakeup((lwt_u *)env, LWT_UNIT); }
TEST(a_notification_arrives_or_was_never_made) {
  lwt_u *u = NULL;
  lwt_t *p = lwt_wait(&u);
  intptr_t id = lwt_unix_make_notification(told, u, NULL, true);
  CHECK(id > 0 || faulty());
  if (id > 0) {
    lwt_unix_send_notification(id);
    SETTLED(p);
  } else {
    lwt_release(p);
    lwt_wakener_release(u);
  }
}

struct number {
  struct lwt_unix_job job;
  int number;
};
static int jobs_ran, jobs_read;
static void add(struct lwt_unix_job *job) {
  __atomic_add_fetch(&jobs_ran, 1, __ATOMIC_ACQ_REL);
  ((struct number *)job)->number++;
}
static lwt_value sum(struct lwt_unix_job *job) {
  jobs_read++;
  int number = ((struct number *)job)->number;
  lwt_unix_free_job(job);
  return LWT_INT(number);
}
TEST(jobs_settle) {
  lwt_t *all[4];
  for (int i = 0; i < 4; i++) {
    struct number *job = lwt_unix_new(struct number);
    job->number = i;
    job->job.worker = add;
    job->job.result = sum;
    lwt_unix_alloc_job(&job->job);
    all[i] = lwt_unix_run_job(&job->job);
  }
  for (int i = 0; i < 4; i++) SETTLED(all[i]);
  CHECK_INT(jobs_ran, jobs_read);
}

static lwt_value detached(void *env) { return env; }
TEST(detached_computations_settle) { SETTLED(lwt_preemptive_detach(detached, NULL, NULL)); }

static void ready(lwt_engine_event *event, void *env) {
  lwt_wakeup((lwt_u *)env, LWT_UNIT);
  lwt_engine_stop_event(event);
}
TEST(a_descriptor_is_watched_or_it_is_said_why_not) {
  int fds[2];
  lwt_u *u = NULL;
  CHECK_INT(pipe(fds), 0);
  lwt_t *p = lwt_wait(&u);
  CHECK_INT(write(fds[1], "x", 1), 1);
  lwt_engine_event *event = lwt_engine_on_readable(fds[0], ready, u, NULL);
  if (GIVEN(event)) {
    SETTLED(p);
  } else {
    lwt_release(p);
    lwt_wakener_release(u);
  }
  close(fds[0]);
  close(fds[1]);
}
