/* Manual: "The syntax extension": lwt x = f () and y = g () in ..., and one after
 * the other.
 *
 *   cc -std=c99 -O2 -Iinclude examples_c/manual/parallel_let.c -o parallel_let -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include <lwt_main.h>
#include <lwt_syntax.h>
#include <stdio.h>

static lwt_value done(lwt_value value, void *name)
{
  (void)value;
  printf("%s is done\n", (const char *)name);
  return LWT_INT(((const char *)name)[0]);
}

static lwt_t *start(const char *name)
{
  printf("%s is started\n", name);
  return lwt_map(lwt_pause(), done, (void *)name, NULL);
}

static lwt_value program(void *env)
{
  LWT_BEGIN;
  (void)env;
  lwt_value x, y;
  LWT_AWAIT_BOTH(x, start("f"), y, start("g"));
  printf("%c and %c\n", (char)LWT_TO_INT(x), (char)LWT_TO_INT(y));

  x = LWT_AWAIT(start("f"));
  y = LWT_AWAIT(start("g"));
  printf("%c, then %c\n", (char)LWT_TO_INT(x), (char)LWT_TO_INT(y));
  return LWT_UNIT;
}

int main(void)
{
  lwt_main_run(lwt_spawn(program, NULL, NULL, 0), NULL);
  return 0;
}
