/* The examples in the comments of lwt/log.hpp, made whole. */
/* also: clang++ */
#include "check.hpp"

static std::string said;
static lwt_t *note(const struct lwt_log_message *m, void *) {
  for (size_t i = 0; i < m->line_count; i++)
    said += std::string(lwt_log_string_of_level(m->level)) + " " + m->lines[i].data + ";";
  return lwt_return(nullptr);
}

TEST(who_connects_and_what_is_lost_is_logged) {
  lwt::logger logger(lwt_logger_make(note, nullptr, nullptr, nullptr)), before(lwt_log_default());
  CHECK_INT(lwt_log_set_default(logger.get()), LWT_OK);
  const lwt_log_section *net = lwt_log_section_make("net");
  CHECK_INT(lwt_log_section_set_level(net, LWT_LEVEL_INFO), LWT_OK);
  const std::string host = "host";
  const int count = 3;
  const lwt::error e(lwt_exn_new(LWT_FAILURE, "it broke"));
  lwt_log_info_f(net, "{} connected, {} in all", host, count);
  CHECK_STR(said.c_str(), "info host connected, 3 in all;");
  lwt_log_error_ef(net, e.get(), "lost {}", host); // of an exception
  CHECK_HAS(said.c_str(), ";error lost host: it broke;");
  CHECK_INT(lwt_log_set_default(before.get()), LWT_OK);
}
