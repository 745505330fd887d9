/* lwt.hpp, module Lwt_direct: plain sequential code on a stack of its own, that
 * awaits promises. */
#ifndef LWT_FIBER_HPP
#define LWT_FIBER_HPP

#include <cxxabi.h>

#include "../lwt_direct.h"
#include "promise.hpp"

namespace lwt {
namespace detail {

/* The exceptions that are being handled are the thread's, as the C++ runtime
 * sees it: a fiber that awaits in a handler takes its own along, and leaves to
 * the main loop what was the main loop's. */
struct handled {
  void *caught;
  unsigned int uncaught;

  static handled swap(handled other) noexcept {
    auto *place = abi::__cxa_get_globals();
    handled now;
    std::memcpy(&now, static_cast<void *>(place), sizeof now);
    std::memcpy(static_cast<void *>(place), &other, sizeof other);
    return now;
  }
};

/* What was being handled where the fiber that runs was resumed. */
struct fiber_scope {
  handled outside = handled::swap({nullptr, 0});
  fiber_scope *outer = std::exchange(current(), this);
  fiber_scope() noexcept = default;
  fiber_scope(const fiber_scope &) = delete;
  fiber_scope &operator=(const fiber_scope &) = delete;
  ~fiber_scope() {
    handled::swap(outside);
    current() = outer;
  }

  static fiber_scope *&current() noexcept {
    static thread_local fiber_scope *fiber = nullptr;
    return fiber;
  }

  /* Runs f, which switches to the main loop and back. */
  template <class F>
  static auto away(F &&f) {
    fiber_scope *self = std::exchange(current(), nullptr);
    if (self == nullptr) return f();
    handled mine = handled::swap(self->outside);
    struct back {
      fiber_scope *self;
      handled mine;
      ~back() {
        self->outside = handled::swap(mine);
        self->outer = std::exchange(current(), self);
      }
    } back{self, mine};
    return f();
  }
};

template <class F>
lwt_value run_fiber(void *data) noexcept {
  fiber_scope scope;
  typename env<F>::callee f(data);
  return to_value([&]() { return std::invoke(*f); });
}

}  // namespace detail

/* lwt_spawn: f runs on a stack of its own, may say lwt::await, and returns the
 * promise's value; what it throws is the promise's failure. A fiber that can
 * never go on is taken away as it is: its locals are not destroyed. */
template <class F>
auto spawn(F f, std::size_t stack_size = 0) noexcept {
  using result = promise<std::decay_t<std::invoke_result_t<F &>>>;
  try {
    detail::env<F> env(std::move(f));
    return result(lwt_spawn(detail::run_fiber<F>, env.release(), env.drop(), stack_size));
  } catch (...) {
    return result(lwt_fail(detail::current_exn()));
  }
}

/* lwt_await, on a fiber: waits for the value of a promise, or throws its
 * failure. */
template <class T>
T await(promise<T> p) {
  lwt_exn *exn = nullptr;
  lwt_value word =
      detail::fiber_scope::away([&]() { return lwt_await(p.release(), &exn); });
  if (exn != nullptr) detail::rethrow(exn);
  return detail::carrier<T>::take(word);
}

/* lwt_yield, on a fiber. */
inline void yield() {
  detail::fiber_scope::away([]() { lwt_yield(); });
}

inline bool in_fiber() noexcept { return lwt_in_fiber(); }

}  // namespace lwt

#endif
