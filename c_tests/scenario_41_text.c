/* Scenario 41, its half of text: bad UTF-8 in both modes; transliteration; split sequences. */
#include "text_kit.h"

/* Bytes, and what reading them gives: loose, and strict. */
static const struct {
  const char *bytes, *loose;
  bool good;
} cases[] = {
  {"J\303\251r\303\251mie", "J\303\251r\303\251mie", true},
  {"J\351r\351mie", "J\303\251r\303\251mie", false},           /* Latin 1 */
  {"\377\376", "\303\277\303\276", false},                     /* never in UTF-8 */
  {"a\300\200b", "a\303\200\302\200b", false},                 /* overlong */
  {"\355\240\200", "\303\255\302\240\302\200", false},         /* a surrogate */
  {"\364\220\200\200", "\303\264\302\220\302\200\302\200", false}, /* above U+10FFFF */
  {"\303", "\303\203", false},                                 /* cut off */
  {"x\360\237\230", "x\303\260\302\237\302\230", false},
  {"\303x", "\303\203x", false},
  {"\200", "\302\200", false},                                 /* a byte that only follows */
};
#define N (sizeof cases / sizeof *cases)

TEST(bad_utf_8_is_read_as_latin_characters_whichever_way_it_is_read_and_split) {
  for (size_t i = 0; i < N; i++) {
    for (size_t most = 0; most < 4; most++) {
      struct device *d = device_reading(cases[i].bytes);
      lwt_text_channel *c = text_reading(d, most, "UTF-8", LWT_TEXT_LOOSE);
      CHECK_TEXT(lwt_text_read(c), cases[i].loose);
      CHECK_TEXT(lwt_text_read(c), "");
      text_end(d, c);
      d = device_reading(cases[i].bytes);
      c = text_reading(d, most, "UTF-8", LWT_TEXT_LOOSE);
      CHECK_TEXT(lwt_text_read_line(c), cases[i].loose);
      CHECK_TEXT(lwt_text_read_line_opt(c), "(none)");
      text_end(d, c);
      d = device_reading(cases[i].bytes);
      c = text_reading(d, most, "UTF-8", LWT_TEXT_LOOSE);
      char all[64] = "";
      for (;;) {
        const char *one = text_of(lwt_text_read_char_opt(c));
        if (strcmp(one, "(none)") == 0) break;
        CHECK(strlen(one) <= 4);
        strcat(all, one);
      }
      CHECK_STR(all, cases[i].loose);
      text_end(d, c);
    }
  }
}

TEST(bad_utf_8_is_a_failure_of_a_strict_channel_and_is_not_taken) {
  for (size_t i = 0; i < N; i++) {
    for (size_t most = 0; most < 4; most++) {
      struct device *d = device_reading(cases[i].bytes);
      lwt_text_channel *c = text_reading(d, most, "UTF-8", LWT_TEXT_STRICT);
      if (cases[i].good) {
        CHECK_TEXT(lwt_text_read(c), cases[i].loose);
      } else {
        CHECK_RUN_FAILS(lwt_text_read(c), LWT_FAILURE);
        CHECK_RUN_FAILS(lwt_text_read_line(c), LWT_FAILURE);
        lwt_io_channel *bytes = lwt_text_byte_channel(c);
        CHECK_TEXT(lwt_io_read(bytes), cases[i].bytes);
        lwt_io_channel_release(bytes);
      }
      text_end(d, c);
    }
  }
}

TEST(characters_before_the_bad_one_are_read_by_a_strict_channel) {
  struct device *d = device_reading("a\303\251\377b");
  lwt_text_channel *c = text_reading(d, 1, "UTF-8", LWT_TEXT_STRICT);
  CHECK_TEXT(lwt_text_read_char(c), "a");
  CHECK_TEXT(lwt_text_read_char(c), "\303\251");
  CHECK_RUN_FAILS(lwt_text_read_char(c), LWT_FAILURE);
  CHECK_RUN_FAILS(lwt_text_read_char(c), LWT_FAILURE);
  lwt_io_channel *bytes = lwt_text_byte_channel(c); /* the way past it */
  CHECK_RUN(lwt_io_read_char(bytes), 0377);
  lwt_io_channel_release(bytes);
  CHECK_TEXT(lwt_text_read_char(c), "b");
  CHECK_RUN_FAILS(lwt_text_read_char(c), LWT_END_OF_FILE);
  text_end(d, c);
}

TEST(a_sequence_that_comes_in_pieces_is_one_character) {
  struct device *d = device_reading("\360\237\230\200\346\227\245");
  d->waits = true;
  lwt_text_channel *c = text_reading(d, 1, "UTF-8", LWT_TEXT_STRICT);
  lwt_t *p = lwt_text_read_char(c);
  for (int i = 0; i < 4; i++) {
    CHECK_INT(lwt_state(p), LWT_SLEEP);
    device_answer(d);
  }
  CHECK_TEXT(p, "\360\237\230\200");
  p = lwt_text_read_char(c);
  device_answer(d);
  device_answer(d);
  lwt_cancel(p); /* what has come in part is for the next one */
  CHECK_RUN_FAILS(p, LWT_CANCELED);
  p = lwt_text_read_char(c);
  device_answer(d);
  CHECK_TEXT(p, "\346\227\245");
  text_end(d, c);
}

TEST(what_an_encoding_has_not_is_transliterated_or_fails) {
  static const struct {
    const char *encoding, *text, *loose, *rich, *strict;
  } writes[] = {
    {"C", "J\303\251r\303\251mie", "J?r?mie", "Jeremie", "(4)"},
    {"ASCII", "\342\200\234a\342\200\235 5 \342\202\254", "\"a\" 5 EUR", "\"a\" 5 EUR", "(4)"},
    {"ASCII", "\346\227\245\360\237\230\200", "??", "??", "(4)"},
    {"ISO-8859-1", "J\303\251r\303\251mie \342\202\254", "J\351r\351mie EUR", "J\351r\351mie EUR", "(4)"},
    {"ISO-8859-15", "\342\202\254", "\244", "\244", "\244"},
    {"ISO-8859-15", "\305\201\303\263d\305\272", "?\363d?", "L\363dz", "(4)"},
    {"KOI8-R", "\320\277\321\200\320\270\320\262\320\265\321\202", "\320\322\311\327\305\324",
     "\320\322\311\327\305\324", "\320\322\311\327\305\324"},
    {"UTF-8", "\346\227\245", "\346\227\245", "\346\227\245", "\346\227\245"},
    {"UTF-8", "J\351r", "J\303\251r", "J\303\251r", "(4)"},
    {"ASCII", "plain", "plain", "plain", "plain"},
  };
  for (size_t i = 0; i < sizeof writes / sizeof *writes; i++) {
    const char *text = writes[i].text, *encoding = writes[i].encoding;
    CHECK_STR(text_written(text, encoding, LWT_TEXT_LOOSE), writes[i].loose);
    CHECK_STR(text_written(text, encoding, LWT_TEXT_RICH), writes[i].rich);
    CHECK_STR(text_written(text, encoding, LWT_TEXT_STRICT), writes[i].strict);
  }
}
