/* What the tests of text channels have in common. */
#ifndef TEXT_KIT_H
#define TEXT_KIT_H
#include "io_kit.h"

#include "lwt_text.h"

/* A text channel over a script of bytes, `most` at a time; 0: all at once. */
static inline lwt_text_channel *text_reading(struct device *d, size_t most, const char *encoding,
                                             int conversion) {
  d->most = most;
  lwt_io_channel *bytes = channel_of(d, 0);
  lwt_text_channel *text = lwt_text_make(bytes, encoding, conversion);
  CHECK(text != NULL);
  lwt_io_channel_release(bytes);
  return text;
}
/* Checks that nothing is left. */
static inline void text_end(struct device *d, lwt_text_channel *text) {
  lwt_text_channel_release(text);
  CHECK_INT(d->drops, 1);
  free(d);
}

/* What is written for a text in an encoding; "(kind)" of a failure. */
static inline const char *text_written(const char *text, const char *encoding, int conversion) {
  static char kept[4][1 << 12];
  static int next;
  struct device *d = device_writing();
  lwt_io_channel *bytes = channel_of(d, 0);
  lwt_text_channel *out = lwt_text_make(bytes, encoding, conversion);
  CHECK(out != NULL);
  lwt_io_channel_release(bytes);
  char *result = kept[next++ % 4];
  intptr_t done = run(lwt_text_write(out, text, strlen(text)));
  CHECK_RUN(lwt_text_flush(out), 0);
  if (done != 0) {
    CHECK_INT(d->wrote, 0);
    snprintf(result, sizeof kept[0], "(%d)", (int)-done);
  } else {
    snprintf(result, sizeof kept[0], "%s", wrote(d));
  }
  text_end(d, out);
  return result;
}

/* A stream of texts. */
static inline lwt_stream *texts(const char *const *all, size_t n) {
  lwt_stream_push *push;
  lwt_stream *s = lwt_stream_create(&push);
  for (size_t i = 0; i < n; i++)
    lwt_stream_push_owned(push, lwt_string_new(all[i], strlen(all[i])), free);
  lwt_stream_push_close(push);
  lwt_stream_push_release(push);
  return s;
}
#endif
