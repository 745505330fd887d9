/* lwt.hpp: logging. lwt_log.h says what is logged, and where to; all its macros may be used in
 * C++. Here are loggers that release themselves, and messages by formats like std::format's:
 *
 *     lwt_log_info_f(net, "{} connected, {} in all", host, count);
 *     lwt_log_error_ef(net, e.get(), "lost {}", host);         // of an exception
 *
 * Arguments are not evaluated below the level of the section, and no promise is made. Where the
 * compiler has std::format, formats are its own, and checked when they are compiled; elsewhere
 * `{}` stands for the next argument, written as a stream writes it, and `{{` for a brace. */
#ifndef LWT_LOG_HPP
#define LWT_LOG_HPP

#include <string>
#include <string_view>
#include <utility>
#if __has_include(<version>)
#include <version>
#endif
#if defined(__cpp_lib_format)
#include <format>
#else
#include <sstream>
#endif

#include "../lwt_log.h"
#include "handle.hpp"

namespace lwt {

/* A logger; copying takes a further reference. Any thread may use it. */
using logger = detail::handle<lwt_logger, lwt_logger_retain, lwt_logger_release>;

namespace log {

#if defined(__cpp_lib_format)
template <class... Arguments>
std::string format(std::format_string<Arguments...> text, Arguments &&...arguments) {
  return std::format(text, std::forward<Arguments>(arguments)...);
}
#else
namespace detail {
/* Text up to the next argument, which the rest of `text` stands behind. */
inline bool until_argument(std::ostream &out, std::string_view &text) {
  while (!text.empty()) {
    const std::size_t at = text.find_first_of("{}");
    out << text.substr(0, at);
    if (at == text.npos) break;
    const char brace = text[at];
    text.remove_prefix(at + 1);
    if (!text.empty() && text.front() == brace) {
      out << brace;
      text.remove_prefix(1);
    } else if (brace == '{') {
      const std::size_t end = text.find('}');
      text.remove_prefix(end == text.npos ? text.size() : end + 1);
      return true;
    }
  }
  text = {};
  return false;
}
}  // namespace detail
template <class... Arguments>
std::string format(std::string_view text, const Arguments &...arguments) {
  std::ostringstream out;
  ((detail::until_argument(out, text) ? void(out << arguments) : void()), ...);
  while (detail::until_argument(out, text)) out << "{}";
  return out.str();
}
#endif

/* Logs a text. */
inline void write(const lwt_logger *logger, const lwt_log_section *section, int level,
                  const lwt_exn *exn, const char *file, int line, const char *function,
                  std::string_view text) noexcept {
  lwt_log_message message = lwt_log_at(section, level, file, line, function);
  message.exn = exn;
  message.text = text.data();
  message.length = text.size();
  (void)lwt_log_ign_log(logger, &message);
}

}  // namespace log
}  // namespace lwt

/* To a logger (borrowed), of an exception; both may be null. What formatting throws, the caller
 * gets. */
#define LWT_LOG_TO_F(logger, level, section, exn, ...)                                        \
  LWT_LOG_WITH_F(1, logger, level, section, exn, __VA_ARGS__)
#define LWT_LOG_WITH_F(compiled, logger, level, section, exn, ...)                            \
  do {                                                                                        \
    if (compiled) {                                                                           \
      const lwt_log_section *lwt_log_section_ = (section);                                    \
      if (lwt_log_is_enabled(lwt_log_section_, (level)))                                      \
        ::lwt::log::write((logger), lwt_log_section_, (level), (exn), __FILE__, __LINE__,     \
                          __func__, ::lwt::log::format(__VA_ARGS__));                         \
    }                                                                                         \
  } while (0)

#define lwt_log_debug_f(section, ...) \
  LWT_LOG_WITH_F(LWT_LOG_KEEPS_DEBUG, nullptr, LWT_LEVEL_DEBUG, section, nullptr, __VA_ARGS__)
#define lwt_log_info_f(section, ...) \
  LWT_LOG_WITH_F(1, nullptr, LWT_LEVEL_INFO, section, nullptr, __VA_ARGS__)
#define lwt_log_notice_f(section, ...) \
  LWT_LOG_WITH_F(1, nullptr, LWT_LEVEL_NOTICE, section, nullptr, __VA_ARGS__)
#define lwt_log_warning_f(section, ...) \
  LWT_LOG_WITH_F(1, nullptr, LWT_LEVEL_WARNING, section, nullptr, __VA_ARGS__)
#define lwt_log_error_f(section, ...) \
  LWT_LOG_WITH_F(1, nullptr, LWT_LEVEL_ERROR, section, nullptr, __VA_ARGS__)
#define lwt_log_fatal_f(section, ...) \
  LWT_LOG_WITH_F(1, nullptr, LWT_LEVEL_FATAL, section, nullptr, __VA_ARGS__)

#define lwt_log_warning_ef(section, exn, ...) \
  LWT_LOG_WITH_F(1, nullptr, LWT_LEVEL_WARNING, section, exn, __VA_ARGS__)
#define lwt_log_error_ef(section, exn, ...) \
  LWT_LOG_WITH_F(1, nullptr, LWT_LEVEL_ERROR, section, exn, __VA_ARGS__)
#define lwt_log_fatal_ef(section, exn, ...) \
  LWT_LOG_WITH_F(1, nullptr, LWT_LEVEL_FATAL, section, exn, __VA_ARGS__)

#endif
