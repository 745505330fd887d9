/* What a function, and each LWT_TRY, knows of how its block is being left. Not
 * to be touched. */
struct lwt_scope_ {
  const char *function;
  lwt_exn *exn;  /* what it failed with */
  lwt_exn *held; /* caught, or kept while LWT_FINALLY runs */
  unsigned char left, held_left, round, caught, finalizing;
};

/* How a block was left, if not at its end. */
#define LWT_LEFT_BY_FAILURE_ 1
#define LWT_LEFT_BY_VALUE_ 2
#define LWT_LEFT_BY_THROWING_ 3 /* an exception of C++ */

/* ---- A function ---- */

/* The first statement of a function that returns lwt_value, such as lwt_spawn
 * runs. A failure that it does not catch is its own: lwt_raise. */
#define LWT_BEGIN LWT_BEGIN_(lwt_value, (lwt_raise)(lwt_scope_exn_(&lwt_top_)))

/* The same in a function that returns a promise, such as lwt_bind calls: a
 * failure makes it return a promise that has failed. */
#define LWT_BEGIN_PROMISE LWT_BEGIN_(lwt_t *, (lwt_fail)(lwt_scope_exn_(&lwt_top_)))

/* The same in a function of your own that returns `type` and has a parameter
 * `lwt_exn **exn`, as lwt_await has: *exn is set to NULL, or, on failure, to the
 * exception, which the caller owns; then it returns 0 or what is like it. With
 * `exn` NULL a failure goes to the async exception hook. */
#define LWT_BEGIN_IN(type, exn)                                                \
  LWT_BEGIN_(type, (lwt_scope_fail_(&lwt_top_, (exn)), lwt_result_));          \
  if ((exn) != NULL) *(exn) = NULL

/* Returns `v` from the function, from anywhere in it: the LWT_FINALLY blocks on
 * the way run first. When one of them fails, its failure is what the function
 * ends with. */
#define LWT_LEAVE(v)                                                           \
  do {                                                                         \
    lwt_result_ = (v);                                                         \
    lwt_scope_->left = LWT_LEFT_BY_VALUE_;                                     \
    goto lwt_leave_;                                                           \
  } while (0)

/* ---- Waiting and failing ---- */

/* Waits for a promise, which it consumes, and is its value, owned; when it
 * fails, so does the block. As lwt_await, in a fiber. */
#define LWT_AWAIT(p)                                                           \
  __extension__({                                                              \
    lwt_value lwt_awaited_ = lwt_await_at((p), &lwt_scope_->exn, __FILE__,     \
                                          __LINE__, lwt_scope_->function);     \
    if (__builtin_expect(lwt_scope_->exn != NULL, 0)) {                        \
      lwt_scope_->left = LWT_LEFT_BY_FAILURE_;                                 \
      goto lwt_leave_;                                                         \
    }                                                                          \
    lwt_value_(lwt_awaited_);                                                  \
  })

/* Calls a function of yours that takes a `lwt_exn **`, for which LWT_EXN
 * stands, as LWT_CALL(f(a, b, LWT_EXN)), and is what it returns, which is not
 * void; when it fails, so does the block. */
#define LWT_CALL(call)                                                         \
  __extension__({                                                              \
    __typeof__(call) lwt_called_ = (call);                                     \
    if (__builtin_expect(lwt_scope_->exn != NULL, 0)) {                        \
      lwt_scope_->left = LWT_LEFT_BY_FAILURE_;                                 \
      goto lwt_leave_;                                                         \
    }                                                                          \
    __typeof__(call) lwt_given_ __attribute__((unused));                       \
    lwt_given_ = lwt_called_;                                                  \
  })
#define LWT_EXN (&lwt_scope_->exn)

/* Waits for two promises and stores their values in `x` and `y`. `p` is
 * evaluated before `q`, and `q` before anything is waited for. */
