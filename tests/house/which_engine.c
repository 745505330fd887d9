/* Prints which engine the library uses. */
#include <lwt_engine.h>
#include <stdio.h>

int main(void) {
  puts(lwt_engine_id());
  return 0;
}
