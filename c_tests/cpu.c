/* CPUs and affinity. */
#include "promises.h"

#include <errno.h>
#include <sched.h>

static int errno_of(const lwt_t *p) {
  const lwt_exn *e = lwt_exn_of(p);
  return e != NULL ? lwt_exn_errno(e) : 0;
}

TEST(this_thread_runs_on_a_cpu_of_its_affinity) {
  lwt_t *mine = lwt_unix_get_affinity(0);
  CHECK_STATE(mine, LWT_RETURN);
  struct lwt_values *cpus = lwt_value_of(mine);
  cpu_set_t set;
  CHECK_INT(sched_getaffinity(0, sizeof set, &set), 0);
  CHECK_INT(cpus->len, CPU_COUNT(&set));
  lwt_t *here = lwt_unix_get_cpu();
  CHECK_STATE(here, LWT_RETURN);
  bool found = false;
  for (size_t i = 0; i < cpus->len; i++) {
    CHECK(CPU_ISSET(LWT_TO_INT(cpus->data[i]), &set));
    if (i > 0) CHECK(LWT_TO_INT(cpus->data[i - 1]) < LWT_TO_INT(cpus->data[i]));
    found |= cpus->data[i] == lwt_value_of(here);
  }
  CHECK(found);
  lwt_release(here);
  lwt_release(mine);
}

TEST(a_thread_may_be_bound_to_one_cpu_and_let_go_again) {
  lwt_t *before = lwt_unix_get_affinity(0);
  struct lwt_values *cpus = lwt_value_of(before);
  int all[CPU_SETSIZE], n = (int)cpus->len, last;
  for (int i = 0; i < n && i < CPU_SETSIZE; i++) all[i] = (int)LWT_TO_INT(cpus->data[i]);
  lwt_release(before);
  last = all[n - 1];
  CHECK_RETURNS(lwt_unix_set_affinity(0, &last, 1), 0);
  CHECK_RETURNS(lwt_unix_get_cpu(), last);
  lwt_t *now = lwt_unix_get_affinity((int)getpid());
  CHECK_INT(((struct lwt_values *)lwt_value_of(now))->len, 1);
  lwt_release(now);
  CHECK_RETURNS(lwt_unix_set_affinity(0, all, (size_t)n), 0);
}

TEST(bad_processes_and_bad_cpus_are_told) {
  int negative = -1, huge = 65536, absent = 60000;
  lwt_t *p = lwt_unix_get_affinity(0x7ffffffe);
  CHECK_INT(errno_of(p), ESRCH);
  CHECK_STR(lwt_exn_function(lwt_exn_of(p)), "get_affinity");
  lwt_release(p);
  p = lwt_unix_get_affinity(-1);
  CHECK_FAILS(p, LWT_UNIX_ERROR);
  CHECK_FAILS(lwt_unix_set_affinity(0, NULL, 1), INVALID);
  CHECK_FAILS(lwt_unix_set_affinity(0, &negative, 1), INVALID);
  CHECK_FAILS(lwt_unix_set_affinity(0, &huge, 1), INVALID);
  p = lwt_unix_set_affinity(0, &absent, 1);
  CHECK_INT(errno_of(p), EINVAL);
  CHECK_STR(lwt_exn_function(lwt_exn_of(p)), "set_affinity");
  lwt_release(p);
  p = lwt_unix_set_affinity(0, NULL, 0);
  CHECK_INT(errno_of(p), EINVAL);
  lwt_release(p);
}
