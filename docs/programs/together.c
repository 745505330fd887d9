#include <lwt_all.h>
#include <stdio.h>
#include <stdlib.h>

/* The promise owns the text that it ends with. */
static lwt_value tell(lwt_value unit, void *text) {
  (void)unit;
  printf("%s\n", (const char *)text);
  return lwt_owned(lwt_unix_strdup(text), free);
}

static lwt_t *after(double seconds, char *text) {
  return lwt_map(lwt_unix_sleep(seconds), tell, text, NULL);
}

int main(void) {
  /* All of them, in the order of the array. */
  lwt_t *slow_and_fast[] = {after(0.1, "the hare"), after(0.05, "the tortoise")};
  struct lwt_values *values = lwt_main_run(lwt_all(slow_and_fast, 2), NULL);
  for (size_t i = 0; i < values->len; i++)
    printf("%d: %s\n", (int)i + 1, (const char *)values->data[i]);
  lwt_values_release(values);

  /* The first of them; the others are cancelled. */
  lwt_t *race[] = {after(5.0, "the snail"), after(0.05, "the tortoise")};
  char *winner = lwt_main_run(lwt_pick(race, 2), NULL);
  printf("the winner is %s\n", winner);
  free(winner);
  return 0;
}
