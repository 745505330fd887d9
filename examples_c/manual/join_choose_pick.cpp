/* Manual: "Primitives for multi-thread composition".
 *
 *   c++ -std=c++20 -O2 -Iinclude examples_c/manual/join_choose_pick.cpp -o join_choose_pick -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include "show.hpp"

int main()
{
  auto [waiter1, wakener1] = lwt::wait<int>();
  auto [waiter2, wakener2] = lwt::wait<int>();
  auto chosen = lwt::choose(std::move(waiter1), std::move(waiter2));
  show("choose", chosen);
  wakener2.resolve(42);
  show("choose", chosen);

  /* join waits for all, and fails like the first that failed. */
  auto [fails, wakener3] = lwt::wait();
  auto [returns, wakener4] = lwt::wait();
  auto joined = lwt::join(std::move(returns), std::move(fails));
  wakener3.fail(lwt::failure("Exit"));
  show("join", joined);
  wakener4.resolve();
  show("join", joined);

  /* pick cancels the others. */
  auto [loser, wakener5] = lwt::task<int>();
  auto [winner, wakener6] = lwt::task<int>();
  auto picked = lwt::pick(loser.share(), std::move(winner));
  wakener6.resolve(1);
  show("pick", picked);
  show("loser", loser);
}
