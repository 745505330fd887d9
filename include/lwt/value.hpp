/* lwt.hpp, values and callbacks: C++ types in the one word that a promise
 * carries, and lambdas as (function, env, drop_env).
 *
 *   void                                     nothing
 *   numbers, enumerations, pointers,
 *   trivially copyable types up to a word    travel in the word
 *   std::unique_ptr<T>                       its pointer travels
 *   std::optional<T>                         LWT_NONE, or as T, which is no optional
 *   any other T                              moved into a block of its own: one
 *                                            allocation, freed when it is taken
 *
 * A word that looks like LWT_NONE (0x4c57544e4f4e45) can't travel where there
 * may be none: in a std::optional, a stream, a mailbox. Putting it there throws
 * invalid_argument.
 *
 * A lambda that captures no more than a word (trivially copyable) travels in
 * the environment's word; any other is one allocation, and so is each one that
 * captures and returns a promise: that may be a coroutine, which refers to its
 * captures until it has ended. They are kept until then, unlike those of a
 * coroutine that is called directly. */
#ifndef LWT_VALUE_HPP
#define LWT_VALUE_HPP

#include <cstring>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "error.hpp"

namespace lwt {

template <class T>
class promise;

namespace detail {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
inline constexpr bool fits_word =
    !is_optional<T> && std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T> &&
    sizeof(T) <= sizeof(lwt_value) && alignof(T) <= alignof(lwt_value);

/* How a T travels. `drop` frees the word of a value that nobody took; `take`
 * moves the value out of a word that it then frees; `peek` looks at it. */
template <class T, class = void>
struct carrier {
  static constexpr bool plain = false;
  static lwt_value put(T value) { return new T(std::move(value)); }
  static void drop(void *word) noexcept { delete static_cast<T *>(word); }
  static T take(lwt_value word) {
    std::unique_ptr<T> box(static_cast<T *>(word));
    if (!box) throw invalid_argument("the value was moved out of the promise before");
    return std::move(*box);
  }
  static T &peek(lwt_value word) {
    if (word == nullptr)
      throw invalid_argument("the value was moved out of the promise before");
    return *static_cast<T *>(word);
  }
};

template <>
struct carrier<void> {
  static constexpr bool plain = true;
  static void take(lwt_value) noexcept {}
  static void peek(lwt_value) noexcept {}
};

template <class T>
struct carrier<T, std::enable_if_t<fits_word<T>>> {
  static constexpr bool plain = true;
  static lwt_value put(T value) noexcept {
    if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
      return LWT_INT(value);
    } else {
      lwt_value word = LWT_UNIT;
      std::memcpy(&word, &value, sizeof value);
      return word;
    }
  }
  static T take(lwt_value word) noexcept {
    if constexpr (std::is_same_v<T, bool>) {
      return word != LWT_UNIT;
    } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
      return static_cast<T>(LWT_TO_INT(word));
    } else if constexpr (std::is_default_constructible_v<T>) {
      T value;
      std::memcpy(&value, &word, sizeof value);
      return value;
    } else {
      union room {
        char none;
        T value;
        room() : none() {}
      } room;
      std::memcpy(static_cast<void *>(&room.value), &word, sizeof(T));
      return room.value;
    }
  }
  static T peek(lwt_value word) noexcept { return take(word); }
};

template <class T>
struct carrier<std::unique_ptr<T>, std::enable_if_t<!std::is_array_v<T>>> {
  static constexpr bool plain = false;
  static lwt_value put(std::unique_ptr<T> value) noexcept {
    return const_cast<std::remove_cv_t<T> *>(value.release());
  }
  static void drop(void *word) noexcept { delete static_cast<T *>(word); }
  static std::unique_ptr<T> take(lwt_value word) noexcept {
    return std::unique_ptr<T>(static_cast<T *>(word));
  }
  /* Only looks: what it lends must not be reset. */
  struct lent {
    std::unique_ptr<T> pointer;
    ~lent() { pointer.release(); }
    operator const std::unique_ptr<T> &() const noexcept { return pointer; }
  };
  static lent peek(lwt_value word) noexcept { return {take(word)}; }
};

/* A value where there might be none. */
template <class T>
lwt_value put_some(T value) {
  lwt_value word = carrier<T>::put(std::move(value));
  if constexpr (carrier<T>::plain && !is_optional<T>)
    if (word == LWT_NONE) throw invalid_argument("the word of this value stands for none");
  return word;
}

template <class T>
struct carrier<std::optional<T>> {
  static_assert(!is_optional<T>, "an optional of an optional: the word for none is one");

  static constexpr bool plain = carrier<T>::plain;
  static lwt_value put(std::optional<T> value) {
    return value ? put_some<T>(*std::move(value)) : LWT_NONE;
  }
  static void drop(void *word) noexcept {
    if constexpr (!plain)
      if (word != LWT_NONE) carrier<T>::drop(word);
  }
  static std::optional<T> take(lwt_value word) {
    if (word == LWT_NONE) return std::nullopt;
    return carrier<T>::take(word);
  }
  static std::optional<T> peek(lwt_value word) {
    if (word == LWT_NONE) return std::nullopt;
    return carrier<T>::peek(word);
  }
};

/* The drop function of a T's word; NULL if it is plain. */
template <class T>
constexpr lwt_drop_fn drop_of() noexcept {
  if constexpr (carrier<T>::plain)
    return nullptr;
  else
    return carrier<T>::drop;
}

/* A fulfilled promise. */
template <class T>
lwt_t *make_resolved(lwt_value word) noexcept {
  if constexpr (carrier<T>::plain)
    return lwt_return(word);
  else
    return lwt_return_owned(word, drop_of<T>());
}

