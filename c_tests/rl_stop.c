/* A line editor in a terminal, stopped by ^Z and going on, and ended by a signal. */
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

static int reads_keyword(void) {
  static const char *const words[] = {"start", "status", "stop"};
  setenv("TERM", "xterm-256color", 1);
  lwt_main_run(lwt_read_line_read_keyword(NULL, false, words, 3), NULL);
  return 0;
}

TEST(ended_by_a_signal_the_text_stays_without_the_box_and_the_cursor_is_below) {
  struct screen s;
  screen_run(&s, 20, 12, reads_keyword);
  SHOWS(&s, 0, "#");
  screen_type(&s, "st");
  SHOWS(&s, 0, "# st");
  SHOWS(&s, 2, "│start   status    │");
  pty_signal(&s.pty, SIGTERM);
  pty_wait(&s.pty);
  SHOWS(&s, 1, "");
  SHOWS(&s, 2, "");
  SHOWS(&s, 3, "");
  SHOWS(&s, 0, "# st");
  CURSOR(&s, 1, 0);
  CHECK(pty_is_as_before(&s.pty));
  CHECK_INT(screen_over(&s), 1000 + SIGTERM);
}

TEST(ended_by_a_signal_with_the_cursor_in_a_text_of_several_rows_it_is_below_the_last) {
  struct screen s;
  screen_run(&s, 20, 12, reads);
  SHOWS(&s, 0, "#");
  screen_type(&s, "one two three four five six seven eight\x01");
  SHOWS(&s, 2, "t");
  CURSOR(&s, 0, 2);
  pty_signal(&s.pty, SIGTERM);
  pty_wait(&s.pty);
  CURSOR(&s, 3, 0);
  SHOWS(&s, 2, "t");
  CHECK_INT(screen_over(&s), 1000 + SIGTERM);
}
