/* For tests/terminal.rs: reads lines with the line editor, and says each, until q. */
#include <lwt_all.h>

#include <stdio.h>
#include <string.h>

int main(void) {
  for (;;) {
    lwt_exn *exn = NULL;
    lwt_value value = lwt_main_run(lwt_read_line_read_line(NULL), &exn);
    if (exn != NULL) {
      int kind = lwt_exn_kind(exn);
      lwt_exn_release(exn);
      return 100 + kind;
    }
    struct lwt_string *line = (struct lwt_string *)value;
    int last = strcmp(line->data, "q") == 0;
    lwt_main_run(lwt_io_printf("got <%s>\n", line->data), NULL);
    lwt_string_release(line);
    if (last) return 0;
  }
}
