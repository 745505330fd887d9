/* lwt.hpp: mutexes, conditions, mailboxes, pools, and lists. */
/* also: clang++ */
/* env: LWT_ENGINE=sim:3 */
#include "check.hpp"

#include <span>
#include <vector>

using lwt::promise;
using namespace std::chrono_literals;

TEST(a_guard_unlocks_when_it_goes_whatever_is_thrown) {
  lwt::mutex mutex;
  auto work = [](lwt::mutex mutex, const char *name, bool fail) -> promise<> {
    auto guard = co_await mutex.scoped();
    trace(name);
    co_await lwt::sleep(1ms);
    if (fail) throw lwt::failure("in the lock");
  };
  promise<> a = work(mutex, "a", true), b = work(mutex, "b", false), c = work(mutex, "c", false);
  CHECK_TRACE("a");
  CHECK(mutex.is_locked() && !mutex.is_empty());
  CHECK_THROWS(lwt::failure, lwt::run(std::move(a)));
  b.cancel();
  lwt::run(std::move(c));
  CHECK(!mutex.is_locked());
  CHECK_TRACE("b c");
  CHECK(b.is_failed());
}

TEST(a_lock_that_nobody_takes_is_given_back) {
  lwt::mutex mutex;
  mutex.scoped().reset();
  CHECK(!mutex.is_locked());
  lwt::lock held = mutex.scoped().take();
  promise<lwt::lock> waits = mutex.scoped();
  waits.reset();
  CHECK(mutex.is_locked());
  held.unlock();
  CHECK(!mutex.is_locked());
  CHECK_INT(mutex.with_lock([&]() { return mutex.is_locked() ? 1 : 0; }).take(), 1);
  CHECK(!mutex.is_locked());
  CHECK(mutex.lock().is_fulfilled());
  mutex.unlock();
  CHECK_THROWS(lwt::invalid_argument, (mutex.release(), mutex.unlock()));
}

TEST(of_two_who_share_the_promise_of_a_lock_one_has_it_and_the_other_is_told) {
  lwt::mutex mutex;
  promise<lwt::lock> p = mutex.scoped(), q = p.share();
  lwt::lock held = std::move(p).take();
  CHECK_THROWS(lwt::invalid_argument, std::move(q).take());
  CHECK(mutex.is_locked());
}

TEST(a_condition_gives_each_waiter_its_own_copy) {
  lwt::condition<std::string> condition;
  promise<std::string> a = condition.wait(), b = condition.wait(), c = condition.wait();
  condition.signal("one");
  CHECK_STR(std::move(a).take().c_str(), "one");
  condition.broadcast("all");
  CHECK_STR(std::move(b).take().c_str(), "all");
  CHECK_STR(std::move(c).take().c_str(), "all");
  promise<std::string> d = condition.wait();
  condition.broadcast_exn(lwt::end_of_file());
  CHECK_THROWS(lwt::end_of_file, std::move(d).take());

  lwt::condition<> plain;
  lwt::mutex mutex;
  lwt::lock held = mutex.scoped().take();
  promise<> e = plain.wait(held);
  CHECK(!mutex.is_locked());
  plain.signal();
  CHECK(e.is_fulfilled() && mutex.is_locked());
}

TEST(a_mailbox_hands_over_what_can_only_be_moved) {
  {
    lwt::mvar<std::unique_ptr<counted>> box;
    promise<std::unique_ptr<counted>> taken = box.take();
    CHECK(taken.is_pending());
    CHECK(box.put(std::make_unique<counted>(1)).is_fulfilled());
    CHECK_INT(std::move(taken).take()->n, 1);
    CHECK(box.put(std::make_unique<counted>(2)).is_fulfilled());
    promise<> second = box.put(std::make_unique<counted>(3));
    CHECK(second.is_pending());
    CHECK_INT((*box.take_available())->n, 2);
    CHECK(second.is_fulfilled());
    lwt::mvar<int> full(5);
    CHECK_INT(*full.take_available(), 5);
    CHECK(!full.take_available().has_value());
    lwt::mvar<counted> dropped(counted(6));
  }
  CHECK_INT(counted::alive, 0);
}

