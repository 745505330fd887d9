/* Zones and points: what is drawn in memory, and what is sent of it. */
#include "io_kit.h"

#include "lwt_term.h"

/* A line of a zone's matrix; "<" for the second half of a wide character. */
static const char *line(const lwt_term_zone *zone, int y) {
  static char text[4][512];
  static int next;
  char *to = text[next++ % 4], *at = to;
  int columns = 0, lines = 0;
  struct lwt_term_point *points = lwt_term_zone_points(zone, &columns, &lines);
  CHECK(y < lines);
  for (int x = 0; x < columns; x++) {
    const char *character = points[y * columns + x].character;
    at += sprintf(at, "%s", character[0] == 0 ? "<" : character);
  }
  *at = 0;
  return to;
}

TEST(a_point_that_is_set_is_got_and_one_outside_is_an_error_or_ignored) {
  lwt_term_zone *zone = lwt_term_zone_make(3, 2);
  struct lwt_term_point point = lwt_term_blank(), got;
  CHECK_STR(point.character, " ");
  CHECK_INT(point.style.foreground, LWT_DEFAULT_COLOR);
  strcpy(point.character, "x");
  point.style.bold = true;
  point.style.background = LWT_RGB(1, 2, 3);
  CHECK_INT(lwt_term_draw_set(zone, 1, 1, &point), LWT_OK);
  CHECK_INT(lwt_term_draw_get(zone, 1, 1, &got), LWT_OK);
  CHECK(memcmp(got.character, "x", 2) == 0 && got.style.bold);
  CHECK_INT(got.style.background, LWT_RGB(1, 2, 3));
  static const int outside[][2] = {{-1, 0}, {0, -1}, {3, 0}, {0, 2}, {INT32_MAX, INT32_MIN}};
  for (size_t i = 0; i < 5; i++) {
    CHECK_INT(lwt_term_draw_set(zone, outside[i][0], outside[i][1], &point), LWT_OK);
    CHECK_INT(lwt_term_draw_get(zone, outside[i][0], outside[i][1], &got), LWT_INVALID_ARGUMENT);
  }
  CHECK_STR(line(zone, 0), "   ");
  CHECK_STR(line(zone, 1), " x ");
  lwt_term_zone_release(zone);
}

TEST(parts_share_the_matrix_and_ignore_what_is_outside_of_them) {
  lwt_term_zone *all = lwt_term_zone_make(6, 3), *inner = lwt_term_zone_inner(all);
  lwt_term_zone *part = lwt_term_zone_sub(inner, 1, 0, 2, 1);
  CHECK_INT(lwt_term_zone_x(part), 2);
  CHECK_INT(lwt_term_zone_y(part), 1);
  CHECK_INT(lwt_term_zone_width(part), 2);
  CHECK_INT(lwt_term_zone_height(part), 1);
  CHECK_INT(lwt_term_draw_text(part, -1, 0, "abcd", 4), LWT_OK);
  CHECK_INT(lwt_term_draw_text(part, 0, 1, "x", 1), LWT_OK);
  lwt_term_zone_release(all);
  lwt_term_zone_release(inner); /* the matrix lives on */
  CHECK_STR(line(part, 0), "      ");
  CHECK_STR(line(part, 1), "  bc  ");
  lwt_term_zone_release(part);
}

TEST(wide_and_combining_characters_take_the_right_points) {
  lwt_term_zone *zone = lwt_term_zone_make(6, 1);
  lwt_styled *styled = LWT_STYLED(LWT_INVERSE, LWT_TEXT("e\314\201"), LWT_RESET, LWT_TEXT("\346\234\254"));
  CHECK_INT(lwt_term_draw_text(zone, 0, 0, "a\346\227\245b", 5), LWT_OK);
  CHECK_INT(lwt_term_draw_textc(zone, 3, 0, styled), LWT_OK);
  CHECK_STR(line(zone, 0), "a\346\227\245<e\314\201\346\234\254<");
  struct lwt_term_point point;
  CHECK_INT(lwt_term_draw_get(zone, 3, 0, &point), LWT_OK);
  CHECK(point.style.inverse);
  CHECK_INT(lwt_term_draw_get(zone, 4, 0, &point), LWT_OK);
  CHECK(!point.style.inverse);
  CHECK_INT(lwt_term_draw_textf(zone, 2, 0, "%d", 7), LWT_OK);
  CHECK_STR(line(zone, 0), "a 7e\314\201\346\234\254<");
  CHECK_INT(lwt_term_draw_textf(zone, 5, 0, "%s", "\346\227\245"), LWT_OK);
  CHECK_STR(line(zone, 0), "a 7e\314\201  ");
  lwt_styled_release(styled);
  lwt_term_zone_release(zone);
}

static int calls, drops;
static void drop(void *env) { (void)env, drops++; }
static void embolden(struct lwt_term_point *point, void *env) {
  calls++;
  point->style.bold = true;
  if (env != NULL) lwt_raise(exn(LWT_FULL));
}

