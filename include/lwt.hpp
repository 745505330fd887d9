/* lwt.hpp: liblwt for C++, header only, on top of the C interface. C++20; what
 * has no coroutines in it, C++17.
 *
 *   #include <lwt.hpp>
 *   #include <cstdio>
 *
 *   using namespace std::chrono_literals;
 *
 *   lwt::promise<int> greet(const char *name) {
 *     co_await lwt::sleep(10ms);
 *     std::printf("hello, %s\n", name);
 *     co_return 42;
 *   }
 *
 *   int main() { return lwt::run(greet("world")) == 42 ? 0 : 1; }
 *
 * The three styles are the same promises: a coroutine may await what a fiber or
 * a callback makes, and C code what a coroutine makes.
 *
 *   lwt::promise<int> both() { co_return co_await f() + co_await g(); }
 *   auto both = lwt::spawn([] { return lwt::await(f()) + lwt::await(g()); });
 *   auto both = f().bind([](int a) { return g().map([a](int b) { return a + b; }); });
 *
 * WHAT IS WHERE
 *
 *   C                              C++
 *   lwt_t *                        lwt::promise<T>: get() borrows, release() gives up,
 *                                  promise<T>(owned) takes over
 *   lwt_u *                        lwt::resolver<T>
 *   lwt_exn *                      lwt::error, lwt::canceled, lwt::unix_error ...: thrown
 *   lwt_return, lwt_fail           lwt::resolved(v), lwt::failed<T>(exception)
 *   lwt_wait, lwt_task             auto [p, r] = lwt::wait<T>(), lwt::task<T>()
 *   lwt_bind, lwt_map, lwt_catch,  std::move(p).bind(f), map, catch_, catch_<E>, try_bind,
 *   lwt_try_bind, lwt_finalize       finalize
 *   lwt_cancel, lwt_protected ...  p.cancel(), std::move(p).protected_(), no_cancel()
 *   lwt_on_success ...             p.on_success(f), on_failure, on_termination, on_cancel
 *   lwt_join, lwt_both, lwt_all    lwt::join(p, q), both, all: also of a std::vector
 *   lwt_choose, lwt_pick ...       lwt::choose, pick, nchoose, npick
 *   lwt_with_value, lwt_get        lwt::with_value(key, v, f), key.get()
 *   lwt_pause, lwt_async           lwt::pause(), lwt::async(f), lwt::dont_wait(f, g)
 *   lwt_spawn, lwt_await           lwt::spawn(f), lwt::await(p)
 *   lwt_main_run                   lwt::run(p)
 *   lwt_unix_sleep, ..timeout      lwt::sleep(10ms), lwt::timeout(1s)
 *   lwt_switch, lwt_switch_run     lwt::scope, lwt::with_scope(f)
 *   lwt_with_timeout, lwt_race     lwt::with_timeout(1s, f), lwt::race(p, q)
 *   lwt_unix_run_job               lwt::job(f)
 *   lwt_preemptive_detach          lwt::detach(f, arguments...)
 *   lwt_unix_make_notification     lwt::notification n(f); n.send()
 *   lwt_mutex, lwt_condition,      lwt::mutex (scoped() is a guard), lwt::condition<T>,
 *     lwt_mvar, lwt_pool             lwt::mvar<T>, lwt::pool<T>
 *   lwt_stream                     lwt::stream<T>, lwt::make_stream<T>()
 *   lwt_list_map_p ...             lwt::list::map_p(container, f) ...
 *   lwt_logger, lwt_log_info ...   lwt::logger, lwt_log_info_f(section, "{}", x) ...
 *
 * OWNERSHIP. A promise is moved into what consumes it; copying takes share(). A
 * value belongs to whoever awaits it, by move: a promise of a std::unique_ptr or
 * of any movable type works. How a type travels, and what it costs, stands in
 * lwt/value.hpp: what fits in a word and is trivially copyable costs nothing,
 * any other value one allocation.
 *
 * Dropping a promise stops nothing, as in Lwt: the coroutine goes on. What
 * stops it is cancel(). A coroutine that nothing can wake any more (its
 * resolver was forgotten), and one whose thread ends, is destroyed.
 *
 * CANCELLATION. p.cancel() on a coroutine's promise cancels what it awaits:
 * co_await throws lwt::canceled, the frame unwinds, destructors run, and the
 * promise fails. (A coroutine may catch that; what it awaits may be such that
 * it cannot be cancelled: then it goes on.) One that awaits nothing, since it is
 * running, fails at once, and its frame is destroyed where it would next wait.
 *
 * EXCEPTIONS. What leaves a callback, a coroutine, a fiber or a job is the
 * failure of its promise, and is thrown where that is awaited: see
 * lwt/error.hpp. Nothing is thrown through C. Functions that return a promise
 * never throw, they fail it. A destructor that runs when a frame is destroyed,
 * or when a value is dropped, must not throw; what a local of a coroutine throws
 * as it goes out of scope replaces the coroutine's value.
 *
 * ORDER. When a coroutine ends, first its locals go, then its frame with the
 * parameters, then its promise resolves, if it has ever waited. It goes on inside
 * the resolution of what it awaited, at its place among the callbacks of that.
 *
 * THREADS. A promise, and a coroutine, belong to the thread that made them; each
 * thread may have a main loop. Jobs, detached functions and notifications are
 * the ways to and fro.
 *
 * COROUTINES THAT ARE LAMBDAS refer to their captures for as long as they run. One
 * that is given to the library as a callback has them kept until it has ended; one
 * that is called by yourself, `[x] { co_await ...; }()`, has not: pass parameters.
 * In a handler (catch_) that is a coroutine, take the lwt::error by value.
 *
 * COMPILERS. gcc 12 destroys the captures of a lambda twice if it is a temporary in
 * a co_await expression and they have destructors (a defect of gcc, in any library);
 * make the promise in a statement of its own:
 *   auto p = lwt::job([path] { return read(path); });
 *   auto text = co_await std::move(p);
 *
 * COST. A coroutine: its frame, and one promise, which is no allocation. A chain
 * of coroutines of any length needs no stack, nor does endless recursion. */
#ifndef LWT_HPP
#define LWT_HPP

#include "lwt_debug.h"
#include "lwt_engine.h"
#include "lwt/error.hpp"
#include "lwt/fiber.hpp"
#include "lwt/group.hpp"
#include "lwt/handle.hpp"
#include "lwt/list.hpp"
#include "lwt/log.hpp"
#include "lwt/promise.hpp"
#include "lwt/scheduler.hpp"
#include "lwt/scope.hpp"
#include "lwt/stream.hpp"
#include "lwt/sync.hpp"
#include "lwt/value.hpp"

#if defined(__cpp_impl_coroutine)
#include "lwt/coroutine.hpp"
#endif

#endif
