/* What the C++ tests add to check.h: what is thrown, values that count, and
 * how much is allocated. */
#ifndef CHECK_HPP
#define CHECK_HPP
#include "check.h"

/* Programs may ask for this warning, and the headers are not in its way. */
#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wshadow"
#include <lwt.hpp>
#pragma GCC diagnostic pop

#include <cstddef>
#include <string>

/* The expression throws an E, whose what() is returned. */
#define CHECK_THROWS(E, expression)                                             \
  ([&]() -> std::string {                                                       \
    try {                                                                       \
      (void)(expression);                                                       \
    } catch (const E &caught) {                                                 \
      return caught.what();                                                     \
    } catch (...) {                                                             \
    }                                                                           \
    check_true(__FILE__, __LINE__, #expression " throws " #E, false);           \
    return {};                                                                  \
  }())

/* The names left in it since the last time. */
inline std::string &trace() {
  static std::string text;
  return text;
}
inline void trace(const char *word) {
  if (!trace().empty()) trace() += ' ';
  trace() += word;
}
#define CHECK_TRACE(want)                     \
  do {                                        \
    CHECK_STR(trace().c_str(), (want));       \
    trace().clear();                          \
  } while (0)

/* Says when it is destroyed. */
struct witness {
  const char *name;
  explicit witness(const char *n) : name(n) {}
  witness(witness &&other) noexcept : name(other.name) { other.name = nullptr; }
  witness &operator=(witness &&) = delete;
  ~witness() {
    if (name != nullptr) trace(name);
  }
};

/* A value that is boxed, and that counts its kind. */
struct counted {
  static inline int alive = 0;
  int n;
  explicit counted(int value) : n(value) { alive++; }
  counted(const counted &other) : n(other.n) { alive++; }
  counted &operator=(const counted &) = default;
  ~counted() { alive--; }
};

/* Has f run on a fresh thread, with a stack of 256 KiB, which ends before this
 * returns. */
template <class F>
void on_a_thread(F f) {
  struct start {
    static void *run(void *f) {
      (*static_cast<F *>(f))();
      return nullptr;
    }
  };
  pthread_t thread;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  /* Tools that check each access need room of their own. */
  pthread_attr_setstacksize(&attributes, (at_full_scale() ? 256 : 4096) << 10);
  if (CHECK_INT(pthread_create(&thread, &attributes, start::run, &f), 0))
    pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

#endif
