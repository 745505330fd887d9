/* expect: exit 0, stderr "what was left: bye" */
/* What channels hold unsent when main returns is sent then, though that takes a
 * main loop; and so is what is written meanwhile. */
#include "loop.h"

static lwt_t *taken(lwt_value unit, void *len) {
  (void)unit;
  return lwt_return((lwt_value)len);
}
static lwt_t *slowly(char *buf, size_t len, void *env) {
  (void)env;
  lwt_release(lwt_io_eprintf("what was left: %.*s", (int)len, buf));
  return lwt_bind(lwt_pause(), taken, (void *)LWT_INT(len), NULL);
}
TEST(a_line_is_written_and_nobody_waits_for_it) {
  lwt_io_channel *out = lwt_io_make(LWT_IO_OUTPUT, 0, slowly, NULL, NULL, NULL, NULL);
  lwt_release(lwt_io_write_line(out, "bye", 3));
  lwt_io_channel_release(out);
}
