/* lwt.hpp, coroutines: a function that returns promise<T> and says co_await or
 * co_return. C++20.
 *
 * It runs inside the call until it first awaits a pending promise, and then
 * inside the resolution of what it awaits, at its place among the callbacks of
 * that, as the callback of a bind does. It costs its frame and one promise, and
 * co_await of a resolved promise goes on at once.
 *
 * What is awaited is a promise<U> that is moved in: `co_await std::move(p)`. */
#ifndef LWT_COROUTINE_HPP
#define LWT_COROUTINE_HPP

#if !defined(__cpp_impl_coroutine)
#error "lwt/coroutine.hpp: coroutines are C++20"
#endif

#include <coroutine>

#include "promise.hpp"

namespace lwt {
namespace detail {

/* The end of a coroutine, put off until its locals are gone: what their
 * destructors throw replaces the value. */
class coroutine_end {
 public:
  coroutine_end() noexcept = default;
  coroutine_end(const coroutine_end &) = delete;
  coroutine_end &operator=(const coroutine_end &) = delete;
  ~coroutine_end() { clear(); }

  void succeed(lwt_value value, lwt_drop_fn drop) noexcept {
    clear();
    end_.value = value;
    end_.drop = drop;
  }
  void fail(lwt_exn *exn) noexcept {
    clear();
    end_.exn = exn;
  }
  /* Hands it to the library. */
  void deliver(lwt_coroutine *self) noexcept {
    lwt_outcome end = std::exchange(end_, lwt_outcome{});
    if (end.exn != nullptr)
      lwt_coroutine_fail(self, end.exn);
    else
      lwt_coroutine_return(self, end.value, end.drop);
  }

 private:
  void clear() noexcept {
    lwt_outcome end = std::exchange(end_, lwt_outcome{});
    if (end.exn != nullptr) lwt_exn_release(end.exn);
    if (end.drop != nullptr) end.drop(end.value);
  }
  lwt_outcome end_{};
};

template <class T>
class coroutine_result {
 public:
  template <class V = T>
  void return_value(V &&value) {
    end_.succeed(carrier<T>::put(T(std::forward<V>(value))), drop_of<T>());
  }

 protected:
  coroutine_end end_;
};

template <>
class coroutine_result<void> {
 public:
  void return_void() noexcept { end_.succeed(LWT_UNIT, nullptr); }

 protected:
  coroutine_end end_;
};

/* What co_await makes of a promise. */
template <class U>
class awaiter {
 public:
  explicit awaiter(promise<U> p) noexcept : p_(std::move(p)) {}

  bool await_ready() noexcept { return take(); }

  /* Out of line: while it runs the library may destroy the frame that this
   * object lies in, or go on in it. */
  template <class T>
  [[gnu::noinline]] bool await_suspend(std::coroutine_handle<coroutine<T>> frame) noexcept {
    int step = lwt_coroutine_await(frame.promise().record(), p_.get());
    if (step == LWT_COROUTINE_ENDS) frame.destroy();
    return step != LWT_COROUTINE_GOES;
  }

  U await_resume() {
    if (!taken_ && !take()) throw out_of_memory("lwt: co_await");
    if (outcome_.exn != nullptr) rethrow(outcome_.exn);
    return carrier<U>::take(outcome_.value);
  }

 private:
  bool take() noexcept {
    taken_ = lwt_coroutine_take(const_cast<lwt_t *>(p_.get()), &outcome_);
    if (taken_) p_.release();
    return taken_;
  }

  promise<U> p_;
  bool taken_ = false;
  lwt_outcome outcome_;
};

template <class T>
class coroutine final : private lwt_coroutine, public coroutine_result<T> {
 public:
  lwt::promise<T> get_return_object() noexcept {
    lwt_t *p = nullptr;
    step_ = lwt_coroutine_begin(record(), &ops, &p);
    return lwt::promise<T>(p);
  }
  static lwt::promise<T> get_return_object_on_allocation_failure() noexcept {
    return lwt::promise<T>(lwt_fail(lwt_exn_new(LWT_OUT_OF_MEMORY, nullptr)));
  }

  auto initial_suspend() noexcept {
    struct start {
      int step;
      bool await_ready() const noexcept { return step == LWT_COROUTINE_GOES; }
      [[gnu::noinline]] void await_suspend(std::coroutine_handle<> frame) const noexcept {
        if (step == LWT_COROUTINE_ENDS) frame.destroy();
      }
      void await_resume() const noexcept {}
    };
    return start{step_};
  }
  std::suspend_never final_suspend() noexcept {
    this->end_.deliver(record());
    return {};
  }
  void unhandled_exception() noexcept { this->end_.fail(current_exn()); }

  template <class U>
  awaiter<U> await_transform(lwt::promise<U> p) noexcept {
    return awaiter<U>(std::move(p));
  }

  lwt_coroutine *record() noexcept { return this; }

 private:
  static std::coroutine_handle<coroutine> frame(lwt_coroutine *record) noexcept {
    return std::coroutine_handle<coroutine>::from_promise(*static_cast<coroutine *>(record));
  }
  static constexpr lwt_coroutine_ops ops = {
      "C++ coroutine",
      [](lwt_coroutine *record) noexcept { frame(record).resume(); },
      [](lwt_coroutine *record) noexcept { frame(record).destroy(); },
  };
  int step_;
};

}  // namespace detail
}  // namespace lwt

#endif
