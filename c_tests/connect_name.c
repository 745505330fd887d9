/* Connecting to a name with several addresses: families alternate, attempts are
 * staggered, the first connection wins. */
/* flags: -ldl */
#include "names.h"
#include "sockets.h"

static lwt_unix_fd *connected(lwt_t *p, const lwt_unix_fd *server) {
  lwt_unix_fd *fd = TAKE_FD(p);
  if (fd != NULL) CHECK_STR(text_of(lwt_unix_getpeername(fd)), name_of(server));
  return fd;
}
/* An address where nobody listens: bound, so that nobody else comes to listen. */
static lwt_unix_fd *refusing(const char *address) {
  struct lwt_unix_sockaddr a = address_of(address);
  lwt_unix_fd *fd = stream_socket(address);
  CHECK_INT(run(lwt_unix_bind(fd, ADDRESS(a))), 0);
  return fd;
}
/* One where nobody answers: a listener whose queue is full. */
static lwt_unix_fd *silent(lwt_unix_fd *fill[2], const char *address) {
  lwt_unix_fd *server = listener(address, 0);
  lwt_t *p;
  fill[0] = connected_to(server);
  fill[1] = connecting(server, &p);
  lwt_cancel(p);
  lwt_release(p);
  return server;
}
static bool has_ipv6(void) {
  struct lwt_unix_sockaddr a = address_of("[::1]:0");
  int fd = socket(AF_INET6, SOCK_STREAM, 0);
  bool there = fd >= 0 && bind(fd, ADDRESS(a)) == 0;
  if (fd >= 0) close(fd);
  return there;
}

