/* lwt.hpp, modules Lwt_main, Lwt_unix and Lwt_preemptive: the main loop, time,
 * jobs on worker threads, detached computations. */
#ifndef LWT_SCHEDULER_HPP
#define LWT_SCHEDULER_HPP

#include <chrono>
#include <tuple>

#include "../lwt_main.h"
#include "../lwt_preemptive.h"
#include "../lwt_unix.h"
#include "promise.hpp"

namespace lwt {

/* Lwt_main.run: runs this thread's main loop until the promise has resolved;
 * its value, or throws its failure. */
template <class T>
T run(promise<T> p) {
  lwt_exn *exn = nullptr;
  lwt_value word = lwt_main_run(p.release(), &exn);
  if (exn != nullptr) detail::rethrow(exn);
  return detail::carrier<T>::take(word);
}

/* Lwt_main.at_exit: f returns a promise<> or nothing. */
template <class F>
void at_exit(F f) {
  detail::env_for<F> env(std::move(f));
  detail::check(lwt_main_at_exit(detail::thunk<F>, env.release(), env.drop()), "lwt::at_exit");
}

using seconds = std::chrono::duration<double>;

/* Lwt_unix.sleep, for any duration of std::chrono. */
inline promise<> sleep(seconds duration) noexcept {
  return promise<>(lwt_unix_sleep(duration.count()));
}
/* Lwt_unix.timeout: fails with lwt::timed_out then. */
template <class T = void>
promise<T> timeout(seconds duration) noexcept {
  return promise<T>(lwt_unix_timeout(duration.count()));
}
/* Lwt_unix.yield */
inline promise<> unix_yield() noexcept { return promise<>(lwt_unix_yield()); }
inline promise<> mkdir(const char *path, int mode = 0777) noexcept {
  return promise<>(lwt_unix_mkdir(path, mode));
}

/* Lwt_unix.with_timeout: f, which returns a promise, is cancelled and the
 * result fails with lwt::timed_out when it takes longer. It waits for nothing
 * then; lwt::with_timeout waits until f has ended. */
template <class F>
auto unix_with_timeout(seconds duration, F f) noexcept {
  using result = promise<detail::promised_t<std::invoke_result_t<F &>>>;
  try {
    detail::env_for<F> env(std::move(f));
    return result(lwt_unix_with_timeout(duration.count(), detail::thunk<F>, env.release(),
                                        env.drop()));
  } catch (...) {
    return result(lwt_fail(detail::current_exn()));
  }
}

namespace detail {

/* A job made of a callable: it runs on a worker, the value is taken on the
 * thread that submitted it. */
template <class F>
class job final : private lwt_unix_job {
  using value = std::decay_t<std::invoke_result_t<F &>>;

 public:
  static lwt_t *submit(F f) {
    auto *self = new job(std::move(f));
    return lwt_unix_run_job(self);
  }
  ~job() {
    if (exn_ != nullptr) lwt_exn_release(exn_);
  }

 private:
  explicit job(F f) : lwt_unix_job(), f_(std::move(f)) {
    lwt_unix_job::worker = [](lwt_unix_job *base) noexcept {
      auto *self = static_cast<job *>(base);
      try {
        if constexpr (std::is_void_v<value>) {
          std::invoke(self->f_);
          self->value_.emplace();
        } else {
          self->value_.emplace(std::invoke(self->f_));
        }
      } catch (...) {
        self->exn_ = current_exn();
      }
    };
    lwt_unix_job::result = [](lwt_unix_job *base) noexcept {
      std::unique_ptr<job> self(static_cast<job *>(base));
      if (self->exn_ != nullptr) return lwt_raise(std::exchange(self->exn_, nullptr));
      return to_value([&]() -> value {
        if constexpr (!std::is_void_v<value>) return *std::move(self->value_);
      });
    };
    lwt_unix_alloc_job(this);
    lwt_unix_job_set_cancel(
        this, [](lwt_unix_job *base) noexcept { delete static_cast<job *>(base); });
  }
  job(const job &) = delete;
  job &operator=(const job &) = delete;

  F f_;
  std::optional<regular<value>> value_;
  lwt_exn *exn_ = nullptr;
};

}  // namespace detail

/* A job of the pool: f runs on a worker thread, where it may block, and the
 * promise gets what it returns or throws. For short blocking calls. f must not
 * use promises. One allocation. */
template <class F>
auto job(F f) noexcept {
  using result = promise<std::decay_t<std::invoke_result_t<F &>>>;
  try {
    return result(detail::job<F>::submit(std::move(f)));
  } catch (...) {
    return result(lwt_fail(detail::current_exn()));
  }
}

/* Lwt_preemptive.detach: f(arguments...) runs on a thread of its own. For long
 * computations. */
template <class F, class... A>
auto detach(F f, A... arguments) noexcept {
  auto bound = [f = std::move(f), all = std::make_tuple(std::move(arguments)...)]() mutable {
    return std::apply([&](auto &...each) { return std::invoke(f, std::move(each)...); }, all);
  };
  using bound_type = decltype(bound);
  using result = promise<std::decay_t<std::invoke_result_t<bound_type &>>>;
  try {
    detail::env<bound_type> env(std::move(bound));
    lwt_compute_fn call = [](void *data) noexcept {
      typename detail::env<bound_type>::callee fn(data);
      return detail::to_value([&]() { return (*fn)(); });
    };
    return result(lwt_preemptive_detach(call, env.release(), env.drop()));
  } catch (...) {
    return result(lwt_fail(detail::current_exn()));
  }
}

/* Lwt_preemptive.run_in_main, on a detached thread: f runs on the main thread
 * and returns a promise, whose value this waits for and returns. */
template <class F>
auto run_in_main(F f) -> detail::promised_t<std::invoke_result_t<F &>> {
  using value = detail::promised_t<std::invoke_result_t<F &>>;
  lwt_thunk_fn call = [](void *data) noexcept {
    return detail::to_promise([&]() { return std::invoke(*static_cast<F *>(data)); });
  };
  lwt_exn *exn = nullptr;
  lwt_value word = lwt_preemptive_run_in_main(call, &f, &exn);
  if (exn != nullptr) detail::rethrow(exn);
  return detail::carrier<value>::take(word);
}

/* A notification: send() has f called on this thread, once for each send, from
 * any thread or a signal handler. Its destructor stops it. */
class notification {
 public:
  template <class F>
  explicit notification(F f) {
    detail::env<F, detail::use::often> env(std::move(f));
    lwt_unit_fn call = [](void *data) noexcept {
      typename detail::env<F, detail::use::often>::callee fn(data);
      detail::to_nothing([&]() { std::invoke(*fn); });
    };
    id_ = lwt_unix_make_notification(call, env.release(), env.drop(), false);
    if (id_ == 0) throw out_of_memory("lwt::notification");
  }
  notification(const notification &) = delete;
  notification &operator=(const notification &) = delete;
  ~notification() { lwt_unix_stop_notification(id_); }

  intptr_t id() const noexcept { return id_; }
  void send() const noexcept { lwt_unix_send_notification(id_); }

 private:
  intptr_t id_;
};

}  // namespace lwt

#endif
