#include <lwt_all.h>
#include <stdio.h>
#include <stdlib.h>

static lwt_value calculate(void *env) {
  struct lwt_read_line_options options = lwt_read_line_options_default();
  lwt_exn *exn = NULL;
  long sum = 0;
  (void)env;
  for (;;) {
    struct lwt_string *line = lwt_await(lwt_read_line_read_line(&options), &exn);
    if (exn != NULL) break; /* the end of the input, or Ctrl-C */
    sum += strtol(line->data, NULL, 10);
    lwt_string_release(line);
    lwt_await(lwt_term_printlc(LWT_STYLED(LWT_BOLD, LWT_TEXTF("= %ld", sum))), NULL);
  }
  lwt_exn_release(exn);
  return LWT_UNIT;
}

int main(void) {
  lwt_main_run(lwt_spawn(calculate, NULL, NULL, 0), NULL);
  return 0;
}
