#include <errno.h>
#include <lwt_all.h>
#include <stdio.h>

/* Only called when there is such a directory. */
static lwt_t *use_it(lwt_value unit, void *env) {
  (void)unit;
  (void)env;
  printf("made\n");
  return lwt_return(LWT_UNIT);
}

/* Only called when something has failed. */
static lwt_t *make_do(const lwt_exn *exn, void *env) {
  (void)env;
  printf("%s\n", lwt_exn_message(exn));
  if (lwt_exn_errno(exn) == ENOENT) return lwt_return(LWT_UNIT);
  return lwt_fail(lwt_exn_retain(exn));
}

/* Called in any case. */
static lwt_t *clean_up(void *env) {
  (void)env;
  printf("cleaned up\n");
  return lwt_return(LWT_UNIT);
}

int main(void) {
  lwt_t *p = lwt_unix_mkdir("no/such/place", 0755);
  p = lwt_bind(p, use_it, NULL, NULL);
  p = lwt_catch(p, make_do, NULL, NULL);
  p = lwt_finalize(p, clean_up, NULL, NULL);
  lwt_main_run(p, NULL);
  return 0;
}
