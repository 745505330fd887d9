/* lwt.hpp, module Lwt_stream: elements that come one after the other.
 *
 *   auto [stream, push] = lwt::make_stream<std::string>();
 *   push("a");
 *   while (auto line = co_await stream.next()) std::puts(line->c_str());
 *   for (const std::string &line : stream) ...   // on a fiber
 *
 * A stream is a reader; copying the object gives another handle to the same
 * reader, clone() another reader. Callbacks borrow elements, `const T &`. Where a
 * T travels in a block of its own and can be copied, each read gets its own
 * copy; one that can only be moved goes to whoever takes it first. */
#ifndef LWT_STREAM_HPP
#define LWT_STREAM_HPP

#include <iterator>
#include <string_view>
#include <vector>

#include "../lwt_stream.h"
#include "fiber.hpp"
#include "group.hpp"
#include "handle.hpp"

namespace lwt {

template <class T>
class stream;

namespace detail {

/* A promise of an array of elements that others may read, too. */
template <class T>
promise<std::vector<T>> elements_of(lwt_t *p) noexcept {
  return promise<lwt_values *>(p).map([](lwt_values *all) {
    std::vector<T> result;
    result.reserve(all->len);
    for (std::size_t i = 0; i < all->len; i++) {
      if constexpr (copied<T>)
        result.push_back(carrier<T>::peek(all->data[i]));
      else
        result.push_back(carrier<T>::take(lwt_values_take(all, i, nullptr)));
    }
    return result;
  });
}

/* The callbacks of a stream of T. */
template <class T, class F>
struct on_element {
  using env_type = env<F, use::promising>;
  using often = env<F, use::often>;
  using result = std::invoke_result_t<F &, const T &>;

  static lwt_t *promise_of(lwt_value word, void *data) noexcept {
    return env_type::promise_of(data, [&](F &f) { return call_peeking<T>(f, word); });
  }
  static lwt_value value(lwt_value word, void *data) noexcept {
    typename often::callee f(data);
    return to_value([&]() { return call_peeking<T>(*f, word); });
  }
  static void nothing(lwt_value word, void *data) noexcept {
    typename often::callee f(data);
    to_nothing([&]() { call_peeking<T>(*f, word); });
  }
  static bool test(lwt_value word, void *data) noexcept {
    bool answer = false;
    typename often::callee f(data);
    to_nothing([&]() { answer = call_peeking<T>(*f, word); });
    return answer;
  }
};

}  // namespace detail

template <class T>
class stream : public detail::handle<lwt_stream, lwt_stream_retain, lwt_stream_release> {
  using base = detail::handle<lwt_stream, lwt_stream_retain, lwt_stream_release>;
  template <class F>
  using on = detail::on_element<T, F>;
  template <class F>
  using mapped = std::decay_t<detail::promised_t<typename on<F>::result>>;

 public:
  using value_type = T;
  using base::base;
  using base::get;

  /* Lwt_stream.from: f returns a promise of a std::optional<T>, or one itself;
   * std::nullopt is the end. */
  template <class F>
  static stream from(F f) {
    using env = detail::env<F, detail::use::promising>;
    static_assert(std::is_same_v<detail::promised_t<std::invoke_result_t<F &>>, std::optional<T>>,
                  "stream::from: f returns a std::optional<T>, or a promise of one");
    env held(std::move(f));
    lwt_thunk_fn call = [](void *data) noexcept {
      return env::promise_of(data, [](F &fn) { return std::invoke(fn); });
    };
    return stream(lwt_stream_from(call, held.release(), held.drop()));
  }
  /* Lwt_stream.of_list */
  static stream of(std::vector<T> elements) {
    lwt_values *values = lwt_values_new(elements.size());
    if (values == nullptr) throw out_of_memory("lwt::stream::of");
    struct guard {
      lwt_values *values;
      ~guard() {
        if (values != nullptr) lwt_values_release(values);
      }
    } guard{values};
    for (std::size_t i = 0; i < elements.size(); i++)
      lwt_values_set(values, i, detail::put_some<T>(std::move(elements[i])),
                     detail::drop_of<T>());
    return stream(lwt_stream_of_values(std::exchange(guard.values, nullptr)));
  }

