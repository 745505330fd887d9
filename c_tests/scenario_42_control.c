/* timeout: 120 */
/* Scenario 42, what is done to a running editor, in a real terminal: completion with 0, 1
 * and many words, a prompt that changes while one types, hide and show, resizing, output
 * above the line. (The engine is scenario_42_engine.c; refused keywords and masked passwords
 * are rl_read.c.) */
#include "rl_screen.h"

#include <lwt_all.h>

__attribute__((constructor)) static void terminal(void) {
  setenv("TERM", "xterm-256color", 1);
  unsetenv("NO_COLOR");
  unsetenv("XTERM_VERSION");
}

static struct lwt_read_line_options options;
static int show(lwt_t *promise) {
  lwt_exn *exn = NULL;
  lwt_value value = lwt_main_run(promise, &exn);
  if (exn != NULL) {
    printf("failed %d\n", lwt_exn_kind(exn));
    lwt_exn_release(exn);
  } else {
    printf("got <%s>\n", ((struct lwt_string *)value)->data);
    lwt_string_release((struct lwt_string *)value);
  }
  fflush(stdout);
  return 0;
}
static lwt_t *later(double seconds, lwt_bind_fn f, void *env) {
  return lwt_bind(lwt_unix_sleep(seconds), f, env, NULL);
}

/* -------------------------------------------------------- completion --- */
static lwt_t *complete(const char *before, const char *after, void *env) {
  static const char *const words[] = {"food", "foot", "bar"};
  (void)env;
  const char *word = strrchr(before, ' ');
  word = word == NULL ? before : word + 1;
  char head[64];
  snprintf(head, sizeof head, "%.*s", (int)(word - before), before);
  struct lwt_read_line_completion *found =
      lwt_read_line_complete(head, word, after, words, 3, " ");
  return lwt_return_owned(found, (lwt_drop_fn)lwt_read_line_completion_release);
}
static int completes(void) {
  options.complete = complete;
  return show(lwt_read_line_read_line(&options));
}
TEST(in_real_time_words_are_shown_as_one_types_and_tab_takes_what_they_share) {
  struct screen s;
  options = lwt_read_line_options_default();
  screen_run(&s, 20, 12, completes);
  SHOWS(&s, 2, "│bar   food  foot  │");
  screen_type(&s, "x");
  SHOWS(&s, 2, "│                  │");
  screen_type(&s, "\t");
  SHOWS(&s, 0, "# x");
  screen_type(&s, "\x7f" "f");
  SHOWS(&s, 2, "│food  foot        │");
  screen_type(&s, "\t");
  SHOWS(&s, 0, "# foo");
  /* Meta-right chooses, Meta-Tab takes. */
  screen_type(&s, "\x1b[1;3C\x1b\t");
  SHOWS(&s, 0, "# foot");
  screen_type(&s, " b");
  SHOWS(&s, 2, "│bar               │");
  screen_type(&s, "\t");
  CURSOR(&s, 0, 11);
  screen_type(&s, "\n");
  SHOWS(&s, 1, "got <foot bar >");
  SHOWS(&s, 2, "");
  CHECK_INT(screen_over(&s), 0);
}
TEST(in_classic_mode_tab_completes_and_lists) {
  struct screen s;
  options = lwt_read_line_options_default();
  options.mode = LWT_READ_LINE_CLASSIC;
  screen_run(&s, 80, 12, completes);
  SHOWS(&s, 0, "#");
  screen_type(&s, "x\t");
  SHOWS(&s, 0, "# x");
  screen_type(&s, "\x7f" "f\t");
  SHOWS(&s, 0, "# foo");
  screen_type(&s, "\t");
  SHOWS(&s, 1, "# foo");
  CHECK_HAS(screen_row(&s, 0), "food");
  CHECK_HAS(screen_row(&s, 0), "foot");
  screen_type(&s, "\x15" "b\t\n");
  SHOWS(&s, 2, "got <bar >");
  CHECK_INT(screen_over(&s), 0);
}

