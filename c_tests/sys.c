/* Lwt_sys, and what a stub says for which the system has no call. */
#include "promises.h"

TEST(linux_has_all_features_but_maybe_libev) {
  for (int feature = LWT_SYS_WAIT4; feature < LWT_SYS_LIBEV; feature++)
    CHECK(lwt_sys_have((lwt_sys_feature)feature));
  (void)lwt_sys_have(LWT_SYS_LIBEV);
}

TEST(a_number_that_is_no_feature_is_not_there) {
  CHECK(!lwt_sys_have((lwt_sys_feature)12));
  CHECK(!lwt_sys_have((lwt_sys_feature)-1));
}

TEST(the_byte_order_is_that_of_numbers_in_memory) {
  uint16_t one = 1;
  unsigned char first;
  memcpy(&first, &one, 1);
  CHECK_INT(lwt_sys_byte_order(), first == 1 ? LWT_SYS_LITTLE_ENDIAN : LWT_SYS_BIG_ENDIAN);
  CHECK(!lwt_sys_windows());
}

LWT_NOT_AVAILABLE1(unix_teleport)
static lwt_value missing(lwt_value value, void *env) {
  (void)env;
  return lwt_unix_teleport(value);
}
TEST(a_call_that_is_missing_fails_with_its_name) {
  lwt_t *p = lwt_map(lwt_return(LWT_UNIT), missing, NULL, NULL);
  CHECK_INT(kind_of(p), LWT_NOT_AVAILABLE);
  CHECK_STR(lwt_exn_function(lwt_exn_of(p)), "unix_teleport");
  CHECK_STR(lwt_exn_message(lwt_exn_of(p)), "unix_teleport: not available on this system");
  CHECK_INT(lwt_exn_errno(lwt_exn_of(p)), 0);
  lwt_release(p);
  lwt_exn *e = lwt_exn_new(LWT_NOT_AVAILABLE, NULL);
  CHECK_STR(lwt_exn_message(e), "not available on this system");
  lwt_exn_release(e);
}
