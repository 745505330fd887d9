#define LWT_DEBUG
#include <lwt_all.h>

static lwt_t *find(const char *name) {
  (void)name;
  return lwt_fail(lwt_exn_new(LWT_NOT_FOUND, "no such user"));
}

static lwt_t *look(lwt_value unit, void *name) {
  (void)unit;
  return find(name);
}

static lwt_t *greet(char *name) {
  return lwt_bind(lwt_pause(), look, name, NULL);
}

static lwt_value run(void *env) {
  lwt_exn *exn;
  lwt_value value = lwt_await(greet(env), &exn);
  return exn == NULL ? value : lwt_raise(exn);
}

int main(void) {
  lwt_main_run(lwt_spawn(run, "nobody", NULL, 0), NULL);
  return 0;
}
