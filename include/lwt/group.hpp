/* lwt.hpp, module Lwt: several promises at once.
 *
 * Each takes the promises by value: `lwt::join(std::move(p), f())`, or
 * `lwt::join(std::move(vector))`. Cancelling the result cancels each. */
#ifndef LWT_GROUP_HPP
#define LWT_GROUP_HPP

#include <tuple>
#include <vector>

#include "promise.hpp"

namespace lwt {
namespace detail {

using group_fn = lwt_t *(*)(lwt_t *const *, std::size_t);

/* Hands promises to a function of C that consumes them. */
template <class... P>
lwt_t *gather(group_fn group, P &...promises) noexcept {
  lwt_t *handles[sizeof...(P) + 1] = {promises.release()...};
  return group(handles, sizeof...(P));
}
template <class T>
lwt_t *gather(group_fn group, std::vector<promise<T>> &promises) noexcept {
  try {
    std::vector<lwt_t *> handles(promises.size());
    for (std::size_t i = 0; i < handles.size(); i++) handles[i] = promises[i].release();
    return group(handles.data(), handles.size());
  } catch (...) {
    return lwt_fail(current_exn());
  }
}

/* The value at a place of an array, moved out of it. */
template <class T>
regular<T> element(lwt_values *values, std::size_t i) {
  lwt_value word = lwt_values_take(values, i, nullptr);
  if constexpr (std::is_void_v<T>)
    return {};
  else
    return carrier<T>::take(word);
}

template <class... T, std::size_t... I>
std::tuple<regular<T>...> tuple_of([[maybe_unused]] lwt_values *values,
                                   std::index_sequence<I...>) {
  return {element<T>(values, I)...};
}

template <class T>
promise<std::vector<regular<T>>> vector_of(lwt_t *values) noexcept {
  return promise<lwt_values *>(values).map([](lwt_values *all) {
    std::vector<regular<T>> result;
    result.reserve(all->len);
    for (std::size_t i = 0; i < all->len; i++) result.push_back(element<T>(all, i));
    return result;
  });
}

}  // namespace detail

/* Lwt.join: fulfilled when all are; if one fails, fails when all have
 * resolved. */
template <class... T>
promise<> join(promise<T>... promises) noexcept {
  return promise<>(detail::gather(lwt_join, promises...));
}
template <class T>
promise<> join(std::vector<promise<T>> promises) noexcept {
  return promise<>(detail::gather(lwt_join, promises));
}

/* Lwt.all: join, with the values. void counts as std::monostate. */
template <class T>
promise<std::vector<detail::regular<T>>> all(std::vector<promise<T>> promises) noexcept {
  return detail::vector_of<T>(detail::gather(lwt_all, promises));
}
template <class... T>
promise<std::tuple<detail::regular<T>...>> all(promise<T>... promises) noexcept {
  return promise<lwt_values *>(detail::gather(lwt_all, promises...)).map([](lwt_values *values) {
    return detail::tuple_of<T...>(values, std::index_sequence_for<T...>());
  });
}

/* Lwt.both */
template <class T, class U>
promise<std::pair<detail::regular<T>, detail::regular<U>>> both(promise<T> p,
                                                                promise<U> q) noexcept {
  using pair = std::pair<detail::regular<T>, detail::regular<U>>;
  return promise<lwt_values *>(lwt_both(p.release(), q.release())).map([](lwt_values *values) {
    return pair{detail::element<T>(values, 0), detail::element<U>(values, 1)};
  });
}

/* Lwt.choose: as the first of them to resolve. */
template <class T, class... More>
promise<T> choose(promise<T> first, More... more) noexcept {
  static_assert((std::is_same_v<promise<T>, More> && ...), "promises of one type");
  return promise<T>(detail::gather(lwt_choose, first, more...));
}
template <class T>
promise<T> choose(std::vector<promise<T>> promises) noexcept {
  return promise<T>(detail::gather(lwt_choose, promises));
}

/* Lwt.pick: choose, and the others are cancelled. */
template <class T, class... More>
promise<T> pick(promise<T> first, More... more) noexcept {
  static_assert((std::is_same_v<promise<T>, More> && ...), "promises of one type");
  return promise<T>(detail::gather(lwt_pick, first, more...));
}
template <class T>
promise<T> pick(std::vector<promise<T>> promises) noexcept {
  return promise<T>(detail::gather(lwt_pick, promises));
}

/* Lwt.nchoose, Lwt.npick: the values of all that are fulfilled when the first
 * one is. */
template <class T>
promise<std::vector<detail::regular<T>>> nchoose(std::vector<promise<T>> promises) noexcept {
  return detail::vector_of<T>(detail::gather(lwt_nchoose, promises));
}
template <class T>
promise<std::vector<detail::regular<T>>> npick(std::vector<promise<T>> promises) noexcept {
  return detail::vector_of<T>(detail::gather(lwt_npick, promises));
}

}  // namespace lwt

#endif
