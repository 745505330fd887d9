/* A new structure of a type, and one with room for SIZE more bytes behind it.
 * Never NULL, see lwt_unix_malloc. */
#define lwt_unix_new(type) ((type *)lwt_unix_malloc(sizeof(type)))
#define lwt_unix_new_plus(type, size) ((type *)lwt_unix_malloc(sizeof(type) + (size)))

/* ---- What shortens a stub. They count on names: for FUNC mkdir on a structure
 * `struct job_mkdir`, whose first field is `struct lwt_unix_job job`, and on
 * functions `void worker_mkdir(struct job_mkdir *)` and
 * `lwt_value result_mkdir(struct job_mkdir *)`. ---- */

/* Declares VAR, a new job with room for SIZE more bytes behind it, and readies it
 * (lwt_unix_alloc_job). Fill in its own fields, and run it. */
#define LWT_UNIX_INIT_JOB(VAR, FUNC, SIZE)                                     \
  struct job_##FUNC *VAR = lwt_unix_new_plus(struct job_##FUNC, SIZE);         \
  VAR->job.worker = (lwt_unix_job_worker)worker_##FUNC;                        \
  VAR->job.result = (lwt_unix_job_result)result_##FUNC;                        \
  (void)lwt_unix_alloc_job(&VAR->job)

/* The same, with a copy of the text that the variable ARG points to: the field
 * ARG of the job points to the copy, which lies behind the job and its SIZE more
 * bytes and is freed with it. NULL is "". */
#define LWT_UNIX_INIT_JOB_STRING(VAR, FUNC, SIZE, ARG)                         \
  LWT_UNIX_INIT_JOB(VAR, FUNC, (SIZE) + lwt_unix_job_text_size(ARG));          \
  VAR->ARG = lwt_unix_job_text((char *)(VAR + 1) + (SIZE), ARG)

/* The same with two texts. */
#define LWT_UNIX_INIT_JOB_STRING2(VAR, FUNC, SIZE, ARG1, ARG2)                 \
  LWT_UNIX_INIT_JOB(VAR, FUNC,                                                 \
                    (SIZE) + lwt_unix_job_text_size(ARG1) +                    \
                      lwt_unix_job_text_size(ARG2));                           \
  VAR->ARG1 = lwt_unix_job_text((char *)(VAR + 1) + (SIZE), ARG1);             \
  VAR->ARG2 = lwt_unix_job_text(                                               \
    (char *)(VAR + 1) + (SIZE) + lwt_unix_job_text_size(ARG1), ARG2)

/* In a result function: if TEST holds, frees the job and returns from the
 * function with the error that the job's field error_code (an errno) stands for.
 * NAME is the system call. */
#define LWT_UNIX_CHECK_JOB(VAR, TEST, NAME) LWT_UNIX_CHECK_JOB_ARG(VAR, TEST, NAME, "")

/* The same with the argument of the call. */
#define LWT_UNIX_CHECK_JOB_ARG(VAR, TEST, NAME, ARG)                           \
  do {                                                                         \
    if (TEST) {                                                                \
      lwt_value lwt_unix_raised = lwt_unix_error((VAR)->error_code, NAME, ARG); \
      lwt_unix_free_job(&(VAR)->job);                                          \
      return lwt_unix_raised;                                                  \
    }                                                                          \
  } while (0)

/* Defines lwt_NAME, a function of one to six values that this system can't
 * offer. */
#define LWT_NOT_AVAILABLE1(NAME)                                               \
  lwt_value lwt_##NAME(lwt_value a1);                                          \
  lwt_value lwt_##NAME(lwt_value a1) {                                         \
    (void)a1;                                                                  \
    return lwt_unix_not_available(#NAME);                                      \
  }
#define LWT_NOT_AVAILABLE2(NAME)                                               \
  lwt_value lwt_##NAME(lwt_value a1, lwt_value a2);                            \
  lwt_value lwt_##NAME(lwt_value a1, lwt_value a2) {                           \
    (void)a1, (void)a2;                                                        \
    return lwt_unix_not_available(#NAME);                                      \
  }
#define LWT_NOT_AVAILABLE3(NAME)                                               \
  lwt_value lwt_##NAME(lwt_value a1, lwt_value a2, lwt_value a3);              \
  lwt_value lwt_##NAME(lwt_value a1, lwt_value a2, lwt_value a3) {             \
    (void)a1, (void)a2, (void)a3;                                              \
    return lwt_unix_not_available(#NAME);                                      \
  }
#define LWT_NOT_AVAILABLE4(NAME)                                               \
  lwt_value lwt_##NAME(lwt_value a1, lwt_value a2, lwt_value a3, lwt_value a4); \
  lwt_value lwt_##NAME(lwt_value a1, lwt_value a2, lwt_value a3, lwt_value a4) { \
    (void)a1, (void)a2, (void)a3, (void)a4;                                    \
    return lwt_unix_not_available(#NAME);                                      \
  }
