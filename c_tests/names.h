/* A resolver for the tests, in the place of the system's: names end in ".test",
 * and what they say is what becomes of them.
 *
 *     slow.test     waits until names_open() and is not found then
 *     none.test     not found
 *     again.test    could not be looked up
 *     big.test      has more aliases than fit into any first room (gethostbyname)
 *     a.b.c.test    what names_set() said: addresses in that order
 *
 * Other names go to the system's own functions. */
#ifndef NAMES_H
#define NAMES_H
#include "loop.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>

static int names_gate, names_asked, names_waiting;
static char names_list[8][64]; /* texts as of lwt_unix_sockaddr_of_text */
static int names_count;

static inline void names_open(void) { __atomic_store_n(&names_gate, 1, __ATOMIC_RELEASE); }
static inline void names_shut(void) { __atomic_store_n(&names_gate, 0, __ATOMIC_RELEASE); }
static inline int names_shared(const int *count) { return __atomic_load_n(count, __ATOMIC_ACQUIRE); }
static inline void names_clear(void) { names_count = 0; }
static inline void names_add(const char *address) {
  snprintf(names_list[names_count++], sizeof names_list[0], "%s", address);
}
static inline bool names_ours(const char *name) {
  size_t len = name != NULL ? strlen(name) : 0;
  return len > 5 && strcmp(name + len - 5, ".test") == 0;
}
static inline void names_slow(void) {
  __atomic_add_fetch(&names_waiting, 1, __ATOMIC_ACQ_REL);
  while (!names_shared(&names_gate)) sleep_ms(1);
  __atomic_sub_fetch(&names_waiting, 1, __ATOMIC_ACQ_REL);
}

/* A list that the freeaddrinfo() of the system does not know. */
#define NAMES_MARK 0x4c57
static struct addrinfo *names_made(void) {
  struct addrinfo *first = NULL, **at = &first;
  for (int i = 0; i < names_count; i++) {
    struct lwt_unix_sockaddr address;
    CHECK_INT(lwt_unix_sockaddr_of_text(&address, names_list[i]), LWT_OK);
    struct addrinfo *one = (struct addrinfo *)calloc(1, sizeof *one + sizeof address.address);
    one->ai_flags = NAMES_MARK;
    one->ai_family = address.address.ss_family;
    one->ai_socktype = SOCK_STREAM;
    one->ai_addrlen = address.len;
    one->ai_addr = (struct sockaddr *)(one + 1);
    memcpy(one->ai_addr, &address.address, address.len);
    *at = one;
    at = &one->ai_next;
  }
  return first;
}

int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
                struct addrinfo **list) {
  typedef int (*real_t)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
  if (!names_ours(host)) {
    real_t real;
    *(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
    return real(host, service, hints, list);
  }
  __atomic_add_fetch(&names_asked, 1, __ATOMIC_ACQ_REL);
  if (strcmp(host, "slow.test") == 0) names_slow();
  if (strcmp(host, "again.test") == 0) return EAI_AGAIN;
  if (strcmp(host, "slow.test") == 0 || strcmp(host, "none.test") == 0) return EAI_NONAME;
  *list = names_made();
  return *list != NULL ? 0 : EAI_NONAME;
}
void freeaddrinfo(struct addrinfo *list) {
  typedef void (*real_t)(struct addrinfo *);
  if (list != NULL && list->ai_flags != NAMES_MARK) {
    real_t real;
    *(void **)&real = dlsym(RTLD_NEXT, "freeaddrinfo");
    real(list);
    return;
  }
  while (list != NULL) {
    struct addrinfo *next = list->ai_next;
    free(list);
    list = next;
  }
}
#endif
