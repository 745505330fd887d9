/* Manual: "Mailbox variables": a cell for one message between two threads.
 *
 *   c++ -std=c++20 -O2 -Iinclude examples_c/manual/mvar.cpp -o mvar -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include "show.hpp"

static lwt::promise<> program()
{
  lwt::mvar<int> mvar;
  /* Taking from an empty one blocks until something is put. */
  auto taken = mvar.take();
  show("take", taken);
  co_await mvar.put(1);
  show("take", taken);

  /* Putting into a full one blocks until that is taken. */
  co_await mvar.put(2);
  auto put = mvar.put(3);
  show("put", put);
  show("take", mvar.take());
  co_await std::move(put);
  show("take", mvar.take());
}

int main() { lwt::run(program()); }
