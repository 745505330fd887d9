/* With debugging on, the span of a bind knows its line. */
/* env: LWT_DEBUG=1 */
#include "loop.h"

static char file[200];
static int line, begins, ends;

static void on_trace(bool begin, const struct lwt_rte_span *span, void *env) {
  (void)env;
  if (begin) {
    begins++;
    snprintf(file, sizeof file, "%s", span->file != NULL ? span->file : "(NULL)");
    line = span->line;
  } else {
    ends++;
  }
}
static lwt_t *again(lwt_value v, void *env) {
  (void)env;
  return lwt_return(v);
}

TEST(the_span_of_a_bind_has_its_file_and_line) {
  struct lwt_rte_events events = {sizeof events, NULL, NULL, NULL, NULL, NULL, on_trace};
  lwt_rte_install(&events);
  int wanted = __LINE__ + 1;
  lwt_t *p = lwt_bind(lwt_pause(), again, NULL, NULL);
  CHECK_HAS(file, "rte_debug.c");
  CHECK_INT(line, wanted);
  CHECK_INT(run(p), 0);
  CHECK_INT(begins, 1);
  CHECK_INT(ends, 1);
  lwt_rte_install(NULL);
}
/* Debugging and tracing do not switch each other off. */
TEST(each_goes_on_without_the_other) {
  struct lwt_rte_events events = {sizeof events, NULL, NULL, NULL, NULL, NULL, on_trace};
  lwt_rte_install(&events);
  lwt_rte_install(NULL);
  CHECK(lwt_debug_is_on());
  lwt_debug_stop();
  lwt_rte_install(&events);
  CHECK(!lwt_debug_is_on());
  lwt_debug_start();
  CHECK(lwt_debug_is_on());
  lwt_debug_stop();
  begins = 0;
  turns(1);
  CHECK_INT(run(lwt_bind(lwt_pause(), again, NULL, NULL)), 0);
  CHECK_INT(begins, 1);
  CHECK_STR(file, "(NULL)");
  lwt_rte_install(NULL);
  CHECK_INT(run(lwt_bind(lwt_pause(), again, NULL, NULL)), 0);
  CHECK_INT(begins, 1);
}
