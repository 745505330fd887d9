/* env: LWT_DEBUG=1 */
/* flags: -std=c++17 -g */
/* also: clang++ */
/* Places in C++ are those of who calls the functions of lwt.hpp, not theirs. */
#include "check.hpp"

#include <lwt_debug.h>
#include <string>

static std::string dump() {
  struct lwt_string *text = lwt_dump_to_string(LWT_DUMP_TEXT);
  std::string result(text->data, text->len);
  lwt_string_release(text);
  return result;
}
static std::string at(int line, const char *function) {
  return "backtrace_cpp.cpp:" + std::to_string(line) + " (" + function;
}

TEST(a_promise_is_made_where_the_header_is_called) {
  int line = __LINE__ + 1;
  auto [p, r] = lwt::wait<int>();
  CHECK_HAS(dump().c_str(), at(line, __func__).c_str());
  CHECK(dump().find(".hpp:") == std::string::npos);
  r.resolve(1);
}

TEST(a_failure_passes_the_callers_binds) {
  auto [p, r] = lwt::wait<int>();
  int line = __LINE__ + 1;
  auto q = std::move(p).map([](int n) { return n + 1; });
  int failing = __LINE__ + 1;
  r.fail(lwt::not_found("x"));
  const char *way = lwt_exn_backtrace(lwt_exn_of(q.get()));
  CHECK_HAS(way, at(line, __func__).c_str());
  CHECK_HAS(way, at(failing, __func__).c_str());
  std::string told;
  try {
    lwt::run(std::move(q));
  } catch (const lwt::error &e) {
    told = e.backtrace();
  }
  CHECK_HAS(told.c_str(), at(failing, __func__).c_str());
}
