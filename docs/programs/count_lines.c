#include <lwt_all.h>
#include <stdio.h>

/* Counts the lines of a file. It runs on a stack of its own, where it may wait. */
static lwt_value count_lines(void *path) {
  lwt_exn *exn = NULL;
  intptr_t lines = 0;
  lwt_io_channel *file = lwt_await(
    lwt_io_open_file(LWT_IO_INPUT, path, LWT_IO_DEFAULT, LWT_IO_DEFAULT, 0), &exn);
  if (exn != NULL) return lwt_raise(exn);

  for (;;) {
    struct lwt_string *line = lwt_await(lwt_io_read_line(file), &exn);
    if (exn != NULL) break;
    lines++;
    lwt_string_release(line);
  }
  lwt_release(lwt_io_close(file));
  lwt_io_channel_release(file);
  if (lwt_exn_kind(exn) != LWT_END_OF_FILE) return lwt_raise(exn);
  lwt_exn_release(exn);
  return LWT_INT(lines);
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    lwt_exn *exn = NULL;
    lwt_value lines = lwt_main_run(lwt_spawn(count_lines, argv[i], NULL, 0), &exn);
    if (exn == NULL) {
      printf("%s: %d lines\n", argv[i], (int)LWT_TO_INT(lines));
    } else {
      printf("%s\n", lwt_exn_message(exn));
      lwt_exn_release(exn);
    }
  }
  return 0;
}
