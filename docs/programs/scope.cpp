#include <lwt.hpp>

#include <cstdio>

using namespace std::chrono_literals;

struct announcing {
  const char *name;
  ~announcing() { std::printf("%s: gone\n", name); }
};

static lwt::promise<int> slow() {
  announcing on_its_frame{"slow"};
  co_await lwt::sleep(1h);
  co_return 1;
}

static lwt::promise<> program() {
  try {
    co_await lwt::with_timeout(50ms, slow);
  } catch (const lwt::timed_out &) {
    std::printf("too late\n");
  }
}

int main() { lwt::run(program()); }
