/* Keys from streams, from channels and from bytes, without a terminal. */
#include "streams.h"

#include <fcntl.h>

static struct lwt_term_key decoded(const char *text) {
  struct lwt_term_key key;
  memset(&key, 0x7f, sizeof key);
  CHECK_INT(lwt_term_decode_key(text, strlen(text), &key), LWT_OK);
  return key;
}
static void named(const struct lwt_term_key *key, const char *name) {
  struct lwt_string *text = lwt_term_string_of_key(key);
  CHECK_STR(text != NULL ? text->data : NULL, name);
  lwt_string_release(text);
}

TEST(what_one_key_has_sent_is_that_key) {
  struct lwt_term_key key = decoded("\033[1;5C");
  CHECK_INT(key.kind, LWT_TERM_RIGHT);
  CHECK_INT(key.modifiers, LWT_TERM_CTRL);
  named(&key, "Control-Key_right");
  key = decoded("\303\251");
  CHECK_INT(key.kind, LWT_TERM_TEXT);
  CHECK_INT(key.number, 0xe9);
  CHECK_STR(key.text, "\303\251");
  key = decoded("\033\n");
  CHECK_INT(key.modifiers, LWT_TERM_META);
  named(&key, "Meta-Key_control 'j'");
  key = decoded("\033[24~");
  CHECK_INT(key.kind, LWT_TERM_F);
  CHECK_INT(key.number, 12);
  key = decoded("\033[77z");
  CHECK_INT(key.kind, LWT_TERM_TEXT);
  CHECK_STR(key.text, "\033[77z");
  key = decoded("\n");
  CHECK(lwt_term_key_is_enter(&key));
  key = decoded("\033");
  CHECK(lwt_term_key_is_escape(&key));
  key = decoded("\t");
  CHECK(lwt_term_key_is_tab(&key));
  key = decoded("\177");
  CHECK(lwt_term_key_is_backspace(&key));
  struct lwt_term_key same = lwt_term_key_control('?'), other = lwt_term_key_control('a');
  CHECK(lwt_term_key_equal(&key, &same));
  CHECK(!lwt_term_key_equal(&key, &other));
}

TEST(a_text_that_is_no_keys_is_refused_and_so_is_a_key_that_is_none) {
  struct lwt_term_key key = lwt_term_key_control('a');
  static const char *const bad[] = {"", "\xff", "0123456789012345678901234567890123456789"};
  for (size_t i = 0; i < 3; i++)
    CHECK_INT(lwt_term_decode_key(bad[i], strlen(bad[i]), &key), INVALID);
  CHECK_INT(lwt_term_decode_key("a\0b", 3, &key), INVALID);
  CHECK_INT(lwt_term_decode_key(NULL, 1, &key), INVALID);
  CHECK_INT(lwt_term_decode_key("a", 1, NULL), INVALID);
  CHECK(lwt_term_key_is_control(&key, 'a'));
  CHECK_INT(lwt_term_decode_key("\0", 1, &key), LWT_OK);
  CHECK(lwt_term_key_is_control(&key, '@'));
  struct lwt_term_key none[] = {{-1, 0, 0, ""}, {13, 0, 0, ""}, {LWT_TERM_UP, 8, 0, ""},
                                {LWT_TERM_UP, -1, 0, ""}, {LWT_TERM_F, 0, 25, ""},
                                {LWT_TERM_F, 0, 0, ""}, {LWT_TERM_CONTROL, 0, 'A', ""},
                                {LWT_TERM_TEXT, 0, 0, "\xff"}};
  memset(none[7].text, 'x', sizeof none[7].text); /* no NUL byte, which is all right */
  for (size_t i = 0; i < 7; i++) {
    CHECK_PTR(lwt_term_string_of_key(&none[i]), NULL);
    CHECK(!lwt_term_key_equal(&none[i], &none[i]));
  }
  CHECK(lwt_term_key_equal(&none[7], &none[7]));
  CHECK(!lwt_term_key_equal(NULL, &key) && !lwt_term_key_equal(&key, NULL));
  CHECK_PTR(lwt_term_string_of_key(NULL), NULL);
}