TEST(a_function_changes_a_point) {
  lwt_term_zone *zone = lwt_term_zone_make(2, 1);
  struct lwt_term_point point;
  calls = drops = 0;
  CHECK_INT(lwt_term_draw_map(zone, 1, 0, embolden, NULL, drop), LWT_OK);
  CHECK_INT(lwt_term_draw_map(zone, 2, 0, embolden, NULL, drop), LWT_OK);
  CHECK_INT(lwt_term_draw_map(zone, 0, 0, embolden, &calls, drop), LWT_FULL);
  CHECK_INT(lwt_term_draw_map(zone, 0, 0, NULL, NULL, drop), LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_term_draw_map(NULL, 0, 0, embolden, NULL, drop), LWT_INVALID_ARGUMENT);
  CHECK_INT(calls, 2);
  CHECK_INT(drops, 5);
  lwt_term_draw_get(zone, 1, 0, &point);
  CHECK(point.style.bold);
  lwt_term_draw_get(zone, 0, 0, &point);
  CHECK(!point.style.bold); /* it raised */
  lwt_term_zone_release(zone);
}

/* What is sent for two matrices. */
static const char *sent(lwt_t *p) {
  static char text[512];
  int ends[2], kept = dup(1);
  if (pipe(ends) != 0) abort();
  dup2(ends[1], 1);
  close(ends[1]);
  CHECK_RUN(p, 0);
  CHECK_RUN(lwt_io_flush_all(), 0);
  dup2(kept, 1);
  close(kept);
  ssize_t n = read(ends[0], text, sizeof text - 1);
  text[n > 0 ? n : 0] = 0;
  close(ends[0]);
  return text;
}

TEST(a_matrix_is_drawn_from_the_top_left_and_an_update_draws_what_changed) {
  lwt_term_set_colors(16);
  lwt_term_zone *old = lwt_term_zone_make(3, 2), *now = lwt_term_zone_make(3, 2);
  lwt_styled *red = LWT_STYLED(LWT_FG(LWT_RED), LWT_TEXT("r"));
  lwt_term_draw_text(old, 0, 0, "one", 3);
  lwt_term_draw_text(now, 0, 0, "one", 3);
  lwt_term_draw_textc(now, 1, 1, red);
  fflush(stdout);
  CHECK_STR(sent(lwt_term_render(old)), "\033[0m\033[1;1Hone\033[2;1H   ");
  CHECK_STR(sent(lwt_term_render_update(old, now)), "\033[0m\033[2;1H \033[31mr\033[39m ");
  CHECK_STR(sent(lwt_term_render_update(now, now)), "");
  lwt_styled_release(red);
  lwt_term_zone_release(old);
  lwt_term_zone_release(now);
}

TEST(sizes_that_can_not_be_and_bad_handles_are_refused) {
  CHECK_PTR(lwt_term_zone_make(-1, 1), NULL);
  CHECK_PTR(lwt_term_zone_make(1, -1), NULL);
  CHECK_PTR(lwt_term_zone_make(INT32_MAX, INT32_MAX), NULL);
  lwt_term_zone *zone = lwt_term_zone_make(3, 2), *empty = lwt_term_zone_sub(zone, 3, 2, 0, 0);
  CHECK_PTR(lwt_term_zone_sub(zone, 0, 0, 4, 1), NULL);
  CHECK_PTR(lwt_term_zone_sub(zone, -1, 0, 1, 1), NULL);
  CHECK_PTR(lwt_term_zone_sub(zone, 0, 0, 1, -1), NULL);
  CHECK_INT(lwt_term_zone_width(empty), 0);
  CHECK_INT(lwt_term_draw_get(zone, 0, 0, NULL), LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_term_draw_set(zone, 0, 0, NULL), LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_term_draw_text(zone, 0, 0, NULL, 1), LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_term_draw_textc(zone, 0, 0, NULL), LWT_INVALID_ARGUMENT);
  struct lwt_term_point point = lwt_term_blank();
  lwt_term_zone_release(empty);
  lwt_term_zone *bad[] = {NULL, empty, (lwt_term_zone *)lwt_io_stdout()};
  for (int i = 0; i < 3; i++) {
    CHECK_PTR(lwt_term_zone_retain(bad[i]), NULL);
    CHECK_PTR(lwt_term_zone_sub(bad[i], 0, 0, 1, 1), NULL);
    CHECK_PTR(lwt_term_zone_inner(bad[i]), NULL);
    CHECK_PTR(lwt_term_zone_points(bad[i], NULL, NULL), NULL);
    CHECK_INT(lwt_term_zone_x(bad[i]) + lwt_term_zone_y(bad[i]), 0);
    CHECK_INT(lwt_term_draw_get(bad[i], 0, 0, &point), LWT_INVALID_ARGUMENT);
    CHECK_INT(lwt_term_draw_set(bad[i], 0, 0, &point), LWT_INVALID_ARGUMENT);
    CHECK_INT(lwt_term_draw_text(bad[i], 0, 0, "x", 1), LWT_INVALID_ARGUMENT);
    CHECK_FAILS(lwt_term_render(bad[i]), LWT_INVALID_ARGUMENT);
    CHECK_FAILS(lwt_term_render_update(zone, bad[i]), LWT_INVALID_ARGUMENT);
    CHECK_FAILS(lwt_term_render_update(bad[i], zone), LWT_INVALID_ARGUMENT);
    lwt_term_zone_release(bad[i]);
  }
  lwt_term_zone_release(zone);
}
