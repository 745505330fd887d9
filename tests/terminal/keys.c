/* For tests/terminal.rs: says which keys are pressed, until q. */
#include <lwt_all.h>

#include <stdio.h>

static lwt_t *next(lwt_value value, void *env);
static lwt_t *wait_for_key(lwt_value value, void *env) {
  (void)value;
  return lwt_bind(lwt_term_read_key(), next, env, NULL);
}
static lwt_t *next(lwt_value value, void *env) {
  const struct lwt_term_key *key = value;
  if (key->kind == LWT_TERM_TEXT && key->text[0] == 'q') return lwt_return(LWT_UNIT);
  struct lwt_string *name = lwt_term_string_of_key(key);
  lwt_t *said = lwt_io_printf("[%s]\n", name != NULL ? name->data : "no key");
  lwt_string_release(name);
  return lwt_bind(said, wait_for_key, env, NULL);
}
static lwt_t *body(void *env) {
  return lwt_bind(lwt_io_printf("ready\n"), wait_for_key, env, NULL);
}

int main(void) {
  lwt_main_run(lwt_term_with_raw_mode(body, NULL, NULL), NULL);
  return 0;
}