static int cancelled;
static void note_cancel(void *env) {
  (void)env;
  cancelled++;
}
static lwt_t *never(const char *before, const char *after, void *env) {
  (void)before, (void)after, (void)env;
  lwt_t *p = lwt_unix_sleep(1000);
  lwt_on_cancel(p, note_cancel, NULL, NULL);
  return p;
}
static int waits_for_completion(void) {
  options.complete = never;
  show(lwt_read_line_read_line(&options));
  printf("cancelled %d\n", cancelled);
  return 0;
}
TEST(a_slow_completion_is_told_and_cancelled_by_the_next_command) {
  struct screen s;
  options = lwt_read_line_options_default();
  screen_run(&s, 80, 12, waits_for_completion);
  PTY_EXPECT(&s.pty, "| working... ");
  PTY_EXPECT(&s.pty, "/ working... ");
  screen_type(&s, "a");
  SHOWS(&s, 0, "# a");
  screen_type(&s, "\n");
  SHOWS(&s, 1, "got <a>");
  SHOWS(&s, 2, "cancelled 2");
  CHECK_INT(screen_over(&s), 0);
}

/* ------------------------------------------------- the changing prompt --- */
static lwt_signal_setter *setter;
static lwt_value styled(const char *text) {
  return lwt_owned((lwt_value)LWT_STYLED(LWT_TEXT(text)), (lwt_drop_fn)lwt_styled_release);
}
static lwt_t *change(lwt_value value, void *env) {
  (void)value, (void)env;
  lwt_styled *next = LWT_STYLED(LWT_TEXT("second> "));
  lwt_signal_set_owned(setter, next, (lwt_drop_fn)lwt_styled_release);
  return lwt_return(LWT_UNIT);
}
static int changes_prompt(void) {
  lwt_styled *first = LWT_STYLED(LWT_TEXT("1> "));
  lwt_signal *prompt = lwt_signal_create_owned(first, (lwt_drop_fn)lwt_styled_release, &setter);
  options.prompt_signal = prompt;
  lwt_t *line = lwt_read_line_read_line(&options);
  lwt_signal_release(prompt);
  lwt_release(later(0.3, change, NULL));
  return show(line);
}
TEST(the_prompt_changes_while_one_types) {
  struct screen s;
  options = lwt_read_line_options_default();
  screen_run(&s, 20, 12, changes_prompt);
  SHOWS(&s, 0, "1>");
  screen_type(&s, "text");
  SHOWS(&s, 0, "second> text");
  CURSOR(&s, 0, 12);
  screen_type(&s, "\n");
  SHOWS(&s, 1, "got <text>");
  CHECK_INT(screen_over(&s), 0);
}

static lwt_value prompt_of(lwt_value state, void *env) {
  (void)env;
  struct lwt_string *text = lwt_read_line_engine_all_input((const lwt_read_line_state *)state);
  char prompt[32];
  snprintf(prompt, sizeof prompt, "%d> ", (int)text->len);
  lwt_string_release(text);
  return styled(prompt);
}
static lwt_signal *prompts(const lwt_signal *states, void *env) {
  (void)env;
  return lwt_signal_map(states, prompt_of, NULL, NULL);
}
static int counts(void) {
  options.prompt_fn = prompts;
  return show(lwt_read_line_read_line(&options));
}
TEST(the_prompt_follows_the_state_of_the_editor) {
  struct screen s;
  options = lwt_read_line_options_default();
  screen_run(&s, 20, 12, counts);
  SHOWS(&s, 0, "0>");
  screen_type(&s, "abc");
  SHOWS(&s, 0, "3> abc");
  screen_type(&s, "\x7f");
  SHOWS(&s, 0, "2> ab");
  screen_type(&s, "\n");
  SHOWS(&s, 1, "got <ab>");
  CHECK_INT(screen_over(&s), 0);
}

/* ------------------------------------------- hide, show, commands, end --- */
static lwt_read_line_control *control;
static void say(const char *text) {
  lwt_await(lwt_io_write(lwt_io_stdout(), text, strlen(text)), NULL);
  lwt_await(lwt_io_flush(lwt_io_stdout()), NULL);
}
static void pause_for(double seconds) { lwt_await(lwt_unix_sleep(seconds), NULL); }
static void type(const char *text) {
  CHECK_INT(lwt_read_line_control_fake_input(control, text, strlen(text)), LWT_OK);
}
static int controlled(lwt_value (*body)(void *)) {
  control = lwt_read_line_control_create(&options);
  lwt_t *line = lwt_read_line_control_result(control);
  lwt_release(lwt_spawn(body, NULL, NULL, 0));
  show(line);
  /* What comes too late does nothing. */
  CHECK_INT(lwt_read_line_control_accept(control), LWT_OK);
  lwt_t *late = lwt_read_line_control_hide(control);
  CHECK_INT(lwt_state(late), LWT_RETURN);
  lwt_release(late);
  lwt_read_line_control_release(control);
  return 0;
}

