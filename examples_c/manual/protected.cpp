/* Manual: "Cancelable threads": what is protected is not cancelled.
 *
 *   c++ -std=c++20 -O2 -Iinclude examples_c/manual/protected.cpp -o protected -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include "show.hpp"

int main()
{
  auto [t, wakener] = lwt::task<int>();
  auto guarded = t.share().protected_();
  guarded.cancel();
  show("protected t", guarded);
  show("t", t);
  wakener.resolve(42);
  show("t", t);
}
