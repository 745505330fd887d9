#include <lwt_all.h>
#include <stdio.h>

static lwt_value to_fahrenheit(lwt_value celsius, void *env) {
  (void)env;
  return LWT_INT(LWT_TO_INT(celsius) * 9 / 5 + 32);
}

static void show(lwt_value fahrenheit, void *env) {
  (void)env;
  printf("%d F\n", (int)LWT_TO_INT(fahrenheit));
}

int main(void) {
  lwt_signal_setter *set;
  lwt_signal *celsius = lwt_signal_create(LWT_INT(20), &set);
  lwt_signal *fahrenheit = lwt_signal_map(celsius, to_fahrenheit, NULL, NULL);
  lwt_signal *shown = lwt_signal_trace(fahrenheit, NULL, show, NULL, NULL);

  lwt_signal_set(set, LWT_INT(30));
  lwt_signal_set(set, LWT_INT(30)); /* no change, nobody is told */
  lwt_signal_set(set, LWT_INT(-40));

  lwt_signal_release(shown);
  lwt_signal_release(fahrenheit);
  lwt_signal_release(celsius);
  lwt_signal_setter_release(set);
  return 0;
}
