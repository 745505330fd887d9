#include <lwt_all.h>
#include <stdio.h>

/* Copies a file to another, and closes both whatever happens. */
static lwt_value copy(void *env) {
  LWT_BEGIN;
  const char *const *names = env;
  lwt_io_channel *from = LWT_AWAIT(
    lwt_io_open_file(LWT_IO_INPUT, names[0], LWT_IO_DEFAULT, LWT_IO_DEFAULT, 0));
  LWT_TRY {
    struct lwt_string *text = LWT_AWAIT(lwt_io_read(from));
    LWT_TRY {
      lwt_io_channel *to = LWT_AWAIT(
        lwt_io_open_file(LWT_IO_OUTPUT, names[1], LWT_IO_DEFAULT, LWT_IO_DEFAULT, 0));
      LWT_TRY {
        LWT_AWAIT(lwt_io_write(to, text->data, text->len));
      } LWT_FINALLY {
        LWT_AWAIT(lwt_io_close(to));
        lwt_io_channel_release(to);
      } LWT_END
    } LWT_FINALLY {
      lwt_string_release(text);
    } LWT_END
  } LWT_CATCH(e) {
    printf("not copied: %s\n", lwt_exn_message(e));
  } LWT_FINALLY {
    LWT_AWAIT(lwt_io_close(from));
    lwt_io_channel_release(from);
  } LWT_END
  return LWT_UNIT;
}

int main(void) {
  const char *names[] = {"/etc/passwd", "no/such/folder/copy"};
  lwt_main_run(lwt_spawn(copy, names, NULL, 0), NULL);
  return 0;
}
