/* lwt.hpp: what mutexes, mailboxes, pools and streams have in common: one
 * reference to an object of the library, of this thread. Copying takes a further
 * one. */
#ifndef LWT_HANDLE_HPP
#define LWT_HANDLE_HPP

#include <utility>

#include "error.hpp"

namespace lwt {
namespace detail {

template <class H, H *Retain(const H *), void Release(H *)>
class handle {
 public:
  handle() noexcept = default;
  /* Takes over a reference; throws where there is none. */
  explicit handle(H *owned) : h_(owned) {
    if (owned == nullptr) throw out_of_memory("lwt: an object can't be made");
  }
  handle(const handle &other) : h_(other.h_ ? Retain(other.h_) : nullptr) {}
  handle(handle &&other) noexcept : h_(other.release()) {}
  handle &operator=(handle other) noexcept {
    std::swap(h_, other.h_);
    return *this;
  }
  ~handle() {
    if (h_ != nullptr) Release(h_);
  }

  /* Borrowed. */
  const H *get() const noexcept { return h_; }
  /* For C, which then owns the reference. */
  H *release() noexcept { return std::exchange(h_, nullptr); }

 private:
  H *h_ = nullptr;
};

}  // namespace detail
}  // namespace lwt

#endif
