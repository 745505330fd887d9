/* env: LWT_ASYNC_METHOD=none */
/* The default method comes from the environment. */
#include "jobs.h"

TEST(the_environment_names_the_default_method) {
  works_start();
  CHECK_INT(lwt_unix_default_async_method(), LWT_UNIX_ASYNC_METHOD_NONE);
  CHECK_RETURNS(work_run(1), 2);
  CHECK_INT(shared(&works_on_main), 1);
  works_end(1);
}
