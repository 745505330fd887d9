/* lwt.hpp: logging by formats with braces, and all of lwt_log.h in C++. */
/* also: clang++ */
#define LWT_LOG_DEBUG
#include "check.hpp"

static std::string noted;
static int evaluated;
static lwt_t *note(const struct lwt_log_message *m, void *) {
  for (size_t i = 0; i < m->line_count; i++) {
    if (!noted.empty()) noted += '|';
    noted += std::string(lwt_log_string_of_level(m->level)) + " " + m->lines[i].data;
  }
  return lwt_return(nullptr);
}
static int argument() { return ++evaluated; }

TEST(braces_stand_for_arguments_which_are_not_evaluated_below_the_level) {
  lwt::logger logger(lwt_logger_make(note, nullptr, nullptr, nullptr)), before(lwt_log_default());
  const lwt_log_section *section = lwt_log_section_make("cpp");
  CHECK_INT(lwt_log_set_default(logger.get()), LWT_OK);
  lwt_log_info_f(section, "{}", argument());
  CHECK_INT(evaluated, 0);
  lwt_log_error_f(section, "{} and {{}} and {}", argument(), std::string("text"));
  lwt_log_notice_f(nullptr, "plain");
  CHECK_STR(noted.c_str(), "error 1 and {} and text|notice plain");
  noted.clear();
  CHECK_INT(lwt_log_section_set_level(section, LWT_LEVEL_DEBUG), LWT_OK);
  lwt_log_debug_f(section, "{}", argument()); /* LWT_LOG_DEBUG is defined here */
  lwt_log_debug(section, "%d", argument());
  CHECK_STR(noted.c_str(), "debug 2|debug 3");
  noted.clear();
  lwt_exn *e = lwt_exn_new(LWT_FAILURE, "it broke");
  lwt_log_warning_ef(section, e, "{}", 'x');
  CHECK_HAS(noted.c_str(), "warning x: it broke");
  lwt_exn_release(e);
  noted.clear();
  lwt_log_kv(section, LWT_LEVEL_INFO, "text", LWT_LOG_STR("key", "value"), LWT_LOG_INT("n", 3));
  lwt_release(lwt_log_info_p(section, "%s", "promise"));
  CHECK_STR(noted.c_str(), "info text key=value n=3|info promise");
  CHECK_INT(lwt_log_set_default(before.get()), LWT_OK);
}
