/* Names of hosts, services and protocols, and addresses as text. */
/* flags: -ldl */
#include "names.h"

static char home[64];

/* The address of the first in a list that a promise shows, as text. */
static const char *first_of(const lwt_t *p) {
  static char text[128];
  const struct addrinfo *list = (const struct addrinfo *)lwt_value_of(p);
  text[0] = '\0';
  if (lwt_state(p) == LWT_RETURN && list != NULL)
    lwt_unix_sockaddr_to_text(list->ai_addr, list->ai_addrlen, text, sizeof text);
  return text;
}
/* Runs until it has resolved, and lends it. */
static lwt_t *done(lwt_t *p) {
  CHECK_INT(lwt_main_run_until(p), LWT_OK);
  return p;
}
#define CHECK_DONE_FAILS(p, kind) CHECK_FAILS(done(p), kind)

TEST(addresses_go_to_text_and_back) {
  const char *texts[] = {"127.0.0.1:80", "[::1]:8080", "unix:/tmp/x", "unix:@hidden"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    struct lwt_unix_sockaddr address;
    char text[128];
    CHECK_INT(lwt_unix_sockaddr_of_text(&address, texts[i]), LWT_OK);
    size_t len = lwt_unix_sockaddr_to_text((struct sockaddr *)&address.address, address.len, text,
                                           sizeof text);
    CHECK_STR(text, texts[i]);
    CHECK_INT(len, strlen(texts[i]));
  }
}

TEST(text_that_does_not_fit_is_cut_and_its_length_told) {
  struct lwt_unix_sockaddr address;
  char text[6] = "xxxxx";
  CHECK_INT(lwt_unix_sockaddr_of_text(&address, "127.0.0.1:80"), LWT_OK);
  const struct sockaddr *a = (struct sockaddr *)&address.address;
  CHECK_INT(lwt_unix_sockaddr_to_text(a, address.len, text, sizeof text), 12);
  CHECK_STR(text, "127.0");
  CHECK_INT(lwt_unix_sockaddr_to_text(a, address.len, NULL, 0), 12);
  CHECK_INT(lwt_unix_sockaddr_to_text(NULL, 16, text, sizeof text), 0);
  CHECK_STR(text, "");
  CHECK_INT(lwt_unix_sockaddr_to_text(a, 4000, NULL, 0), 0);
}

TEST(what_is_no_address_is_refused) {
  struct lwt_unix_sockaddr address;
  char path[200] = "unix:/";
  memset(path + 6, 'a', 106);
  CHECK_INT(lwt_unix_sockaddr_of_text(&address, path), LWT_OK);
  memset(path + 6, 'a', 107);
  CHECK_INT(lwt_unix_sockaddr_of_text(&address, path), INVALID);
  CHECK_INT(address.len, 0);
  CHECK_INT(lwt_unix_sockaddr_of_text(&address, "localhost:80"), INVALID);
  CHECK_INT(lwt_unix_sockaddr_of_text(&address, NULL), INVALID);
  CHECK_INT(lwt_unix_sockaddr_of_text(NULL, "127.0.0.1:80"), INVALID);
  lwt_unix_sockaddr_release(NULL);
}

TEST(a_host_and_a_service_have_addresses) {
  lwt_t *p = done(lwt_unix_getaddrinfo("127.0.0.1", "80", NULL));
  CHECK_STR(first_of(p), "127.0.0.1:80");
  lwt_release(p);
  p = done(lwt_unix_getaddrinfo("localhost", NULL, NULL));
  CHECK(lwt_value_of(p) != NULL);
  lwt_release(p);
}

TEST(the_order_of_the_resolver_is_kept_and_a_list_may_be_moved_out) {
  names_clear();
  names_add("[::2]:1");
  names_add("10.0.0.1:2");
  names_add("[::1]:3");
  names_add("10.0.0.0:4");
  struct addrinfo *list = (struct addrinfo *)lwt_take(done(lwt_unix_getaddrinfo("a.test", "x", NULL)));
  int port = 0;
  for (struct addrinfo *at = list; at != NULL; at = at->ai_next)
    CHECK_INT(ntohs(((struct sockaddr_in *)at->ai_addr)->sin_port), ++port);
  CHECK_INT(port, 4);
  lwt_unix_addrinfo_release(list);
  lwt_unix_addrinfo_release(NULL);
}

