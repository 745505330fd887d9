/* The examples in the comments of lwt_timeout.h and lwt_throttle.h, made whole, in
 * virtual time. */
#include "sim.h"

/* ------------------------------------------------------- lwt_timeout.h --- */
struct peer {
  lwt_timeout *silence;
  int hung_up;
};
static void hang_up(void *peer) { ((struct peer *)peer)->hung_up++; }
TEST(a_silent_peer_is_hung_up) {
  struct peer whole = {NULL, 0}, *peer = &whole;
  simulate(1);
  peer->silence = lwt_timeout_create(30, hang_up, peer, NULL);
  lwt_timeout_start(peer->silence); /* and again for each message */
  CHECK_INT(run(lwt_unix_sleep(20)), 0);
  lwt_timeout_start(peer->silence);
  CHECK_INT(run(lwt_unix_sleep(20)), 0);
  CHECK_INT(peer->hung_up, 0);
  CHECK_INT(run(lwt_unix_sleep(20)), 0);
  CHECK_INT(peer->hung_up, 1);
  lwt_timeout_release(peer->silence);
}

/* ------------------------------------------------------ lwt_throttle.h --- */
static int refused, logged_in;
static lwt_t *log_in_or_refuse(lwt_value granted, void *session) {
  (void)session;
  ++*(LWT_TO_INT(granted) ? &logged_in : &refused);
  return lwt_return(LWT_UNIT);
}
static lwt_t *log_in(const lwt_throttle *attempts, struct in_addr address, void *session) {
  return lwt_bind(lwt_throttle_wait(attempts, &address, sizeof address),
                  log_in_or_refuse, session, NULL); /* value 0: refuse */
}
TEST(attempts_are_limited) {
  lwt_throttle *attempts = lwt_throttle_create(3, 100);
  struct in_addr address = {htonl(INADDR_LOOPBACK)};
  lwt_t *all[200];
  for (int i = 0; i < 200; i++) all[i] = log_in(attempts, address, NULL);
  CHECK_INT(logged_in, 3);
  CHECK_INT(refused, 97);
  CHECK_INT(run(lwt_join(all, 200)), 0);
  CHECK_INT(logged_in, 103);
  lwt_throttle_release(attempts);
}