/* void where there has to be a type. */
template <class T>
using regular = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

template <class T>
struct promised {
  static constexpr bool is = false;
  using type = T;
};
template <class T>
struct promised<promise<T>> {
  static constexpr bool is = true;
  using type = T;
};
/* The T of promise<T>, or T itself. */
template <class T>
using promised_t = typename promised<std::decay_t<T>>::type;

/* f(value), where the value may be void. */
template <class T, class F>
decltype(auto) call_taking(F &f, [[maybe_unused]] lwt_value word) {
  if constexpr (std::is_void_v<T>)
    return std::invoke(f);
  else
    return std::invoke(f, carrier<T>::take(word));
}
template <class T, class F>
decltype(auto) call_peeking(F &f, [[maybe_unused]] lwt_value word) {
  if constexpr (std::is_void_v<T>) {
    return std::invoke(f);
  } else {
    auto &&value = carrier<T>::peek(word);
    return std::invoke(f, std::as_const(value));
  }
}
template <class F, class T>
struct taking : std::invoke_result<F &, T> {};
template <class F>
struct taking<F, void> : std::invoke_result<F &> {};
/* What f returns for a T. */
template <class F, class T>
using taking_t = typename taking<F, T>::type;

/* Runs f and makes what it returns, a promise or a plain value, a promise; what
 * it throws a failure. The caller's. */
template <class F>
lwt_t *to_promise(F &&f) noexcept {
  using result = std::decay_t<decltype(f())>;
  try {
    if constexpr (promised<result>::is) {
      return f().release();
    } else if constexpr (std::is_void_v<result>) {
      f();
      return lwt_return(LWT_UNIT);
    } else {
      return make_resolved<result>(carrier<result>::put(f()));
    }
  } catch (...) {
    return lwt_fail(current_exn());
  }
}

/* Runs f for the value that a callback returns. */
template <class F>
lwt_value to_value(F &&f) noexcept {
  using result = std::decay_t<decltype(f())>;
  try {
    if constexpr (std::is_void_v<result>) {
      f();
      return LWT_UNIT;
    } else if constexpr (carrier<result>::plain) {
      return carrier<result>::put(f());
    } else {
      return lwt_owned(carrier<result>::put(f()), drop_of<result>());
    }
  } catch (...) {
    return lwt_raise(current_exn());
  }
}

/* Runs f in a callback that has no way to return a failure: what it throws is
 * raised, and goes where the library's function says, as a rule to the async
 * exception hook. */
template <class F>
void to_nothing(F &&f) noexcept {
  try {
    f();
  } catch (...) {
    lwt_raise(current_exn());
  }
}

/* How a callable is used: once; often, so that what it changes in itself has to
 * last; or so that it returns a promise: it may be a coroutine, whose frame
 * refers to the callable until that promise has resolved. */
enum class use { once, often, promising };

template <class Result>
constexpr use use_for() noexcept {
  return promised<std::decay_t<Result>>::is ? use::promising : use::once;
}

/* A callable as an environment. */
template <class F, use Use = use::once>
class env {
  struct box {
    F f;
    std::size_t references;
  };

 public:
  static constexpr bool plain = fits_word<F> && (Use == use::once || std::is_empty_v<F> ||
                                                 !std::is_class_v<F>);

  explicit env(F f) {
    if constexpr (plain)
      std::memcpy(static_cast<void *>(&word_), static_cast<const void *>(&f), sizeof f);
    else
      word_ = new box{std::move(f), 1};
  }
  env(const env &) = delete;
  env &operator=(const env &) = delete;
  ~env() {
    if constexpr (!plain)
      if (word_ != nullptr) give_up(word_);
  }

  /* For C, which from now on owns it. */
  void *release() noexcept { return std::exchange(word_, nullptr); }

  static constexpr lwt_drop_fn drop() noexcept {
    if constexpr (plain)
      return nullptr;
    else
      return give_up;
  }

  /* The callable in an environment, for one call. */
  class callee {
   public:
    explicit callee(void *word) noexcept : word_(word) {}
    F &operator*() noexcept {
      if constexpr (plain)
        return *std::launder(reinterpret_cast<F *>(&word_));
      else
        return static_cast<box *>(word_)->f;
    }

   private:
    void *word_;
  };

  /* Runs `call(f)` for a callback that returns a promise. */
  template <class Call>
  static lwt_t *promise_of(void *data, Call call) noexcept {
    callee f(data);
    lwt_t *p = to_promise([&]() { return call(*f); });
    if constexpr (!plain && Use == use::promising)
      if (lwt_state(p) == LWT_SLEEP) {
        /* Two more, and one is given up when the promise has resolved. If memory
         * runs out that is at once, and the other one stays. */
        static_cast<box *>(data)->references += 2;
        if (lwt_on_termination(p, [](void *) {}, data, give_up) == LWT_OK) give_up(data);
      }
    return p;
  }

 private:
  static void give_up(void *word) noexcept {
    auto *held = static_cast<box *>(word);
    if (--held->references == 0) delete held;
  }

  void *word_ = nullptr;
};

/* For a callable that is called with these. */
template <class F, class... A>
using env_for = env<F, use_for<std::invoke_result_t<F &, A...>>()>;

/* The callback of an env_for<F> that is called with nothing. */
template <class F>
lwt_t *thunk(void *data) noexcept {
  return env_for<F>::promise_of(data, [](F &f) { return std::invoke(f); });
}

}  // namespace detail
}  // namespace lwt

#endif
