/* lwt.hpp, module Lwt: promises, their resolvers, and what comes after them.
 *
 * promise<T> is one reference to an lwt_t whose value is a T; it can be moved,
 * not copied. Its destructor gives the reference up, which stops nothing: the
 * promise goes on, and its callbacks run. What consumes a promise is called on
 * an rvalue: `std::move(p).bind(f)`.
 *
 * A function that returns a promise reports every failure through it: what a
 * callback throws, and memory running out, too. */
#ifndef LWT_PROMISE_HPP
#define LWT_PROMISE_HPP

#include "../lwt_coroutine.h"
#include "value.hpp"

namespace lwt {

namespace detail {
template <class T>
class coroutine;
}

template <class T = void>
class [[nodiscard]] promise {
 public:
  using value_type = T;
  using promise_type = detail::coroutine<T>;

  /* None: what is asked of it fails with LWT_INVALID_ARGUMENT. */
  promise() noexcept = default;
  /* Takes over a reference to a promise of C whose value is a T's word. */
  explicit promise(lwt_t *owned) noexcept : p_(owned) {}
  promise(promise &&other) noexcept : p_(other.release()) {}
  promise &operator=(promise &&other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }
  ~promise() { reset(nullptr); }

  /* Borrowed. */
  const lwt_t *get() const noexcept { return p_; }
  /* For C, which then owns the reference. */
  lwt_t *release() noexcept { return std::exchange(p_, nullptr); }
  void reset(lwt_t *owned = nullptr) noexcept {
    if (lwt_t *before = std::exchange(p_, owned)) lwt_release(before);
  }
  explicit operator bool() const noexcept { return p_ != nullptr; }

  /* A further reference to the same promise, Lwt's being a value that may be
   * used again. A T that travels in a block of its own, or a lwt::lock, is moved
   * out by the first who awaits it: for the others it is gone, and they fail
   * with LWT_INVALID_ARGUMENT. A std::unique_ptr is null for them. */
  promise share() const noexcept { return promise(lwt_retain(p_)); }

  lwt_promise_state state() const noexcept { return lwt_state(p_); }
  bool is_pending() const noexcept { return state() == LWT_SLEEP; }
  bool is_fulfilled() const noexcept { return state() == LWT_RETURN; }
  bool is_failed() const noexcept { return state() == LWT_FAIL; }

  /* Lwt.cancel */
  void cancel() const noexcept { lwt_cancel(p_); }

  /* The value of a promise that has resolved, or throws its failure. Consumes
   * it if it has; throws invalid_argument if it is pending. */
  T take() && {
    lwt_outcome outcome;
    if (!lwt_coroutine_take(p_, &outcome))
      throw invalid_argument("lwt::promise::take: it is pending");
    p_ = nullptr;
    if (outcome.exn != nullptr) detail::rethrow(outcome.exn);
    return detail::carrier<T>::take(outcome.value);
  }

  /* The failure of a promise that failed. */
  std::optional<error> failure() const noexcept {
    if (const lwt_exn *exn = lwt_exn_of(p_)) return error(lwt_exn_retain(exn));
    return std::nullopt;
  }

  /* Lwt.bind: f takes the value, moved, and returns a promise. */
  template <class F>
  auto bind(F f) && noexcept {
    using next = detail::taking_t<F, T>;
    static_assert(detail::promised<next>::is, "bind: f returns a promise; else it is map");
    using env = detail::env<F, detail::use::promising>;
    return attach<next, env>(std::move(f), [](lwt_t *p, void *word, lwt_drop_fn drop) {
      lwt_bind_fn call = [](lwt_value value, void *data) noexcept {
        return env::promise_of(data, [&](F &fn) { return detail::call_taking<T>(fn, value); });
      };
      return detail::carrier<T>::plain ? lwt_bind(p, call, word, drop)
                                       : lwt_bind_owned(p, call, word, drop);
    });
  }

  /* Lwt.map: f takes the value, moved, and returns another one. */
  template <class F>
  auto map(F f) && noexcept {
    using made = std::decay_t<detail::taking_t<F, T>>;
    static_assert(!detail::promised<made>::is, "map: f returns a value; else it is bind");
    using env = detail::env<F>;
    return attach<promise<made>, env>(std::move(f), [](lwt_t *p, void *word, lwt_drop_fn drop) {
      if constexpr (detail::carrier<T>::plain) {
        lwt_map_fn call = [](lwt_value value, void *data) noexcept {
          typename env::callee fn(data);
          return detail::to_value([&]() { return detail::call_taking<T>(*fn, value); });
        };
        return lwt_map(p, call, word, drop);
      } else {
        lwt_bind_fn call = [](lwt_value value, void *data) noexcept {
          return env::promise_of(data, [&](F &fn) { return detail::call_taking<T>(fn, value); });
        };
        return lwt_bind_owned(p, call, word, drop);
      }
    });
  }