static lwt_value hides(void *env) {
  (void)env;
  type("typed");
  pause_for(0.2);
  lwt_await(lwt_read_line_control_hide(control), NULL);
  say("hidden");
  type(" unseen");
  pause_for(0.2);
  lwt_await(lwt_read_line_control_show(control), NULL);
  say(" and shown\n");
  return LWT_UNIT;
}
static int hides_and_shows(void) { return controlled(hides); }
TEST(hide_and_show_answer_when_they_have_drawn) {
  struct screen s;
  options = lwt_read_line_options_default();
  screen_run(&s, 40, 12, hides_and_shows);
  SHOWS(&s, 0, "# typed");
  SHOWS(&s, 0, "hidden");
  SHOWS(&s, 1, "");
  SHOWS(&s, 1, "# typed unseen");
  SHOWS(&s, 0, "hidden and shown");
  screen_type(&s, "!\n");
  SHOWS(&s, 2, "got <typed unseen!>");
  CHECK_INT(screen_over(&s), 0);
}

static lwt_value commands(void *env) {
  (void)env;
  type("one two");
  struct lwt_read_line_command back = lwt_read_line_do(LWT_READ_LINE_BACKWARD_DELETE_WORD);
  CHECK_INT(lwt_read_line_control_send_command(control, back), LWT_OK);
  lwt_read_line_control_send_command(control, lwt_read_line_char("three"));
  struct lwt_read_line_command bad = {12345, 0, NULL};
  CHECK_INT(lwt_read_line_control_send_command(control, bad), LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_read_line_control_fake_input(control, NULL, 3), LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_read_line_control_accept(NULL), LWT_INVALID_ARGUMENT);
  pause_for(0.1);
  lwt_read_line_state *state = lwt_read_line_control_engine_state(control);
  struct lwt_string *text = lwt_read_line_engine_all_input(state);
  CHECK_STR(text->data, "one three");
  lwt_string_release(text);
  lwt_read_line_state_release(state);
  lwt_read_line_render *drawn = lwt_read_line_control_render_state(control);
  CHECK(drawn != NULL);
  lwt_read_line_render_release(drawn);
  lwt_read_line_control_accept(control);
  return LWT_UNIT;
}
static int commanded(void) { return controlled(commands); }
TEST(commands_and_input_may_come_from_the_program) {
  struct screen s;
  options = lwt_read_line_options_default();
  screen_run(&s, 40, 12, commanded);
  SHOWS(&s, 1, "got <one three>");
  CHECK_INT(screen_over(&s), 0);
}

static lwt_value breaks_off(void *env) {
  (void)env;
  pause_for(0.1);
  CHECK_INT(lwt_read_line_control_interrupt(control), LWT_OK);
  return LWT_UNIT;
}
static int broken_off(void) { return controlled(breaks_off); }
static lwt_value cancels(void *env) {
  (void)env;
  pause_for(0.1);
  lwt_t *line = lwt_read_line_control_result(control);
  lwt_cancel(line);
  lwt_release(line);
  return LWT_UNIT;
}
static int is_cancelled(void) { return controlled(cancels); }
TEST(an_editor_that_is_interrupted_or_cancelled_leaves_the_terminal_as_it_was) {
  char text[32];
  struct screen s;
  options = lwt_read_line_options_default();
  screen_run(&s, 40, 12, broken_off);
  snprintf(text, sizeof text, "failed %d", LWT_INTERRUPT);
  SHOWS(&s, 1, text);
  CHECK_INT(screen_over(&s), 0);
  screen_run(&s, 40, 12, is_cancelled);
  snprintf(text, sizeof text, "failed %d", LWT_CANCELED);
  SHOWS(&s, 0, "#");
  SHOWS(&s, 1, text);
  CHECK_INT(screen_over(&s), 0);
}