#define LWT_AWAIT_BOTH(x, p, y, q)                                             \
  do {                                                                         \
    lwt_t *lwt_p_ = (p);                                                       \
    lwt_t *lwt_q_ = (q);                                                       \
    struct lwt_values *lwt_both_ =                                             \
      (struct lwt_values *)LWT_AWAIT(lwt_both(lwt_p_, lwt_q_));                \
    (x) = lwt_values_take(lwt_both_, 0, NULL);                                 \
    (y) = lwt_values_take(lwt_both_, 1, NULL);                                 \
    lwt_values_release(lwt_both_);                                             \
  } while (0)

/* Waits for any number of promises and stores their values in the array
 * `values`, which has to be large enough. */
#define LWT_AWAIT_ALL(values, ...)                                             \
  do {                                                                         \
    lwt_t *const lwt_promises_[] = {__VA_ARGS__};                              \
    size_t lwt_count_ = sizeof lwt_promises_ / sizeof lwt_promises_[0];        \
    struct lwt_values *lwt_all_ =                                              \
      (struct lwt_values *)LWT_AWAIT(lwt_all(lwt_promises_, lwt_count_));      \
    for (size_t lwt_i_ = 0; lwt_i_ < lwt_count_; lwt_i_++)                     \
      (values)[lwt_i_] = lwt_values_take(lwt_all_, lwt_i_, NULL);              \
    lwt_values_release(lwt_all_);                                              \
  } while (0)

/* Takes the elements of a stream, one after the other, in `x`, a lwt_value of
 * its own, until the stream ends. `stream` is borrowed, and evaluated before
 * each element. */
#define LWT_FOR_IN(x, stream)                                                  \
  for (lwt_value x; (x = LWT_AWAIT(lwt_stream_get(stream))) != LWT_NONE;)

/* Fails with an exception, which it consumes. */
#define LWT_RAISE(e)                                                           \
  do {                                                                         \
    lwt_scope_raise_(lwt_scope_, (e), __FILE__, __LINE__);                     \
    goto lwt_leave_;                                                           \
  } while (0)

/* Fails with one that was caught, which it borrows. */
#define LWT_RERAISE(e) LWT_RAISE(lwt_exn_retain(e))

/* Fails with LWT_ASSERT_FAILED, unless the condition holds. The message names
 * file, line and condition. NDEBUG changes nothing. */
