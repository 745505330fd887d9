/* env: LWT_LOG=early.* -> debug; early.loud -> fatal; nonsense -> nothing */
/* expect: exit 0, stderr "there is no level" */
/* Scenario 40: rules, their order and wildcards; an explicit level survives rules; reset; a
 * closed logger; a message of several lines; an unknown variable of a template; arguments
 * that are not evaluated below the level. */
#include "log_kit.h"

static int level_of(const char *name) { return lwt_log_section_level(lwt_log_section_make(name)); }

TEST(the_environments_rules_are_there_from_the_start_and_the_first_that_matches_decides) {
  CHECK_INT(level_of("early.one"), LWT_LEVEL_DEBUG);
  CHECK_INT(level_of("early.loud"), LWT_LEVEL_DEBUG);
  CHECK_INT(level_of("nonsense"), LWT_LEVEL_NOTICE);
  CHECK_INT(level_of("main"), LWT_LEVEL_NOTICE);
  CHECK_PTR(lwt_log_section_make("main"), lwt_log_section_main());
  CHECK_PTR(lwt_log_section_make("a"), lwt_log_section_make("a"));
  CHECK_STR(lwt_log_section_name(lwt_log_section_make("a")), "a");
}

TEST(rules_change_sections_that_are_there_already) {
  CHECK_INT(level_of("db"), LWT_LEVEL_NOTICE);
  CHECK_INT(lwt_log_load_rules("db.* -> debug; db* -> error; info"), LWT_OK);
  CHECK_INT(level_of("db"), LWT_LEVEL_ERROR);
  CHECK_INT(level_of("db.index"), LWT_LEVEL_DEBUG);
  CHECK_INT(level_of("net"), LWT_LEVEL_INFO);
  CHECK_INT(level_of("early.one"), LWT_LEVEL_INFO); /* those of before are gone */
  CHECK_INT(lwt_log_add_rule("db", LWT_LEVEL_FATAL), LWT_OK); /* first */
  CHECK_INT(level_of("db"), LWT_LEVEL_FATAL);
  CHECK_INT(lwt_log_append_rule("db", LWT_LEVEL_DEBUG), LWT_OK); /* last: others decide */
  CHECK_INT(level_of("db"), LWT_LEVEL_FATAL);
  lwt_log_reset_rules();
  CHECK_INT(level_of("db"), LWT_LEVEL_NOTICE);
  CHECK_INT(lwt_log_append_rule("db", LWT_LEVEL_DEBUG), LWT_OK);
  CHECK_INT(level_of("db"), LWT_LEVEL_DEBUG);
}

TEST(wildcards_stand_for_any_run_also_for_none_and_patterns_hold_at_both_ends) {
  CHECK_INT(lwt_log_load_rules("a** -> debug; *.x.* -> info; b*c -> error; lit.* -> fatal"), LWT_OK);
  CHECK_INT(level_of("a"), LWT_LEVEL_DEBUG);
  CHECK_INT(level_of("abc"), LWT_LEVEL_DEBUG);
  CHECK_INT(level_of(".x."), LWT_LEVEL_INFO);
  CHECK_INT(level_of("bc"), LWT_LEVEL_ERROR);
  CHECK_INT(level_of("b-c"), LWT_LEVEL_ERROR);
  CHECK_INT(level_of("bcd"), LWT_LEVEL_NOTICE);
  CHECK_INT(level_of("xbc"), LWT_LEVEL_NOTICE);
  CHECK_INT(level_of("litx"), LWT_LEVEL_NOTICE); /* a dot is a dot */
}

TEST(an_explicit_level_survives_rules_until_it_is_reset) {
  const lwt_log_section *mine = lwt_log_section_make("mine");
  CHECK_INT(lwt_log_section_set_level(mine, LWT_LEVEL_WARNING), LWT_OK);
  CHECK_INT(lwt_log_load_rules("mine -> debug"), LWT_OK);
  CHECK_INT(lwt_log_section_level(mine), LWT_LEVEL_WARNING);
  lwt_log_reset_rules();
  CHECK_INT(lwt_log_section_level(mine), LWT_LEVEL_WARNING);
  CHECK_INT(lwt_log_add_rule("mine", LWT_LEVEL_INFO), LWT_OK);
  CHECK_INT(lwt_log_section_level(mine), LWT_LEVEL_WARNING);
  CHECK_INT(lwt_log_section_reset_level(mine), LWT_OK);
  CHECK_INT(lwt_log_section_level(mine), LWT_LEVEL_INFO);
}

TEST(what_is_no_text_of_rules_changes_nothing) {
  CHECK_INT(lwt_log_load_rules("kept -> debug"), LWT_OK);
  CHECK_INT(lwt_log_load_rules("kept -> info -> error"), LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_log_load_rules("two words -> info"), LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_log_load_rules(NULL), LWT_INVALID_ARGUMENT);
  CHECK_INT(level_of("kept"), LWT_LEVEL_DEBUG);
  lwt_log_reset_rules();
}

