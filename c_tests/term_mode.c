/* However raw mode and the other modes end, the terminal is as it was. */
/* timeout: 120 */
#include "term_modes.h"

static lwt_t *next_key(void *env) {
  (void)env;
  return lwt_term_read_key();
}
static lwt_t *innermost(void *env) {
  (void)env;
  CHECK(is_raw());
  return lwt_return(LWT_INT(7));
}
static lwt_t *inner(void *env) {
  (void)env;
  CHECK(is_raw());
  lwt_t *p = lwt_term_with_raw_mode(innermost, NULL, NULL);
  CHECK_RETURNS(p, 7);
  CHECK(is_raw());
  return lwt_fail(lwt_exn_new(LWT_NOT_FOUND, "mine"));
}
static int dropped;
static lwt_t *outer(void *env) {
  (void)env;
  return lwt_term_with_raw_mode(inner, &dropped, count_drop);
}
static int nests(void) {
  CHECK(is_cooked());
  CHECK_INT(run(lwt_term_with_raw_mode(outer, &dropped, count_drop)), -LWT_NOT_FOUND);
  CHECK(is_cooked());
  CHECK_INT(dropped, 2);
  lwt_t *p = lwt_term_with_raw_mode(pending, NULL, NULL);
  CHECK(is_raw());
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
  CHECK(is_cooked());
  CHECK_FAILS(lwt_term_with_raw_mode(NULL, &dropped, count_drop), INVALID);
  CHECK_INT(dropped, 3);
  return 0;
}
TEST(nested_raw_mode_counts_and_the_outermost_puts_the_terminal_back) {
  struct pty pty;
  pty_run(&pty, 80, 25, nests);
  over_as_before(&pty, 0);
}

static int has_no_terminal(void) {
  int null = open("/dev/null", O_RDWR);
  dup2(null, 0);
  CHECK_FAILS(lwt_term_with_raw_mode(pending, &dropped, count_drop), LWT_FAILURE);
  CHECK_INT(dropped, 1);
  CHECK_FAILS(lwt_term_read_key(), LWT_FAILURE);
  CHECK(!lwt_term_raw_mode());
  dup2(null, 1);
  CHECK_INT(run(lwt_term_enter_drawing_mode()), 0);
  CHECK_INT(run(lwt_term_clear_screen()), 0);
  dup2(null, 2);
  int columns, lines;
  lwt_term_size(&columns, &lines);
  return columns != 80 || lines != 25;
}
TEST(without_a_terminal_raw_mode_fails_and_nothing_is_written) {
  struct pty pty;
  pty_run(&pty, 200, 50, has_no_terminal);
  over_as_before(&pty, 0);
  CHECK_STR(pty.seen, "");
}

TEST(exit_in_the_middle_undoes_all) { ends(1, ends_somehow, 5); }
TEST(the_end_of_main_undoes_all) { ends(5, ends_somehow, 0); }
TEST(a_failure_that_nobody_handles_undoes_all) { ends(4, ends_somehow, 2); }
TEST(abort_undoes_all) { ends(2, ends_somehow, 1000 + SIGABRT); }
TEST(a_signal_that_ends_the_process_undoes_all) {
  const int signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGALRM, SIGIO, SIGRTMIN + 3};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
    struct pty pty;
    how = 0;
    pty_run(&pty, 80, 25, ends_somehow);
    PTY_EXPECT(&pty, "[ready]");
    CHECK(pty_is_raw(&pty));
    pty_signal(&pty, signals[i]);
    all_was_undone(&pty);
    over_as_before(&pty, 1000 + signals[i]);
  }
}

/* ----------------------------------------------- the terminal goes away --- */
static int reads_on(void) {
  signal(SIGHUP, SIG_IGN);
  say("[ready]");
  /* What has gone away is no terminal any more: it may be gone already. */
  int kind = run(lwt_term_with_raw_mode(next_key, NULL, NULL));
  CHECK(kind == -LWT_UNIX_ERROR || kind == -LWT_END_OF_FILE || kind == -LWT_FAILURE);
  kind = run(lwt_term_read_key());
  CHECK(kind == -LWT_UNIX_ERROR || kind == -LWT_END_OF_FILE || kind == -LWT_FAILURE);
  lwt_stream *events = lwt_term_events(NULL);
  kind = run(lwt_stream_next(events));
  CHECK(kind == -LWT_UNIX_ERROR || kind == -LWT_EMPTY);
  lwt_stream_release(events);
  return 0;
}
TEST(a_terminal_that_goes_away_is_an_error_and_no_end_in_itself) {
  struct pty pty;
  pty_run(&pty, 80, 25, reads_on);
  PTY_EXPECT(&pty, "[ready]");
  PTY_UNTIL(&pty, pty_is_raw(&pty));
  close(pty.master);
  pty.master = -1;
  CHECK_INT(pty_over(&pty), 0);
}

