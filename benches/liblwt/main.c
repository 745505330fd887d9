/* liblwt beside the peers: PROGRAM CASE N [VARIANT], one line of output. */
#include "bench.h"

const char *cas, *variant;
uint64_t n_ops;

void run(lwt_t *p) {
  lwt_exn *exn = NULL;
  lwt_main_run(p, &exn);
  if (exn) die("%s: %s", cas, lwt_exn_message(exn));
}

static bool starts_with(const char *prefix) { return !strncmp(cas, prefix, strlen(prefix)); }

int main(int argc, char **argv) {
  if (argc < 3) die("usage: %s CASE N [VARIANT]", argv[0]);
  cas = argv[1];
  n_ops = strtoull(argv[2], NULL, 10);
  int words = !strcmp(cas, "echo_server") ? 4 : 3; /* "CONNS BYTES" is its N */
  variant = argc > words ? argv[words] : "";
  if (n_ops == 0) die("N must be a number above 0, not %s", argv[2]);

  if (IS("job_latency")) job_cases(1);
  else if (IS("job_throughput_def")) job_cases(1024);
  else if (IS("job_throughput_p4")) {
    if (lwt_unix_set_pool_size(4) != LWT_OK) die("the pool cannot be sized");
    job_cases(1024);
  } else if (IS("idle")) idle_case();
  else if (IS("mkdir")) mkdir_case();
  else if (IS("stat")) stat_case();
  else if (IS("file_4k")) file_cases(4096, 1);
  else if (IS("file_64k")) file_cases(65536, 1);
  else if (IS("file_4k_p32")) file_cases(4096, 32);
  else if (IS("file_64k_p32")) file_cases(65536, 32);
  else if (IS("spawn")) spawn_cases(1);
  else if (IS("spawn_p8")) spawn_cases(8);
  else if (IS("echo_server") && argc > 3) echo_case(strtoull(argv[3], NULL, 10));
  else if (IS("echo_idle")) idle_connections_case();
  else if (IS("read_lines")) line_cases();
  else if (IS("yield2")) yield_cases(2);
  else if (IS("yield1000")) yield_cases(1000);
  else if (starts_with("notify_")) notify_cases();
  else if (starts_with("stream_")) stream_cases();
  else if (starts_with("log_")) log_cases();
  else if (starts_with("list_")) list_cases();
  else if (starts_with("timers_")) timer_cases();
  else if (starts_with("promise_")) promise_cases();
  else if (starts_with("mvar_") || starts_with("mutex_") || IS("with_timeout")) sync_cases();
  else if (starts_with("react_")) react_cases();
  else if (starts_with("redraw_")) redraw_cases();
  else if (IS("coroutine_ready") || IS("coroutine_call") || IS("coroutine_pending"))
    coroutine_cases();
  else die("unknown case %s", cas);
  return 0;
}
