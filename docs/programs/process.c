#include <lwt_all.h>
#include <stdio.h>

static lwt_value sort(void *text) {
  lwt_exn *exn = NULL;
  struct lwt_string *sorted = lwt_await(
    lwt_process_pmap(lwt_process_shell("sort"), NULL, text, strlen(text)), &exn);
  if (exn != NULL) return lwt_raise(exn);
  fputs(sorted->data, stdout);
  lwt_string_release(sorted);
  return LWT_UNIT;
}

int main(void) {
  lwt_main_run(lwt_spawn(sort, "pear\napple\nquince\n", NULL, 0), NULL);
  return 0;
}
