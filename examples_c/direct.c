/* Direct style: plain loops and plain returns on fibers, where a callback
 * would be a detour. A fiber waits with lwt_await; the others go on meanwhile.
 *
 *   cc -std=c99 -O2 -Iinclude examples_c/direct.c -o direct -Ltarget/release -llwt -Wl,-rpath,target/release
 *
 * Three tellers serve one queue of clients, each of whom takes a while; then
 * the same waiting fails, and the failure arrives where it is waited for.
 */
#include <lwt_direct.h>
#include <lwt_main.h>
#include <lwt_unix.h>
#include <stdio.h>

enum { TELLERS = 3, CLIENTS = 30 };

struct bank {
  int next_client;
  int served_by[CLIENTS];
};

struct teller {
  struct bank *bank;
  int number;
};

static lwt_value work(void *env)
{
  const struct teller *teller = env;
  struct bank *bank = teller->bank;
  intptr_t served = 0;

  while (bank->next_client < CLIENTS) {
    int client = bank->next_client++;
    lwt_exn *exn = NULL;

    lwt_await(lwt_unix_sleep(0.001 * (client % 3)), &exn);
    if (exn != NULL)
      return lwt_raise(exn);
    bank->served_by[client] = teller->number;
    served++;
  }
  return LWT_INT(served);
}

static lwt_value alarm_goes_off(void *env)
{
  (void)env;
  lwt_yield(); /* let the others run first */
  return lwt_raise(lwt_exn_new(LWT_FAILURE, "the alarm goes off"));
}

static lwt_value manage(void *env)
{
  struct bank *bank = env;
  struct teller tellers[TELLERS];
  lwt_t *at_work[TELLERS];
  intptr_t served = 0;
  lwt_exn *exn = NULL;

  for (int i = 0; i < TELLERS; i++) {
    tellers[i] = (struct teller){ bank, i + 1 };
    at_work[i] = lwt_spawn(work, &tellers[i], NULL, 0);
  }
  /* `tellers` is on this fiber's stack, and stays there while it waits. */
  for (int i = 0; i < TELLERS; i++)
    served += LWT_TO_INT(lwt_await(at_work[i], NULL));

  lwt_await(lwt_spawn(alarm_goes_off, NULL, NULL, 0), &exn);
  if (exn == NULL || lwt_exn_kind(exn) != LWT_FAILURE)
    return LWT_INT(-1);
  printf("%s\n", lwt_exn_message(exn));
  lwt_exn_release(exn);
  return LWT_INT(served);
}

int main(void)
{
  static struct bank bank;
  intptr_t served = LWT_TO_INT(lwt_main_run(lwt_spawn(manage, &bank, NULL, 0), NULL));
  int by[TELLERS] = { 0 };

  for (int i = 0; i < CLIENTS; i++)
    if (bank.served_by[i] >= 1)
      by[bank.served_by[i] - 1]++;
  printf("%ld clients served: %d, %d and %d\n", (long)served, by[0], by[1], by[2]);
  /* That each served some shows that none of them held up the others. */
  return served == CLIENTS && by[0] + by[1] + by[2] == CLIENTS && by[0] && by[1] && by[2] ? 0 : 1;
}
