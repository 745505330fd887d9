/* expect: exit 2, stderr "mkdir: No such file or directory: "/nowhere/at/all"" */
/* lwt_unix_handle_unix_error prints a failure of the system, and exits with 2. */
#include "loop.h"

static lwt_t *fails(void *env) {
  (void)env;
  return lwt_unix_mkdir("/nowhere/at/all", 0700);
}
TEST(a_failure_of_the_system_is_printed_and_ends_the_process) {
  run(lwt_unix_handle_unix_error(fails, NULL, NULL));
  CHECK(false); /* not reached */
}
