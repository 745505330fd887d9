/* timeout: 120 */
/* lwt_read_line_read_line and its kin in a real terminal, at three widths, and without
 * one. */
#include "rl_screen.h"

#include <lwt_all.h>

static const int widths[] = {20, 80, 200};

__attribute__((constructor)) static void terminal(void) {
  setenv("TERM", "xterm-256color", 1);
  unsetenv("NO_COLOR");
  unsetenv("XTERM_VERSION");
}

/* Runs until the line is there, and shows it. */
static int show(lwt_t *promise) {
  lwt_exn *exn = NULL;
  lwt_value value = lwt_main_run(promise, &exn);
  if (exn != NULL) {
    printf("failed %d\n", lwt_exn_kind(exn));
    lwt_exn_release(exn);
  } else {
    struct lwt_string *line = (struct lwt_string *)value;
    printf("got <%s>\n", line->data);
    lwt_string_release(line);
  }
  fflush(stdout);
  return 0;
}
static int reads(void) { return show(lwt_read_line_read_line(NULL)); }
static int reads_twice(void) { return reads() + reads(); }

TEST(a_line_is_typed_edited_and_accepted) {
  for (size_t i = 0; i < 3; i++) {
    struct screen s;
    screen_run(&s, widths[i], 10, reads);
    SHOWS(&s, 0, "#");
    CURSOR(&s, 0, 2);
    screen_type(&s, "hello wrld");
    SHOWS(&s, 0, "# hello wrld");
    screen_type(&s, "\x1b[D\x1b[D\x1b[Do");
    SHOWS(&s, 0, "# hello world");
    CURSOR(&s, 0, 10);
    screen_type(&s, "\n");
    SHOWS(&s, 1, "got <hello world>");
    CHECK_INT(screen_over(&s), 0);
  }
}

TEST(wide_and_combining_characters_stand_where_they_should) {
  for (size_t i = 0; i < 3; i++) {
    struct screen s;
    screen_run(&s, widths[i], 10, reads);
    SHOWS(&s, 0, "#");
    screen_type(&s, "日本語e\xcc\x81");
    SHOWS(&s, 0, "# 日本語e\xcc\x81");
    CURSOR(&s, 0, 9);
    screen_type(&s, "\x1b[D\x1b[D\x7f");
    SHOWS(&s, 0, "# 日語e\xcc\x81");
    CURSOR(&s, 0, 4);
    screen_type(&s, "\n");
    SHOWS(&s, 1, "got <日語e\xcc\x81>");
    CHECK_INT(screen_over(&s), 0);
  }
}

TEST(a_line_longer_than_the_terminal_is_wide_goes_on_below) {
  struct screen s;
  screen_run(&s, 20, 10, reads);
  SHOWS(&s, 0, "#");
  screen_type(&s, "123456789 123456789 日本");
  SHOWS(&s, 0, "# 123456789 12345678");
  SHOWS(&s, 1, "9 日本");
  screen_type(&s, "\x01");
  CURSOR(&s, 0, 2);
  screen_type(&s, "\x0b");
  SHOWS(&s, 1, "");
  SHOWS(&s, 0, "#");
  screen_type(&s, "\x19\n");
  SHOWS(&s, 2, "got <123456789 12345");
  CHECK_INT(screen_over(&s), 0);
}

TEST(what_is_typed_ahead_is_for_the_next_line) {
  struct screen s;
  screen_run(&s, 80, 10, reads_twice);
  SHOWS(&s, 0, "#");
  screen_type(&s, "one\ntwo\n");
  SHOWS(&s, 0, "# one");
  SHOWS(&s, 1, "got <one>");
  SHOWS(&s, 2, "# two");
  SHOWS(&s, 3, "got <two>");
  CHECK_INT(screen_over(&s), 0);
}

static int reads_and_prints(void) {
  for (int i = 0; i < 3; i++) {
    struct lwt_string *line =
        (struct lwt_string *)lwt_main_run(lwt_read_line_read_line(NULL), NULL);
    lwt_release(lwt_io_printf("got <%s>\n", line->data));
    lwt_string_release(line);
  }
  return 0;
}
TEST(what_is_printed_between_two_lines_typed_ahead_stands_between_them) {
  struct screen s;
  screen_run(&s, 80, 10, reads_and_prints);
  SHOWS(&s, 0, "#");
  screen_type(&s, "aa\nbb\ncc\n");
  SHOWS(&s, 4, "# cc");
  SHOWS(&s, 0, "# aa");
  SHOWS(&s, 1, "got <aa>");
  SHOWS(&s, 2, "# bb");
  SHOWS(&s, 3, "got <bb>");
  SHOWS(&s, 5, "got <cc>");
  CHECK_INT(screen_over(&s), 0);
}

