/* Scenario 41, keys: each entry of the table; a lone escape; split sequences. Typed into
 * a terminal. */
/* timeout: 120 */
#include "terminals.h"

static void key_is(struct pty *pty, const struct lwt_term_key *key) {
  struct lwt_string *name = lwt_term_string_of_key(key);
  char text[100];
  CHECK(name != NULL);
  snprintf(text, sizeof text, "[%s]", name != NULL ? name->data : "");
  PTY_EXPECT(pty, text);
  lwt_string_release(name);
}
static void ends(struct pty *pty) {
  pty_type(pty, "Q");
  PTY_EXPECT(pty, "[Key \"Q\"]");
  CHECK_INT(pty_over(pty), 0);
  CHECK_INT(pty->status, 0);
}

TEST(each_entry_of_the_tables_is_its_key) {
  struct pty pty;
  pty_run(&pty, 80, 25, says_events);
  PTY_EXPECT(&pty, "[ready]");
  size_t count = 0;
  const struct lwt_term_sequence *sequences = lwt_term_sequence_mapping(&count);
  CHECK(count > 100);
  for (size_t i = 0; i < count; i++) {
    pty_type(&pty, sequences[i].sequence);
    key_is(&pty, &sequences[i].key);
  }
  const struct lwt_term_control *controls = lwt_term_control_mapping(&count);
  CHECK_INT(count, 33);
  for (size_t i = 0; i < count; i++) {
    struct lwt_term_key key = lwt_term_key_control(controls[i].letter);
    /* Enter is a newline: the terminal makes one of ^M. */
    if (controls[i].code == '\r') key = lwt_term_key_control('j');
    pty_type_bytes(&pty, &controls[i].code, 1);
    key_is(&pty, &key);
  }
  ends(&pty);
}

TEST(an_escape_that_nothing_follows_is_the_escape_key) {
  struct pty pty;
  pty_run(&pty, 80, 25, says_events);
  PTY_EXPECT(&pty, "[ready]");
  pty_type(&pty, "\033");
  PTY_EXPECT(&pty, "[Key_control '[']");
  pty_type(&pty, "[A");
  PTY_EXPECT(&pty, "[Key \"[\"]");
  PTY_EXPECT(&pty, "[Key \"A\"]");
  pty_type(&pty, "\033w");
  PTY_EXPECT(&pty, "[Meta-Key \"w\"]");
  ends(&pty);
}

static int says_patiently(void) {
  CHECK_INT(lwt_term_set_escape_timeout(1000), LWT_OK);
  CHECK(lwt_term_escape_timeout() == 1000);
  CHECK_INT(lwt_term_set_escape_timeout(-1), LWT_INVALID_ARGUMENT);
  return says_events();
}
TEST(a_sequence_that_comes_in_pieces_is_one_key) {
  static const char *const whole[] = {"\033[A", "\033[1;5C", "\033\033[3~", "\xe6\xbc\xa2", "\033w"};
  static const char *const keys[] = {"[Key_up]", "[Control-Key_right]", "[Meta-Key_delete]",
                                     "[Key \"\xe6\xbc\xa2\"]", "[Meta-Key \"w\"]"};
  struct pty pty;
  pty_run(&pty, 80, 25, says_patiently);
  PTY_EXPECT(&pty, "[ready]");
  for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
    size_t mark = pty.mark;
    for (const char *byte = whole[i]; *byte != '\0'; byte++) {
      pty_type_bytes(&pty, byte, 1);
      pty_is_read(&pty);
      if (byte[1] != '\0') CHECK_PTR(strchr(pty.seen + mark, '['), NULL);
    }
    PTY_EXPECT(&pty, keys[i]);
  }
  ends(&pty);
}

TEST(pastes_the_mouse_and_the_focus_are_told) {
  struct pty pty;
  pty_run(&pty, 80, 25, says_events);
  PTY_EXPECT(&pty, "[ready]");
  pty_type(&pty, "\033[200~two\nlines, \033[A and ^\x03\033[201~");
  PTY_EXPECT(&pty, "[paste of 21");
  pty_type(&pty, "\033[<0;3;4M\033[<0;3;4m\033[<64;1;1M\033[M !!");
  PTY_EXPECT(&pty, "[mouse 0: button 1 at 2, 3 with 0]");
  PTY_EXPECT(&pty, "[mouse 1: button 1 at 2, 3 with 0]");
  PTY_EXPECT(&pty, "[mouse 3: button 4 at 0, 0 with 0]");
  PTY_EXPECT(&pty, "[mouse 0: button 1 at 0, 0 with 0]");
  pty_type(&pty, "\033[I\033[O");
  PTY_EXPECT(&pty, "[focus]");
  PTY_EXPECT(&pty, "[no focus]");
  ends(&pty);
}

/* What is sent to do harm: each costs what it is long, and no more. */
TEST(hostile_input_is_bounded) {
  struct pty pty;
  size_t len = (size_t)scaled(10000000);
  const size_t digits = 100000;
  char *much = malloc((len > digits ? len : digits) + 1);
  if (!CHECK(much != NULL)) return;
  memset(much, 'x', len);
  much[len] = '\0';
  pty_run(&pty, 80, 25, says_events);
  PTY_EXPECT(&pty, "[ready]");
  pty_type(&pty, "\033[200~");
  pty_type_bytes(&pty, much, len);
  pty_type(&pty, "\033[201~");
  size_t pasted = 0, pieces = 0;
  for (bool more = true; more && PTY_EXPECT(&pty, "[paste of "); pieces++) {
    pasted += strtoul(pty.seen + pty.mark, NULL, 10);
    PTY_EXPECT(&pty, ": ...]");
    more = pasted < len;
  }
  CHECK_INT(pasted, len);
  CHECK(pieces >= len / 1100000);
  pty_type(&pty, "\033[");
  memset(much, ';', digits);
  pty_type_bytes(&pty, much, digits);
  pty_type(&pty, "m!");
  PTY_EXPECT(&pty, "[Key \"\\u{1b}[;;;");
  PTY_EXPECT(&pty, "[Key \"!\"]");
  pty_type(&pty, "\xff\xc0\xe9");
  PTY_EXPECT(&pty, "[Key \"\xc3\xbf\"]");
  PTY_EXPECT(&pty, "[Key \"\xc3\x80\"]");
  PTY_EXPECT(&pty, "[Key \"\xc3\xa9\"]");
  free(much);
  ends(&pty);
}

