/* The examples in the comments of lwt_mutex.h, lwt_condition.h, lwt_mvar.h,
 * lwt_pool.h and lwt_switch.h, made whole. */
#include "sim.h"

/* ---------------------------------------------------------- lwt_mutex.h --- */
static lwt_mutex *file_lock;
static void say(const char *line, const char *part) {
  char text[8];
  snprintf(text, sizeof text, "%.4s%s", line, part);
  trace(text);
}
static lwt_t *write_head(void *line) {
  say(line, "<");
  return lwt_pause();
}
static lwt_t *write_body(lwt_value unit, void *line) {
  say(line, ">");
  return lwt_return(unit);
}
static lwt_t *append(void *line) { /* two records never mix */
  return lwt_bind(write_head(line), write_body, line, NULL);
}
TEST(two_records_never_mix) {
  char a[] = "a", b[] = "b";
  file_lock = lwt_mutex_create();
  lwt_t *both[2] = {lwt_mutex_with_lock(file_lock, append, a, NULL),
                    lwt_mutex_with_lock(file_lock, append, b, NULL)};
  CHECK_INT(run(lwt_join(both, 2)), 0);
  CHECK_TRACE("a< a> b< b>");
  lwt_mutex_release(file_lock);
}

/* ------------------------------------------------------ lwt_condition.h --- */
static lwt_condition *arrived;
static intptr_t queue[4];
static int queued;
static bool queue_is_empty(void) { return queued == 0; }
static lwt_value queue_pop(void) { return LWT_INT(queue[--queued]); }
static lwt_t *next_job(lwt_value signalled, void *env) {
  (void)signalled;
  if (queue_is_empty())
    return lwt_bind(lwt_condition_wait(arrived, NULL), next_job, env, NULL);
  return lwt_return(queue_pop());
}
TEST(who_is_woken_looks_again) {
  arrived = lwt_condition_create();
  lwt_t *a = next_job(LWT_UNIT, NULL), *b = next_job(LWT_UNIT, NULL);
  queue[queued++] = 7;
  lwt_condition_broadcast(arrived, LWT_UNIT);
  CHECK_RETURNS(a, 7);
  CHECK_SLEEPS(b);
  queue[queued++] = 8;
  lwt_condition_signal(arrived, LWT_UNIT);
  CHECK_RETURNS(b, 8);
  lwt_condition_release(arrived);
}

/* ----------------------------------------------------------- lwt_mvar.h --- */
static intptr_t number, used;
static intptr_t next_number(void) { return ++number; }
static void use(intptr_t n) { used += n; }
static lwt_t *produce(lwt_value unit, void *box) {
  if (number == 10) return lwt_return(unit);
  return lwt_bind(lwt_mvar_put(box, LWT_INT(next_number())), produce, box, NULL);
}
static lwt_t *consume(lwt_value n, void *box) {
  use(LWT_TO_INT(n));
  return lwt_bind(lwt_mvar_take(box), consume, box, NULL);
}
TEST(values_go_from_one_part_to_another) {
  lwt_mvar *box = lwt_mvar_create_empty();
  lwt_t *consumer = lwt_bind(lwt_mvar_take(box), consume, box, NULL);
  CHECK_RETURNS(produce(LWT_UNIT, box), 0);
  CHECK_INT(used, 55);
  lwt_cancel(consumer);
  CHECK_FAILS(consumer, LWT_CANCELED);
  lwt_mvar_release(box);
}

/* ----------------------------------------------------------- lwt_pool.h --- */
static lwt_t *connect_to(void *host) { return lwt_return_owned(strdup(host), free); }
static lwt_t *ask(lwt_value connection, void *question) {
  return lwt_return(LWT_INT(strlen(connection) + strlen(question)));
}
TEST(a_connection_is_lent) {
  char host[] = "host", question[] = "what?";
  lwt_pool *pool = lwt_pool_create(8, connect_to, host, NULL, NULL);
  CHECK_RETURNS(lwt_pool_use(pool, ask, question, NULL), 9);
  lwt_pool_release(pool);
}

/* --------------------------------------------------------- lwt_switch.h --- */
static lwt_t *beat(lwt_value unit, void *beats) {
  (void)unit;
  ++*(int *)beats;
  return lwt_bind(lwt_unix_sleep(1), beat, beats, NULL);
}
static lwt_t *heartbeat(void *beats) { return beat(LWT_UNIT, beats); }
static lwt_t *answer_requests(void *env) { return (void)env, lwt_unix_sleep(4.5); }
static lwt_t *serve(const lwt_switch *scope, void *env) {
  lwt_release(lwt_switch_start(scope, heartbeat, env, NULL));
  return answer_requests(env);
}
TEST(the_heart_stops_with_the_server) {
  int beats = 0;
  simulate(1);
  CHECK_INT(run(lwt_switch_run(serve, &beats, NULL)), 0);
  CHECK_INT(beats, 5);
  CHECK_INT(run(lwt_unix_sleep(10)), 0);
  CHECK_INT(beats, 5);
}
