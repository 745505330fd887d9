#include "lwt_debug.h"
#include "lwt_direct.h"
#include "lwt_stream.h"
/* LWT'S SYNTAX EXTENSION, FOR C. In a fiber (lwt_spawn) code waits where it
 * stands, so that for, while, if and switch are those of C. What this header
 * adds are failures that leave a block by themselves, as exceptions do:
 *
 *   static lwt_value copy(void *env) {
 *     LWT_BEGIN;
 *     int *fd = open_both(env);
 *     LWT_TRY {
 *       for (;;) {
 *         lwt_value block = LWT_AWAIT(read_block(fd[0]));
 *         if (block == LWT_NONE) LWT_LEAVE(LWT_INT(true));
 *         LWT_AWAIT(write_block(fd[1], block));
 *       }
 *     } LWT_CATCH_IF(e, lwt_exn_errno(e) == ENOSPC) {
 *       printf("%s\n", lwt_exn_message(e));
 *     } LWT_FINALLY {
 *       LWT_AWAIT(close_both(fd));
 *     } LWT_END
 *     return LWT_INT(false);
 *   }
 *
 * THE TABLE. On the left the extension (of the manual, and as it is today where
 * that has more), on the right C. p, q are expressions that give an lwt_t *.
 *
 *   lwt x = p in ...              lwt_value x = LWT_AWAIT(p);
 *   lwt x = p and y = q in ...    lwt_value x, y;
 *                                 LWT_AWAIT_BOTH(x, p, y, q);
 *   ... and of more than two      lwt_value v[3];
 *                                 LWT_AWAIT_ALL(v, p, q, r);
 *   top-level lwt x = p           lwt_value x = lwt_main_run(p, NULL);
 *   top-level lwt x = p in ...    lwt_main_run(lwt_spawn(f, env, drop, 0), NULL);
 *   try_lwt ... with e -> ...     LWT_TRY { ... } LWT_CATCH(e) { ... } LWT_END
 *   with a pattern                LWT_CATCH_IF(e, condition) { ... }, as many as
 *                                 there are; what no case takes goes on failing
 *   try_lwt ... finally ...       LWT_TRY { ... } LWT_FINALLY { ... } LWT_END
 *   with ... finally ...          LWT_TRY { ... } LWT_CATCH(e) { ... }
 *                                 LWT_FINALLY { ... } LWT_END
 *   try_lwt ...  (alone)          LWT_TRY { ... } LWT_END
 *   for_lwt i = a to b do ...     for (int i = a, to = b; i <= to; i++) { ... }
 *   for_lwt i = a downto b do ... for (int i = a, to = b; i >= to; i--) { ... }
 *   for_lwt x in stream do ...    LWT_FOR_IN(x, stream) { ... }
 *   while_lwt c do ...            while (c) { ... }
 *   while%lwt p do ...            while (LWT_TO_INT(LWT_AWAIT(p))) { ... }
 *   if%lwt p then ... else ...    if (LWT_TO_INT(LWT_AWAIT(p))) ... else ...
 *   match_lwt p with ...          switch (LWT_TO_INT(LWT_AWAIT(p))) { ... }
 *   ... with exception e -> ...   lwt_exn *e; lwt_value x = lwt_await(p, &e);
 *                                 if (e != NULL) ... else switch (...) { ... }
 *   raise_lwt e                   LWT_RAISE(e);
 *   assert_lwt c                  LWT_ASSERT(c);
 *   p >> q, p;%lwt q              LWT_AWAIT(p); LWT_AWAIT(q);
 *
 * RULES.
 * - LWT_BEGIN is the first statement of a function that uses the others, and
 *   says what becomes of a failure that nothing in it catches. Without it they
 *   do not compile.
 * - A failure leaves LWT_TRY's block at once, through whatever loops, and the
 *   destructors of C++ run. No longjmp is involved: variables keep what was
 *   last stored in them.
 * - LWT_FINALLY's block runs, once, when LWT_TRY's block is left, however it
 *   is left, and *before* LWT_CATCH's, as Lwt's `try_lwt ... with ... finally`
 *   has it; when it fails itself, that failure is what goes on, and no case is
 *   tried. For a clean-up that comes after the handler put one LWT_TRY into
 *   another.
 * - The blocks of LWT_TRY, LWT_CATCH and LWT_FINALLY are left by reaching their
 *   end, by a failure, or by LWT_LEAVE(v), which returns v from the function
 *   after each LWT_FINALLY on the way has run. `return`, and a `break`,
 *   `continue` or `goto` that would leave such a block, DO NOT COMPILE; within
 *   it, loops may use them. (A `return` in a lambda or the like is its own.)
 * - LWT_CATCH(e) declares `const lwt_exn *e`, which is released at LWT_END;
 *   lwt_exn_retain(e) keeps it. A failure in its block is a new one, which the
 *   same LWT_TRY does not catch.
 * - An exception of C++ that is thrown in a block and not caught there goes
 *   through LWT_TRY: its LWT_FINALLY runs, its LWT_CATCH does not. As ever, it
 *   must not leave the fiber.
 * - LWT_AWAIT_BOTH and LWT_AWAIT_ALL start all and wait for all, as lwt_both and
 *   lwt_all do: when one fails, the failure arrives once the others are done.
 * - A value that a failure passes by is not freed: what a function owns is
 *   released in LWT_FINALLY, or by a destructor.
 * - Functions of your own that may fail: LWT_BEGIN_IN and LWT_CALL.
 *
 * - With debugging on (lwt_debug.h) a backtrace names the lines of LWT_AWAIT and
 *   LWT_RAISE. Since a block is a function of its own, a debugger calls it
 *   lwt_region_ or operator(), and so do the macros of -DLWT_DEBUG.
 *
 * This header wants gcc or clang, C99 or C++11 and later; macros and names that
 * end in an underscore are its own. */
