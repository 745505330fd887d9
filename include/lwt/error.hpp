/* lwt.hpp, exceptions: failures of promises as C++ exceptions, and back.
 *
 * What the library fails with is thrown as lwt::error or as one of the classes
 * below it, by its kind. Any other C++ exception that leaves a callback or a
 * coroutine becomes a failure that carries it, and is thrown again as itself
 * where the failure is awaited; C sees a failure with its what() as message.
 * (A class of yours below lwt::error would be thrown as that: derive from
 * std::exception.) Any thread. */
#ifndef LWT_ERROR_HPP
#define LWT_ERROR_HPP

#include <cstdio>
#include <exception>
#include <new>
#include <system_error>
#include <type_traits>
#include <utility>

#include "../lwt.h"
#include "../lwt_debug.h"

namespace lwt {

/* A failure: one reference to an lwt_exn. (What makes one is inlined always, so that
 * a backtrace names the place of its caller.) */
class error : public std::exception {
 public:
  /* Of a kind (LWT_FAILURE ..., or one of lwt_exn_register). */
  [[gnu::always_inline]] explicit error(int kind, const char *message = nullptr) noexcept
      : exn_(lwt_exn_new(kind, message)) {}
  /* Takes over a reference. */
  explicit error(lwt_exn *owned) noexcept : exn_(owned) {}
  error(const error &other) noexcept
      : std::exception(other), exn_(lwt_exn_retain(other.exn_)) {}
  error &operator=(const error &other) noexcept {
    if (this != &other) {
      lwt_exn_release(exn_);
      exn_ = lwt_exn_retain(other.exn_);
    }
    return *this;
  }
  ~error() override { lwt_exn_release(exn_); }

  const char *what() const noexcept override { return lwt_exn_message(exn_); }
  int kind() const noexcept { return lwt_exn_kind(exn_); }
  /* Where it was raised and what it passed, with debugging on; borrowed, never
   * null: lwt_exn_backtrace. */
  const char *backtrace() const noexcept { return lwt_exn_backtrace(exn_); }
  /* Borrowed. */
  const lwt_exn *get() const noexcept { return exn_; }
  /* A further reference, the caller's. */
  lwt_exn *retain() const noexcept { return lwt_exn_retain(exn_); }

 private:
  lwt_exn *exn_;
};

/* A failure of one kind. */
template <int Kind>
class error_of final : public error {
 public:
  [[gnu::always_inline]] explicit error_of(const char *message = nullptr) noexcept
      : error(Kind, message) {}
  explicit error_of(lwt_exn *owned) noexcept : error(owned) {}
};

using canceled = error_of<LWT_CANCELED>;
using invalid_argument = error_of<LWT_INVALID_ARGUMENT>;
using wrong_thread = error_of<LWT_WRONG_THREAD>;
using failure = error_of<LWT_FAILURE>;
using not_found = error_of<LWT_NOT_FOUND>;
using end_of_file = error_of<LWT_END_OF_FILE>;
using timed_out = error_of<LWT_TIMEOUT>;
using empty = error_of<LWT_EMPTY>;
using closed = error_of<LWT_CLOSED>;
using full = error_of<LWT_FULL>;
using abandoned = error_of<LWT_ABANDONED>;
using out_of_memory = error_of<LWT_OUT_OF_MEMORY>;
using stalled = error_of<LWT_STALLED>;
using off = error_of<LWT_OFF>;

/* A system call failed. */
class unix_error final : public error {
 public:
  [[gnu::always_inline]] unix_error(int errnum, const char *function,
                                    const char *argument = "") noexcept
      : error(lwt_exn_unix(errnum, function, argument)) {}
  explicit unix_error(lwt_exn *owned) noexcept : error(owned) {}

