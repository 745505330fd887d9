/* However raw mode and the other modes end, the terminal is as it was. */
/* timeout: 120 */
#include "terminals.h"

#include <sys/resource.h>

static lwt_t *pending(void *env) {
  (void)env;
  return lwt_unix_sleep(1e6);
}
static lwt_t *next_key(void *env) {
  (void)env;
  return lwt_term_read_key();
}
static bool is_raw(void) {
  struct termios now;
  return tcgetattr(0, &now) == 0 && (now.c_lflag & (ICANON | ECHO | ISIG)) == 0 &&
         now.c_cc[VMIN] == 1 && lwt_term_raw_mode();
}
static bool is_cooked(void) {
  struct termios now;
  return tcgetattr(0, &now) == 0 && (now.c_lflag & (ICANON | ECHO | ISIG)) != 0 &&
         !lwt_term_raw_mode();
}
/* The child is over with this code, and the terminal as it was. */
static void over_as_before(struct pty *pty, int code) {
  pty_wait(pty);
  CHECK(pty_is_as_before(pty));
  CHECK_INT(pty_over(pty), code);
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

/* All modes, and then an end of some sort. */
static int how;
static lwt_t *at_the_end(lwt_value value, void *env) {
  (void)value;
  (void)env;
  say("[ready]");
  if (how == 1) exit(5);
  if (how == 2) abort();
  if (how == 3) *(volatile char *)8 = 0;
  if (how == 4) return lwt_fail(lwt_exn_new(LWT_NOT_FOUND, "mine"));
  if (how == 5) return lwt_return(LWT_UNIT);
  return pending(NULL);
}
static lwt_t *modes_and_end(void *env) {
  lwt_t *last[5] = {lwt_term_enter_drawing_mode(), lwt_term_hide_cursor(),
                    lwt_term_set_bracketed_paste(true), lwt_term_set_focus_events(true),
                    lwt_term_set_mouse(LWT_TERM_MOUSE_MOVES)};
  return lwt_bind(lwt_join(last, 5), at_the_end, env, NULL);
}
static int ends_somehow(void) {
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  lwt_main_run(lwt_term_with_raw_mode(modes_and_end, NULL, NULL), NULL);
  return 0;
}
static lwt_value awaits(void *env) {
  (void)env;
  return LWT_UNIT;
}
static int ends_with_fibers(void) {
  run(lwt_spawn(awaits, NULL, NULL, 0));
  return ends_somehow();
}
static void all_was_undone(struct pty *pty) {
  static const char *const off[] = {"\033[?1049l", "\033>", "\033[?25h", "\033[?2004l",
                                    "\033[?1004l", "\033[?1003l", "\033[?1006l"};
  static const char *const on[] = {"\033[?1049h", "\033=", "\033[?25l", "\033[?2004h",
                                   "\033[?1004h", "\033[?1003h", "\033[?1006h"};
  pty_wait(pty);
  for (int i = 0; i < 10; i++) pty_look(pty, 20);
  for (size_t i = 0; i < sizeof off / sizeof *off; i++) {
    CHECK_HAS(pty->seen, on[i]);
    CHECK_HAS(pty->seen + pty->mark, off[i]);
  }
}
static void ends(int way, int (*child)(void), int code) {
  struct pty pty;
  how = way;
  pty_run(&pty, 80, 25, child);
  PTY_EXPECT(&pty, "[ready]");
  all_was_undone(&pty);
  over_as_before(&pty, code);
}
TEST(exit_in_the_middle_undoes_all) { ends(1, ends_somehow, 5); }
TEST(the_end_of_main_undoes_all) { ends(5, ends_somehow, 0); }
TEST(a_failure_that_nobody_handles_undoes_all) { ends(4, ends_somehow, 2); }
TEST(abort_undoes_all) { ends(2, ends_somehow, 1000 + SIGABRT); }
TEST(a_fault_undoes_all) { ends(3, ends_somehow, 1000 + SIGSEGV); }
TEST(a_fault_undoes_all_where_fibers_are_watched_too) {
  ends(3, ends_with_fibers, 1000 + SIGSEGV);
}
TEST(a_signal_that_ends_the_process_undoes_all) {
  static const int signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGALRM, SIGSEGV};
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

/* ---------------------------------------------------------- stopping --- */
static lwt_t *obeys(void *env);
static lwt_t *obey(lwt_value value, void *env) {
  const struct lwt_term_key *key = value;
  say_key(key);
  if (is_text(key, "z")) {
    CHECK_INT(lwt_term_suspend(), LWT_OK);
    say(is_raw() ? "[raw again]" : "[not raw]");
  }
  if (is_text(key, "f")) {
    pid_t child = fork();
    if (child == 0) exit(0); /* which runs the exit hooks */
    waitpid(child, NULL, 0);
    child = fork();
    if (child == 0) {
      raise(SIGTERM);
      _exit(0);
    }
    waitpid(child, NULL, 0);
    say(is_raw() ? "[still raw]" : "[not raw]");
  }
  return is_text(key, "Q") ? lwt_return(LWT_UNIT) : obeys(env);
}
static lwt_t *obeys(void *env) { return lwt_bind(lwt_term_read_key(), obey, env, NULL); }
static lwt_t *obeys_at_last(lwt_value value, void *env) {
  (void)value;
  say("[ready]");
  return obeys(env);
}
static lwt_t *draws_and_obeys(void *env) {
  return lwt_bind(lwt_term_enter_drawing_mode(), obeys_at_last, env, NULL);
}
static int obeys_keys(void) { return run(lwt_term_with_raw_mode(draws_and_obeys, NULL, NULL)) != 0; }
static void obeys_to_the_end(struct pty *pty) {
  pty_type(pty, "a");
  PTY_EXPECT(pty, "[Key \"a\"]");
  pty_type(pty, "Q");
  over_as_before(pty, 0);
}

TEST(while_the_process_is_stopped_the_terminal_is_as_it_was_and_then_raw_again) {
  struct pty pty;
  pty_run(&pty, 80, 25, obeys_keys);
  PTY_EXPECT(&pty, "[ready]");
  for (int i = 0; i < 3; i++) {
    pty_type(&pty, "z");
    PTY_EXPECT(&pty, "\033[?1049l");
    CHECK(pty_stops(&pty));
    CHECK(pty_is_as_before(&pty));
    pty_goes_on(&pty, true);
    PTY_EXPECT(&pty, "\033[?1049h");
    PTY_EXPECT(&pty, "[raw again]");
    CHECK(pty_is_raw(&pty));
  }
  obeys_to_the_end(&pty);
}

TEST(a_shell_that_puts_the_terminal_back_after_another_stop_is_no_matter) {
  struct pty pty;
  pty_run(&pty, 80, 25, obeys_keys);
  PTY_EXPECT(&pty, "[ready]");
  pty_signal(&pty, SIGSTOP);
  CHECK(pty_stops(&pty));
  CHECK(pty_is_raw(&pty)); /* it could not be helped */
  CHECK_INT(tcsetattr(pty.master, TCSANOW, &pty.before), 0);
  pty_goes_on(&pty, true);
  PTY_EXPECT(&pty, "\033[?1049h");
  PTY_UNTIL(&pty, pty_is_raw(&pty));
  CHECK(pty_is_raw(&pty));
  obeys_to_the_end(&pty);
}

TEST(in_the_background_the_terminal_is_left_alone) {
  struct pty pty;
  pty_run(&pty, 80, 25, obeys_keys);
  PTY_EXPECT(&pty, "[ready]");
  pty_type(&pty, "z");
  CHECK(pty_stops(&pty));
  pty_goes_on(&pty, false);
  PTY_EXPECT(&pty, "raw"); /* whether it is then is not said */
  CHECK(pty_is_as_before(&pty));
  /* It is stopped for reading, as any process is; and goes on before all. */
  pty_type(&pty, "\n");
  CHECK(pty_stops(&pty));
  CHECK(pty_is_as_before(&pty));
  pty_goes_on(&pty, true);
  PTY_EXPECT(&pty, "\033[?1049h");
  PTY_UNTIL(&pty, pty_is_raw(&pty));
  obeys_to_the_end(&pty);
}

TEST(a_child_of_a_fork_leaves_the_terminal_to_its_parent) {
  struct pty pty;
  pty_run(&pty, 80, 25, obeys_keys);
  PTY_EXPECT(&pty, "[ready]");
  pty_type(&pty, "f");
  PTY_EXPECT(&pty, "[still raw]");
  CHECK_PTR(strstr(pty.seen, "\033[?1049l"), NULL);
  obeys_to_the_end(&pty);
}

/* ----------------------------------------------- the terminal goes away --- */
static int reads_on(void) {
  signal(SIGHUP, SIG_IGN);
  say("[ready]");
  int kind = run(lwt_term_with_raw_mode(next_key, NULL, NULL));
  CHECK(kind == -LWT_UNIX_ERROR || kind == -LWT_END_OF_FILE);
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
TEST(the_size_is_what_it_is_now) {
  struct pty pty;
  pty_run(&pty, 200, 50, sizes);
  PTY_EXPECT(&pty, "[200 x 50]");
  pty_resize(&pty, 20, 10);
  pty_type(&pty, "a");
  PTY_EXPECT(&pty, "[20 x 10]");
  pty_resize(&pty, 0, 0);
  pty_type(&pty, "a");
  PTY_EXPECT(&pty, "[80 x 25]");
  pty_type(&pty, "a");
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
  pty_type(&pty, "a");
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