TEST(hints_narrow_the_list) {
  struct addrinfo hints;
  memset(&hints, 0, sizeof hints);
  hints.ai_family = AF_INET6;
  hints.ai_flags = AI_NUMERICHOST;
  lwt_t *p = done(lwt_unix_getaddrinfo("::1", "443", &hints));
  CHECK_STR(first_of(p), "[::1]:443");
  lwt_release(p);
  /* It has addresses, but none of these: nothing, which is no failure. */
  p = done(lwt_unix_getaddrinfo("127.0.0.1", "443", &hints));
  CHECK_RETURNS(p, 0);
}

TEST(where_there_is_nothing_the_list_is_empty) {
  CHECK_RETURNS(done(lwt_unix_getaddrinfo("none.test", "80", NULL)), 0);
  struct addrinfo hints;
  memset(&hints, 0, sizeof hints);
  hints.ai_flags = AI_NUMERICHOST;
  CHECK_RETURNS(done(lwt_unix_getaddrinfo("words", "80", &hints)), 0);
  CHECK_RETURNS(done(lwt_unix_getaddrinfo(NULL, NULL, NULL)), 0);
}

TEST(a_look_up_that_could_not_be_made_is_a_failure) {
  lwt_t *p = done(lwt_unix_getaddrinfo("again.test", "80", NULL));
  CHECK_STATE(p, LWT_FAIL);
  CHECK_HAS(lwt_exn_message(lwt_exn_of(p)), "getaddrinfo: ");
  CHECK_HAS(lwt_exn_message(lwt_exn_of(p)), ": \"again.test\"");
  CHECK_FAILS(p, LWT_FAILURE);
}

TEST(hints_that_make_no_sense_are_an_invalid_argument) {
  struct addrinfo hints;
  memset(&hints, 0, sizeof hints);
  hints.ai_family = 12345;
  CHECK_DONE_FAILS(lwt_unix_getaddrinfo("127.0.0.1", "80", &hints), INVALID);
  hints.ai_family = AF_UNSPEC;
  hints.ai_flags = 0x40000000;
  CHECK_DONE_FAILS(lwt_unix_getaddrinfo("127.0.0.1", "80", &hints), INVALID);
}

TEST(an_address_has_names) {
  struct lwt_unix_sockaddr address;
  CHECK_INT(lwt_unix_sockaddr_of_text(&address, "127.0.0.1:80"), LWT_OK);
  const struct sockaddr *a = (struct sockaddr *)&address.address;
  struct lwt_unix_name_info *info = (struct lwt_unix_name_info *)lwt_take(
    done(lwt_unix_getnameinfo(a, address.len, NI_NUMERICHOST | NI_NUMERICSERV)));
  CHECK_STR(info->hostname, "127.0.0.1");
  CHECK_STR(info->service, "80");
  lwt_unix_name_info_release(info);
  lwt_unix_name_info_release(NULL);
  CHECK_DONE_FAILS(lwt_unix_getnameinfo(NULL, 16, 0), INVALID);
  CHECK_DONE_FAILS(lwt_unix_getnameinfo(a, 1, 0), INVALID);
  CHECK_DONE_FAILS(lwt_unix_getnameinfo(a, 4, 0), INVALID);
  address.address.ss_family = AF_APPLETALK;
  CHECK_DONE_FAILS(lwt_unix_getnameinfo(a, address.len, 0), INVALID);
}

TEST(the_machine_has_a_name) {
  char want[256];
  gethostname(want, sizeof want);
  lwt_t *p = done(lwt_unix_gethostname());
  CHECK_STR(((struct lwt_string *)lwt_value_of(p))->data, want);
  lwt_release(p);
}

