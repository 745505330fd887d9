/* Manual: "Primitives for thread creation": what are the states?
 *
 *   c++ -std=c++20 -O2 -Iinclude examples_c/manual/states.cpp -o states -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include "show.hpp"

int main()
{
  show("return", lwt::resolved(42));
  show("fail", lwt::failed(lwt::failure("Exit")));

  auto [waiter, wakener] = lwt::wait<int>();
  show("waiter", waiter);
  wakener.resolve(42); /* a second time would throw lwt::invalid_argument */
  show("waiter", waiter);

  std::tie(waiter, wakener) = lwt::wait<int>();
  show("waiter", waiter);
  wakener.fail(lwt::failure("Exit"));
  show("waiter", waiter);
}
