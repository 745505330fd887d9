/* The state of a promise, printed as the manual's interactive examples have it:
 * Sleep, Return 42, Fail Canceled. */
#ifndef SHOW_HPP
#define SHOW_HPP
#include <cstdio>
#include <lwt.hpp>

/* A promise that has no value is shown as one of 0. */
template <class T>
void show(const char *what, const lwt::promise<T> &p)
{
  if (p.is_pending()) {
    std::printf("%s: Sleep\n", what);
  } else if (auto failure = p.failure()) {
    bool canceled = failure->kind() == LWT_CANCELED;
    std::printf("%s: Fail %s\n", what, canceled ? "Canceled" : failure->what());
  } else if constexpr (std::is_void_v<T>) {
    std::printf("%s: Return 0\n", what);
  } else {
    p.on_success([what](const auto &value) { std::printf("%s: Return %d\n", what, int(value)); });
  }
}
#endif
