#include <lwt.hpp>

#include <cstdio>

using namespace std::chrono_literals;

// Says the numbers down from `n`, one every hundredth of a second.
static lwt::promise<> count_down(int n) {
  for (int i = n; i > 0; i--) {
    std::printf("%d\n", i);
    co_await lwt::sleep(10ms);
  }
}

int main() { lwt::run(count_down(3)); }
