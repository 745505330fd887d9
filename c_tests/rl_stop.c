/* A line editor in a terminal, stopped by ^Z and going on. */
/* valgrind: no (it does not let a signal stop a process) */
#include "rl_screen.h"

#include <lwt_all.h>

static int reads(void) {
  setenv("TERM", "xterm-256color", 1);
  struct lwt_string *line =
      (struct lwt_string *)lwt_main_run(lwt_read_line_read_line(NULL), NULL);
  printf("got <%s>\n", line->data);
  lwt_string_release(line);
  return 0;
}

TEST(stopped_and_going_on_it_is_drawn_again) {
  struct screen s;
  screen_run(&s, 40, 12, reads);
  SHOWS(&s, 0, "#");
  screen_type(&s, "text\x1a");
  CHECK(pty_stops(&s.pty));
  CHECK(pty_is_as_before(&s.pty));
  CURSOR(&s, 1, 0);
  pty_goes_on(&s.pty, true);
  SHOWS(&s, 1, "# text");
  screen_type(&s, "!\n");
  SHOWS(&s, 2, "got <text!>");
  CHECK_INT(screen_over(&s), 0);
}