TEST(a_name_with_one_address_is_connected_to_it) {
  lwt_unix_fd *server = listener("127.0.0.1:0", 4);
  names_clear();
  names_add(name_of(server));
  lwt_unix_fd *fd = connected(lwt_unix_connect_name("one.test", "http", 0), server);
  CHECK((fcntl(raw_of(fd), F_GETFL) & O_NONBLOCK) != 0);
  CHECK((fcntl(raw_of(fd), F_GETFD) & FD_CLOEXEC) != 0);
  shut(fd);
  shut(server);
}
TEST(one_that_wins_leaves_no_timer_behind) {
  lwt_unix_fd *server = listener("127.0.0.1:0", 4);
  size_t before = lwt_engine_timer_count();
  names_clear();
  names_add(name_of(server));
  names_add(name_of(server));
  lwt_unix_fd *fd = connected(lwt_unix_connect_name("two.test", "http", 3600), server);
  CHECK_INT(lwt_engine_timer_count(), before);
  shut(fd);
  shut(server);
}
TEST(digits_are_a_name_too) {
  lwt_unix_fd *server = listener("127.0.0.1:0", 4);
  const char *name = name_of(server);
  lwt_unix_fd *fd = connected(lwt_unix_connect_name("127.0.0.1", strchr(name, ':') + 1, 0), server);
  shut(fd);
  shut(server);
}
TEST(after_a_refusal_the_next_address_is_tried_at_once) {
  lwt_unix_fd *refuses = refusing(has_ipv6() ? "[::1]:0" : "127.0.0.1:0");
  lwt_unix_fd *server = listener("127.0.0.1:0", 4);
  names_clear();
  names_add(name_of(refuses));
  names_add(name_of(server));
  /* Much longer than the test may take. */
  shut(connected(lwt_unix_connect_name("two.test", "http", 1000), server));
  shut(server);
  shut(refuses);
}
TEST(where_nobody_answers_the_next_is_tried_after_a_while) {
  lwt_unix_fd *fill[2], *quiet = silent(fill, "127.0.0.1:0");
  lwt_unix_fd *server = listener("127.0.0.1:0", 4);
  int before = open_count();
  names_clear();
  names_add(name_of(quiet));
  names_add(name_of(server));
  int64_t start = now_ns();
  lwt_unix_fd *fd = connected(lwt_unix_connect_name("two.test", "http", 0.05), server);
  CHECK(now_ns() - start >= 50000000);
  /* The attempt that lost is closed. */
  CHECK_INT(open_count(), before + 1);
  shut(fd);
  shut(server);
  shut(quiet);
  shut(fill[0]);
  shut(fill[1]);
}
TEST(one_that_was_slow_wins_if_it_is_the_first_that_is_connected) {
  /* The first is silent until its queue is emptied; the second stays so. */
  lwt_unix_fd *fill[2], *more[2], *slow = silent(fill, "127.0.0.1:0");
  lwt_unix_fd *never = silent(more, "127.0.0.1:0");
  names_clear();
  names_add(name_of(slow));
  names_add(name_of(never));
  lwt_t *p = lwt_unix_connect_name("two.test", "http", 0.01);
  run(lwt_unix_sleep(0.1));
  CHECK_SLEEPS(p);
  /* The system tries again after a second, also for who waited before. */
  int taken[8], count = 0;
  while (lwt_state(p) == LWT_SLEEP) {
    int fd = accept(raw_of(slow), NULL, NULL);
    if (fd >= 0 && count < 8) taken[count++] = fd;
    run(lwt_unix_sleep(0.01));
  }
  shut(connected(p, slow));
  while (count > 0) close(taken[--count]);
  shut(slow), shut(never);
  for (int i = 0; i < 2; i++) shut(fill[i]), shut(more[i]);
}
TEST(if_all_fail_the_error_tells_of_each) {
  lwt_unix_fd *a = refusing("127.0.0.1:0"), *b = refusing("127.0.0.1:0");
  char want[300];
  names_clear();
  names_add(name_of(a));
  names_add(name_of(b));
  snprintf(want, sizeof want,
           "connect: Connection refused: \"all.test:http (%s: Connection refused, %s: Connection "
           "refused)\"",
           name_of(a), name_of(b));
  int before = open_count();
  lwt_t *p = ended(lwt_unix_connect_name("all.test", "http", 0));
  CHECK_STR(lwt_exn_message(lwt_exn_of(p)), want);
  CHECK_ERRNO(p, ECONNREFUSED, "connect");
  CHECK_INT(open_count(), before);
  shut(a);
  shut(b);
}
TEST(cancelling_closes_all_sockets) {
  lwt_unix_fd *fill[2], *more[2], *a = silent(fill, "127.0.0.1:0");
  lwt_unix_fd *b = silent(more, "127.0.0.1:0");
  names_clear();
  names_add(name_of(a));
  names_add(name_of(b));
  run(lwt_unix_sleep(0.001));
  int before = open_count();
  lwt_t *p = lwt_unix_connect_name("two.test", "http", 0.01);
  WAIT_UNTIL(open_count() == before + 2);
  CHECK_SLEEPS(p);
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
  CHECK_INT(open_count(), before);
  shut(a), shut(b);
  for (int i = 0; i < 2; i++) shut(fill[i]), shut(more[i]);
}
TEST(a_name_that_is_looked_up_can_be_cancelled) {
  names_shut();
  lwt_t *p = lwt_unix_connect_name("slow.test", "http", 0);
  WAIT_UNTIL(names_shared(&names_waiting) == 1);
  lwt_cancel(p);
  CHECK_FAILS(p, LWT_CANCELED);
  names_open();
}
TEST(a_name_without_addresses_is_not_found) {
  CHECK_FAILS(ended(lwt_unix_connect_name("none.test", "http", 0)), LWT_NOT_FOUND);
  CHECK_FAILS(ended(lwt_unix_connect_name("again.test", "http", 0)), LWT_FAILURE);
  CHECK_FAILS(ended(lwt_unix_connect_any(NULL, 0)), LWT_NOT_FOUND);
}
TEST(what_makes_no_sense_is_refused) {
  CHECK_FAILS(lwt_unix_connect_name("one.test", NULL, 0), INVALID);
  CHECK_FAILS(lwt_unix_connect_name("one.test", "http", -1), INVALID);
  CHECK_FAILS(lwt_unix_connect_any(NULL, 0.0 / 0.0), INVALID);
}
TEST(a_list_may_hold_what_no_resolver_gives) {
  char name[64];
  snprintf(name, sizeof name, "unix:@lwt-any-%d", (int)getpid());
  lwt_unix_fd *server = listener(name, 4);
  struct lwt_unix_sockaddr bad = address_of("127.0.0.1:1"), good = address_of(name);
  bad.address.ss_family = 12345;
  struct addrinfo second, first;
  memset(&second, 0, sizeof second);
  second.ai_addr = (struct sockaddr *)&good.address;
  second.ai_addrlen = good.len;
  first = second;
  first.ai_addr = (struct sockaddr *)&bad.address;
  first.ai_addrlen = bad.len;
  first.ai_next = &second;
  lwt_unix_fd *fd = TAKE_FD(lwt_unix_connect_any(&first, 1000));
  CHECK_STR(text_of(lwt_unix_getpeername(fd)), name);
  shut(fd);
  shut(server);
}
TEST(out_of_descriptors_it_fails_and_is_well_again) {
  if (!limits_hold()) return;
  lwt_unix_fd *server = listener("127.0.0.1:0", 4);
  struct lwt_unix_sockaddr a = address_of(name_of(server));
  struct addrinfo one;
  memset(&one, 0, sizeof one);
  one.ai_addr = (struct sockaddr *)&a.address;
  one.ai_addrlen = a.len;
  struct rlimit before = only(0);
  CHECK_RUN_ERRNO(lwt_unix_connect_any(&one, 0), EMFILE, "connect");
  unlimited(before);
  shut(connected(lwt_unix_connect_any(&one, 0), server));
  shut(server);
}