  /* Lwt.catch: f takes the failure, as `const lwt::error &` or as
   * `std::exception_ptr`, and returns a promise<T> or a T. */
  template <class F>
  promise catch_(F f) && noexcept {
    using env = detail::env<F, detail::use::promising>;
    return attach<promise, env>(std::move(f), [](lwt_t *p, void *word, lwt_drop_fn drop) {
      lwt_exn_fn call = [](const lwt_exn *exn, void *data) noexcept {
        return env::promise_of(data, [&](F &fn) { return see(fn, exn); });
      };
      return lwt_catch(p, call, word, drop);
    });
  }

  /* The same for exceptions of one class: any other failure goes on. */
  template <class E, class F>
  promise catch_(F f) && noexcept {
    return std::move(*this).catch_([f = std::move(f)](const error &e) mutable -> promise {
      try {
        detail::rethrow(e.retain());
      } catch (const E &caught) {
        return promise(detail::to_promise([&]() { return std::invoke(f, caught); }));
      }
    });
  }

  /* Lwt.try_bind: f as in bind, g as in catch_; both return a promise<U>. */
  template <class F, class G>
  auto try_bind(F f, G g) && noexcept {
    using value = detail::promised_t<detail::taking_t<F, T>>;
    struct both {
      F f;
      G g;
      promise p; /* where f takes the value from */
    };
    using env = detail::env<both, detail::use::promising>;
    return attach<promise<value>, env>(
        both{std::move(f), std::move(g), share()}, [](lwt_t *p, void *word, lwt_drop_fn drop) {
          lwt_bind_fn call = [](lwt_value, void *data) noexcept {
            return env::promise_of(data, [](both &all) {
              if constexpr (std::is_void_v<T>)
                return std::invoke(all.f);
              else
                return std::invoke(all.f, std::move(all.p).take());
            });
          };
          lwt_exn_fn caught = [](const lwt_exn *exn, void *data) noexcept {
            return env::promise_of(data, [&](both &all) { return see(all.g, exn); });
          };
          return lwt_try_bind(p, call, caught, word, drop);
        });
  }

  /* Lwt.finalize: f runs when it resolves, either way, and returns a
   * promise<> or nothing. */
  template <class F>
  promise finalize(F f) && noexcept {
    using env = detail::env_for<F>;
    return attach<promise, env>(std::move(f), [](lwt_t *p, void *word, lwt_drop_fn drop) {
      return lwt_finalize(p, detail::thunk<F>, word, drop);
    });
  }

  promise protected_() && noexcept { return promise(lwt_protected(release())); }
  promise no_cancel() && noexcept { return promise(lwt_no_cancel(release())); }
  promise wrap_in_cancelable() && noexcept { return promise(lwt_wrap_in_cancelable(release())); }

  /* The value is of no interest. */
  promise<> ignore() && noexcept {
    if constexpr (std::is_void_v<T>)
      return std::move(*this);
    else
      return std::move(*this).map([](const T &) {});
  }

  /* Lwt.on_success and so on: f borrows. What it throws goes to the async
   * exception hook. These throw if the promise is none of this thread. */
  template <class F>
  void on_success(F f) const {
    detail::env<F> env(std::move(f));
    lwt_value_fn call = [](lwt_value value, void *data) noexcept { succeed<F>(value, data); };
    detail::check(lwt_on_success(p_, call, env.release(), env.drop()), "lwt::on_success");
  }
  template <class F>
  void on_failure(F f) const {
    detail::env<F> env(std::move(f));
    lwt_exn_hook_fn call = [](const lwt_exn *exn, void *data) noexcept {
      typename detail::env<F>::callee fn(data);
      detail::to_nothing([&]() { see(*fn, exn); });
    };
    detail::check(lwt_on_failure(p_, call, env.release(), env.drop()), "lwt::on_failure");
  }
  template <class F>
  void on_termination(F f) const {
    detail::env<F> env(std::move(f));
    detail::check(lwt_on_termination(p_, run<F>, env.release(), env.drop()),
                  "lwt::on_termination");
  }
  template <class F>
  void on_cancel(F f) const {
    detail::env<F> env(std::move(f));
    detail::check(lwt_on_cancel(p_, run<F>, env.release(), env.drop()), "lwt::on_cancel");
  }
  template <class F, class G>
  void on_any(F f, G g) const {
    using both = std::pair<F, G>;
    detail::env<both> env(both(std::move(f), std::move(g)));
    lwt_value_fn call = [](lwt_value value, void *data) noexcept {
      typename detail::env<both>::callee fs(data);
      detail::to_nothing([&]() { detail::call_peeking<T>((*fs).first, value); });
    };
    lwt_exn_hook_fn fail = [](const lwt_exn *exn, void *data) noexcept {
      typename detail::env<both>::callee fs(data);
      detail::to_nothing([&]() { see((*fs).second, exn); });
    };
    detail::check(lwt_on_any(p_, call, fail, env.release(), env.drop()), "lwt::on_any");
  }

