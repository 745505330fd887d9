/* Modes of a terminal, in a child, and their ends. */
#ifndef TERM_MODES_H
#define TERM_MODES_H
#include "terminals.h"

#include <sys/resource.h>

static inline lwt_t *pending(void *env) {
  (void)env;
  return lwt_unix_sleep(1e6);
}
static inline bool is_raw(void) {
  struct termios now;
  return tcgetattr(0, &now) == 0 && (now.c_lflag & (ICANON | ECHO | ISIG)) == 0 &&
         now.c_cc[VMIN] == 1 && lwt_term_raw_mode();
}
static inline bool is_cooked(void) {
  struct termios now;
  return tcgetattr(0, &now) == 0 && (now.c_lflag & (ICANON | ECHO | ISIG)) != 0 &&
         !lwt_term_raw_mode();
}
/* The child is over with this code, and the terminal as it was. */
static inline void over_as_before(struct pty *pty, int code) {
  pty_wait(pty);
  CHECK(pty_is_as_before(pty));
  CHECK_INT(pty_over(pty), code);
}

/* All modes, and then an end of some sort. */
static int how;
static inline lwt_t *at_the_end(lwt_value value, void *env) {
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
static inline lwt_t *modes_and_end(void *env) {
  lwt_t *last[5] = {lwt_term_enter_drawing_mode(), lwt_term_hide_cursor(),
                    lwt_term_set_bracketed_paste(true), lwt_term_set_focus_events(true),
                    lwt_term_set_mouse(LWT_TERM_MOUSE_MOVES)};
  return lwt_bind(lwt_join(last, 5), at_the_end, env, NULL);
}
static inline int ends_somehow(void) {
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  lwt_main_run(lwt_term_with_raw_mode(modes_and_end, NULL, NULL), NULL);
  return 0;
}
static inline void all_was_undone(struct pty *pty) {
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
static inline void ends(int way, int (*child)(void), int code) {
  struct pty pty;
  how = way;
  pty_run(&pty, 80, 25, child);
  PTY_EXPECT(&pty, "[ready]");
  all_was_undone(&pty);
  over_as_before(&pty, code);
}
#endif
