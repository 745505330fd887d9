/* Manual: "Primitives for thread composition": catch. What fails at once, what fails
 * later and what a callback raises are caught alike.
 *
 *   cc -std=c99 -O2 -Iinclude examples_c/manual/catch.c -o catch -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include <lwt_main.h>
#include <stdio.h>

static lwt_t *failing(lwt_value value, void *env)
{
  (void)value;
  (void)env;
  return lwt_fail(lwt_exn_new(LWT_FAILURE, "later"));
}

static lwt_value raising(lwt_value value, void *env)
{
  (void)value;
  (void)env;
  return lwt_raise(lwt_exn_new(LWT_FAILURE, "raised"));
}

static lwt_t *handle(const lwt_exn *exn, void *env)
{
  (void)env;
  printf("caught: %s\n", lwt_exn_message(exn));
  return lwt_return(LWT_INT(1));
}

int main(void)
{
  lwt_t *ps[] = {
    lwt_catch(lwt_fail(lwt_exn_new(LWT_FAILURE, "at once")), handle, NULL, NULL),
    lwt_catch(lwt_bind(lwt_pause(), failing, NULL, NULL), handle, NULL, NULL),
    lwt_catch(lwt_map(lwt_return(LWT_UNIT), raising, NULL, NULL), handle, NULL, NULL),
  };
  lwt_main_run(lwt_join(ps, 3), NULL);
  lwt_value v = lwt_main_run(lwt_catch(lwt_return(LWT_INT(5)), handle, NULL, NULL), NULL);
  printf("nothing to catch: %ld\n", (long)LWT_TO_INT(v));
  return 0;
}
