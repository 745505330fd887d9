/* Styled text in a terminal: colours as far as the terminal has them, and a reset behind
 * printlc; the screen of before after the drawing mode. */
#include "terminals.h"

static lwt_styled *red(void) {
  return LWT_STYLED(LWT_TEXT("<"), LWT_FG(LWT_RGB(255, 0, 0)), LWT_TEXT("red"));
}
static int colors;
static int prints(void) {
  dup2(STDOUT_FILENO, STDERR_FILENO);
  lwt_term_set_colors(colors);
  lwt_styled *styled = red();
  CHECK_INT(run(lwt_term_printlc(red())), 0);
  CHECK_INT(run(lwt_term_printc(red())), 0);
  CHECK_INT(run(lwt_term_printlc(LWT_STYLED(LWT_TEXT("!")))), 0);
  CHECK_INT(run(lwt_io_flush(lwt_io_stdout())), 0);
  CHECK_INT(run(lwt_term_eprintc(red())), 0);
  CHECK_INT(run(lwt_term_eprintlc(red())), 0);
  CHECK_INT(run(lwt_io_flush(lwt_io_stderr())), 0);
  CHECK_INT(run(lwt_term_write_styled_text(lwt_text_stdout(), styled)), 0);
  CHECK_INT(run(lwt_text_flush(lwt_text_stdout())), 0);
  CHECK_INT(run(lwt_text_eprint("|e")), 0);
  CHECK_INT(run(lwt_text_eprintf("%d", 1)), 0);
  CHECK_INT(run(lwt_text_eprintlf("%d", 2)), 0);
  lwt_styled_release(styled);
  return check_failures != 0;
}
static void shows(int given, const char *want) {
  struct pty pty;
  colors = given;
  pty_run(&pty, 80, 25, prints);
  PTY_EXPECT(&pty, want);
  CHECK_INT(pty_over(&pty), 0);
}
#define RED(code) "<" code "red"
#define OFF "\033[0m"
#define ALL(code, off)                                                                 \
  RED(code) off "\r\n" RED(code) "!" off "\r\n" RED(code) RED(code) off "\r\n" RED(code) "|e12\r\n"

TEST(a_terminal_of_24_bits_gets_the_colour_itself_and_a_reset_before_the_newline) {
  shows(1 << 24, ALL("\033[38;2;255;0;0m", OFF));
}
TEST(another_gets_the_nearest_that_it_has) {
  shows(256, ALL("\033[38;5;196m", OFF));
  shows(16, ALL("\033[91m", OFF));
}
TEST(one_without_styles_gets_none) { shows(0, ALL("", "")); }

static int draws(void) {
  CHECK_INT(run(lwt_term_enter_drawing_mode()), 0);
  say("[drawn]");
  CHECK_INT(run(lwt_term_leave_drawing_mode()), 0);
  say("[left]");
  return check_failures != 0;
}
TEST(the_drawing_mode_is_left_for_the_screen_of_before) {
  struct pty pty;
  pty_run(&pty, 80, 25, draws);
  PTY_EXPECT(&pty, "\033[?1049h");
  PTY_EXPECT(&pty, "[drawn]");
  PTY_EXPECT(&pty, "\033[?1049l");
  PTY_EXPECT(&pty, "[left]");
  CHECK_INT(pty_over(&pty), 0);
}

static int without_a_channel(void) {
  lwt_styled *styled = red();
  lwt_t *bad[] = {lwt_term_write_styled_text(NULL, styled),
                  lwt_term_write_styled_text(lwt_text_stdout(), NULL), lwt_term_printlc(NULL),
                  lwt_text_eprint(NULL)};
  for (int i = 0; i < 4; i++) {
    lwt_exn *failed = NULL;
    lwt_main_run(bad[i], &failed);
    CHECK_INT(failed == NULL ? 0 : lwt_exn_kind(failed), LWT_INVALID_ARGUMENT);
    lwt_exn_release(failed);
  }
  lwt_styled_release(styled);
  return check_failures != 0;
}
TEST(what_is_no_channel_or_no_text_is_refused) {
  struct pty pty;
  pty_run(&pty, 80, 25, without_a_channel);
  CHECK_INT(pty_over(&pty), 0);
}
