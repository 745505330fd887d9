#include <lwt_all.h>
#include <stdio.h>

/* Reads a file and prints how many lines it has, or why not; in liblwt. */
static lwt_value count_lines(void *path) {
  lwt_exn *exn = NULL;
  char block[4096];
  intptr_t n = 0;
  int lines = 0;
  lwt_unix_fd *fd = lwt_await(lwt_unix_openfile(path, O_RDONLY, 0), &exn);
  if (exn != NULL) return lwt_raise(exn);
  do {
    n = LWT_TO_INT(lwt_await(lwt_unix_read(fd, block, sizeof block), &exn));
    for (intptr_t i = 0; i < n; i++) lines += block[i] == '\n';
  } while (exn == NULL && n > 0);
  lwt_release(lwt_unix_close(fd));
  lwt_unix_fd_release(fd);
  if (exn != NULL) return lwt_raise(exn);
  printf("%s: %d lines\n", (char *)path, lines);
  return LWT_UNIT;
}

static void try_file(char *path) {
  lwt_exn *exn = NULL;
  lwt_main_run(lwt_spawn(count_lines, path, NULL, 0), &exn);
  if (exn == NULL) return;
  printf("%s\n", lwt_exn_message(exn));
  lwt_exn_release(exn);
}

int main(void) {
  FILE *file = fopen("poem", "w");
  fputs("one\ntwo\nthree\n", file);
  fclose(file);
  try_file("poem");
  try_file("nothing");
  return 0;
}
