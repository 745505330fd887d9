/* SWITCHES and SCOPES: clean-up, and work that does not outlive its owner.
 *
 * A switch is on until it is turned off, and then runs its hooks, which give up
 * what was acquired under it. Functions that acquire something take a switch,
 * or NULL for none, and add a hook to it (`Lwt_switch`).
 *
 * A scope is a switch that belongs to a function, its body. What is started in
 * it by lwt_switch_start can't outlive it:
 *
 *     static lwt_t *serve(const lwt_switch *scope, void *env) {
 *       lwt_release(lwt_switch_start(scope, heartbeat, env, NULL));
 *       return answer_requests(env);
 *     }
 *     ...
 *     return lwt_switch_run(serve, env, NULL);
 *
 * A scope ends when its body has ended, when something started in it fails,
 * when it is cancelled (lwt_switch_cancel, or lwt_cancel of its promise), or
 * when its time is over. Then all that was started in it, scopes within it
 * included, is cancelled and awaited, the body too, and then its hooks run and
 * are awaited; only then does its promise resolve. What ignores being cancelled
 * is awaited all the same. Why a scope ended is told by lwt_switch_reason.
 *
 * The result of a scope is its first failure in time that is not LWT_CANCELED:
 * of the body, of what was started inside, of a hook, the reason given to
 * lwt_switch_cancel, LWT_TIMEOUT at the deadline. If there is none, the result
 * is that of the body. So one child can be cancelled without ending the scope,
 * and a body that intercepts its being cancelled decides what is told.
 *
 * The scope in which code runs is current for it and for the callbacks that it
 * attaches (it is kept in sequence-local storage): NULL stands for it in
 * lwt_switch_start, and a scope that is opened there is inside of it: it is
 * cancelled and awaited with it, while its failures are told to whoever has its
 * promise. In a scope that is ending nothing can be started, but scopes can be
 * opened: cleaning up may need a deadline of its own.
 *
 * A scope is current for its hooks, too, though it is ending then.
 *
 * A fiber (lwt_spawn) is in the scope in which it was spawned, for as long as it
 * runs: that is all of the storage that it begins with. The scope cancels and
 * awaits it only as a child, though, that is, if it is spawned in
 * lwt_switch_start, or awaited by the body. One that outlives its scope finds
 * that one ended: lwt_switch_start fails with LWT_OFF there.
 *
 * A promise that nothing can resolve any more, as its wakener was forgotten, is
 * not waited for. A switch whose handles are all released lives on while
 * something that was started in it is pending; hooks that never ran are then
 * dropped.
 *
 * Not in the manual. */