TEST(keys_are_taken_from_the_beginning_of_bytes) {
  struct lwt_term_key key;
  CHECK_INT(lwt_term_parse("\033[Ax", 4, false, &key), 3);
  CHECK_INT(key.kind, LWT_TERM_UP);
  CHECK_INT(lwt_term_parse("\033", 1, false, &key), 0);
  CHECK_INT(key.kind, LWT_TERM_UP);
  CHECK_INT(lwt_term_parse("\033", 1, true, &key), 1);
  CHECK(lwt_term_key_is_escape(&key));
  CHECK_INT(lwt_term_parse("\xe6\xbc", 2, false, &key), 0);
  CHECK_INT(lwt_term_parse("\033[<0;1;1Mx", 10, false, &key), 9);
  CHECK_STR(key.text, "\033[<0;1;1M");
  CHECK_INT(lwt_term_parse("", 0, true, &key), 0);
  CHECK_INT(lwt_term_parse(NULL, 3, true, &key), 0);
  CHECK_INT(lwt_term_parse("a", 1, true, NULL), 0);
}

/* ----------------------------------------------------------- streams --- */
static void push_char(const lwt_stream_push *push, const char *c) {
  CHECK_INT(lwt_stream_push_owned(push, lwt_string_new(c, strlen(c)), lwt_string_drop), LWT_OK);
}
static void raw_is(lwt_t *p, const char *text) {
  CHECK_INT(lwt_main_run_until(p), LWT_OK);
  if (CHECK_INT(kind_of(p), LWT_OK))
    CHECK_STR(((const struct lwt_string *)lwt_value_of(p))->data, text);
  lwt_release(p);
}
static void left_is(const lwt_stream *chars, const char *text) {
  raw_is(lwt_stream_next(chars), text);
}

TEST(a_key_takes_from_a_stream_what_is_there_and_no_more_than_it_needs) {
  lwt_stream_push *push;
  lwt_stream *chars = lwt_stream_create(&push);
  static const char *const typed[] = {"\033", "[", "1", ";", "5", "C", "a", "\303\251"};
  for (size_t i = 0; i < 8; i++) push_char(push, typed[i]);
  raw_is(lwt_term_parse_key_raw(chars), "\033[1;5C");
  raw_is(lwt_term_parse_key_raw(chars), "a");
  raw_is(lwt_term_parse_key_raw(chars), "\303\251");
  /* A lone escape: nothing is there behind it. */
  lwt_t *p = lwt_term_parse_key_raw(chars);
  CHECK_SLEEPS(p);
  push_char(push, "\033");
  raw_is(p, "\033");
  push_char(push, "[");
  raw_is(lwt_term_parse_key_raw(chars), "[");
  /* What was looked at and is not part of it stays. */
  push_char(push, "\033");
  push_char(push, "[");
  push_char(push, "1");
  push_char(push, "\033");
  push_char(push, "x");
  raw_is(lwt_term_parse_key_raw(chars), "\033[1");
  left_is(chars, "\033");
  left_is(chars, "x");
  /* Cancelling takes nothing. */
  p = lwt_term_parse_key_raw(chars);
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
  push_char(push, "y");
  left_is(chars, "y");
  lwt_stream_push_close(push);
  p = lwt_term_parse_key_raw(chars);
  CHECK_FAILS(p, LWT_END_OF_FILE);
  lwt_stream_push_release(push);
  lwt_stream_release(chars);
  CHECK_FAILS(lwt_term_parse_key_raw(NULL), INVALID);
}

