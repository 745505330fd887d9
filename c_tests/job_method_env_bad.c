/* env: LWT_ASYNC_METHOD=nonsense */
/* expect: exit 0, stderr "LWT_ASYNC_METHOD" */
/* A method that there is not: a message, and it is ignored. */
#include "jobs.h"

TEST(a_bad_method_in_the_environment_is_named_and_ignored) {
  works_start();
  CHECK_INT(lwt_unix_default_async_method(), LWT_UNIX_ASYNC_METHOD_DETACH);
  CHECK_INT(run(work_run(1)), 2);
  CHECK_INT(works_on_main, 0);
  works_end(1);
}
