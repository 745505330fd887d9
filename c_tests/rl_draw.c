/* lwt_read_line_draw and its kin: what is told to be sent, and what is refused. (That the
 * screen is then right is tested beside the code.) */
#include "check.h"

#include <lwt_all.h>

static lwt_read_line_state *typed(const char *text) {
  lwt_read_line_state *empty = lwt_read_line_engine_init(NULL);
  lwt_read_line_state *state =
      lwt_read_line_engine_update(empty, lwt_read_line_char(text), NULL);
  lwt_read_line_state_release(empty);
  return state;
}
static lwt_read_line_render *draw(lwt_read_line_render *before,
                                  const struct lwt_read_line_view *view, const char *sent) {
  struct lwt_string *bytes = NULL;
  lwt_read_line_render *next = lwt_read_line_draw(before, view, &bytes);
  CHECK(next != NULL && bytes != NULL);
  if (bytes != NULL) CHECK_STR(bytes->data, sent);
  lwt_string_release(bytes);
  lwt_read_line_render_release(before);
  return next;
}

TEST(only_what_changes_is_sent) {
  struct lwt_read_line_view view = lwt_read_line_view_default();
  lwt_styled *prompt = LWT_STYLED(LWT_TEXT("# "));
  lwt_read_line_state *hello = typed("hello"), *help = typed("help");
  view.prompt = prompt;
  view.state = hello;
  lwt_read_line_render *drawn = draw(lwt_read_line_render_create(), &view, "# hello");
  view.state = help;
  drawn = draw(drawn, &view, "\x1b[6Gp\x1b[K");
  drawn = draw(drawn, &view, "");
  view.mask = "*";
  drawn = draw(drawn, &view, "\x1b[3G****");
  struct lwt_string *bytes = lwt_read_line_last_draw(drawn, &view);
  CHECK_STR(bytes->data, "\r\n");
  lwt_string_release(bytes);
  bytes = lwt_read_line_erase(drawn);
  CHECK_STR(bytes->data, "\r\x1b[J");
  lwt_string_release(bytes);
  lwt_read_line_render_release(drawn);
  lwt_read_line_state_release(hello);
  lwt_read_line_state_release(help);
  lwt_styled_release(prompt);
}

TEST(what_is_no_view_or_no_drawing_is_refused) {
  lwt_read_line_render *empty = lwt_read_line_render_create();
  lwt_read_line_state *state = typed("x");
  struct lwt_read_line_view view = lwt_read_line_view_default();
  struct lwt_string *bytes = (struct lwt_string *)&view;
  CHECK(lwt_read_line_draw(empty, &view, &bytes) == NULL && bytes == NULL); /* no state */
  view.state = state;
  CHECK(lwt_read_line_draw(NULL, &view, &bytes) == NULL && bytes == NULL);
  CHECK(lwt_read_line_draw(empty, NULL, NULL) == NULL);
  view.columns = 0;
  CHECK(lwt_read_line_draw(empty, &view, NULL) == NULL);
  view.columns = 80;
  view.box_kind = 9;
  CHECK(lwt_read_line_draw(empty, &view, NULL) == NULL);
  view.box_kind = LWT_READ_LINE_WORDS;
  view.n = 3;
  CHECK(lwt_read_line_draw(empty, &view, NULL) == NULL); /* no words */
  view.box_kind = LWT_READ_LINE_NO_BOX;
  view.size++;
  CHECK(lwt_read_line_last_draw(empty, &view) == NULL);
  CHECK(lwt_read_line_erase(NULL) == NULL);
  lwt_read_line_render_release(empty);
  lwt_read_line_state_release(state);
}
