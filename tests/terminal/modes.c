/* For tests/terminal.rs: goes into drawing mode, shows how large the terminal is and text of
 * several widths, again at each key and when the size changes, until q or an x, which is the
 * end by a signal. */
#include <lwt_all.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static lwt_t *draw(lwt_value value, void *env) {
  int columns, lines;
  lwt_term_size(&columns, &lines);
  lwt_release(lwt_term_clear_screen());
  (void)value;
  (void)env;
  /* U+6F22 U+5B57 are two columns wide each, U+0301 has none of its own. */
  return lwt_io_printf("%d x %d\r\nwide \346\274\242\345\255\227|\r\ncombining e\314\201|\r\n%*s",
                       columns, lines, columns, "end");
}
static lwt_t *next(lwt_value value, void *events);
static lwt_t *wait_for_key(lwt_value value, void *events) {
  (void)value;
  return lwt_bind(lwt_stream_next(events), next, events, NULL);
}
static lwt_t *next(lwt_value value, void *events) {
  const struct lwt_term_event *event = value;
  if (event->kind == LWT_TERM_EVENT_KEY && event->key.text[0] == 'q') return lwt_return(LWT_UNIT);
  if (event->kind == LWT_TERM_EVENT_KEY && event->key.text[0] == 'x') raise(SIGTERM);
  if (event->kind == LWT_TERM_EVENT_KEY && event->key.text[0] == 'z') lwt_term_suspend();
  return lwt_bind(draw(LWT_UNIT, NULL), wait_for_key, events, NULL);
}
static lwt_t *body(void *events) {
  lwt_t *modes[] = {lwt_term_enter_drawing_mode(), lwt_term_hide_cursor(),
                    lwt_term_set_bracketed_paste(true),
                    lwt_term_set_mouse(LWT_TERM_MOUSE_BUTTONS)};
  return lwt_bind(lwt_bind(lwt_join(modes, 4), draw, NULL, NULL), wait_for_key, events, NULL);
}
static lwt_value resized(lwt_value value, void *env) {
  (void)env;
  lwt_release(draw(LWT_UNIT, NULL));
  return value;
}

int main(void) {
  printf("before\n");
  fflush(stdout);
  lwt_signal *size = lwt_term_size_signal();
  lwt_stream *events = lwt_term_events(NULL);
  lwt_t *all = lwt_term_with_raw_mode(body, events, NULL);
  lwt_signal *draws = lwt_signal_map(size, resized, NULL, NULL);
  lwt_main_run(all, NULL);
  lwt_signal_release(draws);
  lwt_signal_release(size);
  lwt_stream_release(events);
  /* The modes are left open: the end of the process has to see to them. */
  return 0;
}