/* In the place of the system's, for names that end in ".test". */
int gethostbyname_r(const char *name, struct hostent *result, char *buffer, size_t size,
                    struct hostent **found, int *code) {
  typedef int (*real_t)(const char *, struct hostent *, char *, size_t, struct hostent **, int *);
  if (!names_ours(name)) {
    real_t real;
    *(void **)&real = dlsym(RTLD_NEXT, "gethostbyname_r");
    return real(name, result, buffer, size, found, code);
  }
  *found = NULL;
  *code = strcmp(name, "none.test") == 0 ? HOST_NOT_FOUND
        : strcmp(name, "nodata.test") == 0 ? NO_DATA
                                            : TRY_AGAIN;
  if (strcmp(name, "big.test") != 0) return strcmp(name, "again.test") == 0 ? EAGAIN : 0;
  if (size < 100000) return *code = NETDB_INTERNAL, ERANGE;
  memset(result, 0, sizeof *result);
  memset(buffer, 'b', 99999);
  buffer[99999] = '\0';
  result->h_name = buffer;
  *code = NETDB_SUCCESS;
  *found = result;
  return 0;
}

TEST(a_host_has_an_address_by_its_name) {
  struct hostent *host = (struct hostent *)lwt_take(done(lwt_unix_gethostbyname("localhost")));
  CHECK(host != NULL);
  if (host == NULL) return;
  CHECK_INT(host->h_addrtype, AF_INET);
  CHECK_INT(((unsigned char *)host->h_addr_list[0])[0], 127);
  lwt_unix_hostent_release(host);
  lwt_unix_hostent_release(NULL);
}
TEST(what_a_host_has_may_be_large) {
  lwt_t *p = done(lwt_unix_gethostbyname("big.test"));
  CHECK_INT(strlen(((struct hostent *)lwt_value_of(p))->h_name), 99999);
  lwt_release(p);
}
TEST(a_host_that_is_not_there_is_not_found) {
  CHECK_DONE_FAILS(lwt_unix_gethostbyname("none.test"), LWT_NOT_FOUND);
  CHECK_DONE_FAILS(lwt_unix_gethostbyname("nodata.test"), LWT_NOT_FOUND);
  CHECK_DONE_FAILS(lwt_unix_gethostbyname("again.test"), LWT_FAILURE);
  CHECK_DONE_FAILS(lwt_unix_gethostbyname(NULL), INVALID);
}
TEST(a_host_has_a_name_by_its_address) {
  struct in_addr loopback = {htonl(INADDR_LOOPBACK)};
  lwt_t *p = done(lwt_unix_gethostbyaddr(&loopback, sizeof loopback, AF_INET));
  CHECK_STATE(p, LWT_RETURN);
  CHECK(strlen(((struct hostent *)lwt_value_of(p))->h_name) > 0);
  lwt_release(p);
  CHECK_DONE_FAILS(lwt_unix_gethostbyaddr(NULL, 4, AF_INET), INVALID);
  CHECK_DONE_FAILS(lwt_unix_gethostbyaddr(&loopback, 4, AF_INET6), INVALID);
  CHECK_DONE_FAILS(lwt_unix_gethostbyaddr(&loopback, 3, AF_INET), INVALID);
}