static lwt_t *no_digits(const lwt_read_line_state *state, struct lwt_read_line_command command,
                        void *env) {
  (void)state, (void)env;
  if (command.action == LWT_READ_LINE_CHAR && command.text[0] >= '0' && command.text[0] <= '9')
    command = lwt_read_line_do(LWT_READ_LINE_NOP);
  return lwt_return_owned(lwt_read_line_command_copy(command),
                          (lwt_drop_fn)lwt_read_line_command_release);
}
static int filters(void) {
  options.filter = no_digits;
  return show(lwt_read_line_read_line(&options));
}
TEST(a_filter_replaces_commands) {
  struct screen s;
  options = lwt_read_line_options_default();
  screen_run(&s, 40, 12, filters);
  SHOWS(&s, 0, "#");
  screen_type(&s, "a1b2c\n");
  SHOWS(&s, 1, "got <abc>");
  CHECK_INT(screen_over(&s), 0);
}

/* -------------------------------------------------- above, and the size --- */
static lwt_value prints(void *env) {
  (void)env;
  pause_for(0.1);
  type("typing");
  pause_for(0.1);
  say("a line\nand a part");
  pause_for(0.1);
  type(" on");
  say(" of another\n");
  return LWT_UNIT;
}
static int prints_above(void) { return controlled(prints); }
TEST(what_is_printed_appears_above_the_line_and_never_breaks_it) {
  static const int widths[] = {20, 80, 200};
  for (size_t i = 0; i < 3; i++) {
    struct screen s;
    options = lwt_read_line_options_default();
    screen_run(&s, widths[i], 12, prints_above);
    SHOWS(&s, 2, "# typing");
    SHOWS(&s, 1, "and a part");
    SHOWS(&s, 1, widths[i] == 20 ? "and a part of anothe" : "and a part of another");
    int line = widths[i] == 20 ? 3 : 2;
    SHOWS(&s, line, "# typing on");
    SHOWS(&s, 0, "a line");
    screen_type(&s, "\n");
    SHOWS(&s, line + 1, widths[i] == 20 ? "got <typing on>" : "got <typing on>");
    CHECK_INT(screen_over(&s), 0);
  }
}

static int reads(void) { return show(lwt_read_line_read_line(&options)); }
TEST(after_a_resize_the_line_is_broken_where_the_terminal_ends_now) {
  struct screen s;
  options = lwt_read_line_options_default();
  screen_run(&s, 40, 12, reads);
  SHOWS(&s, 0, "#");
  screen_type(&s, "0123456789abcdefghij");
  SHOWS(&s, 0, "# 0123456789abcdefghij");
  /* What a terminal does with rows that are too long: it breaks them. */
  pty_look(&s.pty, 0);
  screen_feed(&s);
  for (int column = 10; column < 22; column++) {
    strcpy(s.cells[column / 10][column % 10], s.cells[0][column]);
    strcpy(s.cells[0][column], " ");
  }
  s.columns = 10;
  s.row = 2;
  s.column = 2;
  pty_resize(&s.pty, 10, 12);
  PTY_EXPECT(&s.pty, "\x1b[J");
  SHOWS(&s, 0, "# 01234567");
  SHOWS(&s, 1, "89abcdefgh");
  SHOWS(&s, 2, "ij");
  screen_type(&s, "k");
  SHOWS(&s, 2, "ijk");
  screen_type(&s, "\n");
  SHOWS(&s, 3, "got <01234");
  CHECK_INT(screen_over(&s), 0);
}

static lwt_t *second;
static int asks_twice(void) {
  lwt_t *first = lwt_read_line_read_line(&options);
  second = lwt_read_line_read_line(&options);
  CHECK_INT(lwt_state(second), LWT_SLEEP);
  show(first);
  return show(second);
}
TEST(who_asks_for_a_line_while_another_is_read_waits_for_it) {
  struct screen s;
  options = lwt_read_line_options_default();
  screen_run(&s, 40, 12, asks_twice);
  SHOWS(&s, 0, "#");
  screen_type(&s, "one\n");
  screen_type(&s, "two\n");
  PTY_EXPECT(&s.pty, "got <one>");
  PTY_EXPECT(&s.pty, "got <two>");
  CHECK_INT(screen_over(&s), 0);
}