#define LWT_NOT_AVAILABLE5(NAME)                                               \
  lwt_value lwt_##NAME(lwt_value a1, lwt_value a2, lwt_value a3, lwt_value a4, \
                       lwt_value a5);                                          \
  lwt_value lwt_##NAME(lwt_value a1, lwt_value a2, lwt_value a3, lwt_value a4, \
                       lwt_value a5) {                                         \
    (void)a1, (void)a2, (void)a3, (void)a4, (void)a5;                          \
    return lwt_unix_not_available(#NAME);                                      \
  }
#define LWT_NOT_AVAILABLE6(NAME)                                               \
  lwt_value lwt_##NAME(lwt_value a1, lwt_value a2, lwt_value a3, lwt_value a4, \
                       lwt_value a5, lwt_value a6);                            \
  lwt_value lwt_##NAME(lwt_value a1, lwt_value a2, lwt_value a3, lwt_value a4, \
                       lwt_value a5, lwt_value a6) {                           \
    (void)a1, (void)a2, (void)a3, (void)a4, (void)a5, (void)a6;                \
    return lwt_unix_not_available(#NAME);                                      \
  }

/* Defines the three functions of a job in the old form, for a call that this
 * system can't offer: lwt_unix_NAME_job, lwt_unix_NAME_result and
 * lwt_unix_NAME_free. Deprecated. */
#define LWT_UNIX_JOB_NOT_IMPLEMENTED(NAME)                                     \
  LWT_NOT_AVAILABLE1(unix_##NAME##_job)                                        \
  LWT_NOT_AVAILABLE1(unix_##NAME##_result)                                     \
  LWT_NOT_AVAILABLE1(unix_##NAME##_free)

/* How much room a text takes with its NUL; NULL is "". On any thread. */
static inline size_t lwt_unix_job_text_size(const char *text) {
  return text ? strlen(text) + 1 : 1;
}

/* Copies a text to `to`, where there is that much room, and returns `to`. Never
 * NULL. On any thread. */
static inline char *lwt_unix_job_text(char *to, const char *text) {
  return (char *)memcpy(to, text ? text : "", lwt_unix_job_text_size(text));
}

/* ---- Threads, mutexes and conditions by one name on each system. A mutex that
 * can't be made, or is used wrongly, aborts the process. On any thread. ---- */

/* A thread of the system. */
typedef pthread_t lwt_unix_thread;

/* A mutex, which is not to be moved. */
typedef pthread_mutex_t lwt_unix_mutex;

/* A condition, which is not to be moved. */
typedef pthread_cond_t lwt_unix_condition;

/* The thread that calls. */
static inline lwt_unix_thread lwt_unix_thread_self(void) { return pthread_self(); }

/* Are both the same thread? Then it is not 0. */
static inline int lwt_unix_thread_equal(lwt_unix_thread a, lwt_unix_thread b) {
  return pthread_equal(a, b);
}

/* Makes a mutex, which nobody has locked. */
static inline void lwt_unix_mutex_init(lwt_unix_mutex *mutex) {
  if (pthread_mutex_init(mutex, NULL) != 0) abort();
}

/* Ends a mutex, which nobody has locked. */
static inline void lwt_unix_mutex_destroy(lwt_unix_mutex *mutex) {
  if (pthread_mutex_destroy(mutex) != 0) abort();
}

/* Waits until nobody has the mutex, and takes it. */
static inline void lwt_unix_mutex_lock(lwt_unix_mutex *mutex) {
  if (pthread_mutex_lock(mutex) != 0) abort();
}

/* Gives up the mutex, which the calling thread has locked. */
static inline void lwt_unix_mutex_unlock(lwt_unix_mutex *mutex) {
  if (pthread_mutex_unlock(mutex) != 0) abort();
}

/* Makes a condition. */
static inline void lwt_unix_condition_init(lwt_unix_condition *condition) {
  if (pthread_cond_init(condition, NULL) != 0) abort();
}

/* Ends a condition, which nobody waits for. */
static inline void lwt_unix_condition_destroy(lwt_unix_condition *condition) {
  if (pthread_cond_destroy(condition) != 0) abort();
}

/* Wakes one of those who wait for the condition. */
static inline void lwt_unix_condition_signal(lwt_unix_condition *condition) {
  if (pthread_cond_signal(condition) != 0) abort();
}

/* Wakes all who wait for the condition. */
static inline void lwt_unix_condition_broadcast(lwt_unix_condition *condition) {
  if (pthread_cond_broadcast(condition) != 0) abort();
}

/* Gives up the mutex, waits for the condition, and takes the mutex again. May return
 * without a signal: look at what was waited for again. */
static inline void lwt_unix_condition_wait(lwt_unix_condition *condition,
                                           lwt_unix_mutex *mutex) {
  if (pthread_cond_wait(condition, mutex) != 0) abort();
}
