/* expect: exit 0, stderr "exit: main: the last word" */
/* What is queued when main returns is written then; and what is logged later still, too. */
#include "log_kit.h"

static lwt_logger *file;
static char *path;
static void at_the_very_end(void) {
  LWT_LOG_TO(file, LWT_LEVEL_ERROR, NULL, "after the end");
  const char *text = contents(path);
  long lines = 0;
  for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++) lines++;
  if (lines != 1001 || strstr(text, "999\nafter the end\n") == NULL) _exit(3);
  lwt_log_error(NULL, "the last word");
}
TEST(a_thousand_lines_and_nobody_waits_for_them) {
  path = strdup(in_folder("exit.log"));
  CHECK_INT(atexit(at_the_very_end), 0); /* it runs after the library's own */
  file = logger_to(path, LWT_LOG_APPEND, "$(message)");
  for (int n = 0; n < 1000; n++) LWT_LOG_TO(file, LWT_LEVEL_ERROR, NULL, "%d", n);
  lwt_log_warning(NULL, "hello");
}
