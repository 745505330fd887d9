#include <lwt_all.h>
#include <stdio.h>

/* A computation that takes its time, on a thread of its own. */
static lwt_value count_primes(void *limit) {
  intptr_t n = LWT_TO_INT(limit), count = 0;
  for (intptr_t i = 2; i < n; i++) {
    intptr_t d = 2;
    while (d * d <= i && i % d != 0) d++;
    if (d * d > i) count++;
  }
  return LWT_INT(count);
}

int main(void) {
  lwt_t *counts[] = {
    lwt_preemptive_detach(count_primes, LWT_INT(1000), NULL),
    lwt_preemptive_detach(count_primes, LWT_INT(100000), NULL),
  };
  struct lwt_values *values = lwt_main_run(lwt_all(counts, 2), NULL);
  printf("%d below a thousand\n", (int)LWT_TO_INT(values->data[0]));
  printf("%d below a hundred thousand\n", (int)LWT_TO_INT(values->data[1]));
  lwt_values_release(values);
  return 0;
}
