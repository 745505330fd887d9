/* Users and groups. */
#include "folder.h"

#include <grp.h>
#include <pwd.h>

TEST(the_user_of_a_number_is_the_user_of_the_name) {
  lwt_t *p = ran(lwt_unix_getpwuid(0));
  CHECK_INT(kind_of(p), LWT_OK);
  const struct passwd *a = lwt_value_of(p), *want = getpwuid(0);
  CHECK(a != NULL && want != NULL);
  CHECK_STR(a->pw_name, want->pw_name);
  CHECK_STR(a->pw_dir, want->pw_dir);
  CHECK_STR(a->pw_shell, want->pw_shell);
  lwt_t *q = ran(lwt_unix_getpwnam(a->pw_name));
  CHECK_INT(kind_of(q), LWT_OK);
  CHECK_INT(((const struct passwd *)lwt_value_of(q))->pw_uid, 0);
  lwt_release(p);
  struct passwd *mine = lwt_take(q);
  CHECK_STR(mine->pw_dir, want->pw_dir);
  free(mine);
}

TEST(the_group_of_a_number_is_the_group_of_the_name) {
  lwt_t *p = ran(lwt_unix_getgrgid(0));
  CHECK_INT(kind_of(p), LWT_OK);
  const struct group *a = lwt_value_of(p), *want = getgrgid(0);
  CHECK(a != NULL && want != NULL);
  CHECK_STR(a->gr_name, want->gr_name);
  for (int i = 0; a->gr_mem[i] != NULL || want->gr_mem[i] != NULL; i++)
    if (!CHECK_STR(a->gr_mem[i], want->gr_mem[i])) break;
  lwt_t *q = ran(lwt_unix_getgrnam(a->gr_name));
  CHECK_INT(((const struct group *)lwt_value_of(q))->gr_gid, 0);
  lwt_release(p);
  lwt_release(q);
}

TEST(who_is_not_there_is_not_found) {
  CHECK_REFUSED(lwt_unix_getpwnam("no-such-user-here"), LWT_NOT_FOUND);
  CHECK_REFUSED(lwt_unix_getgrnam("no-such-group-here"), LWT_NOT_FOUND);
  CHECK_REFUSED(lwt_unix_getpwuid(3999999999u), LWT_NOT_FOUND);
  CHECK_REFUSED(lwt_unix_getgrgid(3999999999u), LWT_NOT_FOUND);
  CHECK_REFUSED(lwt_unix_getpwnam(""), LWT_NOT_FOUND);
  lwt_t *p = ran(lwt_unix_getpwnam("no-such-user-here"));
  CHECK_HAS(lwt_exn_message(lwt_exn_of(p)), "no-such-user-here");
  lwt_release(p);
}

TEST(a_name_that_is_NULL_is_refused) {
  CHECK_REFUSED(lwt_unix_getpwnam(NULL), INVALID);
  CHECK_REFUSED(lwt_unix_getgrnam(NULL), INVALID);
}

TEST(the_login_is_what_the_system_says) {
  char want[256];
  int error = getlogin_r(want, sizeof want);
  if (error == 0)
    CHECK_TEXT(lwt_unix_getlogin(), want);
  else
    CHECK_ERRNO(lwt_unix_getlogin(), error, "getlogin", "");
}