  /* Lwt_stream.get: std::nullopt at the end. */
  promise<std::optional<T>> next() const noexcept {
    return detail::own<T, std::optional<T>>(lwt_stream_get(get()));
  }
  /* Lwt_stream.next: fails with lwt::empty at the end. */
  promise<T> next_or_fail() const noexcept {
    return detail::own<T>(lwt_stream_next(get()));
  }
  /* It stays in the stream: T can be copied. */
  promise<std::optional<T>> peek() const noexcept {
    static_assert(std::is_copy_constructible_v<T>, "who peeks gets a copy");
    return detail::own<T, std::optional<T>>(lwt_stream_peek(get()));
  }
  promise<std::vector<T>> nget(std::size_t n) const noexcept {
    return detail::elements_of<T>(lwt_stream_nget(get(), static_cast<intptr_t>(n)));
  }
  promise<std::vector<T>> to_vector() const noexcept {
    return detail::elements_of<T>(lwt_stream_to_list(get()));
  }
  template <class F>
  promise<std::vector<T>> get_while(F f) const noexcept {
    return detail::elements_of<T>(often(lwt_stream_get_while, on<F>::test, std::move(f)));
  }
  promise<> junk() const noexcept { return promise<>(lwt_stream_junk(get())); }
  promise<> njunk(std::size_t n) const noexcept {
    return promise<>(lwt_stream_njunk(get(), static_cast<intptr_t>(n)));
  }
  promise<> junk_old() const noexcept { return promise<>(lwt_stream_junk_old(get())); }
  promise<bool> is_empty() const noexcept { return promise<bool>(lwt_stream_is_empty(get())); }
  bool is_closed() const noexcept { return lwt_stream_is_closed(get()); }
  promise<> closed() const noexcept { return promise<>(lwt_stream_closed(get())); }

  /* Another reader of the elements that are still to come. */
  stream clone() const {
    static_assert(detail::carrier<T>::plain || detail::copied<T>, "each reader gets a copy");
    return stream(lwt_stream_clone(get()));
  }

  /* Transformations consume the stream: `std::move(s).map(f)`. The _s forms take
   * functions that return promises. */
  template <class F>
  auto map(F f) && {
    return transform<mapped<F>, detail::use::often>(lwt_stream_map, on<F>::value, std::move(f));
  }
  template <class F>
  auto map_s(F f) && {
    return transform<mapped<F>>(lwt_stream_map_s, on<F>::promise_of, std::move(f));
  }
  template <class F>
  stream filter(F f) && {
    return transform<T, detail::use::often>(lwt_stream_filter, on<F>::test, std::move(f));
  }
  template <class F>
  stream filter_s(F f) && {
    return transform<T>(lwt_stream_filter_s, on<F>::promise_of, std::move(f));
  }
  /* f returns a std::optional. */
  template <class F>
  auto filter_map(F f) && {
    return transform<typename mapped<F>::value_type, detail::use::often>(
        lwt_stream_filter_map, on<F>::value, std::move(f));
  }
  template <class F>
  auto filter_map_s(F f) && {
    return transform<typename mapped<F>::value_type>(lwt_stream_filter_map_s, on<F>::promise_of,
                                                     std::move(f));
  }
  stream append(stream other) && { return stream(lwt_stream_append(release(), other.release())); }
  /* Lwt_stream.choose: whichever has an element. */
  static stream choose(std::vector<stream> streams) {
    std::vector<lwt_stream *> handles;
    handles.reserve(streams.size());
    for (stream &each : streams) handles.push_back(each.release());
    return stream(lwt_stream_choose(handles.data(), handles.size()));
  }

  /* Reads it to the end. */
  template <class F>
  promise<> iter(F f) const noexcept {
    return promise<>(often(lwt_stream_iter, on<F>::nothing, std::move(f)));
  }
  template <class F>
  promise<> iter_s(F f) const noexcept {
    return promise<>(promising(lwt_stream_iter_s, std::move(f)));
  }
  template <class F>
  promise<> iter_p(F f) const noexcept {
    return promise<>(promising(lwt_stream_iter_p, std::move(f)));
  }
  /* At most n at once. */
  template <class F>
  promise<> iter_n(std::size_t n, F f) const noexcept {
    try {
      typename on<F>::env_type env(std::move(f));
      return promise<>(lwt_stream_iter_n(get(), static_cast<intptr_t>(n), on<F>::promise_of,
                                         env.release(), env.drop()));
    } catch (...) {
      return promise<>(lwt_fail(detail::current_exn()));
    }
  }
  /* f(element, gathered), as in Lwt, returns a promise<A>, or an A. */
  template <class A, class F>
  promise<A> fold(F f, A initial) const noexcept {
    try {
      using env_type = detail::env<F, detail::use::promising>;
      env_type env(std::move(f));
      lwt_fold_fn call = [](lwt_value gathered, lwt_value element, void *data) noexcept {
        return env_type::promise_of(data, [&](F &fn) {
          A so_far = detail::carrier<A>::take(gathered);
          auto &&value = detail::carrier<T>::peek(element);
          return std::invoke(fn, std::as_const(value), std::move(so_far));
        });
      };
      lwt_value word = detail::carrier<A>::put(std::move(initial));
      return promise<A>(lwt_stream_fold_s(get(), word, detail::drop_of<A>(), call,
                                          env.release(), env.drop()));
    } catch (...) {
      return promise<A>(lwt_fail(detail::current_exn()));
    }
  }
  template <class F>
  promise<std::optional<T>> find(F f) const noexcept {
    return detail::own<T, std::optional<T>>(
        often(lwt_stream_find, on<F>::test, std::move(f)));
  }

