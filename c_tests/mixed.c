/* timeout: 120 */
/* All together: on several threads, each with its own main loop, values go
 * through jobs, sleeps, pauses, fibers, detached functions and notifications,
 * with timeouts and cancels, and come out as they should. */
#include "jobs.h"

/* A walk: each step waits in another way and adds one. */
struct walk {
  unsigned seed;
  int left;
  intptr_t value;
  lwt_u *waker;
  intptr_t notification;
};
static lwt_t *step(struct walk *walk);

static lwt_t *went_on(lwt_value v, void *data) {
  struct walk *walk = data;
  (void)v;
  walk->value++;
  return step(walk);
}
static lwt_value fiber_part(void *data) {
  struct walk *walk = data;
  unsigned dice = (unsigned)rand_r(&walk->seed);
  lwt_exn *e = NULL;
  lwt_await(dice % 2 ? lwt_unix_sleep(0.0001 * (dice % 5)) : work_run(1), &e);
  CHECK_PTR(e, NULL);
  lwt_yield();
  return LWT_INT(1);
}
static lwt_value detached_part(void *data) { return data; }
static void notified(void *data) {
  struct walk *walk = data;
  lwt_wakeup(walk->waker, LWT_UNIT);
}
static lwt_value send_from_job(void *data) {
  lwt_unix_send_notification(((struct walk *)data)->notification);
  return LWT_UNIT;
}
static lwt_t *timed_out(const lwt_exn *e, void *data) {
  (void)data;
  CHECK_INT(lwt_exn_kind(e), LWT_TIMEOUT);
  return lwt_return(LWT_UNIT);
}
static lwt_t *cancelled(const lwt_exn *e, void *data) {
  (void)data;
  CHECK_INT(lwt_exn_kind(e), LWT_CANCELED);
  return lwt_return(LWT_UNIT);
}
static lwt_t *step(struct walk *walk) {
  if (walk->left-- == 0) return lwt_return(LWT_INT(walk->value));
  unsigned dice = (unsigned)rand_r(&walk->seed);
  lwt_t *p = NULL;
  switch (dice % 10) {
    case 0: p = lwt_unix_sleep(0.0001 * (dice / 10 % 20)); break;
    case 1:
    case 2: p = work_run(dice % 100); break;
    case 3: p = lwt_pause(); break;
    case 4: p = lwt_spawn(fiber_part, walk, NULL, 0); break;
    case 5: p = lwt_preemptive_detach(detached_part, walk, NULL); break;
    case 6: {
      p = lwt_wait(&walk->waker);
      walk->notification = lwt_unix_make_notification(notified, walk, NULL, true);
      lwt_release(lwt_preemptive_detach(send_from_job, walk, NULL));
      break;
    }
    case 7: {
      lwt_t *members[2] = {lwt_unix_timeout(0.001), work_sleep(1, 3)};
      p = lwt_catch(lwt_pick(members, 2), timed_out, NULL, NULL);
      break;
    }
    case 8: {
      lwt_t *members[3] = {work_run(1), lwt_unix_sleep(0.0005), lwt_pause()};
      p = lwt_join(members, 3);
      break;
    }
    default: {
      lwt_t *job = dice / 10 % 2 ? work_run(1) : lwt_unix_sleep(5);
      p = lwt_catch(lwt_retain(job), cancelled, NULL, NULL);
      lwt_cancel(job);
      lwt_release(job);
      break;
    }
  }
  return lwt_bind(p, went_on, walk, NULL);
}

enum { WALKS = 25 };
static void *walk_about(void *data) {
  struct walk walks[WALKS];
  lwt_t *all[WALKS];
  int steps = (int)scaled(400);
  for (int i = 0; i < WALKS; i++) {
    walks[i] = (struct walk){(unsigned)(intptr_t)data * 1000u + (unsigned)i, steps, 0, NULL, 0};
    all[i] = step(&walks[i]);
  }
  lwt_exn *e = NULL;
  struct lwt_values *values = lwt_main_run(lwt_all(all, WALKS), &e);
  CHECK_PTR(e, NULL);
  if (e == NULL) {
    for (int i = 0; i < WALKS; i++) CHECK_INT(LWT_TO_INT(values->data[i]), steps);
    lwt_values_release(values);
  }
  CHECK_INT(run(lwt_unix_wait_for_jobs()), 0);
  return NULL;
}
TEST(walks_on_several_threads_come_out_right) {
  enum { THREADS = 5 };
  pthread_t threads[THREADS];
  works_start();
  for (intptr_t i = 0; i < THREADS; i++)
    pthread_create(&threads[i], NULL, walk_about, (void *)(i + 1));
  walk_about((void *)77);
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  CHECK_INT(shared(&works_read_elsewhere), 0);
}
