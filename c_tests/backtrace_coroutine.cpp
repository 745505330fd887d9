/* env: LWT_DEBUG=1 */
/* flags: -std=c++20 -g */
/* also: clang++ */
/* What a failure passes in coroutines: each co_await, and each coroutine. */
#include "check.hpp"

#include <lwt_debug.h>

static int inner_line, outer_line;

static lwt::promise<int> inner(lwt::promise<int> p) {
  inner_line = __LINE__ + 1;
  co_return co_await std::move(p);
}
static lwt::promise<int> outer(lwt::promise<int> p) {
  outer_line = __LINE__ + 1;
  co_return co_await inner(std::move(p));
}
static std::string awaited(int line) {
  return "await at " + std::string(__FILE__) + ":" + std::to_string(line);
}

TEST(a_failure_passes_each_co_await) {
  for (bool later : {false, true}) {
    auto [p, r] = lwt::wait<int>();
    if (!later) r.fail(lwt::not_found("x"));
    auto q = outer(std::move(p));
    if (later) r.fail(lwt::not_found("x"));
    const char *way = lwt_exn_backtrace(lwt_exn_of(q.get()));
    CHECK_HAS(way, awaited(inner_line).c_str());
    CHECK_HAS(way, awaited(outer_line).c_str());
    CHECK_INT(std::string(way).find(".hpp:"), std::string::npos);
  }
}

TEST(a_dump_follows_coroutines) {
  auto [p, r] = lwt::wait<int>();
  auto q = outer(std::move(p));
  struct lwt_string *text = lwt_dump_to_string(LWT_DUMP_TEXT);
  std::string dump(text->data, text->len);
  lwt_string_release(text);
  CHECK_HAS(dump.c_str(), "made coroutine, at ");
  char handle[40];
  snprintf(handle, sizeof handle, "handle %p", static_cast<const void *>(q.get()));
  size_t at = dump.find(handle);
  CHECK(at != std::string::npos && dump.find("waits_for: 0x", at) < dump.find("handle", at + 9));
  r.resolve(1);
}