TEST(a_text_of_several_lines_and_a_paste_are_one_input) {
  struct screen s;
  screen_run(&s, 80, 10, reads);
  SHOWS(&s, 0, "#");
  screen_type(&s, "one\x1b\n\x1b[200~two\rthree\x1b[201~");
  SHOWS(&s, 2, "three");
  screen_type(&s, "\n");
  SHOWS(&s, 3, "got <one");
  SHOWS(&s, 5, "three>");
  CHECK_INT(screen_over(&s), 0);
}

TEST(control_c_and_control_d_break_off_and_leave_the_cursor_below) {
  const char *const keys[] = {"abc\x03", "\x04"};
  for (size_t i = 0; i < 2; i++) {
    struct screen s;
    screen_run(&s, 80, 10, reads);
    SHOWS(&s, 0, "#");
    screen_type(&s, keys[i]);
    char text[32];
    snprintf(text, sizeof text, "failed %d", LWT_INTERRUPT);
    SHOWS(&s, 1, text);
    SHOWS(&s, 0, i == 0 ? "# abc" : "#");
    CHECK_INT(screen_over(&s), 0);
  }
}

/* --------------------------------------- passwords, words, questions --- */
static int style;
static const char *mask;
static int reads_password(void) {
  struct lwt_read_line_options options = lwt_read_line_options_default();
  lwt_styled *prompt = LWT_STYLED(LWT_BOLD, LWT_TEXT("Password: "));
  options.prompt = prompt;
  lwt_t *password = lwt_read_line_read_password(&options, style, mask);
  lwt_styled_release(prompt);
  return show(password);
}
TEST(a_password_is_shown_as_its_style_says) {
  const char *const shown[] = {"Password:", "Password: s3crét", "Password: ******",
                               "Password: -+-+-+-+-+-+"};
  for (int i = 0; i < 4; i++) {
    struct screen s;
    style = i < 3 ? i : LWT_READ_LINE_PASSWORD_TEXT;
    mask = i < 3 ? NULL : "-+";
    screen_run(&s, 80, 10, reads_password);
    SHOWS(&s, 0, "Password:");
    screen_type(&s, "\x12s3crétx");
    screen_type(&s, "\x7f");
    SHOWS(&s, 0, shown[i]);
    screen_type(&s, "\n");
    SHOWS(&s, 1, "got <s3crét>");
    if (i != LWT_READ_LINE_PASSWORD_CLEAR)
      CHECK(strstr(s.pty.seen, "got") != NULL && strstr(s.pty.seen, "3crét") > strstr(s.pty.seen, "got"));
    CHECK_INT(screen_over(&s), 0);
  }
}

static int reads_keyword(void) {
  static const char *const words[] = {"start", "status", "stop"};
  lwt_exn *exn = NULL;
  lwt_t *keyword = lwt_read_line_read_keyword(NULL, false, words, 3);
  lwt_value value = lwt_main_run(keyword, &exn);
  printf("got %d %d\n", (int)LWT_TO_INT(value), exn == NULL ? 0 : lwt_exn_kind(exn));
  lwt_exn_release(exn);
  return 0;
}
static int answers(void) {
  printf("got %d\n", (int)LWT_TO_INT(lwt_main_run(lwt_read_line_read_yes_no(NULL), NULL)));
  return 0;
}
TEST(a_keyword_is_refused_until_it_is_one_and_completed) {
  struct screen s;
  screen_run(&s, 80, 10, reads_keyword);
  SHOWS(&s, 0, "#");
  SHOWS(&s, 2, "│start   status  stop                                                          │");
  screen_type(&s, "STA\n");
  SHOWS(&s, 2, "│start   status                                                                │");
  screen_type(&s, "t\t");
  SHOWS(&s, 0, "# status");
  screen_type(&s, "\n");
  SHOWS(&s, 1, "got 1 0");
  CHECK_INT(screen_over(&s), 0);
}
TEST(a_question_is_answered_with_yes_or_no) {
  for (int yes = 0; yes < 2; yes++) {
    struct screen s;
    screen_run(&s, 20, 10, answers);
    SHOWS(&s, 0, "#");
    screen_type(&s, "maybe\n");
    SHOWS(&s, 0, "# maybe");
    screen_type(&s, yes ? "\x15YES\n" : "\x15no\n");
    SHOWS(&s, 1, yes ? "got 1" : "got 0");
    CHECK_INT(screen_over(&s), 0);
  }
}

