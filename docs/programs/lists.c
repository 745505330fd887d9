#include <lwt_all.h>
#include <stdio.h>

static int running, most;

static lwt_t *done(lwt_value unit, void *path) {
  (void)unit;
  running--;
  return lwt_return(LWT_INT(strlen(path)));
}

/* A download, say. */
static lwt_t *fetch(lwt_value path, void *env) {
  (void)env;
  if (++running > most) most = running;
  return lwt_bind(lwt_unix_sleep(0.01), done, path, NULL);
}

static void print(const char *how, lwt_t *lengths) {
  struct lwt_values *values = lwt_main_run(lengths, NULL);
  printf("%s: ", how);
  for (size_t i = 0; i < values->len; i++) printf("%d ", (int)LWT_TO_INT(values->data[i]));
  printf("(%d at a time)\n", most);
  lwt_values_release(values);
  most = 0;
}

int main(void) {
  lwt_value paths[] = {"/a", "/bb", "/ccc"};
  print("one after the other", lwt_list_map_s(paths, 3, fetch, NULL, NULL));
  print("all at once", lwt_list_map_p(paths, 3, fetch, NULL, NULL));
  return 0;
}