TEST(a_closed_logger_says_so_before_the_level_is_looked_at) {
  struct notes notes = {.calls = 0};
  lwt_logger *logger = noting(&notes);
  struct lwt_log_message m = {.level = LWT_LEVEL_DEBUG, .text = "x", .length = 1};
  CHECK_RETURNS(lwt_log_log(logger, &m), 0); /* below the level */
  CHECK_INT(notes.calls, 0);
  CHECK_RETURNS(lwt_logger_close(logger), 0);
  CHECK_FAILS(lwt_log_log(logger, &m), LWT_LOGGER_CLOSED);
  m.level = LWT_LEVEL_FATAL;
  CHECK_FAILS(lwt_log_log(logger, &m), LWT_LOGGER_CLOSED);
  CHECK_RETURNS(lwt_logger_close(logger), 0);
  CHECK_INT(notes.calls, 0);
  CHECK_INT(notes.closes, 1);
  lwt_logger_release(logger);
  CHECK_INT(notes.drops, 1);
}

TEST(the_first_result_of_closing_is_the_result) {
  struct notes notes = {.fails = LWT_FAILURE};
  lwt_logger *logger = noting(&notes);
  CHECK_FAILS(lwt_logger_close(logger), LWT_FAILURE);
  notes.fails = 0;
  CHECK_FAILS(lwt_logger_close(logger), LWT_FAILURE);
  CHECK_INT(notes.closes, 1);
  lwt_logger_release(logger);
}

TEST(a_message_is_its_lines_and_they_come_together) {
  struct notes notes = {.calls = 0};
  lwt_logger *logger = noting(&notes);
  LWT_LOG_TO(logger, LWT_LEVEL_ERROR, NULL, "one\ntwo\n");
  CHECK_NOTES(&notes, "main error [one|two]");
  LWT_LOG_TO(logger, LWT_LEVEL_ERROR, NULL, "one\n\nthree");
  CHECK_NOTES(&notes, "main error [one||three]");
  LWT_LOG_TO(logger, LWT_LEVEL_ERROR, NULL, "%s", "");
  CHECK_NOTES(&notes, "main error []");
  lwt_logger_release(logger);
}

TEST(a_template_with_an_unknown_variable_is_refused_when_the_logger_is_made_and_at_rendering) {
  struct lwt_log_message m = {.level = LWT_LEVEL_INFO, .text = "hi", .length = 2};
  CHECK_REFUSED(lwt_logger_file(in_folder("none"), LWT_LOG_APPEND, 0, "$(nothing)"),
                LWT_INVALID_ARGUMENT);
  CHECK_INT(access(in_folder("none"), F_OK), -1);
  CHECK(lwt_logger_channel(lwt_io_stderr(), LWT_LOG_KEEP, "$(nothing)") == NULL);
  CHECK(lwt_logger_syslog(LWT_LOG_USER, LWT_LOG_RFC3164, NULL, 0, "$(nothing)") == NULL);
  CHECK_REFUSED(lwt_log_render("$(nothing)", &m), LWT_INVALID_ARGUMENT);
  CHECK_TEXT(lwt_log_render("$(section)/$(level): $(message) $(loc-file):$(loc-line):$(loc-column)", &m),
             "main/info: hi <unknown>:-1:-1");
}

static int evaluated;
static const char *argument(void) {
  evaluated++;
  return "evaluated";
}
static const lwt_log_section *section_of(const char *name) {
  evaluated += 100;
  return lwt_log_section_make(name);
}
TEST(arguments_are_not_evaluated_below_the_level_and_the_section_once) {
  struct notes notes = {.calls = 0};
  lwt_logger *logger = noting(&notes), *before = lwt_log_default();
  CHECK_INT(lwt_log_set_default(logger), LWT_OK);
  lwt_log_info(section_of("lazy"), "%s", argument());
  CHECK_RETURNS(lwt_log_info_p(section_of("lazy"), "%s", argument()), 0);
  lwt_log_kv(section_of("lazy"), LWT_LEVEL_INFO, argument(), LWT_LOG_STR("key", argument()));
  CHECK_INT(evaluated, 300);
  lwt_log_debug(section_of("lazy"), "%s", argument()); /* not even compiled */
  CHECK_RETURNS(lwt_log_debug_p(section_of("lazy"), "%s", argument()), 0);
  CHECK_INT(evaluated, 300);
  CHECK_INT(notes.calls, 0);
  CHECK_INT(lwt_log_section_set_level(lwt_log_section_make("lazy"), LWT_LEVEL_INFO), LWT_OK);
  lwt_log_info(section_of("lazy"), "%s", argument());
  CHECK_RETURNS(lwt_log_info_p(section_of("lazy"), "%s", argument()), 0);
  CHECK_INT(evaluated, 502);
  CHECK_NOTES(&notes, "lazy info [evaluated]; lazy info [evaluated]");
  CHECK_INT(lwt_log_set_default(before), LWT_OK);
  lwt_logger_release(before);
  lwt_logger_release(logger);
}