/* ------------------------------------------------- without a terminal --- */
static char printed[256];
/* Runs in a process that reads this text from a pipe; what it prints is in `printed`. */
static int with_pipe(const char *input, int (*run)(void)) {
  int in[2], out[2];
  if (pipe(in) != 0 || pipe(out) != 0) return -1;
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    dup2(in[0], 0);
    dup2(out[1], 1);
    close(in[1]);
    close(out[0]);
    exit(run() != 0 || check_failures != 0);
  }
  close(in[0]);
  close(out[1]);
  CHECK_INT(write(in[1], input, strlen(input)), (intmax_t)strlen(input));
  close(in[1]);
  size_t len = 0;
  ssize_t n;
  while ((n = read(out[0], printed + len, sizeof printed - 1 - len)) > 0) len += (size_t)n;
  printed[len] = '\0';
  close(out[0]);
  int status;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
TEST(without_a_terminal_the_prompt_is_printed_and_a_line_read) {
  CHECK_INT(with_pipe("one\ntwo\n", reads_twice), 0);
  CHECK_STR(printed, "# got <one>\n# got <two>\n");
  CHECK_INT(with_pipe("", reads), 0);
  char text[32];
  snprintf(text, sizeof text, "# failed %d\n", LWT_END_OF_FILE);
  CHECK_STR(printed, text);
}
TEST(without_a_terminal_passwords_and_unknown_words_fail) {
  char text[64];
  style = LWT_READ_LINE_PASSWORD_EMPTY;
  CHECK_INT(with_pipe("secret\n", reads_password), 0);
  snprintf(text, sizeof text, "failed %d\n", LWT_FAILURE);
  CHECK_STR(printed, text);
  CHECK_INT(with_pipe("STOP\n", reads_keyword), 0);
  CHECK_STR(printed, "# got 2 0\n");
  CHECK_INT(with_pipe("sto\n", reads_keyword), 0);
  snprintf(text, sizeof text, "# got 0 %d\n", LWT_FAILURE);
  CHECK_STR(printed, text);
}

/* ----------------------------------------------------- what is wrong --- */
static int dropped;
static void drop(void *env) {
  (void)env;
  dropped++;
}
static int fails_with(lwt_t *promise) {
  const lwt_exn *exn = lwt_exn_of(promise);
  int kind = exn == NULL ? LWT_OK : lwt_exn_kind(exn);
  lwt_release(promise);
  return kind;
}
TEST(bad_options_are_told_and_environments_dropped_once) {
  struct lwt_read_line_options options = lwt_read_line_options_default();
  options.size--;
  CHECK_INT(fails_with(lwt_read_line_read_line(&options)), LWT_INVALID_ARGUMENT);
  options = lwt_read_line_options_default();
  options.mode = 7;
  options.drop_complete_env = options.drop_filter_env = drop;
  options.drop_map_text_env = options.drop_map_result_env = options.drop_prompt_env = drop;
  options.complete_env = options.filter_env = options.map_text_env = &dropped;
  options.map_result_env = options.prompt_env = &dropped;
  CHECK_INT(fails_with(lwt_read_line_read_line(&options)), LWT_INVALID_ARGUMENT);
  CHECK_INT(dropped, 5);
  options.mode = 0;
  options.history = (const lwt_history *)(uintptr_t)1234;
  CHECK_INT(fails_with(lwt_read_line_read_line(&options)), LWT_INVALID_ARGUMENT);
  CHECK_INT(dropped, 10);
  CHECK_INT(fails_with(lwt_read_line_read_password(NULL, 9, NULL)), LWT_INVALID_ARGUMENT);
  CHECK_INT(fails_with(lwt_read_line_read_keyword(NULL, false, NULL, 3)), LWT_INVALID_ARGUMENT);
}

