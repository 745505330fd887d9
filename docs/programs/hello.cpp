#include <lwt.hpp>

#include <cstdio>
#include <stdexcept>
#include <string>

using namespace std::chrono_literals;

// A coroutine: it waits where it stands, and others go on meanwhile.
static lwt::promise<std::string> greeting(std::string name) {
  co_await lwt::sleep(100ms);
  if (name.empty()) throw std::invalid_argument("nobody to greet");
  co_return "hello, " + name;
}

static lwt::promise<> program() {
  // Two at once: this takes a tenth of a second, not two.
  auto [one, two] = co_await lwt::both(greeting("world"), greeting("moon"));
  std::printf("%s; %s\n", one.c_str(), two.c_str());
  try {
    co_await greeting("");
  } catch (const std::invalid_argument &e) {
    std::printf("%s\n", e.what());
  }
}

int main() { lwt::run(program()); }
