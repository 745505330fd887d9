/* Styled text: its items, its codes, what becomes of it where styles are not shown. */
#include "io_kit.h"

#include "lwt_term.h"

/* What is written to a channel for a styled text, which is consumed. */
static const char *written(lwt_styled *styled) {
  struct device *d = device_writing();
  lwt_io_channel *c = channel_of(d, 0);
  CHECK_RETURNS(lwt_term_write_styled(c, styled), 0);
  CHECK_RETURNS(lwt_io_flush(c), 0);
  static char text[8][512];
  static int next;
  char *kept = text[next++ % 8];
  snprintf(kept, sizeof text[0], "%s", wrote(d));
  device_end(d, c);
  lwt_styled_release(styled);
  return kept;
}

TEST(instructions_are_written_as_one_sequence_before_the_next_text) {
  lwt_term_set_colors(16);
  CHECK_STR(written(LWT_STYLED(LWT_FG(LWT_BLUE), LWT_BOLD, LWT_TEXT("foo"))), "\033[1;34mfoo");
  CHECK_STR(written(LWT_STYLED(LWT_TEXT("a"), LWT_RESET, LWT_TEXT("b"))), "a\033[0mb");
  CHECK_STR(written(LWT_STYLED(LWT_UNDERLINED, LWT_BLINK, LWT_INVERSE, LWT_HIDDEN, LWT_TEXT("x"))),
            "\033[4;5;7;8mx");
  CHECK_STR(written(LWT_STYLED(LWT_BG(LWT_LRED), LWT_FG(LWT_DEFAULT_COLOR), LWT_TEXT("x"), LWT_RESET)),
            "\033[39;101mx\033[0m");
  CHECK_STR(written(lwt_styled_create(NULL, 0)), "");
}

