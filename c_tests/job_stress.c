/* timeout: 240 */
/* Four hundred thousand jobs, a third of them cancelled at random: every
 * promise is resolved once, and every job freed once. */
#include "jobs.h"

enum { IN_FLIGHT = 500 };
static struct slot {
  lwt_t *p;
  intptr_t number;
  int resolved, patience; /* turns until it is cancelled; negative: never */
} slots[IN_FLIGHT];
static long submitted, goal, returned, cancelled, twice, wrong;
static unsigned seed = 11;

static void ended(void *data) {
  if (((struct slot *)data)->resolved++) twice++;
}
static void submit(struct slot *slot) {
  if (submitted == goal) {
    slot->p = NULL;
    return;
  }
  slot->number = submitted++;
  slot->resolved = 0;
  slot->patience = rand_r(&seed) % 3 == 0 ? rand_r(&seed) % 3 : -1;
  struct work *work = work_new(slot->number);
  unsigned dice = (unsigned)rand_r(&seed);
  work->ms = dice % 64 == 9; /* some are caught while they run */
  slot->p = dice % 7 == 0   ? lwt_unix_run_job_with(&work->job, LWT_UNIX_ASYNC_METHOD_NONE)
            : dice % 7 == 1 ? lwt_unix_run_job_with(&work->job, LWT_UNIX_ASYNC_METHOD_SWITCH)
                            : lwt_unix_run_job(&work->job);
  lwt_on_termination(slot->p, ended, slot, NULL);
  if (slot->patience == 0) lwt_cancel(slot->p);
}
static void settle(struct slot *slot) {
  if (slot->p == NULL || lwt_state(slot->p) == LWT_SLEEP) return;
  if (slot->resolved != 1) wrong++;
  if (lwt_state(slot->p) == LWT_RETURN) {
    returned++;
    if (LWT_TO_INT(lwt_value_of(slot->p)) != slot->number + 1) wrong++;
  } else {
    cancelled++;
    if (kind_of(slot->p) != LWT_CANCELED) wrong++;
  }
  lwt_release(slot->p);
  submit(slot);
}
TEST(every_promise_resolves_once_and_every_job_is_freed_once) {
  works_start();
  goal = scaled(400000);
  for (int i = 0; i < IN_FLIGHT; i++) submit(&slots[i]);
  long left = 1;
  while (left > 0) {
    left = 0;
    for (int i = 0; i < IN_FLIGHT; i++) {
      struct slot *slot = &slots[i];
      if (slot->p != NULL && slot->patience > 0 && --slot->patience == 0) lwt_cancel(slot->p);
      settle(slot);
      left += slot->p != NULL;
    }
    run(lwt_pause());
  }
  CHECK_INT(submitted, goal);
  CHECK_INT(returned + cancelled, goal);
  CHECK_INT(wrong, 0);
  CHECK_INT(twice, 0);
  CHECK(cancelled > goal / 20);
  CHECK(returned > goal / 3);
  works_end((int)goal);
  CHECK_INT(shared(&works_ran), shared(&works_read));
  printf("%ld jobs: %ld returned, %ld cancelled, %d never ran\n", goal, returned, cancelled,
         works_cancelled);
}

/* Several main loops share the pool. */
static int others_wrong;
static void *own_jobs(void *data) {
  long n = scaled(20000);
  for (long i = 0; i < n; i += 100) {
    lwt_t *all[100];
    for (long k = 0; k < 100; k++) all[k] = work_run(i + k);
    struct lwt_values *values = lwt_main_run(lwt_all(all, 100), NULL);
    for (long k = 0; k < 100; k++)
      if (LWT_TO_INT(values->data[k]) != i + k + 1)
        __atomic_add_fetch(&others_wrong, 1, __ATOMIC_ACQ_REL);
    lwt_values_release(values);
  }
  return data;
}
TEST(several_loops_share_the_pool) {
  pthread_t threads[4];
  works_start();
  for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, own_jobs, NULL);
  own_jobs(NULL);
  for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
  CHECK_INT(others_wrong, 0);
  CHECK_INT(shared(&works_read), 5 * ((scaled(20000) + 99) / 100) * 100);
}
