/* Out of descriptors: timers, jobs and notifications need none. */
#include "jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>

static void use_up_descriptors(void) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = 3; /* no further one can be made; those there are stay */
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) SKIP("descriptors can't be limited");
  if (open("/dev/null", O_RDONLY) >= 0) SKIP("descriptors can't be limited");
}
static intptr_t id;
static lwt_u *u;
static void wake_u(void *env) {
  (void)env;
  lwt_wakeup(u, LWT_INT(5));
}
static void *send_soon(void *env) {
  sleep_ms(20);
  lwt_unix_send_notification(id);
  return env;
}
TEST(timers_jobs_and_notifications_work_without_descriptors) {
  use_up_descriptors();
  works_start();
  CHECK_INT(run(lwt_unix_sleep(0.01)), 0);
  CHECK_INT(run(work_sleep(1, 10)), 2);
  id = lwt_unix_make_notification(wake_u, NULL, NULL, true);
  pthread_t thread;
  pthread_create(&thread, NULL, send_soon, NULL);
  CHECK_INT(run(lwt_wait(&u)), 5);
  pthread_join(thread, NULL);
  works_end(1);
}

static void never(lwt_engine_event *event, void *env) {
  (void)event, (void)env;
  CHECK(false);
}
TEST(watching_a_descriptor_needs_one_and_says_so) {
  ENV(f);
  use_up_descriptors();
  errno = 0;
  CHECK_PTR(lwt_engine_on_readable(0, never, &f, env_drop), NULL);
  CHECK(errno == EMFILE || errno == ENFILE);
  CHECK_ENV(f, 0, 1);
  CHECK_INT(run(lwt_unix_sleep(0.01)), 0);
}
