/* Manual: "Lists": iter_s, one after the other, and iter_p, all at once; map_s and
 * map_p.
 *
 *   cc -std=c99 -O2 -Iinclude examples_c/manual/lists.c -o lists -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include <lwt_list.h>
#include <lwt_main.h>
#include <stdio.h>

static lwt_t *end(lwt_value value, void *n)
{
  (void)value;
  printf("end %ld\n", (long)LWT_TO_INT(n));
  return lwt_return(LWT_INT(10 * LWT_TO_INT(n)));
}

static lwt_t *begin(lwt_value n, void *env)
{
  (void)env;
  printf("begin %ld\n", (long)LWT_TO_INT(n));
  return lwt_bind(lwt_pause(), end, n, NULL);
}

static void print(lwt_value list)
{
  struct lwt_values *values = list;
  for (size_t i = 0; i < values->len; i++)
    printf("%ld%s", (long)LWT_TO_INT(values->data[i]), i + 1 < values->len ? ", " : "\n");
  lwt_values_release(values);
}

int main(void)
{
  lwt_value items[] = {LWT_INT(1), LWT_INT(2)};
  printf("iter_s\n");
  lwt_main_run(lwt_list_iter_s(items, 2, begin, NULL, NULL), NULL);
  printf("iter_p\n");
  lwt_main_run(lwt_list_iter_p(items, 2, begin, NULL, NULL), NULL);
  printf("map_s\n");
  print(lwt_main_run(lwt_list_map_s(items, 2, begin, NULL, NULL), NULL));
  printf("map_p\n");
  print(lwt_main_run(lwt_list_map_p(items, 2, begin, NULL, NULL), NULL));
  return 0;
}
