/* lwt.hpp, module Lwt_switch: scopes. What is started in a scope does not
 * outlive it: when its body ends, or anything in it fails, the rest is cancelled
 * and awaited.
 *
 *   lwt::promise<int> answer = lwt::with_scope([](lwt::scope scope) -> lwt::promise<int> {
 *     scope.start([] { return heartbeat(); });
 *     co_return co_await requests();
 *   }); */
#ifndef LWT_SCOPE_HPP
#define LWT_SCOPE_HPP

#include <chrono>

#include "../lwt_switch.h"
#include "group.hpp"
#include "handle.hpp"

namespace lwt {

using seconds = std::chrono::duration<double>;

/* The promise of what was started in a scope, which sees to it: it may be
 * dropped without a word. */
template <class T>
class started : public promise<T> {
 public:
  using promise<T>::promise;
};

namespace detail {
template <class T>
struct promised<started<T>> : promised<promise<T>> {};
}  // namespace detail

/* A scope, or a switch made by hand. */
class scope : public detail::handle<lwt_switch, lwt_switch_retain, lwt_switch_release> {
 public:
  /* Lwt_switch.create */
  scope() : handle(lwt_switch_create()) {}
  using handle::handle;

  /* lwt_switch_start: f returns a promise; the result is that promise. */
  template <class F>
  auto start(F f) const noexcept {
    using result = started<detail::promised_t<std::invoke_result_t<F &>>>;
    try {
      detail::env_for<F> env(std::move(f));
      return result(lwt_switch_start(get(), detail::thunk<F>, env.release(), env.drop()));
    } catch (...) {
      return result(lwt_fail(detail::current_exn()));
    }
  }
  /* The same for a promise that there is already. */
  template <class T>
  started<T> adopt(promise<T> p) const noexcept {
    return started<T>(lwt_switch_adopt(get(), p.release()));
  }
  /* Lwt_switch.add_hook: f returns a promise<> or nothing, and is called when
   * the scope ends. Throws lwt::off if it has. */
  template <class F>
  void add_hook(F f) const {
    detail::env_for<F> env(std::move(f));
    detail::check(lwt_switch_add_hook(get(), detail::thunk<F>, env.release(), env.drop()),
                  "lwt::scope::add_hook");
  }
  /* Lwt_switch.turn_off */
  promise<> turn_off() const noexcept { return promise<>(lwt_switch_turn_off(get())); }

  /* Ends it; the reason is what it fails with. */
  void cancel() const { detail::check(lwt_switch_cancel(get(), nullptr), "lwt::scope::cancel"); }
  template <class E>
  void cancel(const E &reason) const {
    detail::check(lwt_switch_cancel(get(), detail::exn_from(reason)), "lwt::scope::cancel");
  }
  /* Why it has ended; nothing while it is on. */
  std::optional<error> reason() const noexcept {
    if (const lwt_exn *exn = lwt_switch_reason(get())) return error(lwt_exn_retain(exn));
    return std::nullopt;
  }
  void set_deadline(seconds from_now) const {
    detail::check(lwt_switch_set_deadline(get(), from_now.count()), "lwt::scope::set_deadline");
  }
  seconds time_left() const noexcept { return seconds(lwt_switch_time_left(get())); }
  bool is_on() const noexcept { return lwt_switch_is_on(get()); }

  /* The one in which this code runs. */
  static std::optional<scope> current() {
    if (lwt_switch *sw = lwt_switch_current()) return scope(sw);
    return std::nullopt;
  }
};

namespace detail {
template <class F>
struct scope_body {
  using env_type = env_for<F, scope>;
  using result = promise<promised_t<std::invoke_result_t<F &, scope>>>;
  static lwt_t *run(const lwt_switch *sw, void *data) noexcept {
    return env_type::promise_of(
        data, [&](F &f) { return std::invoke(f, scope(lwt_switch_retain(sw))); });
  }
};
}  // namespace detail

/* lwt_switch_run: f(scope) returns a promise or a value, that of the result. */
template <class F>
auto with_scope(F f) noexcept {
  using body = detail::scope_body<F>;
  try {
    typename body::env_type env(std::move(f));
    return typename body::result(lwt_switch_run(body::run, env.release(), env.drop()));
  } catch (...) {
    return typename body::result(lwt_fail(detail::current_exn()));
  }
}
/* With a deadline, at which it ends with lwt::timed_out. */
template <class F>
auto with_scope(seconds deadline, F f) noexcept {
  using body = detail::scope_body<F>;
  try {
    typename body::env_type env(std::move(f));
    return typename body::result(
        lwt_switch_run_for(deadline.count(), body::run, env.release(), env.drop()));
  } catch (...) {
    return typename body::result(lwt_fail(detail::current_exn()));
  }
}

/* lwt_with_timeout: f, which returns a promise, runs in a scope with a deadline.
 * The result, lwt::timed_out if it took longer, is told when all of it has ended. */
template <class F>
auto with_timeout(seconds duration, F f) noexcept {
  using result = promise<detail::promised_t<std::invoke_result_t<F &>>>;
  try {
    detail::env_for<F> env(std::move(f));
    return result(
        lwt_with_timeout(duration.count(), detail::thunk<F>, env.release(), env.drop()));
  } catch (...) {
    return result(lwt_fail(detail::current_exn()));
  }
}

/* lwt_race: as the first to resolve, when the others, cancelled, have ended too. */
template <class T, class... More>
promise<T> race(promise<T> first, More... more) noexcept {
  static_assert((std::is_same_v<promise<T>, More> && ...), "promises of one type");
  return promise<T>(detail::gather(lwt_race, first, more...));
}
template <class T>
promise<T> race(std::vector<promise<T>> promises) noexcept {
  return promise<T>(detail::gather(lwt_race, promises));
}

}  // namespace lwt

#endif
