/* lwt.hpp, modules Lwt_mutex, Lwt_condition, Lwt_mvar and Lwt_pool.
 *
 *   lwt::mutex mutex;
 *   {
 *     auto guard = co_await mutex.scoped();   // or lwt::await, on a fiber
 *     ...
 *   }                                         // unlocked, whatever is thrown
 *
 *   lwt::mvar<std::string> box;
 *   co_await box.put("a");
 *   std::string a = co_await box.take(); */
#ifndef LWT_SYNC_HPP
#define LWT_SYNC_HPP

#include "../lwt_condition.h"
#include "../lwt_mutex.h"
#include "../lwt_mvar.h"
#include "../lwt_pool.h"
#include "handle.hpp"
#include "promise.hpp"

namespace lwt {

/* A mutex that is locked: unlocks it when it goes. */
class [[nodiscard]] lock {
 public:
  lock() noexcept = default;
  /* Takes over a reference to a mutex that the caller has locked. */
  explicit lock(lwt_mutex *owned) noexcept : m_(owned) {}
  lock(lock &&other) noexcept : m_(other.release()) {}
  lock &operator=(lock &&other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }
  ~lock() { reset(nullptr); }

  void unlock() noexcept { reset(nullptr); }
  lwt_mutex *release() noexcept { return std::exchange(m_, nullptr); }
  const lwt_mutex *get() const noexcept { return m_; }
  explicit operator bool() const noexcept { return m_ != nullptr; }

 private:
  void reset(lwt_mutex *next) noexcept {
    if (lwt_mutex *before = std::exchange(m_, next)) {
      lwt_mutex_unlock(before);
      lwt_mutex_release(before);
    }
  }
  lwt_mutex *m_ = nullptr;
};

namespace detail {
/* It travels as the mutex's handle; one that locks nothing doesn't travel. */
template <>
struct carrier<lock> {
  static constexpr bool plain = false;
  static lwt_value put(lock value) noexcept { return value.release(); }
  static void drop(void *word) noexcept { lock held(static_cast<lwt_mutex *>(word)); }
  static lock take(lwt_value word) {
    if (word == nullptr) throw invalid_argument("the lock was moved out of the promise before");
    return lock(static_cast<lwt_mutex *>(word));
  }
};
}  // namespace detail

class mutex : public detail::handle<lwt_mutex, lwt_mutex_retain, lwt_mutex_release> {
 public:
  mutex() : handle(lwt_mutex_create()) {}

  /* Lwt_mutex.lock, with a guard. A promise that is dropped unlocks it again. */
  promise<lwt::lock> scoped() const noexcept {
    lwt_map_fn locked = [](lwt_value, void *held) noexcept {
      return lwt_owned(lwt_mutex_retain(static_cast<lwt_mutex *>(held)),
                       detail::carrier<lwt::lock>::drop);
    };
    lwt_drop_fn drop = [](void *held) { lwt_mutex_release(static_cast<lwt_mutex *>(held)); };
    return promise<lwt::lock>(
        lwt_map(lwt_mutex_lock(get()), locked, lwt_mutex_retain(get()), drop));
  }

  promise<> lock() const noexcept { return promise<>(lwt_mutex_lock(get())); }
  void unlock() const { detail::check(lwt_mutex_unlock(get()), "lwt::mutex::unlock"); }

  /* Lwt_mutex.with_lock: f returns a promise or a value. */
  template <class F>
  auto with_lock(F f) const noexcept {
    using result = promise<detail::promised_t<std::invoke_result_t<F &>>>;
    try {
      detail::env_for<F> env(std::move(f));
      return result(lwt_mutex_with_lock(get(), detail::thunk<F>, env.release(), env.drop()));
    } catch (...) {
      return result(lwt_fail(detail::current_exn()));
    }
  }

  bool is_locked() const noexcept { return lwt_mutex_is_locked(get()); }
  bool is_empty() const noexcept { return lwt_mutex_is_empty(get()); }
};

/* Lwt_condition: what is signalled is a T. Of a broadcast each gets a copy. */
template <class T = void>
class condition
    : public detail::handle<lwt_condition, lwt_condition_retain, lwt_condition_release> {
 public:
  condition() : handle(lwt_condition_create()) {}

  promise<T> wait() const noexcept { return wait_with(nullptr); }
  /* The mutex is unlocked while it waits, and locked again. */
  promise<T> wait(const mutex &held) const noexcept { return wait_with(held.get()); }
  promise<T> wait(const lwt::lock &held) const noexcept { return wait_with(held.get()); }

  template <class... V>
  void signal(V &&...value) const {
    give(lwt_condition_signal, lwt_condition_signal_owned, std::forward<V>(value)...);
  }
  template <class... V>
  void broadcast(V &&...value) const {
    give(lwt_condition_broadcast, lwt_condition_broadcast_owned, std::forward<V>(value)...);
  }
  template <class E>
  void broadcast_exn(const E &exception) const {
    detail::check(lwt_condition_broadcast_exn(get(), detail::exn_from(exception)),
                  "lwt::condition::broadcast_exn");
  }

 private:
  template <class Plain, class Owned, class... V>
  void give(Plain plain, Owned owned, V &&...value) const {
    int kind;
    if constexpr (std::is_void_v<T>) {
      static_assert(sizeof...(V) == 0, "the condition has no value");
      kind = plain(get(), LWT_UNIT);
    } else {
      lwt_value word = detail::carrier<T>::put(T(std::forward<V>(value)...));
      if constexpr (detail::carrier<T>::plain)
        kind = plain(get(), word);
      else
        kind = owned(get(), word, detail::drop_of<T>());
    }
    detail::check(kind, "lwt::condition");
  }
  promise<T> wait_with(const lwt_mutex *held) const noexcept {
    return detail::own<T>(lwt_condition_wait(get(), held));
  }
};

/* Lwt_mvar: a mailbox for one T. */
template <class T>
class mvar : public detail::handle<lwt_mvar, lwt_mvar_retain, lwt_mvar_release> {
  using base = detail::handle<lwt_mvar, lwt_mvar_retain, lwt_mvar_release>;