TEST(a_pool_makes_lends_validates_and_disposes) {
  {
    int made = 0;
    lwt::pool<counted> pool(
        2, [&]() { return lwt::resolved(counted(++made)); },
        [](counted &c) { return c.n != 1; }, [](counted &c) { trace(c.n == 1 ? "end1" : "end"); });
    auto use = [](counted &c) -> promise<int> {
      int n = c.n;
      co_await lwt::sleep(1ms);
      co_return n;
    };
    promise<int> a = pool.use(use), b = pool.use(use), c = pool.use(use);
    CHECK_INT(made, 2);
    CHECK_INT(pool.wait_queue_length(), 1);
    CHECK_INT(lwt::run(std::move(c)), 3);
    CHECK_TRACE("end1");
    CHECK_INT(std::move(a).take() + std::move(b).take(), 3);
    lwt::run(pool.clear());
    CHECK_TRACE("end end");
  }
  CHECK_INT(counted::alive, 0);
}

static promise<int> slow_double(const int &n) {
  co_await lwt::sleep(std::chrono::milliseconds(4 - n % 4));
  co_return 2 * n;
}

TEST(lists_are_walked_in_series_and_at_once) {
  std::vector<int> numbers = {1, 2, 3, 4, 5};
  CHECK(lwt::run(lwt::list::map_p(numbers, slow_double)) == (std::vector{2, 4, 6, 8, 10}));
  CHECK(lwt::run(lwt::list::map_s(std::span(numbers), slow_double)) ==
        (std::vector{2, 4, 6, 8, 10}));
  CHECK(lwt::run(lwt::list::rev_map_p(numbers, slow_double)) == (std::vector{10, 8, 6, 4, 2}));
  std::vector<std::string> texts = lwt::run(lwt::list::mapi_s(
      numbers, [](std::size_t i, int n) { return std::to_string(i) + std::to_string(n); }));
  CHECK_STR(texts.back().c_str(), "45");
  lwt::run(lwt::list::iter_s(numbers, [](int &n) { n += 1; }));
  CHECK_INT(numbers[4], 6);
  CHECK(lwt::run(lwt::list::filter_s(numbers, [](int n) { return n % 2 == 0; })) ==
        (std::vector{2, 4, 6}));
  auto [even, odd] = lwt::run(lwt::list::partition_p(numbers, [](int n) { return n % 2 == 0; }));
  CHECK_INT(even.size() * 10 + odd.size(), 32);
  CHECK(lwt::run(lwt::list::for_all_s(numbers, [](int n) { return n > 1; })));
  CHECK(!lwt::run(lwt::list::exists_p(numbers, [](int n) { return lwt::resolved(n > 9); })));
  CHECK_INT(*lwt::run(lwt::list::find_s(texts, [](const std::string &s) { return s > "2"; }))->c_str(),
            '2');
  CHECK_THROWS(lwt::not_found, lwt::run(lwt::list::find_s(numbers, [](int) { return false; })));
  auto odd_text = [](int n) -> std::optional<std::string> {
    if (n % 2 == 0) return std::nullopt;
    return std::to_string(n);
  };
  CHECK_INT(lwt::run(lwt::list::filter_map_p(numbers, odd_text)).size(), 2);
  auto join = [](std::string all, int n) { return lwt::resolved(all + std::to_string(n)); };
  CHECK_STR(lwt::run(lwt::list::fold_left_s(numbers, std::string("="), join)).c_str(), "=23456");
  CHECK_STR(lwt::run(lwt::list::fold_right_s(numbers, std::string("="), join)).c_str(), "=65432");
  int calls = 0;
  CHECK_THROWS(lwt::failure, lwt::run(lwt::list::iter_s(numbers, [&calls](int) {
                 if (++calls == 2) throw lwt::failure("second");
               })));
  CHECK_INT(calls, 2);
}
