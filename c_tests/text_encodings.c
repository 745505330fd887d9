/* Every encoding that the Web knows: its name is accepted, ASCII goes out and comes back,
 * and whatever bytes are read loosely, what comes is UTF-8. */
/* timeout: 120 */
#include "text_kit.h"

/* Their names, as https://encoding.spec.whatwg.org lists them, but for "replacement", which
 * is none; and ours. */
static const char *const names[] = {
  "UTF-8", "IBM866", "ISO-8859-2", "ISO-8859-3", "ISO-8859-4", "ISO-8859-5", "ISO-8859-6",
  "ISO-8859-7", "ISO-8859-8", "ISO-8859-8-I", "ISO-8859-10", "ISO-8859-13", "ISO-8859-14",
  "ISO-8859-15", "ISO-8859-16", "KOI8-R", "KOI8-U", "macintosh", "windows-874", "windows-1250",
  "windows-1251", "windows-1252", "windows-1253", "windows-1254", "windows-1255",
  "windows-1256", "windows-1257", "windows-1258", "x-mac-cyrillic", "GBK", "gb18030", "Big5",
  "EUC-JP", "ISO-2022-JP", "Shift_JIS", "EUC-KR", "UTF-16BE", "UTF-16LE", "x-user-defined",
  "ASCII", "ISO-8859-1", "UTF-32LE", "UTF-32BE"};
enum { NAMES = sizeof names / sizeof names[0] };

static lwt_io_channel *bytes_of(char *bytes, size_t len) {
  lwt_io_channel *channel = lwt_io_of_bytes(LWT_IO_INPUT, bytes, len, NULL);
  CHECK(channel != NULL);
  return channel;
}
/* All that these bytes are. The caller's, and the channel's only until then. */
static struct lwt_string *read_loosely(const char *name, char *bytes, size_t len) {
  lwt_io_channel *channel = bytes_of(bytes, len);
  lwt_text_channel *text = lwt_text_make(channel, name, LWT_TEXT_LOOSE);
  lwt_io_channel_release(channel);
  lwt_exn *e = NULL;
  lwt_value all = lwt_main_run(lwt_text_read(text), &e);
  CHECK(e == NULL);
  lwt_text_channel_release(text);
  return (struct lwt_string *)all;
}

TEST(each_is_known_by_its_name_in_upper_and_lower_case) {
  char none[1];
  lwt_io_channel *channel = bytes_of(none, 0);
  for (int i = 0; i < NAMES; i++) {
    char other[32];
    size_t n = 0;
    for (; names[i][n] != '\0'; n++) {
      char c = names[i][n];
      other[n] = (char)(c >= 'a' && c <= 'z' ? c - 32 : c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    other[n] = '\0';
    lwt_text_channel *text = lwt_text_make(channel, names[i], LWT_TEXT_STRICT);
    lwt_text_channel *again = lwt_text_make(channel, other, LWT_TEXT_STRICT);
    CHECK_STR(lwt_text_encoding(text), names[i]);
    CHECK_STR(lwt_text_encoding(again), names[i]);
    lwt_text_channel_release(text);
    lwt_text_channel_release(again);
  }
  CHECK(lwt_text_make(channel, "replacement", LWT_TEXT_LOOSE) == NULL);
  lwt_io_channel_release(channel);
}

TEST(ascii_goes_out_and_comes_back) {
  char ascii[128];
  size_t len = 0;
  for (int c = 1; c < 128; c++)
    if (c != 0x0e && c != 0x0f && c != 0x1b) ascii[len++] = (char)c; /* they shift ISO-2022-JP */
  ascii[len] = '\0';
  for (int i = 0; i < NAMES; i++) {
    struct device *d = device_writing();
    lwt_io_channel *channel = channel_of(d, 0);
    lwt_text_channel *out = lwt_text_make(channel, names[i], LWT_TEXT_STRICT);
    lwt_io_channel_release(channel);
    CHECK_RUN(lwt_text_write(out, ascii, len), 0);
    CHECK_RUN(lwt_text_flush(out), 0);
    size_t unit = strncmp(names[i], "UTF-16", 6) == 0 ? 2 : strncmp(names[i], "UTF-32", 6) == 0 ? 4 : 1;
    CHECK_INT(d->wrote, len * unit);
    struct lwt_string *back = read_loosely(names[i], d->written, d->wrote);
    if (!CHECK_STR(back->data, ascii)) fprintf(stderr, "  in %s\n", names[i]);
    lwt_string_release(back);
    text_end(d, out);
  }
}

/* Is it UTF-8: no surrogates, nothing longer than need be, nothing past U+10FFFF? */
static bool is_utf8(const unsigned char *text, size_t len) {
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  for (size_t i = 0; i < len;) {
    size_t n = text[i] < 0x80 ? 1 : text[i] >> 5 == 6 ? 2 : text[i] >> 4 == 14 ? 3 : text[i] >> 3 == 30 ? 4 : 0;
    if (n == 0 || n > len - i) return false;
    uint32_t c = n == 1 ? text[i] : text[i] & (0x7fU >> n);
    for (size_t k = 1; k < n; k++) {
      if (text[i + k] >> 6 != 2) return false;
      c = c << 6 | (text[i + k] & 0x3f);
    }
    if (n > 1 && (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))) return false;
    i += n;
  }
  return true;
}

static uint64_t state = 88172645463325252ULL;
static uint64_t next_random(void) {
  state ^= state << 13, state ^= state >> 7, state ^= state << 17;
  return state;
}
TEST(whatever_bytes_are_read_loosely_what_comes_is_utf_8) {
  enum { LEN = 4096 };
  for (int i = 0; i < NAMES; i++) {
    for (long turn = 0; turn < scaled(16); turn++) {
      /* Anything; what has its high bit mostly; what shifts, often. */
      char bytes[LEN + 1];
      size_t len = (size_t)(next_random() % LEN);
      for (size_t k = 0; k < len; k++) {
        uint64_t r = next_random() >> 16;
        bytes[k] = (char)(turn % 3 == 0   ? r
                          : turn % 3 == 1 ? r | 0x80
                          : r % 4 != 0    ? (unsigned char)"\x1b$(BJI@\x0e\x0f\xff\xfe"[r / 4 % 11]
                                          : r >> 8);
      }
      bytes[len] = '\0';
      struct lwt_string *all = read_loosely(names[i], bytes, len);
      CHECK(all != NULL && (len == 0 || all->len > 0));
      if (!CHECK(is_utf8((const unsigned char *)all->data, all->len)))
        fprintf(stderr, "  in %s\n", names[i]);
      lwt_string_release(all);

      /* The same in pieces: characters that are cut in two come whole. */
      struct device *d = device_reading(bytes);
      d->len = len;
      lwt_text_channel *text = text_reading(d, 1 + (size_t)(next_random() % 7), names[i], LWT_TEXT_LOOSE);
      lwt_exn *e = NULL;
      struct lwt_string *pieces = lwt_main_run(lwt_text_read(text), &e);
      CHECK(e == NULL);
      all = read_loosely(names[i], bytes, len);
      CHECK_INT(pieces->len, all->len);
      CHECK(memcmp(pieces->data, all->data, all->len) == 0);
      lwt_string_release(pieces);
      lwt_string_release(all);
      text_end(d, text);
    }
  }
}
