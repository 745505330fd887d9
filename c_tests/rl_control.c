/* timeout: 120 */
/* Control of passwords, keywords and questions in a real terminal: what is sent to them is
 * as if it were typed; references to what the line editor makes. */
#include "rl_screen.h"

#include <lwt_all.h>

__attribute__((constructor)) static void terminal(void) {
  setenv("TERM", "xterm-256color", 1);
  unsetenv("NO_COLOR");
  unsetenv("XTERM_VERSION");
}

/* The result, of which only the second reference is there when it comes. */
static lwt_value result_of(lwt_read_line_control *control, const char *typed) {
  lwt_read_line_control *same = lwt_read_line_control_retain(control);
  CHECK(same != NULL);
  lwt_read_line_control_release(control);
  CHECK_INT(lwt_read_line_control_fake_input(same, typed, strlen(typed)), LWT_OK);
  lwt_exn *failed = NULL;
  lwt_value value = lwt_main_run(lwt_read_line_control_result(same), &failed);
  CHECK(failed == NULL);
  lwt_exn_release(failed);
  lwt_read_line_control_release(same);
  return value;
}
static int over(void) {
  fflush(stdout);
  return check_failures != 0;
}

static int reads_password(void) {
  lwt_value value =
    result_of(lwt_read_line_control_read_password(NULL, LWT_READ_LINE_PASSWORD_TEXT, "+"), "abc\n");
  printf("got <%s>\n", ((struct lwt_string *)value)->data);
  lwt_string_release((struct lwt_string *)value);
  return over();
}
TEST(a_password_is_controlled_and_shown_as_its_style_says) {
  struct screen s;
  screen_run(&s, 80, 10, reads_password);
  SHOWS(&s, 0, "# +++");
  SHOWS(&s, 1, "got <abc>");
  CHECK_INT(screen_over(&s), 0);
}

static int reads_keyword(void) {
  static const char *const words[] = {"start", "stop", "status"};
  /* Enter is refused behind "sto". */
  lwt_value value =
    result_of(lwt_read_line_control_read_keyword(NULL, false, words, 3), "sto\nP\n");
  printf("got %d\n", (int)LWT_TO_INT(value));
  return over();
}
TEST(a_keyword_is_controlled_and_refused_until_it_is_one) {
  struct screen s;
  screen_run(&s, 80, 12, reads_keyword);
  SHOWS(&s, 0, "# stoP");
  SHOWS(&s, 1, "got 1");
  CHECK_INT(screen_over(&s), 0);
}

static int answers(void) {
  printf("got %d", (int)LWT_TO_INT(result_of(lwt_read_line_control_read_yes_no(NULL), "yes\n")));
  printf(" %d\n", (int)LWT_TO_INT(result_of(lwt_read_line_control_read_yes_no(NULL), "maybe\n\x15no\n")));
  return over();
}
TEST(a_question_is_controlled) {
  struct screen s;
  screen_run(&s, 80, 12, answers);
  SHOWS(&s, 0, "# yes");
  SHOWS(&s, 1, "# no");
  SHOWS(&s, 2, "got 1 0");
  CHECK_INT(screen_over(&s), 0);
}

static int refused(lwt_read_line_control *control) {
  lwt_exn *failed = NULL;
  lwt_main_run(lwt_read_line_control_result(control), &failed);
  int kind = failed == NULL ? 0 : lwt_exn_kind(failed);
  lwt_exn_release(failed);
  lwt_read_line_control_release(control);
  return kind;
}
static int misuses(void) {
  const char *const words[] = {"a", NULL};
  CHECK_INT(refused(lwt_read_line_control_read_password(NULL, 9, NULL)), LWT_INVALID_ARGUMENT);
  CHECK_INT(refused(lwt_read_line_control_read_keyword(NULL, false, words, 2)), LWT_INVALID_ARGUMENT);
  CHECK(lwt_read_line_control_retain(NULL) == NULL);
  CHECK(lwt_read_line_render_retain(NULL) == NULL);
  CHECK(lwt_history_retain(NULL) == NULL);
  CHECK(lwt_clipboard_retain(NULL) == NULL);
  CHECK(lwt_read_line_state_retain(NULL) == NULL);
  lwt_history *history = lwt_history_create(10, false), *same = lwt_history_retain(history);
  lwt_history_release(history);
  CHECK(same == history);
  CHECK_INT(lwt_history_length(same), 0);
  lwt_history_release(same);
  lwt_read_line_render *render = lwt_read_line_render_create();
  lwt_read_line_render *again = lwt_read_line_render_retain(render);
  lwt_read_line_render_release(render);
  struct lwt_string *nothing = lwt_read_line_erase(again);
  CHECK(nothing != NULL);
  lwt_string_release(nothing);
  lwt_read_line_render_release(again);
  return over();
}
TEST(bad_arguments_are_failures_and_references_the_same_thing) {
  struct pty pty;
  pty_run(&pty, 80, 12, misuses);
  CHECK_INT(pty_over(&pty), 0);
}
