/* Dumps on a signal, written in the next turn of the main loop. */
#include "loop.h"

#include <lwt_debug.h>
#include <signal.h>

static FILE *file;
static long length(void) {
  fseek(file, 0, SEEK_END);
  return ftell(file);
}

TEST(a_signal_has_a_dump_written_in_the_next_turn) {
  file = tmpfile();
  CHECK_INT(lwt_dump_on_signal(SIGUSR1, fileno(file), LWT_DUMP_TEXT), LWT_OK);
  lwt_u *u;
  lwt_t *p = lwt_wait(&u);
  raise(SIGUSR1);
  CHECK_INT(length(), 0);
  turns(2);
  CHECK(length() > 0);
  char dump[4096] = "";
  rewind(file);
  CHECK(fread(dump, 1, sizeof dump - 1, file) > 0);
  CHECK_HAS(dump, "made wait");
  lwt_wakeup(u, LWT_UNIT);
  lwt_release(p);
}

static void *interrupts(void *process) {
  kill(*(pid_t *)process, SIGUSR1);
  return NULL;
}
static lwt_value in_a_thread(void *env) { return interrupts(env); }
TEST(a_main_loop_that_sleeps_is_woken) {
  long before = length();
  pid_t me = getpid();
  lwt_t *detached = lwt_preemptive_detach(in_a_thread, &me, NULL);
  WAIT_UNTIL(length() > before);
  run(detached);
}

TEST(the_main_loop_does_not_wait_for_the_signal) {
  lwt_u *u;
  CHECK_INT(run(lwt_wait(&u)), -LWT_STALLED);
  lwt_wakener_forget(u);
}

TEST(after_the_stop_the_signal_does_what_it_did) {
  lwt_dump_stop(SIGUSR1);
  struct sigaction action;
  sigaction(SIGUSR1, NULL, &action);
  CHECK(action.sa_handler == SIG_DFL);
  lwt_dump_stop(SIGUSR1);
  fclose(file);
}
