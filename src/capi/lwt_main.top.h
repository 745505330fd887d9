/* THE MAIN LOOP. Each thread that uses the library has one of its own. A program
 * that is liblwt's from end to end runs it until its last promise has resolved:
 *
 *     lwt_main_run(serve(), NULL);
 *
 * One that has a loop already, of a toolkit or of its own, lets that drive ours, by
 * one descriptor among the others:
 *
 *     struct pollfd fds[2] = {{lwt_main_fd(), POLLIN, 0}, {mine, POLLIN, 0}};
 *     while (poll(fds, 2, -1) >= 0 && fds[1].revents == 0)
 *       lwt_main_iter(false);
 *
 * THREADS have loops that know nothing of each other; what belongs to a thread is
 * used there alone. By a handle of it others have functions called there
 * (lwt_main_post), or get promises of what those return (lwt_main_run_on):
 *
 *     lwt_main_thread *main_thread = lwt_main_self();   // then another is started
 *     ...
 *     lwt_main_post(main_thread, show, progress, free); // on that one, no answer
 *     lwt_t *p = lwt_main_run_on(main_thread, count, NULL, NULL);  // with one
 *     ...
 *     lwt_main_thread_release(main_thread);
 *
 * Lwt_main.abandon_yielded_and_paused, an old name, is lwt_abandon_paused here, as
 * lwt_main_yield is lwt_pause; and Lwt_unix.run, another, is lwt_main_run. */
