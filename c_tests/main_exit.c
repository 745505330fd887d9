/* expect: exit 2, stderr "main_run without a place for it" */
/* A main loop whose failure nobody takes: printed, and exits 2. */
#include "promises.h"

TEST(main_run_with_no_place_for_the_exception_prints_it_and_exits_2) {
  lwt_main_run(lwt_fail(lwt_exn_new(LWT_FAILURE, "main_run without a place for it")), NULL);
  CHECK(!"reached");
}