  /* For a range-for on a fiber, which waits for each element. */
  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using pointer = T *;
    using reference = T &;

    iterator() = default;
    explicit iterator(const stream &s) : stream_(&s) { ++*this; }
    T &operator*() { return *element_; }
    T *operator->() { return &*element_; }
    iterator &operator++() {
      element_ = await(stream_->next());
      return *this;
    }
    void operator++(int) { ++*this; }
    /* Only the end is told apart. */
    bool operator==(const iterator &other) const {
      return element_.has_value() == other.element_.has_value();
    }
    bool operator!=(const iterator &other) const { return !(*this == other); }

   private:
    const stream *stream_ = nullptr;
    std::optional<T> element_;
  };
  iterator begin() const { return iterator(*this); }
  iterator end() const { return iterator(); }

 private:
  template <class U, detail::use Use = detail::use::promising, class Function, class Callback,
            class F>
  stream<U> transform(Function function, Callback callback, F f) {
    detail::env<F, Use> env(std::move(f));
    return stream<U>(function(release(), callback, env.release(), env.drop()));
  }
  template <class Function, class Callback, class F>
  lwt_t *often(Function function, Callback callback, F f) const noexcept {
    try {
      typename on<F>::often env(std::move(f));
      return function(get(), callback, env.release(), env.drop());
    } catch (...) {
      return lwt_fail(detail::current_exn());
    }
  }
  template <class Function, class F>
  lwt_t *promising(Function function, F f) const noexcept {
    try {
      typename on<F>::env_type env(std::move(f));
      return function(get(), on<F>::promise_of, env.release(), env.drop());
    } catch (...) {
      return lwt_fail(detail::current_exn());
    }
  }
};

/* The writing end of a stream; the last one that goes closes it. */
template <class T>
class stream_push
    : public detail::handle<lwt_stream_push, lwt_stream_push_retain, lwt_stream_push_release> {
 public:
  using detail::handle<lwt_stream_push, lwt_stream_push_retain, lwt_stream_push_release>::handle;

  void operator()(T value) const {
    lwt_value word = detail::put_some<T>(std::move(value));
    detail::check(detail::carrier<T>::plain
                      ? lwt_stream_push_value(this->get(), word)
                      : lwt_stream_push_owned(this->get(), word, detail::drop_of<T>()),
                  "lwt::stream_push");
  }
  void close() const { detail::check(lwt_stream_push_close(this->get()), "lwt::stream_push"); }
};

/* The writing end of a bounded stream. */
template <class T>
class bounded_push
    : public detail::handle<lwt_stream_bounded_push, lwt_stream_bounded_push_retain,
                            lwt_stream_bounded_push_release> {
 public:
  using detail::handle<lwt_stream_bounded_push, lwt_stream_bounded_push_retain,
                       lwt_stream_bounded_push_release>::handle;

  /* Fulfilled when there is room for it; fails with lwt::full when another push
   * waits already, and with lwt::closed. */
  promise<> operator()(T value) const noexcept {
    try {
      lwt_value word = detail::put_some<T>(std::move(value));
      return promise<>(detail::carrier<T>::plain
                           ? lwt_stream_bounded_push_push(this->get(), word)
                           : lwt_stream_bounded_push_push_owned(this->get(), word,
                                                                detail::drop_of<T>()));
    } catch (...) {
      return promise<>(lwt_fail(detail::current_exn()));
    }
  }
  void close() const {
    detail::check(lwt_stream_bounded_push_close(this->get()), "lwt::bounded_push");
  }
  std::size_t size() const noexcept { return lwt_stream_bounded_push_size(this->get()); }
  std::size_t count() const noexcept { return lwt_stream_bounded_push_count(this->get()); }
  bool is_blocked() const noexcept { return lwt_stream_bounded_push_blocked(this->get()); }
  bool is_closed() const noexcept { return lwt_stream_bounded_push_closed(this->get()); }
};

/* Lwt_stream.create */
template <class T>
std::pair<stream<T>, stream_push<T>> make_stream() {
  lwt_stream_push *push = nullptr;
  lwt_stream *s = lwt_stream_create(&push);
  return {stream<T>(s), stream_push<T>(push)};
}
/* Lwt_stream.create_bounded */
template <class T>
std::pair<stream<T>, bounded_push<T>> make_bounded_stream(std::size_t size) {
  lwt_stream_bounded_push *push = nullptr;
  lwt_stream *s = lwt_stream_create_bounded(static_cast<intptr_t>(size), &push);
  return {stream<T>(s), bounded_push<T>(push)};
}

}  // namespace lwt

#endif