 private:
  template <class>
  friend class promise;

  /* Gives the promise and f to a function of C. */
  template <class Next, class Env, class F, class Attach>
  Next attach(F f, Attach attach) noexcept {
    try {
      Env env(std::move(f));
      return Next(attach(release(), env.release(), env.drop()));
    } catch (...) {
      reset();
      return Next(lwt_fail(detail::current_exn()));
    }
  }

  template <class F>
  static decltype(auto) see(F &f, const lwt_exn *exn) {
    const error e(lwt_exn_retain(exn));
    if constexpr (std::is_invocable_v<F &, const error &>)
      return std::invoke(f, e);
    else
      return std::invoke(f, detail::exception_of(e));
  }
  template <class F>
  static void succeed(lwt_value value, void *data) noexcept {
    typename detail::env<F>::callee f(data);
    detail::to_nothing([&]() { detail::call_peeking<T>(*f, value); });
  }
  template <class F>
  static void run(void *data) noexcept {
    typename detail::env<F>::callee f(data);
    detail::to_nothing([&]() { std::invoke(*f); });
  }

  lwt_t *p_ = nullptr;
};

namespace detail {

/* Of a value that others see, too, each reader gets a copy, where it can be
 * copied; else it goes to whoever takes it first. */
template <class T>
inline constexpr bool copied = !carrier<T>::plain && std::is_copy_constructible_v<T>;

/* A promise of such a value. */
template <class T, class Result = T>
promise<Result> own(lwt_t *p) noexcept {
  if constexpr (!copied<T>) {
    return promise<Result>(p);
  } else {
    lwt_map_fn copy = [](lwt_value word, void *) noexcept {
      return to_value([&]() -> Result { return carrier<Result>::peek(word); });
    };
    return promise<Result>(lwt_map(p, copy, nullptr, nullptr));
  }
}

}  // namespace detail

/* The obligation to resolve a promise, Lwt's wakener. Can be moved, not
 * copied. Destroyed unused, it fails the promise with LWT_ABANDONED. */
template <class T = void>
class resolver {
 public:
  resolver() noexcept = default;
  explicit resolver(lwt_u *owned) noexcept : u_(owned) {}
  resolver(resolver &&other) noexcept : u_(other.release()) {}
  resolver &operator=(resolver &&other) noexcept {
    if (this != &other) {
      lwt_u *next = other.release();
      if (lwt_u *before = std::exchange(u_, next)) lwt_wakener_release(before);
    }
    return *this;
  }
  ~resolver() {
    if (u_ != nullptr) lwt_wakener_release(u_);
  }

  lwt_u *release() noexcept { return std::exchange(u_, nullptr); }
  explicit operator bool() const noexcept { return u_ != nullptr; }

  /* Lwt.wakeup: callbacks run before it returns. */
  template <class... V>
  void resolve(V &&...value) {
    give(lwt_wakeup, lwt_wakeup_owned, std::forward<V>(value)...);
  }
  /* Lwt.wakeup_later */
  template <class... V>
  void resolve_later(V &&...value) {
    give(lwt_wakeup_later, lwt_wakeup_later_owned, std::forward<V>(value)...);
  }
  /* Any exception object. */
  template <class E>
  void fail(const E &exception) {
    spend(lwt_wakeup_exn(release(), detail::exn_from(exception)));
  }
  template <class E>
  void fail_later(const E &exception) {
    spend(lwt_wakeup_later_exn(release(), detail::exn_from(exception)));
  }
  /* The promise stays pending for ever. */
  void forget() noexcept {
    if (lwt_u *u = release()) lwt_wakener_forget(u);
  }

