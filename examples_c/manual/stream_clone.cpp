/* Manual: "Data streams": what one clone takes is still there for the other.
 *
 *   c++ -std=c++20 -O2 -Iinclude examples_c/manual/stream_clone.cpp -o stream_clone -Ltarget/release -llwt -Wl,-rpath,target/release
 */
#include "show.hpp"

int main()
{
  auto s = lwt::stream<int>::of({1, 2});
  auto clone = s.clone();
  show("s", s.next_or_fail());
  show("s", s.next_or_fail());
  show("s'", clone.next_or_fail());
  show("s'", clone.next_or_fail());
}