TEST(services_are_found_by_name_and_by_port) {
  if (access("/etc/services", R_OK) != 0) return;
  struct servent *service = (struct servent *)lwt_take(done(lwt_unix_getservbyname("http", "tcp")));
  CHECK_INT(ntohs((uint16_t)service->s_port), 80);
  CHECK_STR(service->s_proto, "tcp");
  lwt_unix_servent_release(service);
  lwt_t *p = done(lwt_unix_getservbyport(80, NULL));
  CHECK_STR(((struct servent *)lwt_value_of(p))->s_name, "http");
  lwt_release(p);
}
TEST(protocols_are_found_by_name_and_by_number) {
  if (access("/etc/protocols", R_OK) != 0) return;
  struct protoent *protocol = (struct protoent *)lwt_take(done(lwt_unix_getprotobyname("udp")));
  CHECK_INT(protocol->p_proto, IPPROTO_UDP);
  lwt_unix_protoent_release(protocol);
  lwt_t *p = done(lwt_unix_getprotobynumber(IPPROTO_TCP));
  CHECK_STR(((struct protoent *)lwt_value_of(p))->p_name, "tcp");
  lwt_release(p);
}
TEST(what_is_not_in_a_data_base_is_not_found) {
  CHECK_DONE_FAILS(lwt_unix_getservbyname("no-such-service", NULL), LWT_NOT_FOUND);
  CHECK_DONE_FAILS(lwt_unix_getservbyport(1, "no-such-protocol"), LWT_NOT_FOUND);
  CHECK_DONE_FAILS(lwt_unix_getprotobyname("no-such-protocol"), LWT_NOT_FOUND);
  CHECK_DONE_FAILS(lwt_unix_getprotobynumber(-7), LWT_NOT_FOUND);
  CHECK_DONE_FAILS(lwt_unix_getservbyname(NULL, "tcp"), INVALID);
  CHECK_DONE_FAILS(lwt_unix_getservbyport(65536, NULL), INVALID);
  CHECK_DONE_FAILS(lwt_unix_getprotobyname(NULL), INVALID);
  lwt_unix_servent_release(NULL);
  lwt_unix_protoent_release(NULL);
}

TEST(the_size_of_the_resolvers_pool_has_bounds) {
  CHECK_INT(lwt_unix_resolver_pool_size(), 16);
  CHECK_INT(lwt_unix_set_resolver_pool_size(0), INVALID);
  CHECK_INT(lwt_unix_set_resolver_pool_size(65537), INVALID);
  CHECK_INT(lwt_unix_set_resolver_pool_size(2), LWT_OK);
  CHECK_INT(lwt_unix_resolver_pool_size(), 2);
}

TEST(names_that_nobody_answers_hold_up_no_files) {
  lwt_t *names[6];
  names_shut();
  int asked = names_shared(&names_asked);
  for (int i = 0; i < 6; i++) names[i] = lwt_unix_getaddrinfo("slow.test", "80", NULL);
  WAIT_UNTIL(names_shared(&names_waiting) == 2);
  snprintf(home, sizeof home, "%s/lwt-host-%d", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp",
           (int)getpid());
  for (int i = 0; i < 20; i++) {
    CHECK_INT(run(lwt_unix_mkdir(home, 0700)), 0);
    rmdir(home);
  }
  /* And no more than the pool has threads are asked for at once. */
  CHECK_INT(names_shared(&names_asked) - asked, 2);
  for (int i = 0; i < 6; i++) CHECK_SLEEPS(names[i]);
  names_open();
  for (int i = 0; i < 6; i++) CHECK_RETURNS(done(names[i]), 0);
}

TEST(a_cancelled_look_up_fails_at_once_and_one_that_waits_never_begins) {
  lwt_t *names[4];
  names_shut();
  for (int i = 0; i < 2; i++) names[i] = lwt_unix_getaddrinfo("slow.test", "80", NULL);
  WAIT_UNTIL(names_shared(&names_waiting) == 2);
  for (int i = 2; i < 4; i++) names[i] = lwt_unix_getaddrinfo("slow.test", "80", NULL);
  int asked = names_shared(&names_asked);
  for (int i = 0; i < 4; i++) {
    lwt_cancel(names[i]);
    CHECK_FAILS(names[i], LWT_CANCELED);
  }
  names_open();
  CHECK_RETURNS(done(lwt_unix_getaddrinfo("none.test", "80", NULL)), 0);
  CHECK_INT(names_shared(&names_asked), asked + 1);
}

static lwt_t *look_up_here(void *env) {
  return (void)env, lwt_unix_getaddrinfo("none.test", "80", NULL);
}
TEST(by_the_method_none_a_look_up_is_done_within_the_call) {
  CHECK_RETURNS(lwt_unix_with_async_none(look_up_here, NULL, NULL), 0);
}
