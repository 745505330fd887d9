/* A fresh folder for the tests of files, removed with all that is in it when the
 * process ends, and what these tests ask of outcomes. */
#ifndef FOLDER_H
#define FOLDER_H
#include "loop.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>

static char folder[512];

static int folder_remove_one(const char *path, const struct stat *stat, int kind, struct FTW *at) {
  (void)stat, (void)kind, (void)at;
  return remove(path);
}
static void folder_remove(void) { nftw(folder, folder_remove_one, 16, FTW_DEPTH | FTW_PHYS); }

/* A path in the folder, good until the eighth call after this one. */
static inline const char *in_folder(const char *name) {
  static char paths[8][1024];
  static int next;
  if (folder[0] == '\0') {
    const char *base = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/lwt-test-XXXXXX", base != NULL ? base : "/tmp");
    if (mkdtemp(folder) == NULL) SKIP("no folder can be made");
    atexit(folder_remove);
  }
  char *path = paths[next++ % 8];
  snprintf(path, sizeof paths[0], "%s/%s", folder, name);
  return path;
}
static inline const char *file_with(const char *name, const char *text) {
  const char *path = in_folder(name);
  FILE *file = fopen(path, "w");
  if (file == NULL || fputs(text, file) == EOF) SKIP("no file can be written");
  fclose(file);
  return path;
}

/* Runs p until it has resolved; it is still the caller's. */
static inline lwt_t *ran(lwt_t *p) {
  WAIT_UNTIL(lwt_state(p) != LWT_SLEEP);
  return p;
}

/* These consume p. It fails with an error of the system, of this call. */
#define CHECK_ERRNO(p, number, function, argument) \
  check_errno(__FILE__, __LINE__, #p, ran(p), number, function, argument)
static inline void check_errno(const char *file, int line, const char *what, lwt_t *p, int number,
                               const char *function, const char *argument) {
  const lwt_exn *e = lwt_exn_of(p);
  check_int(file, line, what, kind_of(p), LWT_UNIX_ERROR);
  if (e != NULL) {
    check_int(file, line, what, lwt_exn_errno(e), number);
    check_str(file, line, what, lwt_exn_function(e), function);
    check_str(file, line, what, lwt_exn_argument(e), argument);
  }
  lwt_release(p);
}
/* It gives a text. */
#define CHECK_TEXT(p, want) check_text(__FILE__, __LINE__, #p, ran(p), want)
static inline void check_text(const char *file, int line, const char *what, lwt_t *p,
                              const char *want) {
  struct lwt_string *string = (struct lwt_string *)lwt_value_of(p);
  if (check_int(file, line, what, kind_of(p), LWT_OK) && string != NULL) {
    check_str(file, line, what, string->data, want);
    check_int(file, line, what, string->len, strlen(want));
  }
  lwt_release(p);
}
/* It is fulfilled with a number; it fails with a kind. */
#define CHECK_GIVES(p, n) check_returns(__FILE__, __LINE__, #p, ran(p), (n))
#define CHECK_REFUSED(p, kind) check_fails(__FILE__, __LINE__, #p, ran(p), (kind))
#endif
