/* Manual: "Primitives for thread composition": bind. A line is waited for, and what
 * comes after it is told beforehand. (From a pipe, as there are no channels yet.)
 *
 *   cc -std=c99 -O2 -Iinclude examples_c/manual/bind.c -o bind -Ltarget/release -llwt -Wl,-rpath,target/release -lpthread
 */
#define _POSIX_C_SOURCE 200809L
#include <lwt_main.h>
#include <lwt_preemptive.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* On a worker thread: blocks until there is a line. */
static lwt_value read_line(void *input)
{
  char line[80];
  if (fgets(line, sizeof line, input) == NULL)
    return lwt_raise(lwt_exn_new(LWT_END_OF_FILE, NULL));
  size_t len = strcspn(line, "\n");
  char *copy = malloc(len + 1);
  if (copy == NULL)
    return lwt_raise(lwt_exn_new(LWT_OUT_OF_MEMORY, NULL));
  memcpy(copy, line, len);
  copy[len] = '\0';
  return lwt_owned(copy, free);
}

static lwt_t *answer(lwt_value str, void *env)
{
  (void)env;
  printf("You typed \"%s\"\n", (const char *)str);
  return lwt_return(LWT_UNIT);
}

int main(void)
{
  int ends[2];
  if (pipe(ends) != 0)
    return 1;
  FILE *input = fdopen(ends[0], "r");
  lwt_t *answered = lwt_bind(lwt_preemptive_detach(read_line, input, NULL), answer, NULL, NULL);
  printf("%s\n", lwt_state(answered) == LWT_SLEEP ? "waiting" : "already?");
  if (write(ends[1], "hello\n", 6) != 6)
    return 1;
  lwt_main_run(answered, NULL);
  fclose(input);
  return 0;
}
