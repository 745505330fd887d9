/* lwt.hpp, module Lwt_list: over the elements of a container or a std::span.
 *
 *   std::vector<std::string> names = ...;
 *   std::vector<int> sizes = co_await lwt::list::map_p(names, size_of);
 *
 * The elements are borrowed, as `T &`, until the result has resolved: the
 * container must stay as it is. `_s`: one after the other; `_p`: all at once.
 * f returns a promise, or a plain value. */
#ifndef LWT_LIST_HPP
#define LWT_LIST_HPP

#include <vector>

#include "../lwt_list.h"
#include "group.hpp"

namespace lwt {
namespace list {
namespace detail {

using namespace lwt::detail;

using walk_fn = lwt_t *(*)(const lwt_value *, std::size_t, lwt_bind_fn, void *, lwt_drop_fn);
using walki_fn = lwt_t *(*)(const lwt_value *, std::size_t, lwt_list_index_fn, void *,
                            lwt_drop_fn);

/* The type of the elements, const if they are. */
template <class Range>
using element_t = std::remove_reference_t<decltype(*std::begin(std::declval<Range &>()))>;

/* The addresses of the elements. */
template <class Range>
std::vector<lwt_value> words(Range &&range) {
  static_assert(std::is_lvalue_reference_v<Range> || std::is_trivially_copyable_v<Range>,
                "the elements must be alive until the result has resolved: name the container");
  std::vector<lwt_value> words;
  for (auto &element : range)
    words.push_back(const_cast<void *>(static_cast<const void *>(std::addressof(element))));
  return words;
}

template <class T, class F>
lwt_t *call_element(lwt_value element, void *data) noexcept {
  return env<F, use::promising>::promise_of(
      data, [&](F &f) { return std::invoke(f, *static_cast<T *>(element)); });
}
template <class T, class F>
lwt_t *call_indexed(std::size_t index, lwt_value element, void *data) noexcept {
  return env<F, use::promising>::promise_of(
      data, [&](F &f) { return std::invoke(f, index, *static_cast<T *>(element)); });
}

/* Runs a function of C over the elements. */
template <class Range, class F>
lwt_t *walk(walk_fn function, Range &&range, F f) noexcept {
  try {
    std::vector<lwt_value> all = words(std::forward<Range>(range));
    env<F, use::promising> env(std::move(f));
    return function(all.data(), all.size(), call_element<element_t<Range>, F>, env.release(),
                    env.drop());
  } catch (...) {
    return lwt_fail(current_exn());
  }
}
template <class Range, class F>
lwt_t *walki(walki_fn function, Range &&range, F f) noexcept {
  try {
    std::vector<lwt_value> all = words(std::forward<Range>(range));
    env<F, use::promising> env(std::move(f));
    return function(all.data(), all.size(), call_indexed<element_t<Range>, F>, env.release(),
                    env.drop());
  } catch (...) {
    return lwt_fail(current_exn());
  }
}

template <class Range, class F>
using mapped_t = promised_t<std::invoke_result_t<F &, element_t<Range> &>>;
template <class Range, class F>
using mappedi_t = promised_t<std::invoke_result_t<F &, std::size_t, element_t<Range> &>>;

/* Copies of the elements in an array. */
template <class T>
std::vector<std::remove_const_t<T>> copies(const lwt_values *values) {
  std::vector<std::remove_const_t<T>> result;
  result.reserve(values->len);
  for (std::size_t i = 0; i < values->len; i++)
    result.push_back(*static_cast<T *>(values->data[i]));
  return result;
}
template <class T>
auto copied(lwt_t *values) noexcept {
  return promise<lwt_values *>(values).map([](lwt_values *all) { return copies<T>(all); });
}

}  // namespace detail

/* Lwt_list.iter_s, iter_p, and with the index before the element. */
template <class Range, class F>
promise<> iter_s(Range &&range, F f) noexcept {
  return promise<>(detail::walk(lwt_list_iter_s, std::forward<Range>(range), std::move(f)));
}
template <class Range, class F>
promise<> iter_p(Range &&range, F f) noexcept {
  return promise<>(detail::walk(lwt_list_iter_p, std::forward<Range>(range), std::move(f)));
}
template <class Range, class F>
promise<> iteri_s(Range &&range, F f) noexcept {
  return promise<>(detail::walki(lwt_list_iteri_s, std::forward<Range>(range), std::move(f)));
}
template <class Range, class F>
promise<> iteri_p(Range &&range, F f) noexcept {
  return promise<>(detail::walki(lwt_list_iteri_p, std::forward<Range>(range), std::move(f)));
}

/* Lwt_list.map_s, map_p ...: a promise of a std::vector. */
template <class Range, class F>
auto map_s(Range &&range, F f) noexcept {
  return detail::vector_of<detail::mapped_t<Range, F>>(
      detail::walk(lwt_list_map_s, std::forward<Range>(range), std::move(f)));
}
template <class Range, class F>
auto map_p(Range &&range, F f) noexcept {
  return detail::vector_of<detail::mapped_t<Range, F>>(
      detail::walk(lwt_list_map_p, std::forward<Range>(range), std::move(f)));
}
template <class Range, class F>
auto mapi_s(Range &&range, F f) noexcept {
  return detail::vector_of<detail::mappedi_t<Range, F>>(
      detail::walki(lwt_list_mapi_s, std::forward<Range>(range), std::move(f)));
}
template <class Range, class F>
auto mapi_p(Range &&range, F f) noexcept {
  return detail::vector_of<detail::mappedi_t<Range, F>>(
      detail::walki(lwt_list_mapi_p, std::forward<Range>(range), std::move(f)));
}
template <class Range, class F>
auto rev_map_s(Range &&range, F f) noexcept {
  return detail::vector_of<detail::mapped_t<Range, F>>(
      detail::walk(lwt_list_rev_map_s, std::forward<Range>(range), std::move(f)));
}
template <class Range, class F>
auto rev_map_p(Range &&range, F f) noexcept {
  return detail::vector_of<detail::mapped_t<Range, F>>(
      detail::walk(lwt_list_rev_map_p, std::forward<Range>(range), std::move(f)));
}

/* Lwt_list.filter_map_s, filter_map_p: f returns a promise of a std::optional. */
template <class Range, class F>
auto filter_map_s(Range &&range, F f) noexcept {
  return detail::vector_of<typename detail::mapped_t<Range, F>::value_type>(
      detail::walk(lwt_list_filter_map_s, std::forward<Range>(range), std::move(f)));
}
template <class Range, class F>
auto filter_map_p(Range &&range, F f) noexcept {
  return detail::vector_of<typename detail::mapped_t<Range, F>::value_type>(
      detail::walk(lwt_list_filter_map_p, std::forward<Range>(range), std::move(f)));
}

/* Lwt_list.for_all_s ...: f returns a promise<bool>, or a bool. */
template <class Range, class F>
promise<bool> for_all_s(Range &&range, F f) noexcept {
  return promise<bool>(
      detail::walk(lwt_list_for_all_s, std::forward<Range>(range), std::move(f)));
}
template <class Range, class F>
promise<bool> for_all_p(Range &&range, F f) noexcept {
  return promise<bool>(
      detail::walk(lwt_list_for_all_p, std::forward<Range>(range), std::move(f)));
}
template <class Range, class F>
promise<bool> exists_s(Range &&range, F f) noexcept {
  return promise<bool>(detail::walk(lwt_list_exists_s, std::forward<Range>(range), std::move(f)));
}
template <class Range, class F>
promise<bool> exists_p(Range &&range, F f) noexcept {
  return promise<bool>(detail::walk(lwt_list_exists_p, std::forward<Range>(range), std::move(f)));
}

/* Lwt_list.find_s: a pointer to the element, or fails with lwt::not_found. */
template <class Range, class F>
promise<detail::element_t<Range> *> find_s(Range &&range, F f) noexcept {
  return promise<detail::element_t<Range> *>(
      detail::walk(lwt_list_find_s, std::forward<Range>(range), std::move(f)));
}

/* Lwt_list.filter_s ...: copies of the elements. */
template <class Range, class F>
auto filter_s(Range &&range, F f) noexcept {
  return detail::copied<detail::element_t<Range>>(
      detail::walk(lwt_list_filter_s, std::forward<Range>(range), std::move(f)));
}
template <class Range, class F>
auto filter_p(Range &&range, F f) noexcept {
  return detail::copied<detail::element_t<Range>>(
      detail::walk(lwt_list_filter_p, std::forward<Range>(range), std::move(f)));
}

namespace detail {
template <class T>
auto two(lwt_t *values) noexcept {
  return promise<lwt_values *>(values).map([](lwt_values *both) {
    return std::pair(copies<T>(static_cast<lwt_values *>(both->data[0])),
                     copies<T>(static_cast<lwt_values *>(both->data[1])));
  });
}
}  // namespace detail

/* Lwt_list.partition_s, partition_p: copies, in a pair of vectors. */
template <class Range, class F>
auto partition_s(Range &&range, F f) noexcept {
  return detail::two<detail::element_t<Range>>(
      detail::walk(lwt_list_partition_s, std::forward<Range>(range), std::move(f)));
}
template <class Range, class F>
auto partition_p(Range &&range, F f) noexcept {
  return detail::two<detail::element_t<Range>>(
      detail::walk(lwt_list_partition_p, std::forward<Range>(range), std::move(f)));
}

namespace detail {
template <class A, class Fold, class Range, class F>
promise<A> fold(Fold function, Range &&range, A initial, F f) noexcept {
  try {
    std::vector<lwt_value> all = words(std::forward<Range>(range));
    env<F, use::promising> env(std::move(f));
    lwt_fold_fn call = [](lwt_value gathered, lwt_value element, void *data) noexcept {
      return detail::env<F, use::promising>::promise_of(data, [&](F &fn) {
        return std::invoke(fn, carrier<A>::take(gathered),
                           *static_cast<element_t<Range> *>(element));
      });
    };
    lwt_value word = carrier<A>::put(std::move(initial));
    return promise<A>(function(all.data(), all.size(), word, drop_of<A>(), call, env.release(),
                               env.drop()));
  } catch (...) {
    return promise<A>(lwt_fail(current_exn()));
  }
}
}  // namespace detail

/* Lwt_list.fold_left_s, fold_right_s: f(gathered, element), both in that order. */
template <class Range, class A, class F>
promise<A> fold_left_s(Range &&range, A initial, F f) noexcept {
  return detail::fold<A>(lwt_list_fold_left_s, std::forward<Range>(range), std::move(initial),
                         std::move(f));
}
template <class Range, class A, class F>
promise<A> fold_right_s(Range &&range, A initial, F f) noexcept {
  return detail::fold<A>(lwt_list_fold_right_s, std::forward<Range>(range), std::move(initial),
                         std::move(f));
}

}  // namespace list
}  // namespace lwt

#endif
