/* timeout: 120 */
/* asan: no (it needs far more address space than the limit) */
/* tsan: no (it needs far more address space than the limit) */
/* valgrind: no (it needs far more address space than the limit) */
/* debugging: no (memory runs out before the handles do) */
/* Memory runs out: a clear error, and what was released can be used again. */
#include "promises.h"

#include <sys/resource.h>

/* The limit is set before the library is used first. */
static void limit_memory(void) {
  static bool done;
  if (done) return;
  done = true;
  struct rlimit limit;
  long pages = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (file == NULL || fscanf(file, "%ld", &pages) != 1) SKIP("no /proc/self/statm");
  fclose(file);
  getrlimit(RLIMIT_AS, &limit);
  limit.rlim_cur = (rlim_t)(pages * sysconf(_SC_PAGESIZE)) + ((rlim_t)300 << 20);
  if (setrlimit(RLIMIT_AS, &limit) != 0) SKIP("the address space can't be limited");
}

enum { MOST = 8000000 };
static lwt_t **all;
TEST(promises_run_out_with_an_error_and_come_back) {
  all = malloc(sizeof *all * MOST);
  memset(all, 0, sizeof *all * MOST);
  limit_memory();
  for (int round = 0; round < 2; round++) {
    long n = 0;
    while (n < MOST) {
      all[n] = lwt_return(LWT_INT(n + 1));
      if (lwt_state(all[n++]) != LWT_RETURN) break;
    }
    CHECK(n < MOST);
    CHECK(n > 100000);
    lwt_t *last = all[n - 1];
    CHECK_STATE(last, LWT_FAIL);
    CHECK_INT(kind_of(last), LWT_OUT_OF_MEMORY);
    CHECK(lwt_exn_message(lwt_exn_of(last)) != NULL);
    /* Whatever is asked now, the answer is an error or a promise. */
    lwt_u *u = NULL;
    ENV(f);
    lwt_t *p = lwt_wait(&u);
    CHECK_FAILS(p, LWT_OUT_OF_MEMORY);
    CHECK(lwt_wakeup(u, LWT_UNIT) != LWT_OK);
    p = lwt_map(lwt_retain(all[0]), env_map, &f, env_drop);
    CHECK_FAILS(p, LWT_OUT_OF_MEMORY);
    CHECK_INT(f.dropped, 1);
    for (long i = 0; i < n; i++) {
      if (i + 1 < n && lwt_value_of(all[i]) != LWT_INT(i + 1)) CHECK(false);
      lwt_release(all[i]);
    }
    p = lwt_wait(&u);
    CHECK_INT(lwt_wakeup(u, LWT_INT(2)), LWT_OK);
    CHECK_RETURNS(p, 2);
  }
  free(all);
  trace_text[0] = '\0';
}