 public:
  /* Empty. */
  mvar() : base(lwt_mvar_create_empty()) {}
  /* With a value in it. */
  explicit mvar(T value)
      : base(lwt_mvar_create_owned(detail::put_some<T>(std::move(value)),
                                   detail::drop_of<T>())) {}

  promise<> put(T value) const noexcept {
    try {
      lwt_value word = detail::put_some<T>(std::move(value));
      if constexpr (detail::carrier<T>::plain)
        return promise<>(lwt_mvar_put(get(), word));
      else
        return promise<>(lwt_mvar_put_owned(get(), word, detail::drop_of<T>()));
    } catch (...) {
      return promise<>(lwt_fail(detail::current_exn()));
    }
  }
  promise<T> take() const noexcept { return promise<T>(lwt_mvar_take(get())); }
  std::optional<T> take_available() const {
    lwt_drop_fn drop = nullptr;
    return detail::carrier<std::optional<T>>::take(lwt_mvar_take_available(get(), &drop));
  }
  bool is_empty() const noexcept { return lwt_mvar_is_empty(get()); }

  using base::get;
};

/* Lwt_pool: at most so many T, made when they are needed, each lent to one at a
 * time. */
template <class T>
class pool : public detail::handle<lwt_pool, lwt_pool_retain, lwt_pool_release> {
  using base = detail::handle<lwt_pool, lwt_pool_retain, lwt_pool_release>;

 public:
  /* `make` returns a promise<T>; `validate(T &)`, a promise<bool>, is asked
   * before a member is lent again; `dispose(T &)`, a promise<> or nothing, ends
   * one. Both may be left out, as nullptr. */
  template <class Make, class Validate = std::nullptr_t, class Dispose = std::nullptr_t>
  explicit pool(std::size_t max, Make make, Validate validate = {}, Dispose dispose = {})
      : base(create(max, functions<Make, Validate, Dispose>{
                             std::move(make), std::move(validate), std::move(dispose)})) {}

  /* f borrows a member, `T &`, until the promise that it returns has resolved. */
  template <class F>
  auto use(F f) const noexcept {
    using result = promise<detail::promised_t<std::invoke_result_t<F &, T &>>>;
    using env_type = detail::env_for<F, T &>;
    try {
      env_type env(std::move(f));
      lwt_bind_fn call = [](lwt_value member, void *data) noexcept {
        return env_type::promise_of(data, [&](F &fn) { return lend(fn, member); });
      };
      return result(lwt_pool_use(get(), call, env.release(), env.drop()));
    } catch (...) {
      return result(lwt_fail(detail::current_exn()));
    }
  }

  promise<> clear() const noexcept { return promise<>(lwt_pool_clear(get())); }
  std::size_t wait_queue_length() const noexcept { return lwt_pool_wait_queue_length(get()); }

  using base::get;

 private:
  template <class Make, class Validate, class Dispose>
  struct functions {
    Make make;
    Validate validate;
    Dispose dispose;
  };

  /* A member is a block of its own, whatever T is, for it is lent by reference. */
  static void drop(void *member) noexcept { delete static_cast<T *>(member); }
  template <class F>
  static auto lend(F &f, lwt_value member) {
    return std::invoke(f, *static_cast<T *>(member));
  }

  template <class Make, class Validate, class Dispose>
  static lwt_pool *create(std::size_t max, functions<Make, Validate, Dispose> fs) {
    using all = functions<Make, Validate, Dispose>;
    using env_type = detail::env<all, detail::use::promising>;
    env_type env(std::move(fs));
    lwt_pool_options options = LWT_POOL_OPTIONS;
    lwt_thunk_fn make = [](void *data) noexcept {
      promise<T> made(env_type::promise_of(data, [](all &fns) { return std::invoke(fns.make); }));
      return std::move(made)
          .bind([](T member) {
            return promise<>(lwt_return_owned(new T(std::move(member)), drop));
          })
          .release();
    };
    if constexpr (!std::is_null_pointer_v<Validate>)
      options.validate = [](lwt_value member, void *data) noexcept {
        return env_type::promise_of(data, [&](all &fns) { return lend(fns.validate, member); });
      };
    if constexpr (!std::is_null_pointer_v<Dispose>)
      options.dispose = [](lwt_value member, void *data) noexcept {
        return env_type::promise_of(data, [&](all &fns) { return lend(fns.dispose, member); });
      };
    return lwt_pool_create(max, make, env.release(), env.drop(), &options);
  }
};

}  // namespace lwt

#endif
