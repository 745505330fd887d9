/* What the tests of channels have in common: text of values, and channels over a
 * function of the test's that plays a script. */
#ifndef IO_KIT_H
#define IO_KIT_H
#include "loop.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>

/* The text of a promise, run to its end; "(kind)" of a failure. Consumes. */
static inline const char *text_of(lwt_t *p) {
  static char texts[8][1 << 16];
  static int next;
  char *text = texts[next++ % 8];
  lwt_main_run_until(p);
  if (lwt_state(p) == LWT_FAIL) {
    snprintf(text, sizeof texts[0], "(%d)", kind_of(p));
  } else if (lwt_value_of(p) == LWT_NONE) {
    strcpy(text, "(none)");
  } else {
    const struct lwt_string *s = (const struct lwt_string *)lwt_value_of(p);
    if (s == NULL) {
      strcpy(text, "(unit)");
    } else {
      size_t len = s->len < sizeof texts[0] ? s->len : sizeof texts[0] - 1;
      memcpy(text, s->data, len);
      text[len] = '\0';
      CHECK_INT(s->data[s->len], 0);
    }
  }
  lwt_release(p);
  return text;
}
#define CHECK_TEXT(p, want) CHECK_STR(text_of(p), want)
#define CHECK_RUN(p, want) CHECK_INT(run(p), want)
#define CHECK_RUN_FAILS(p, kind) CHECK_INT(run(p), -(kind))

/* A device of the test's: what it is asked is counted; each call is answered at
 * once, or by the test. */
struct device {
  const char *data; /* what a reading function gives */
  size_t len, at, most; /* most: so much in a call */
  char written[1 << 16];
  size_t wrote;
  int calls, closes, drops, seeks;
  bool waits;      /* calls are answered by device_answer */
  lwt_u *wakener;  /* of the call that waits */
  char *buf;
  size_t asked;
  intptr_t result; /* not 0: the answer */
  int fails;       /* a kind: the call fails */
};

static inline intptr_t device_move(struct device *d, char *buf, size_t len) {
  size_t n = d->most != 0 && len > d->most ? d->most : len;
  if (d->data != NULL) {
    if (n > d->len - d->at) n = d->len - d->at;
    memcpy(buf, d->data + d->at, n);
    d->at += n;
  } else {
    if (n > sizeof d->written - d->wrote) n = sizeof d->written - d->wrote;
    memcpy(d->written + d->wrote, buf, n);
    d->wrote += n;
  }
  return (intptr_t)n;
}
static inline lwt_t *device_transfer(char *buf, size_t len, void *env) {
  struct device *d = (struct device *)env;
  d->calls++;
  if (d->fails != 0) return lwt_fail(exn(d->fails));
  if (d->result != 0) return lwt_return(LWT_INT(d->result < 0 && d->result > -10 ? 0 : d->result));
  if (!d->waits) return lwt_return(LWT_INT(device_move(d, buf, len)));
  CHECK_PTR(d->wakener, NULL); /* one call at a time */
  d->buf = buf;
  d->asked = len;
  return lwt_task(&d->wakener);
}
static inline void device_answer(struct device *d) {
  lwt_u *u = d->wakener;
  d->wakener = NULL;
  intptr_t n = device_move(d, d->buf, d->asked);
  CHECK_INT(lwt_wakeup(u, LWT_INT(n)), LWT_OK);
}
static inline lwt_t *device_close(void *env) {
  ((struct device *)env)->closes++;
  return lwt_return(LWT_UNIT);
}
static inline lwt_t *device_seek(int64_t offset, int whence, void *env) {
  struct device *d = (struct device *)env;
  d->seeks++;
  int64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? (int64_t)d->at : (int64_t)d->len;
  d->at = (size_t)(base + offset);
  return lwt_return(LWT_INT((intptr_t)d->at));
}
static inline void device_drop(void *env) { ((struct device *)env)->drops++; }

static inline struct device *device_reading(const char *data) {
  struct device *d = (struct device *)calloc(1, sizeof *d);
  d->data = data;
  d->len = strlen(data);
  return d;
}
static inline struct device *device_writing(void) {
  return (struct device *)calloc(1, sizeof(struct device));
}
static inline lwt_io_channel *channel_of(struct device *d, size_t size) {
  lwt_io_channel *channel =
    lwt_io_make(d->data != NULL ? LWT_IO_INPUT : LWT_IO_OUTPUT, size, device_transfer, device_close,
                device_seek, d, device_drop);
  CHECK(channel != NULL);
  return channel;
}
/* Releases the channel, and checks that nothing is left of it. */
static inline void device_end(struct device *d, lwt_io_channel *channel) {
  lwt_io_channel_release(channel);
  CHECK_INT(d->drops, 1);
  free(d);
}

/* Bytes as a text for CHECK_STR. */
static inline const char *wrote(struct device *d) {
  d->written[d->wrote] = '\0';
  return d->written;
}
#endif