TEST(a_colour_falls_back_to_what_the_terminal_can_show) {
  struct lwt_style_item items[] = {LWT_FG(LWT_RGB(255, 0, 0)), LWT_TEXT("x")};
  static const struct {
    int colors;
    const char *want;
  } cases[] = {{1 << 24, "\033[38;2;255;0;0mx"}, {256, "\033[38;5;196mx"}, {88, "\033[91mx"},
               {16, "\033[91mx"},                {8, "\033[91mx"},         {1, "x"},
               {0, "x"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    lwt_term_set_colors(cases[i].colors);
    CHECK_INT(lwt_term_colors(), cases[i].colors);
    CHECK_STR(written(lwt_styled_create(items, 2)), cases[i].want);
  }
  lwt_term_set_colors(0);
  CHECK_STR(written(LWT_STYLED(LWT_BOLD, LWT_TEXT("x"))), "x");
}

TEST(the_environment_tells_how_many_colours_there_are) {
  setenv("TERM", "xterm-256color", 1);
  unsetenv("NO_COLOR");
  unsetenv("COLORTERM");
  lwt_term_set_colors(-1);
  CHECK_INT(lwt_term_colors(), 256);
}

TEST(the_text_has_a_plain_form_a_length_and_a_width) {
  lwt_styled *s = LWT_STYLED(LWT_BOLD, LWT_TEXT("J\303\251r"), LWT_RESET, LWT_TEXT("\346\227\245e\314\201"));
  struct lwt_string *plain = lwt_term_strip_styles(s);
  CHECK_STR(plain->data, "J\303\251r\346\227\245e\314\201");
  lwt_string_release(plain);
  CHECK_INT(lwt_term_styled_length(s), 6);
  CHECK_INT(lwt_term_styled_width(s), 6);
  CHECK_INT(lwt_styled_count(s), 4);
  struct lwt_style_item item;
  CHECK(lwt_styled_item(s, 1, &item));
  CHECK_INT(item.kind, LWT_STYLE_TEXT);
  CHECK_INT(item.len, 4);
  CHECK(memcmp(item.text, "J\303\251r", 4) == 0);
  CHECK(!lwt_styled_item(s, 4, &item));
  CHECK(!lwt_styled_item(s, 0, NULL));
  lwt_styled_release(s);
}

TEST(each_item_is_read_back_as_it_was_given) {
  struct lwt_style_item items[] = {LWT_RESET,  LWT_BOLD,   LWT_UNDERLINED,     LWT_BLINK,
                                   LWT_INVERSE, LWT_HIDDEN, LWT_FG(LWT_YELLOW), LWT_BG(LWT_RGB(1, 2, 3)),
                                   LWT_FG(200), LWT_BG(-1)};
  size_t n = sizeof items / sizeof *items;
  lwt_styled *s = lwt_styled_create(items, n);
  CHECK_INT(lwt_styled_count(s), n);
  for (size_t i = 0; i < n; i++) {
    struct lwt_style_item item;
    CHECK(lwt_styled_item(s, i, &item));
    CHECK_INT(item.kind, items[i].kind);
    CHECK_INT(item.color, items[i].color);
  }
  lwt_styled_release(s);
}

TEST(a_formatted_item_and_another_styled_text_become_part_of_it) {
  lwt_term_set_colors(16);
  lwt_styled *inner = LWT_STYLED(LWT_BOLD, LWT_TEXT("in"));
  char big[1000];
  memset(big, 'b', sizeof big - 1);
  big[sizeof big - 1] = 0;
  lwt_styled *s = LWT_STYLED(LWT_TEXTF("%d-%s", 42, "x"), lwt_style_styled(lwt_styled_retain(inner)),
                             LWT_TEXTF("%s", big));
  CHECK_INT(lwt_styled_count(s), 4);
  CHECK_INT(lwt_term_styled_length(s), 4 + 2 + 999);
  lwt_styled_release(s);
  CHECK_STR(written(inner), "\033[1min");
}

TEST(bytes_that_are_no_utf_8_are_latin_characters) {
  lwt_styled *s = LWT_STYLED(LWT_TEXT("J\351r"));
  struct lwt_string *plain = lwt_term_strip_styles(s);
  CHECK_STR(plain->data, "J\303\251r");
  lwt_string_release(plain);
  lwt_styled_release(s);
}

TEST(bad_items_and_handles_are_refused_and_what_is_consumed_is_consumed) {
  struct lwt_style_item none = LWT_TEXT(NULL), color = LWT_FG(256), kind = lwt_style_item_of(77, 0);
  struct lwt_style_item empty = lwt_style_text(NULL, 0), huge = lwt_style_text("x", SIZE_MAX / 2 + 1);
  CHECK_PTR(lwt_styled_create(&none, 1), NULL);
  CHECK_PTR(lwt_styled_create(&color, 1), NULL);
  CHECK_PTR(lwt_styled_create(&kind, 1), NULL);
  CHECK_PTR(lwt_styled_create(&huge, 1), NULL);
  CHECK_PTR(lwt_styled_create(NULL, 3), NULL);
  CHECK_PTR(lwt_styled_create(&none, SIZE_MAX), NULL);
  lwt_styled *s = lwt_styled_create(&empty, 1);
  CHECK_INT(lwt_styled_count(s), 0);
  struct lwt_style_item twice[] = {lwt_style_item_of(77, 0), lwt_style_styled(s)};
  CHECK_PTR(lwt_styled_create(twice, 2), NULL);
  CHECK_PTR(lwt_styled_retain(s), NULL); /* it was consumed all the same */
  CHECK_PTR(lwt_styled_create(twice + 1, 1), NULL);
  lwt_mutex *other = lwt_mutex_create();
  lwt_styled *bad[] = {NULL, s, (lwt_styled *)other};
  for (int i = 0; i < 3; i++) {
    CHECK_INT(lwt_styled_count(bad[i]), 0);
    CHECK_INT(lwt_term_styled_length(bad[i]), 0);
    CHECK_INT(lwt_term_styled_width(bad[i]), 0);
    CHECK_PTR(lwt_term_strip_styles(bad[i]), NULL);
    CHECK(!lwt_styled_item(bad[i], 0, &none));
    CHECK_FAILS(lwt_term_write_styled(lwt_io_stdout(), bad[i]), LWT_INVALID_ARGUMENT);
    CHECK_FAILS(lwt_term_printc(bad[i]), LWT_INVALID_ARGUMENT);
    lwt_styled_release(bad[i]);
  }
  lwt_mutex_release(other);
  s = LWT_STYLED(LWT_BOLD);
  CHECK_FAILS(lwt_term_write_styled(lwt_io_stdin(), s), LWT_INVALID_ARGUMENT);
  CHECK_FAILS(lwt_term_write_styled(NULL, s), LWT_INVALID_ARGUMENT);
  lwt_styled_release(s);
}

/* What the process writes to a descriptor while `print` runs. */
static const char *captured(int fd, lwt_t *(*print)(void)) {
  static char text[512];
  int ends[2], kept = dup(fd);
  if (pipe(ends) != 0) abort();
  dup2(ends[1], fd);
  close(ends[1]);
  CHECK_RUN(print(), 0);
  CHECK_RUN(lwt_io_flush_all(), 0);
  dup2(kept, fd);
  close(kept);
  ssize_t n = read(ends[0], text, sizeof text - 1);
  text[n > 0 ? n : 0] = 0;
  close(ends[0]);
  return text;
}
static lwt_styled *foo(void) { return LWT_STYLED(LWT_FG(LWT_BLUE), LWT_BOLD, LWT_TEXT("foo")); }
static lwt_t *printc(void) { return lwt_term_printc(foo()); }
static lwt_t *printlc(void) { return lwt_term_printlc(foo()); }
static lwt_t *eprintc(void) { return lwt_term_eprintc(foo()); }
static lwt_t *eprintlc(void) { return lwt_term_eprintlc(foo()); }
static lwt_t *color(void) { return lwt_term_set_color(3, 1, 2, 255); }

TEST(styles_are_dropped_where_the_output_is_no_terminal) {
  lwt_term_set_colors(256);
  CHECK_STR(captured(1, printc), "foo");
  CHECK_STR(captured(1, printlc), "foo\n");
  CHECK_STR(captured(2, eprintc), "foo");
  CHECK_STR(captured(2, eprintlc), "foo\n");
  CHECK_STR(captured(1, color), "");
}

TEST(a_colour_that_can_not_be_is_refused) {
  CHECK_FAILS(lwt_term_set_color(-1, 0, 0, 0), LWT_INVALID_ARGUMENT);
  CHECK_FAILS(lwt_term_set_color(256, 0, 0, 0), LWT_INVALID_ARGUMENT);
  CHECK_FAILS(lwt_term_set_color(0, 0, 256, 0), LWT_INVALID_ARGUMENT);
}
