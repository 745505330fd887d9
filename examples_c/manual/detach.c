/* Manual: "Detaching computation to preemptive threads": detach, and run_in_main,
 * by which the detached function has something done on the main thread.
 *
 *   cc -std=c99 -O2 -Iinclude examples_c/manual/detach.c -o detach -Ltarget/release -llwt -Wl,-rpath,target/release -lpthread
 */
#include <lwt_main.h>
#include <lwt_preemptive.h>
#include <pthread.h>
#include <stdio.h>

static pthread_t main_thread;

static const char *where(void)
{
  return pthread_equal(pthread_self(), main_thread) ? "the main thread" : "another thread";
}

static lwt_t *in_main(void *n)
{
  printf("run_in_main on %s\n", where());
  return lwt_return(LWT_INT(LWT_TO_INT(n) + 1));
}

static lwt_value compute(void *n)
{
  printf("computing on %s\n", where());
  lwt_exn *exn;
  lwt_value v = lwt_preemptive_run_in_main(in_main, LWT_INT(6 * LWT_TO_INT(n)), &exn);
  return exn != NULL ? lwt_raise(exn) : v;
}

int main(void)
{
  main_thread = pthread_self();
  lwt_value v = lwt_main_run(lwt_preemptive_detach(compute, LWT_INT(7), NULL), NULL);
  printf("%ld\n", (long)LWT_TO_INT(v));
  return 0;
}
