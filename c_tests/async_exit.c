/* expect: exit 2, stderr "nobody handles this" */
/* A failure that nobody handled: the default hook prints it and exits 2. */
#include "promises.h"

static lwt_t *fails(void *env) {
  (void)env;
  return lwt_fail(lwt_exn_new(LWT_FAILURE, "nobody handles this"));
}
TEST(the_default_hook_prints_the_exception_and_exits_2) {
  lwt_async(fails, NULL, NULL);
  CHECK(!"reached");
}
