/* The names of levels, and rules as texts. */
#include "promises.h"

#include "lwt_log.h"

TEST(a_level_is_known_by_its_name_in_capital_letters_and_small_ones) {
  static const char *const names[] = {"debug", "info", "notice", "warning", "error", "fatal"};
  static const char *const loud[] = {"DEBUG", "Info", "NOTICE", "Warning", "eRROR", "FATAL"};
  for (int level = LWT_LEVEL_DEBUG; level <= LWT_LEVEL_FATAL; level++) {
    CHECK_STR(lwt_log_string_of_level(level), names[level - LWT_LEVEL_DEBUG]);
    CHECK_INT(lwt_log_level_of_string(names[level - LWT_LEVEL_DEBUG]), level);
    CHECK_INT(lwt_log_level_of_string(loud[level - LWT_LEVEL_DEBUG]), level);
  }
  static const char *const others[] = {"", "debu", "debugs", " debug", "warn", "none"};
  for (int i = 0; i < 6; i++) CHECK_INT(lwt_log_level_of_string(others[i]), -1);
  CHECK_INT(lwt_log_level_of_string(NULL), -1);
}

static void tell(const char *pattern, const char *level, void *env) {
  char rule[200];
  snprintf(rule, sizeof rule, "%s=%s", pattern, level);
  ++*(int *)env;
  trace(rule);
}
static void raises(const char *pattern, const char *level, void *env) {
  tell(pattern, level, env);
  lwt_raise(exn(LWT_FAILURE));
}
TEST(a_text_is_read_as_rules_in_its_order_and_nothing_is_set) {
  int told = 0;
  lwt_log_reset_rules();
  CHECK_INT(lwt_log_rules("net* -> debug; * -> WARNING;x->louder", tell, &told), LWT_OK);
  CHECK_TRACE("net*=debug *=WARNING x=louder");
  CHECK_INT(lwt_log_rules("info", tell, &told), LWT_OK);
  CHECK_TRACE("*=info");
  CHECK_INT(lwt_log_rules("", tell, &told), LWT_OK);
  CHECK_INT(told, 4);
  const lwt_log_section *net = lwt_log_section_make("network");
  CHECK_INT(lwt_log_section_level(net), LWT_LEVEL_NOTICE);
  lwt_log_add_rule("net*", LWT_LEVEL_DEBUG);
  CHECK_INT(lwt_log_section_level(net), LWT_LEVEL_DEBUG);
  lwt_log_reset_rules();
}
TEST(what_is_no_rule_is_refused_whole_and_what_the_function_raises_is_told) {
  int told = 0;
  static const char *const bad[] = {"x ->", "-> debug", "a -> debug; -> x"};
  for (int i = 0; i < 3; i++) CHECK_INT(lwt_log_rules(bad[i], tell, &told), INVALID);
  CHECK_INT(lwt_log_rules(NULL, tell, &told), INVALID);
  CHECK_INT(lwt_log_rules("a -> debug", NULL, NULL), INVALID);
  CHECK_INT(told, 0);
  hook_install();
  CHECK_INT(lwt_log_rules("a -> debug", raises, &told), LWT_OK);
  CHECK_INT(told, 1);
  CHECK_HOOK(1, LWT_FAILURE);
}