#define LWT_ASSERT(condition)                                                  \
  do {                                                                         \
    if (!(condition))                                                          \
      LWT_RAISE((lwt_exn_new)(LWT_ASSERT_FAILED, __FILE__ ":" LWT_TEXT_(__LINE__) \
                            ": assertion failed: " #condition));               \
  } while (0)

/* ---- Blocks ---- */

/* Begins a block whose failure LWT_CATCH takes, and behind which LWT_FINALLY runs;
 * LWT_END ends it. */
#define LWT_TRY                                                                \
  {                                                                            \
    LWT_SHADOW_                                                                \
    LWT_THROWN_                                                                \
    __extension__ struct lwt_scope_ lwt_try_                                   \
      __attribute__((cleanup(lwt_scope_end_))) = {                             \
        lwt_scope_->function, NULL, NULL, 0, 0, 0, 0, 0};                      \
    LWT_NO_SHADOW_                                                             \
    for (; lwt_try_.round < 2; lwt_scope_next_(&lwt_try_)) {                   \
      {                                                                        \
        if (lwt_try_.round == 0) {                                             \
          LWT_REGION_

/* Takes the failure of LWT_TRY's block, as `const lwt_exn *e`. */
#define LWT_CATCH(e) LWT_CATCH_IF(e, true)

/* The same, if the condition holds, which may use `e`: lwt_exn_kind(e) ==
 * LWT_CANCELED. The first LWT_CATCH_IF or LWT_CATCH whose condition holds
 * takes it. */
#define LWT_CATCH_IF(e, condition)                                             \
          LWT_REGION_END_                                                      \
        }                                                                      \
      }                                                                        \
      {                                                                        \
        const lwt_exn *const e = lwt_scope_failure_(&lwt_try_);                \
        if (e != NULL && (condition) && lwt_scope_catch_(&lwt_try_)) {         \
          (void)e;                                                             \
          LWT_REGION_

/* Runs when LWT_TRY's block has been left. One for each LWT_TRY. */
#define LWT_FINALLY                                                            \
          LWT_REGION_END_                                                      \
        }                                                                      \
      }                                                                        \
      enum { lwt_one_finally_for_each_try_ };                                  \
      {                                                                        \
        if (lwt_scope_finally_(&lwt_try_)) {                                   \
          LWT_REGION_

/* Ends LWT_TRY. What was not caught goes on from here. */
#define LWT_END                                                                \
          LWT_REGION_END_                                                      \
        }                                                                      \
      }                                                                        \
    }                                                                          \
    LWT_THROW_                                                                 \
    if (lwt_scope_goes_on_(&lwt_try_, lwt_scope_)) goto lwt_leave_;            \
  }

/* ---- How it works ----
 *
 * Each scope has a label lwt_leave_ and a variable lwt_scope_, found as the
 * language finds names: the innermost. A block is the body of a function
 * within the function: of GNU C, a lambda of C++, a captured statement of
 * clang. That is why it can't be left but through its label: the compiler sees
 * to it that no other way is taken around LWT_FINALLY. */

#ifndef __cplusplus
#define LWT_THROWN_
#define LWT_THROW_
#endif
#define LWT_TEXT_(x) LWT_TEXT_OF_(x)
#define LWT_TEXT_OF_(x) #x

#ifdef __cplusplus
#define LWT_NOTHING_ {}
#else
#define LWT_NOTHING_ {0}
#endif

#define LWT_BEGIN_(type, on_failure)                                           \
  struct lwt_scope_ lwt_top_ = {__func__, NULL, NULL, 0, 0, 0, 0, 0};          \
  struct lwt_scope_ *const lwt_scope_ __attribute__((unused)) = &lwt_top_;     \
  type lwt_result_ = LWT_NOTHING_;                                             \
  if (0) {                                                                     \
  lwt_leave_:                                                                  \
    __attribute__((unused));                                                   \
    if (lwt_top_.left == LWT_LEFT_BY_FAILURE_) return on_failure;              \
    return lwt_result_;                                                        \
  }                                                                            \
  do {                                                                         \
  } while (0)

/* Between these, a name may hide one further out: that is how it works. */
#define LWT_SHADOW_                                                            \
  _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wshadow\"")
#define LWT_NO_SHADOW_ _Pragma("GCC diagnostic pop")

/* Where a block finds its own scope, and where it is left to. */
#define LWT_SCOPE_HERE_                                                        \
  LWT_SHADOW_                                                                  \
  struct lwt_scope_ *const lwt_scope_ __attribute__((unused)) = &lwt_try_;     \
  LWT_NO_SHADOW_
#define LWT_LABEL_                                                             \
  lwt_leave_:                                                                  \
  __attribute__((unused));

#if defined(__cplusplus)
} /* extern "C" */
# include <exception>
/* What a block returns, and nobody else can make. */
class lwt_left_ {
  struct token {};
  explicit lwt_left_(token) {}

public:
  static lwt_left_ it() { return lwt_left_(token()); }
};
extern "C" {
#define LWT_REGION_                                                            \
  LWT_TRY_CXX_ {                                                               \
    (void)[&]() -> lwt_left_ {                                                 \
      LWT_SCOPE_HERE_
#define LWT_REGION_END_                                                        \
      LWT_LABEL_                                                               \
      return lwt_left_::it();                                                  \
    }();                                                                       \
  }                                                                            \
  LWT_CATCH_CXX_
#ifdef __cpp_exceptions
#define LWT_THROWN_ std::exception_ptr lwt_thrown_;
#define LWT_TRY_CXX_ try
#define LWT_CATCH_CXX_                                                         \
  catch (...) {                                                                \
    lwt_thrown_ = std::current_exception();                                    \
    lwt_try_.left = LWT_LEFT_BY_THROWING_;                                     \
  }
#define LWT_THROW_                                                             \
  if (lwt_try_.left == LWT_LEFT_BY_THROWING_) std::rethrow_exception(lwt_thrown_);
#else
#define LWT_THROWN_
#define LWT_TRY_CXX_
#define LWT_CATCH_CXX_
#define LWT_THROW_
#endif
#elif defined(__clang__)
#define LWT_REGION_                                                            \
  _Pragma("clang __debug captured") {                                          \
    __label__ lwt_leave_;                                                      \
    LWT_SCOPE_HERE_
#define LWT_REGION_END_                                                        \
    LWT_LABEL_                                                                 \
  }
#else
/* What a block returns. */
struct lwt_left_ {
  char nothing;
};
#define LWT_REGION_                                                            \
  LWT_SHADOW_                                                                  \
  __extension__ struct lwt_left_ lwt_region_(void) {                           \
    LWT_NO_SHADOW_                                                             \
    LWT_SCOPE_HERE_                                                            \
    _Pragma("GCC diagnostic push")                                             \
    _Pragma("GCC diagnostic error \"-Wreturn-type\"")
#define LWT_REGION_END_                                                        \
    LWT_LABEL_                                                                 \
    _Pragma("GCC diagnostic pop")                                              \
    return (struct lwt_left_){0};                                              \
  }                                                                            \
  (void)lwt_region_();
#endif

/* Has C++ and C agree that the result of LWT_AWAIT may be left unused. */
static inline lwt_value lwt_value_(lwt_value value) { return value; }

static inline void lwt_scope_raise_(struct lwt_scope_ *scope, lwt_exn *exn,
                                    const char *file, int line) {
  if (lwt_debug_is_on()) (void)(lwt_debug_exn)(exn, file, line, scope->function);
  /* One that is made when memory has run out may be NULL. */
  scope->exn = exn != NULL ? exn : lwt_exn_new(LWT_INVALID_ARGUMENT, "LWT_RAISE: NULL");
  scope->left = LWT_LEFT_BY_FAILURE_;
}

/* What the function of LWT_BEGIN fails with. Where that was raised is known. */
static inline lwt_exn *lwt_scope_exn_(struct lwt_scope_ *scope) {
  if (lwt_debug_is_on()) lwt_debug_here(NULL, 0, NULL);
  return scope->exn;
}

/* The function of LWT_BEGIN_IN failed. */
static inline void lwt_scope_fail_(struct lwt_scope_ *scope, lwt_exn **exn) {
  if (exn != NULL) *exn = scope->exn;
  else (void)lwt_await(lwt_fail(scope->exn), NULL);
}

/* A round is over: in the first the block and LWT_FINALLY run, in the second
 * LWT_CATCH. */
static inline void lwt_scope_next_(struct lwt_scope_ *scope) {
  if (scope->finalizing) {
    scope->finalizing = 0;
    if (scope->left != 0) {
      /* What LWT_FINALLY ended with replaces what was before. */
      scope->round = 2;
      return;
    }
    scope->left = scope->held_left;
    scope->exn = scope->held;
    scope->held = NULL;
  }
  scope->round = scope->round == 0 && scope->left == LWT_LEFT_BY_FAILURE_ ? 1 : 2;
}

static inline bool lwt_scope_finally_(struct lwt_scope_ *scope) {
  if (scope->round != 0) return false;
  scope->finalizing = 1;
  scope->held = scope->exn;
  scope->held_left = scope->left;
  scope->exn = NULL;
  scope->left = 0;
  return true;
}

/* What may still be caught; NULL: nothing. */
static inline const lwt_exn *lwt_scope_failure_(const struct lwt_scope_ *scope) {
  return scope->round == 1 && !scope->caught ? scope->exn : NULL;
}

static inline bool lwt_scope_catch_(struct lwt_scope_ *scope) {
  scope->caught = 1;
  scope->held = scope->exn;
  scope->exn = NULL;
  scope->left = 0;
  return true;
}

/* Hands on what was not caught. */
static inline bool lwt_scope_goes_on_(struct lwt_scope_ *scope, struct lwt_scope_ *outer) {
  if (scope->left == 0) return false;
  outer->left = scope->left;
  outer->exn = scope->exn;
  scope->exn = NULL;
  return true;
}

static inline void lwt_scope_end_(struct lwt_scope_ *scope) {
  lwt_exn_release(scope->exn);
  lwt_exn_release(scope->held);
}
