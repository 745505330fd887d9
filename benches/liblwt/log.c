/* log_disabled: a message below the level of its section. log_file: N messages by format, to a
 * file, none of which is waited for, until the last is written; log_json: the same with two
 * fields, as an object a line. The queue is as long as it is by default, and nothing is lost. */
#include "bench.h"

#include <lwt_log.h>

static void disabled(void) {
  const lwt_log_section *section = lwt_log_section_make("bench");
  uint64_t evaluated = 0;
  bench_t b = bench_begin();
  for (uint64_t n = 0; n < n_ops; n++) lwt_log_info(section, "%llu", (unsigned long long)++evaluated);
  b = bench_end(b);
  CHECK_EQ(evaluated, 0);
  report(PEER, variant, cas, n_ops, n_ops, b.wall, b.cpu, NULL);
}

/* How many lines there are. */
static uint64_t lines_of(const char *path) {
  static char block[65536];
  uint64_t lines = 0;
  size_t n;
  FILE *file = fopen(path, "r");
  if (!file) die("%s: %s", path, strerror(errno));
  while ((n = fread(block, 1, sizeof block, file)) > 0)
    for (size_t i = 0; i < n; i++) lines += block[i] == '\n';
  fclose(file);
  return lines;
}

static void to_file(bool json) {
  char path[600];
  snprintf(path, sizeof path, "%s/log", scratch_dir());
  lwt_t *opened = lwt_logger_file(path, LWT_LOG_TRUNCATE, 0, json ? LWT_LOG_JSON_TEMPLATE : NULL);
  lwt_main_run_until(opened);
  const lwt_logger *logger = (const lwt_logger *)lwt_value_of(opened);
  if (lwt_log_set_default(logger) != LWT_OK) die("the logger can't be the default one");
  const lwt_log_section *section = lwt_log_section_make("bench");
  bench_t b = bench_begin();
  if (json)
    for (uint64_t n = 0; n < n_ops; n++)
      lwt_log_kv(section, LWT_LEVEL_NOTICE, "request served", LWT_LOG_UINT("number", n),
                 LWT_LOG_STR("from", "127.0.0.1"));
  else
    for (uint64_t n = 0; n < n_ops; n++)
      lwt_log_notice(section, "request %llu served to %s", (unsigned long long)n, "127.0.0.1");
  run(lwt_logger_flush(NULL));
  b = bench_end(b);
  CHECK_EQ(lwt_logger_get_stats(logger).dropped, 0);
  CHECK_EQ(lines_of(path), n_ops);
  report(PEER, variant, cas, n_ops, n_ops, b.wall, b.cpu, NULL);
  lwt_release(opened);
  unlink(path);
  *strrchr(path, '/') = '\0';
  rmdir(path);
}

void log_cases(void) {
  if (!strcmp(cas, "log_disabled")) disabled();
  else if (!strcmp(cas, "log_file")) to_file(false);
  else if (!strcmp(cas, "log_json")) to_file(true);
  else die("unknown case %s", cas);
}
