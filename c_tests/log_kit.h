/* What the tests of logs have in common: what is in a file, and a logger of the test's
 * that notes what it is given. */
#ifndef LOG_KIT_H
#define LOG_KIT_H
#include "folder.h"

/* All that is in a file. */
static inline const char *contents(const char *path) {
  static char texts[4][1 << 16];
  static int next;
  char *text = texts[next++ % 4];
  size_t len = 0;
  FILE *file = fopen(path, "r");
  if (file != NULL) {
    len = fread(text, 1, sizeof texts[0] - 1, file);
    fclose(file);
  }
  text[len] = '\0';
  return text;
}

/* A logger to a file in the folder. */
static inline lwt_logger *logger_to(const char *path, int mode, const char *tmpl) {
  lwt_t *opened = ran(lwt_logger_file(path, mode, 0, tmpl));
  CHECK_STATE(opened, LWT_RETURN);
  lwt_logger *logger = lwt_logger_retain((const lwt_logger *)lwt_value_of(opened));
  CHECK(logger != NULL);
  lwt_release(opened);
  return logger;
}

/* What the test's logger was given: "section level [line|line]". */
struct notes {
  char text[4096];
  int calls, closes, drops;
  int fails;      /* a kind: messages fail so */
  bool waits;     /* they wait for the test */
  lwt_u *wakener; /* of the one that waits */
};
static inline lwt_t *note_message(const struct lwt_log_message *m, void *env) {
  struct notes *notes = (struct notes *)env;
  size_t at = strlen(notes->text);
  notes->calls++;
  at += (size_t)snprintf(notes->text + at, sizeof notes->text - at, "%s%s %s [",
                         at > 0 ? "; " : "", lwt_log_section_name(m->section),
                         lwt_log_string_of_level(m->level));
  for (size_t i = 0; i < m->line_count; i++)
    at += (size_t)snprintf(notes->text + at, sizeof notes->text - at, "%s%s", i > 0 ? "|" : "",
                           m->lines[i].data);
  snprintf(notes->text + at, sizeof notes->text - at, "]");
  if (notes->fails != 0) return lwt_fail(exn(notes->fails));
  if (notes->waits) return lwt_wait(&notes->wakener);
  return lwt_return(LWT_UNIT);
}
static inline lwt_t *note_close(void *env) {
  struct notes *notes = (struct notes *)env;
  notes->closes++;
  return notes->fails != 0 ? lwt_fail(exn(notes->fails)) : lwt_return(LWT_UNIT);
}
static inline void note_drop(void *env) { ((struct notes *)env)->drops++; }
static inline lwt_logger *noting(struct notes *notes) {
  lwt_logger *logger = lwt_logger_make(note_message, note_close, notes, note_drop);
  CHECK(logger != NULL);
  return logger;
}
/* Compares what was noted since the last time, and forgets it. */
#define CHECK_NOTES(notes, want)          \
  do {                                    \
    CHECK_STR((notes)->text, (want));     \
    (notes)->text[0] = '\0';              \
  } while (0)
#endif