/* -------------------------------------------------------------- size --- */
static int sizes(void) {
  int columns = 0, lines = 0;
  for (int i = 0; i < 3; i++) {
    char text[50];
    lwt_term_size(&columns, &lines);
    CHECK_INT(columns, lwt_term_columns());
    CHECK_INT(lines, lwt_term_lines());
    snprintf(text, sizeof text, "[%d x %d]", columns, lines);
    say(text);
    lwt_t *key = lwt_term_read_key();
    CHECK_INT(lwt_main_run_until(key), LWT_OK);
    lwt_release(key);
  }
  lwt_term_size(NULL, NULL);
  return 0;
}
/* When it is waited for: before that the terminal takes lines. */
static void type_key(struct pty *pty) {
  PTY_UNTIL(pty, pty_is_raw(pty));
  pty_type(pty, "a");
}
TEST(the_size_is_what_it_is_now) {
  struct pty pty;
  pty_run(&pty, 200, 50, sizes);
  PTY_EXPECT(&pty, "[200 x 50]");
  pty_resize(&pty, 20, 10);
  type_key(&pty);
  PTY_EXPECT(&pty, "[20 x 10]");
  pty_resize(&pty, 0, 0);
  type_key(&pty);
  PTY_EXPECT(&pty, "[80 x 25]");
  type_key(&pty);
  over_as_before(&pty, 0);
}

static int changes;
static lwt_t *wait_for_changes(lwt_value value, void *env) {
  (void)value;
  (void)env;
  return lwt_return(LWT_UNIT);
}
static lwt_value says_size(lwt_value value, void *env) {
  char text[50];
  (void)env;
  changes++;
  snprintf(text, sizeof text, "[%d x %d]", LWT_TERM_SIZE_COLUMNS(value),
           LWT_TERM_SIZE_LINES(value));
  say(text);
  return value;
}
static int size_signals(void) {
  lwt_signal *size = lwt_term_size_signal(), *columns = lwt_term_columns_signal();
  lwt_signal *lines = lwt_term_lines_signal(), *said = lwt_signal_map(size, says_size, NULL, NULL);
  CHECK(size != NULL && columns != NULL && lines != NULL && said != NULL);
  CHECK_INT(LWT_TO_INT(lwt_signal_value(columns)), 200);
  CHECK_INT(LWT_TO_INT(lwt_signal_value(lines)), 50);
  CHECK_INT(lwt_unix_signal_count(), 1);
  lwt_t *p = lwt_bind(lwt_term_read_key(), wait_for_changes, NULL, NULL);
  CHECK_INT(run(p), 0);
  CHECK_INT(changes, 3);
  CHECK_INT(LWT_TO_INT(lwt_signal_value(columns)), 20);
  CHECK_INT(LWT_TO_INT(lwt_signal_value(lines)), 10);
  lwt_signal_release(size);
  lwt_signal_release(said);
  lwt_signal_release(columns);
  CHECK_INT(lwt_unix_signal_count(), 1);
  lwt_signal_release(lines);
  CHECK_INT(lwt_unix_signal_count(), 0); /* nobody listens any more */
  return 0;
}
TEST(the_size_is_a_signal_while_somebody_has_it) {
  struct pty pty;
  pty_run(&pty, 200, 50, size_signals);
  PTY_EXPECT(&pty, "[200 x 50]");
  pty_resize(&pty, 200, 10);
  PTY_EXPECT(&pty, "[200 x 10]");
  pty_resize(&pty, 20, 10);
  PTY_EXPECT(&pty, "[20 x 10]");
  type_key(&pty);
  over_as_before(&pty, 0);
}

/* ------------------------------------------------------------ screen --- */
static int moves(void) {
  CHECK_INT(run(lwt_io_print("one\ntwo\n")), 0);
  CHECK_INT(run(lwt_term_goto_beginning_of_line(2)), 0);
  CHECK_INT(run(lwt_term_goto_beginning_of_line(0)), 0);
  CHECK_INT(run(lwt_term_goto_beginning_of_line(-1)), -INVALID);
  CHECK_INT(run(lwt_term_clear_line()), 0);
  CHECK_INT(run(lwt_term_clear_screen()), 0);
  CHECK_INT(run(lwt_term_set_mouse(LWT_TERM_MOUSE_BUTTONS)), 0);
  CHECK_INT(run(lwt_term_set_mouse(LWT_TERM_MOUSE_DRAGS)), 0);
  CHECK_INT(run(lwt_term_set_mouse(LWT_TERM_MOUSE_OFF)), 0);
  CHECK_INT(run(lwt_term_set_mouse(4)), -INVALID);
  CHECK_INT(run(lwt_term_hide_cursor()), 0);
  CHECK_INT(run(lwt_term_show_cursor()), 0);
  return 0;
}
TEST(what_controls_the_screen_comes_after_what_was_printed) {
  struct pty pty;
  pty_run(&pty, 80, 25, moves);
  pty_wait(&pty);
  for (int i = 0; i < 10; i++) pty_look(&pty, 20);
  CHECK_STR(pty.seen,
            "one\r\ntwo\r\n\r\033[2A\r\033[2K\033[2J\033[H"
            "\033[?1000h\033[?1006h\033[?1000l\033[?1006l\033[?1002h\033[?1006h"
            "\033[?1002l\033[?1006l\033[?25l\033[?25h");
  over_as_before(&pty, 0);
}
