/* Lwt_io: copying between channels. */
#include "io_kit.h"

static struct device from, to;
static lwt_io_channel *ic, *oc;
static char *content;
static void open_both(size_t len) {
  content = malloc(len + 1);
  for (size_t i = 0; i < len; i++) content[i] = (char)('a' + i * 7 % 26);
  from = (struct device){.data = content, .len = len};
  to = (struct device){.most = 0};
  ic = channel_of(&from, 0);
  oc = channel_of(&to, 0);
}
static void close_both(void) {
  run(lwt_io_close(ic));
  run(lwt_io_close(oc));
  lwt_io_channel_release(ic);
  lwt_io_channel_release(oc);
  free(content);
}

static uint64_t told;
static int tellings, drops;
static void progress(uint64_t copied, void *env) {
  (void)env;
  CHECK(copied > told);
  told = copied;
  tellings++;
}
static void dropped(void *env) {
  (void)env;
  drops++;
}

TEST(all_is_copied_to_the_end_and_told_on_the_way) {
  open_both(60000);
  told = tellings = drops = 0;
  CHECK_RUN(lwt_io_copy(ic, oc, UINT64_MAX, progress, NULL, dropped), 60000);
  CHECK_INT(to.wrote, 60000);
  CHECK(memcmp(to.written, content, 60000) == 0);
  CHECK_INT(told, 60000);
  CHECK(tellings > 1);
  CHECK_INT(drops, 1);
  CHECK_RUN(lwt_io_copy(ic, oc, UINT64_MAX, NULL, NULL, dropped), 0);
  CHECK_INT(drops, 2);
  close_both();
}

TEST(no_more_than_the_limit_is_taken) {
  open_both(10000);
  CHECK_RUN(lwt_io_copy(ic, oc, 5000, NULL, NULL, NULL), 5000);
  CHECK_RUN(lwt_io_copy(ic, oc, 0, NULL, NULL, NULL), 0);
  CHECK_INT(to.wrote, 5000);
  CHECK_RUN(lwt_io_copy(ic, oc, 1, NULL, NULL, NULL), 1);
  CHECK_RUN(lwt_io_copy(ic, oc, 100000, NULL, NULL, NULL), 4999);
  CHECK(memcmp(to.written, content, 10000) == 0);
  close_both();
}

TEST(a_failure_of_either_side_fails_the_copy) {
  open_both(100);
  from.fails = LWT_FULL;
  CHECK_RUN_FAILS(lwt_io_copy(ic, oc, UINT64_MAX, NULL, NULL, NULL), LWT_FULL);
  from.fails = 0;
  to.fails = LWT_CLOSED;
  CHECK_RUN_FAILS(lwt_io_copy(ic, oc, UINT64_MAX, NULL, NULL, NULL), LWT_CLOSED);
  to.fails = 0;
  close_both();
}

TEST(cancelling_a_copy_that_waits_ends_it_and_leaves_the_channels) {
  open_both(100);
  from.waits = true;
  drops = 0;
  lwt_t *p = lwt_io_copy(ic, oc, UINT64_MAX, progress, NULL, dropped);
  CHECK_SLEEPS(p);
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
  CHECK_INT(drops, 1);
  close_both();
}

TEST(bad_handles_are_told) {
  open_both(1);
  drops = 0;
  CHECK_FAILS(lwt_io_copy(NULL, oc, 1, NULL, NULL, dropped), LWT_INVALID_ARGUMENT);
  CHECK_FAILS(lwt_io_copy(ic, NULL, 1, NULL, NULL, dropped), LWT_INVALID_ARGUMENT);
  CHECK_FAILS(lwt_io_copy(oc, ic, 1, NULL, NULL, dropped), LWT_INVALID_ARGUMENT);
  CHECK_INT(drops, 3);
  close_both();
}
