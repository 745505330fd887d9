/* Manual: "Data streams": a stream, and the function that pushes into it.
 *
 *   c++ -std=c++20 -O2 -Iinclude examples_c/manual/stream.cpp -o stream -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include "show.hpp"

int main()
{
  auto [stream, push] = lwt::make_stream<int>();
  for (int i = 1; i <= 3; i++)
    push(i);
  for (int i = 1; i <= 4; i++)
    show("next", stream.next_or_fail());
}
