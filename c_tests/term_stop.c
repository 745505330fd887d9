/* While the process is stopped, and when a fault ends it, the terminal is as it was. */
/* timeout: 120 */
/* valgrind: no (it does not let a signal stop a process) */
/* asan: no (it has a handler of faults of its own) */
/* tsan: no (it has a handler of faults of its own) */
#include "term_modes.h"

static lwt_value awaits(void *env) {
  (void)env;
  return LWT_UNIT;
}
static int ends_with_fibers(void) {
  run(lwt_spawn(awaits, NULL, NULL, 0));
  return ends_somehow();
}
TEST(a_fault_undoes_all) { ends(3, ends_somehow, 1000 + SIGSEGV); }
TEST(a_fault_undoes_all_where_fibers_are_watched_too) {
  ends(3, ends_with_fibers, 1000 + SIGSEGV);
}
TEST(a_fault_that_was_sent_undoes_all_too) {
  struct pty pty;
  how = 0;
  pty_run(&pty, 80, 25, ends_somehow);
  PTY_EXPECT(&pty, "[ready]");
  pty_signal(&pty, SIGSEGV);
  all_was_undone(&pty);
  over_as_before(&pty, 1000 + SIGSEGV);
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
