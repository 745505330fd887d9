/* expect: exit 2, stderr "after the default came back" */
/* Setting no hook brings the default one back. */
#include "promises.h"

static lwt_t *fails(void *env) {
  (void)env;
  return lwt_fail(lwt_exn_new(LWT_FAILURE, "after the default came back"));
}
TEST(setting_null_restores_the_default_hook) {
  hook_install();
  lwt_async(fails, NULL, NULL);
  CHECK_HOOK(1, LWT_FAILURE);
  lwt_set_async_exception_hook(NULL, NULL, NULL);
  lwt_async(fails, NULL, NULL);
  CHECK(!"reached");
}
