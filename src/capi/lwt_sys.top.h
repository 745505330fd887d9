/* MODULE LWT_SYS: what this system can do.
 *
 * What the system lacks is found out when it is called: the promise fails with
 * LWT_NOT_AVAILABLE, `Lwt_sys.Not_available`, and lwt_exn_function names the
 * call. lwt_sys_have tells beforehand:
 *
 *   if (!lwt_sys_have(LWT_SYS_LIBEV)) puts("no libev here, so another engine"); */
