#define LWT_DEBUG
#include <lwt_all.h>

int main(void) {
  for (int i = 0; i < 3; i++) {
    lwt_t *slept = lwt_unix_sleep(0.001);
    lwt_main_run_until(slept); /* borrows: the promise is still ours */
  }
  return 0;
}