/* ---------------------------------------------------------- channels --- */
static int ends[2];
static lwt_io_channel *channel(void) {
  if (pipe(ends) != 0) SKIP("no pipes here");
  lwt_unix_fd *fd = lwt_unix_of_fd(ends[0]);
  lwt_io_channel *channel = lwt_io_of_fd(fd, LWT_IO_INPUT, 0);
  lwt_unix_fd_release(fd);
  return channel;
}
static void feed(const char *text) {
  CHECK_INT(write(ends[1], text, strlen(text)), strlen(text));
}
static void next_is(lwt_t *p, const char *name) {
  CHECK_INT(lwt_main_run_until(p), LWT_OK);
  if (CHECK_INT(kind_of(p), LWT_OK)) {
    const struct lwt_term_event *event = lwt_value_of(p);
    CHECK_INT(event->kind, LWT_TERM_EVENT_KEY);
    named(&event->key, name);
  }
  lwt_release(p);
}

TEST(events_take_turns_with_other_readers_and_cancelling_takes_nothing) {
  lwt_io_channel *in = channel();
  lwt_stream *events = lwt_term_events(in);
  feed("a\033[Bline\nb");
  next_is(lwt_stream_next(events), "Key \"a\"");
  next_is(lwt_stream_next(events), "Key_down");
  lwt_t *line = lwt_io_read_line(in);
  CHECK_INT(lwt_main_run_until(line), LWT_OK);
  CHECK_STR(((const struct lwt_string *)lwt_value_of(line))->data, "line");
  lwt_release(line);
  next_is(lwt_stream_next(events), "Key \"b\"");
  /* A stream that is released while it waits takes nothing of what comes later. */
  lwt_t *p = lwt_stream_next(events);
  CHECK_SLEEPS(p);
  lwt_cancel(p);
  lwt_release(p);
  lwt_stream_release(events);
  events = lwt_term_events(in);
  feed("\033");
  p = lwt_stream_next(events);
  next_is(p, "Key_control '['");
  feed("c");
  next_is(lwt_stream_next(events), "Key \"c\"");
  /* The end cuts a sequence short. */
  feed("\033[1");
  close(ends[1]);
  next_is(lwt_stream_next(events), "Key \"\\u{1b}[1\"");
  p = lwt_stream_next(events);
  CHECK_INT(lwt_main_run_until(p), LWT_OK);
  CHECK_FAILS(p, LWT_EMPTY);
  lwt_stream_release(events);
  p = lwt_io_close(in);
  CHECK_INT(lwt_main_run_until(p), LWT_OK);
  lwt_release(p);
  events = lwt_term_events(in);
  p = lwt_stream_next(events);
  CHECK_INT(lwt_main_run_until(p), LWT_OK);
  CHECK_FAILS(p, LWT_CLOSED);
  lwt_stream_release(events);
  lwt_io_channel_release(in);
}

TEST(a_channel_that_is_none_has_no_events) {
  CHECK_PTR(lwt_term_events(lwt_io_stdout()), NULL);
  lwt_io_channel *in = channel(), *stale = in;
  lwt_io_channel_release(in);
  CHECK_PTR(lwt_term_events(stale), NULL);
  close(ends[1]);
}

TEST(standard_input_is_a_stream_of_characters) {
  int in = dup(0);
  CHECK(in >= 0 && pipe(ends) == 0 && dup2(ends[0], 0) == 0);
  feed("a\303\251\xe6\xbc");
  lwt_stream *chars = lwt_term_standard_input(), *others = lwt_term_standard_input();
  left_is(chars, "a");
  left_is(others, "\303\251");
  lwt_t *p = lwt_stream_next(chars);
  CHECK_SLEEPS(p);
  feed("\xa2\xff!");
  raw_is(p, "\xe6\xbc\xa2");
  left_is(chars, "\303\277");
  close(ends[1]);
  left_is(chars, "!");
  p = lwt_stream_next(chars);
  CHECK_INT(lwt_main_run_until(p), LWT_OK);
  CHECK_FAILS(p, LWT_EMPTY);
  lwt_stream_release(chars);
  lwt_stream_release(others);
  dup2(in, 0);
  close(in);
  close(ends[0]);
}