 private:
  template <class Plain, class Owned, class... V>
  void give(Plain plain, Owned owned, V &&...value) {
    if constexpr (std::is_void_v<T>) {
      static_assert(sizeof...(V) == 0, "the promise has no value");
      spend(plain(release(), LWT_UNIT));
    } else {
      lwt_value word = detail::carrier<T>::put(T(std::forward<V>(value)...));
      if constexpr (detail::carrier<T>::plain)
        spend(plain(release(), word));
      else
        spend(owned(release(), word, detail::drop_of<T>()));
    }
  }
  static void spend(int kind) { detail::check(kind, "lwt::resolver"); }

  lwt_u *u_ = nullptr;
};

/* Lwt.wait: a promise that cannot be cancelled, and its resolver. */
template <class T = void>
std::pair<promise<T>, resolver<T>> wait() noexcept {
  lwt_u *u = nullptr;
  promise<T> p(lwt_wait(&u));
  return {std::move(p), resolver<T>(u)};
}

/* Lwt.task: one that can be. */
template <class T = void>
std::pair<promise<T>, resolver<T>> task() noexcept {
  lwt_u *u = nullptr;
  promise<T> p(lwt_task(&u));
  return {std::move(p), resolver<T>(u)};
}

/* Lwt.return */
inline promise<> resolved() noexcept { return promise<>(lwt_return(LWT_UNIT)); }
template <class V>
promise<std::decay_t<V>> resolved(V &&value) noexcept {
  return promise<std::decay_t<V>>(
      detail::to_promise([&]() -> std::decay_t<V> { return std::forward<V>(value); }));
}

/* Lwt.fail, with any exception object. */
template <class T = void, class E>
promise<T> failed(const E &exception) noexcept {
  return promise<T>(lwt_fail(detail::exn_from(exception)));
}

/* Runs f inside the call: what it throws is the failure of the result, which is
 * the promise that f returns, or one of the value that it returns. */
template <class F>
auto apply(F &&f) noexcept {
  return promise<detail::promised_t<decltype(f())>>(detail::to_promise(f));
}

/* Lwt.pause */
inline promise<> pause() noexcept { return promise<>(lwt_pause()); }

/* Lwt.async: f returns a promise; its failure goes to the async exception
 * hook. */
template <class F>
void async(F f) {
  detail::env_for<F> env(std::move(f));
  lwt_async(detail::thunk<F>, env.release(), env.drop());
}

/* Lwt.dont_wait: the failure goes to `caught`, as `const lwt::error &`. */
template <class F, class G>
void dont_wait(F f, G caught) {
  using both = std::pair<F, G>;
  using env_type = detail::env<both, detail::use::promising>;
  env_type env(both(std::move(f), std::move(caught)));
  lwt_thunk_fn call = [](void *data) noexcept {
    return env_type::promise_of(data, [](both &fs) { return std::invoke(fs.first); });
  };
  lwt_exn_hook_fn fail = [](const lwt_exn *exn, void *data) noexcept {
    typename env_type::callee fs(data);
    detail::to_nothing([&]() { std::invoke((*fs).second, error(lwt_exn_retain(exn))); });
  };
  lwt_dont_wait(call, fail, env.release(), env.drop());
}

/* A key of sequence-local storage, Lwt.key; it lives as long as the process. */
template <class T>
class key {
 public:
  key() noexcept : key_(lwt_new_key()) {}
  /* Lwt.get: what it is bound to; NULL if it is not. */
  const T *get() const noexcept {
    lwt_value word = LWT_UNIT;
    return lwt_get(key_, &word) ? static_cast<const T *>(word) : nullptr;
  }
  const lwt_key *raw() const noexcept { return key_; }

 private:
  lwt_key *key_;
};

/* Lwt.with_value: f, which returns a promise or a value, runs with the key
 * bound (or hidden: std::nullopt), and so do the callbacks and coroutines that
 * it starts. */
template <class T, class F>
auto with_value(const key<T> &key, std::optional<std::decay_t<T>> value, F f) noexcept {
  using result = promise<detail::promised_t<std::invoke_result_t<F &>>>;
  try {
    detail::env_for<F> env(std::move(f));
    std::unique_ptr<T> box(value ? new T(*std::move(value)) : nullptr);
    lwt_drop_fn drop = [](void *word) { delete static_cast<T *>(word); };
    lwt_value word = box.release();
    return result(lwt_with_value(key.raw(), word ? &word : nullptr, word ? drop : nullptr,
                                 detail::thunk<F>, env.release(), env.drop()));
  } catch (...) {
    return result(lwt_fail(detail::current_exn()));
  }
}

}  // namespace lwt

#endif
