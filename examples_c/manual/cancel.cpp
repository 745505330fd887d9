/* Manual: "Cancelable threads": cancelling a bind cancels what it waits for.
 *
 *   c++ -std=c++20 -O2 -Iinclude examples_c/manual/cancel.cpp -o cancel -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include "show.hpp"

int main()
{
  auto [waiter, wakener] = lwt::task<int>();
  auto t = waiter.share().map([](int x) { return x + 1; });
  waiter.on_cancel([] { std::printf("on_cancel\n"); });
  show("waiter", waiter);
  show("t", t);
  t.cancel();
  show("waiter", waiter);
  show("t", t);
}
