/* The parts of a value of lwt_term_size_signal. */
#define LWT_TERM_SIZE_COLUMNS(value) ((int)(LWT_TO_INT(value) >> 16))
#define LWT_TERM_SIZE_LINES(value) ((int)(LWT_TO_INT(value) & 0xFFFF))

/* The key Control with a character, such as 'a'; and is a key that one? On any thread. */
static inline struct lwt_term_key lwt_term_key_control(char c) {
  struct lwt_term_key key = {LWT_TERM_CONTROL, 0, 0, ""};
  key.number = (unsigned char)c;
  return key;
}
static inline bool lwt_term_key_is_control(const struct lwt_term_key *key, char c) {
  return key->kind == LWT_TERM_CONTROL && key->modifiers == 0 && key->number == (unsigned char)c;
}
/* Is it `Lwt_term.key_enter`, ^J? On any thread. */
static inline bool lwt_term_key_is_enter(const struct lwt_term_key *key) {
  return lwt_term_key_is_control(key, 'j');
}
/* Is it `Lwt_term.key_escape`, ^[? On any thread. */
static inline bool lwt_term_key_is_escape(const struct lwt_term_key *key) {
  return lwt_term_key_is_control(key, '[');
}
/* Is it `Lwt_term.key_tab`, ^I? On any thread. */
static inline bool lwt_term_key_is_tab(const struct lwt_term_key *key) {
  return lwt_term_key_is_control(key, 'i');
}
/* Is it `Lwt_term.key_backspace`, Control with '?'? On any thread. */
static inline bool lwt_term_key_is_backspace(const struct lwt_term_key *key) {
  return lwt_term_key_is_control(key, '?');
}

/* ---- Styled text: lwt_term_printlc(LWT_STYLED(LWT_FG(LWT_BLUE), LWT_BOLD, LWT_TEXT("foo"))) ---- */

/* A colour of 24 bits; each part from 0 to 255. */
#define LWT_RGB(red, green, blue) \
  ((int)(0x1000000u | ((unsigned)(red) & 255) << 16 | ((unsigned)(green) & 255) << 8 | ((unsigned)(blue) & 255)))

/* An item that is no text. On any thread. */
static inline struct lwt_style_item lwt_style_item_of(int kind, int color) {
  struct lwt_style_item item;
  memset(&item, 0, sizeof item);
  item.kind = kind;
  item.color = color;
  return item;
}
/* An item of text, which has `len` bytes or ends with a NUL byte. On any thread. */
static inline struct lwt_style_item lwt_style_text(const char *text, size_t len) {
  struct lwt_style_item item = lwt_style_item_of(LWT_STYLE_TEXT, 0);
  item.text = text;
  item.len = len;
  return item;
}
/* The items of another styled text, which is consumed with this item. */
static inline struct lwt_style_item lwt_style_styled(lwt_styled *styled) {
  struct lwt_style_item item = lwt_style_item_of(LWT_STYLE_STYLED, 0);
  item.styled = styled;
  return item;
}

/* The items: `Lwt_term.text`, `textf`, `reset`, `bold`, `underlined`, `blink`, `inverse`,
 * `hidden`, `fg`, `bg`. */
#define LWT_TEXT(text) lwt_style_text((text), LWT_STYLE_NUL)
#define LWT_TEXTF(...) lwt_style_styled(lwt_styled_textf(__VA_ARGS__))
#define LWT_RESET lwt_style_item_of(LWT_STYLE_RESET, 0)
#define LWT_BOLD lwt_style_item_of(LWT_STYLE_BOLD, 0)
#define LWT_UNDERLINED lwt_style_item_of(LWT_STYLE_UNDERLINED, 0)
#define LWT_BLINK lwt_style_item_of(LWT_STYLE_BLINK, 0)
#define LWT_INVERSE lwt_style_item_of(LWT_STYLE_INVERSE, 0)
#define LWT_HIDDEN lwt_style_item_of(LWT_STYLE_HIDDEN, 0)
#define LWT_FG(color) lwt_style_item_of(LWT_STYLE_FG, (color))
#define LWT_BG(color) lwt_style_item_of(LWT_STYLE_BG, (color))

/* A styled text of at least one item, as lwt_styled_create returns it. */
#ifdef __cplusplus
extern "C++" {
template <size_t n>
static inline lwt_styled *lwt_styled_of(const struct lwt_style_item (&items)[n]) {
  return lwt_styled_create(items, n);
}
}
#define LWT_STYLED(...) lwt_styled_of({__VA_ARGS__})
#else
#define LWT_STYLED(...)                                             \
  lwt_styled_create((const struct lwt_style_item[]){__VA_ARGS__},   \
                    sizeof((const struct lwt_style_item[]){__VA_ARGS__}) / \
                      sizeof(struct lwt_style_item))
#endif

/* A styled text without styles, by a format as printf(3) has it, `Lwt_term.textf`. Owned by the
 * caller. NULL: the format can't be printed, or memory ran out. */
LWT_IO_FORMAT(1, 0)
static inline lwt_styled *lwt_styled_vtextf(const char *format, va_list arguments) {
  lwt_styled *styled = NULL;
  char here[256], *text = here, *more = NULL;
  int len;
  va_list again;
  va_copy(again, arguments);
  len = vsnprintf(here, sizeof here, format, arguments);
  if (len >= (int)sizeof here) {
    text = more = (char *)malloc((size_t)len + 1);
    if (more != NULL) len = vsnprintf(more, (size_t)len + 1, format, again);
  }
  if (text != NULL && len >= 0) {
    struct lwt_style_item item = lwt_style_text(text, (size_t)len);
    styled = lwt_styled_create(&item, 1);
  }
  va_end(again);
  free(more);
  return styled;
}
LWT_IO_FORMAT(1, 2)
static inline lwt_styled *lwt_styled_textf(const char *format, ...) {
  lwt_styled *styled;
  va_list arguments;
  va_start(arguments, format);
  styled = lwt_styled_vtextf(format, arguments);
  va_end(arguments);
  return styled;
}

/* Draws a text by a format as printf(3) has it, `Draw.textf`. As lwt_term_draw_text, and
 * LWT_FAILURE if the format can't be printed. */
LWT_IO_FORMAT(4, 0)
static inline int lwt_term_draw_vtextf(const lwt_term_zone *zone, int x, int y, const char *format,
                                       va_list arguments) {
  lwt_styled *styled = lwt_styled_vtextf(format, arguments);
  int drawn = styled == NULL ? LWT_FAILURE : lwt_term_draw_textc(zone, x, y, styled);
  lwt_styled_release(styled);
  return drawn;
}
LWT_IO_FORMAT(4, 5)
static inline int lwt_term_draw_textf(const lwt_term_zone *zone, int x, int y, const char *format, ...) {
  int drawn;
  va_list arguments;
  va_start(arguments, format);
  drawn = lwt_term_draw_vtextf(zone, x, y, format, arguments);
  va_end(arguments);
  return drawn;
}

/* Gives up a styled text that is a value: the drop function of `lwt_styled *`. On
 * the thread of the text. */
static inline void lwt_styled_drop(void *styled) { lwt_styled_release((lwt_styled *)styled); }