  int errnum() const noexcept { return lwt_exn_errno(get()); }
  const char *function() const noexcept { return lwt_exn_function(get()); }
  const char *argument() const noexcept { return lwt_exn_argument(get()); }
  std::error_code code() const noexcept { return {errnum(), std::generic_category()}; }
};

namespace detail {

/* The kind of failures that carry a C++ exception. */
inline int foreign_kind() noexcept {
  static const int kind = lwt_exn_register("C++ exception");
  return kind;
}

inline lwt_exn *carry(const char *message) noexcept {
  auto *carried = new (std::nothrow) std::exception_ptr(std::current_exception());
  if (carried == nullptr) return lwt_exn_new(LWT_OUT_OF_MEMORY, nullptr);
  return lwt_exn_new_owned(foreign_kind(), message, carried, [](void *payload) {
    delete static_cast<std::exception_ptr *>(payload);
  });
}

/* The failure that was last thrown as the exception that it carries. When that
 * is caught and becomes a failure again it is the same one, whose backtrace goes
 * on. Kept until then, or until the next is thrown, or the thread ends. */
struct thrown {
  lwt_exn *exn = nullptr;
  ~thrown() { keep(nullptr); }
  void keep(lwt_exn *owned) noexcept {
    if (lwt_exn *before = std::exchange(exn, owned)) lwt_exn_release(before);
  }
  static thrown &last() noexcept {
    static thread_local thrown last;
    return last;
  }
};

inline std::exception_ptr *carried_by(const lwt_exn *exn) noexcept {
  if (exn == nullptr || lwt_exn_kind(exn) != foreign_kind()) return nullptr;
  return static_cast<std::exception_ptr *>(lwt_exn_payload(exn));
}

inline lwt_exn *carry_on(const char *message) noexcept {
  thrown &last = thrown::last();
  std::exception_ptr *carried = carried_by(last.exn);
  if (carried != nullptr && *carried == std::current_exception())
    return std::exchange(last.exn, nullptr);
  last.keep(nullptr);
  return carry(message);
}

/* In a handler: what is being handled, as a failure. The caller's. */
inline lwt_exn *current_exn() noexcept {
  try {
    throw;
  } catch (const error &e) {
    return e.retain();
  } catch (const std::exception &e) {
    return carry_on(e.what());
  } catch (...) {
    return carry_on(nullptr);
  }
}

inline lwt_exn *exn_of(const std::exception_ptr &exception) noexcept {
  try {
    std::rethrow_exception(exception);
  } catch (...) {
    return current_exn();
  }
}

/* Throws what a failure stands for. Takes over a reference. */
[[noreturn]] inline void rethrow(lwt_exn *owned) {
  const int kind = lwt_exn_kind(owned);
  switch (kind) {
    case LWT_CANCELED: throw canceled(owned);
    case LWT_INVALID_ARGUMENT: throw invalid_argument(owned);
    case LWT_WRONG_THREAD: throw wrong_thread(owned);
    case LWT_FAILURE: throw failure(owned);
    case LWT_NOT_FOUND: throw not_found(owned);
    case LWT_UNIX_ERROR: throw unix_error(owned);
    case LWT_END_OF_FILE: throw end_of_file(owned);
    case LWT_TIMEOUT: throw timed_out(owned);
    case LWT_EMPTY: throw empty(owned);
    case LWT_CLOSED: throw closed(owned);
    case LWT_FULL: throw full(owned);
    case LWT_ABANDONED: throw abandoned(owned);
    case LWT_OUT_OF_MEMORY: throw out_of_memory(owned);
    case LWT_STALLED: throw stalled(owned);
    case LWT_OFF: throw off(owned);
    default: break;
  }
  error keep(owned);
  if (auto *carried = carried_by(owned)) {
    std::exception_ptr exception = *carried;
    thrown::last().keep(keep.retain());
    std::rethrow_exception(std::move(exception));
  }
  throw keep;
}

/* What a failure stands for, as an exception. */
inline std::exception_ptr exception_of(const error &e) noexcept {
  try {
    rethrow(e.retain());
  } catch (...) {
    return std::current_exception();
  }
}

/* A failure of any exception object. The caller's. */
template <class E>
lwt_exn *exn_from(const E &exception) noexcept {
  if constexpr (std::is_base_of_v<error, E>)
    return exception.retain();
  else if constexpr (std::is_same_v<E, std::exception_ptr>)
    return exn_of(exception);
  else
    return exn_of(std::make_exception_ptr(exception));
}

/* What a call of C means by a kind. */
inline const char *meaning(int kind) noexcept {
  switch (kind) {
    case LWT_INVALID_ARGUMENT: return "not a good handle or argument, or used up before";
    case LWT_WRONG_THREAD: return "it belongs to another thread";
    case LWT_OUT_OF_MEMORY: return "there is no memory left";
    case LWT_CLOSED: return "it is closed";
    case LWT_FULL: return "it is full";
    case LWT_OFF: return "it has ended";
    default: return "it failed";
  }
}

/* Throws if a call of C returned a kind. */
inline void check(int kind, const char *function) {
  if (kind == LWT_OK) return;
  char text[128];
  std::snprintf(text, sizeof text, "%s: %s", function, meaning(kind));
  rethrow(lwt_exn_new(kind, text));
}

}  // namespace detail
}  // namespace lwt

#endif
