/* env: LWT_ASYNC_METHOD=nonsense */
/* A method that there is not is ignored. */
#include "jobs.h"

TEST(a_bad_method_in_the_environment_is_ignored) {
  works_start();
  CHECK_INT(lwt_unix_default_async_method(), LWT_UNIX_ASYNC_METHOD_DETACH);
  CHECK_INT(run(work_run(1)), 2);
  CHECK_INT(shared(&works_on_main), 0);
  works_end(1);
}
