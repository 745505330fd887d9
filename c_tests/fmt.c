/* Module Lwt_fmt: formatters, and their orders. */
#include "io_kit.h"

static struct device device;
static lwt_io_channel *channel(void) {
  device = (struct device){.most = 0};
  return channel_of(&device, 0);
}

TEST(what_is_printed_is_written_in_order_with_what_was_queued_before) {
  lwt_io_channel *oc = channel();
  lwt_fmt *f = lwt_fmt_of_channel(oc);
  CHECK_INT(lwt_fmt_put(f, "[", 1), LWT_OK);
  CHECK_RUN(lwt_fmt_fprintf(f, "%d of %s", 3, "many"), 0);
  CHECK_INT(lwt_fmt_put(f, "]", 1), LWT_OK);
  CHECK_INT(lwt_fmt_put(f, NULL, 0), LWT_OK);
  CHECK_RUN(lwt_fmt_flush(f), 0);
  CHECK_STR(device.written, "[3 of many]");
  CHECK_RUN(lwt_fmt_write_pending(f), 0); /* there is nothing */
  lwt_fmt_release(f);
  run(lwt_io_close(oc));
  lwt_io_channel_release(oc);
}

static char log_text[256];
static lwt_u *waits[4];
static int calls, drops;
static lwt_t *commit(const lwt_fmt_order *order, void *env) {
  (void)env;
  strcat(log_text, order->flush ? "!" : order->data);
  CHECK_INT(strlen(order->data), order->len);
  lwt_t *p = lwt_task(&waits[calls]);
  calls++;
  return p;
}
static void dropped(void *env) {
  (void)env;
  drops++;
}
static lwt_fmt *fresh(void) {
  log_text[0] = '\0';
  calls = drops = 0;
  return lwt_fmt_make_formatter(commit, NULL, dropped);
}

TEST(orders_of_several_calls_are_performed_one_after_the_other) {
  lwt_fmt *f = fresh();
  lwt_t *a = lwt_fmt_fprintf(f, "a"), *b = lwt_fmt_flush(f), *c = lwt_fmt_fprintf(f, "c");
  CHECK_STR(log_text, "a");
  lwt_fmt_release(f);
  lwt_wakeup(waits[0], LWT_UNIT);
  CHECK_RETURNS(a, 0);
  CHECK_STR(log_text, "a!");
  lwt_wakeup(waits[1], LWT_UNIT);
  CHECK_RETURNS(b, 0);
  CHECK_INT(drops, 0);
  lwt_wakeup(waits[2], LWT_UNIT);
  CHECK_RETURNS(c, 0);
  CHECK_STR(log_text, "a!c");
  CHECK_INT(drops, 1);
}

TEST(an_order_that_fails_fails_its_call_alone) {
  lwt_fmt *f = fresh();
  lwt_fmt_put(f, "a", 1);
  lwt_t *a = lwt_fmt_flush(f), *b = lwt_fmt_fprintf(f, "b");
  lwt_wakeup_exn(waits[0], exn(LWT_FULL));
  CHECK_FAILS(a, LWT_FULL);
  CHECK_STR(log_text, "ab");
  lwt_cancel(b);
  CHECK_FAILS(b, LWT_CANCELED);
  lwt_wakener_forget(waits[1]);
  lwt_t *c = lwt_fmt_fprintf(f, "c");
  lwt_wakeup(waits[2], LWT_UNIT);
  CHECK_RETURNS(c, 0);
  lwt_fmt_release(f);
}

TEST(a_stream_of_orders_ends_with_its_formatter) {
  lwt_stream *orders;
  lwt_fmt *f = lwt_fmt_make_stream(&orders);
  CHECK_RUN(lwt_fmt_fprintf(f, "x%d", 1), 0);
  CHECK_RUN(lwt_fmt_flush(f), 0);
  lwt_fmt_release(f);
  lwt_io_channel *oc = channel();
  lwt_t *p = lwt_stream_next(orders);
  const lwt_fmt_order *order = lwt_value_of(p);
  CHECK(!order->flush);
  CHECK_STR(order->data, "x1");
  CHECK_RUN(lwt_fmt_write_order(oc, order), 0);
  lwt_release(p);
  p = lwt_stream_next(orders);
  CHECK(((const lwt_fmt_order *)lwt_value_of(p))->flush);
  CHECK_RUN(lwt_fmt_write_order(oc, (const lwt_fmt_order *)lwt_value_of(p)), 0);
  CHECK_STR(device.written, "x1");
  lwt_release(p);
  CHECK_FAILS(lwt_stream_next(orders), LWT_EMPTY);
  lwt_stream_release(orders);
  run(lwt_io_close(oc));
  lwt_io_channel_release(oc);
}

static lwt_t *seven(lwt_value v, void *env) {
  (void)v, (void)env;
  return lwt_return(LWT_INT(7));
}
TEST(continuations_and_what_prints_nothing) {
  lwt_io_channel *oc = channel();
  lwt_fmt *f = lwt_fmt_of_channel(oc);
  CHECK_RUN(lwt_fmt_kfprintf(seven, NULL, NULL, f, "%s", "k"), 7);
  CHECK_RUN(lwt_fmt_ifprintf(f, "%d", 1), 0);
  CHECK_RUN(lwt_fmt_ikfprintf(seven, NULL, NULL, f, "%d", 1), 7);
  CHECK_RUN(lwt_fmt_flush(f), 0);
  CHECK_STR(device.written, "k");
  lwt_fmt_release(f);
  run(lwt_io_close(oc));
  CHECK(lwt_fmt_of_channel(NULL) == NULL);
  lwt_io_channel_release(oc);
}

TEST(bad_arguments_are_told) {
  drops = 0;
  CHECK(lwt_fmt_make_formatter(NULL, NULL, dropped) == NULL);
  CHECK_INT(drops, 1);
  CHECK(lwt_fmt_make_stream(NULL) == NULL);
  CHECK_INT(lwt_fmt_put(NULL, "a", 1), LWT_INVALID_ARGUMENT);
  CHECK_FAILS(lwt_fmt_flush(NULL), LWT_INVALID_ARGUMENT);
  CHECK_FAILS(lwt_fmt_fprintf(NULL, "a"), LWT_INVALID_ARGUMENT);
  CHECK_FAILS(lwt_fmt_write_order(NULL, NULL), LWT_INVALID_ARGUMENT);
  lwt_fmt *f = fresh();
  CHECK_INT(lwt_fmt_put(f, NULL, 1), LWT_INVALID_ARGUMENT);
  lwt_fmt_release(f);
  CHECK(lwt_fmt_retain(f) == NULL);
}
