/* Lists are arrays with a length. Each function calls f with the elements of one:
 *
 *   _s   one after the other: the next call is made when the promise of the one
 *        before is fulfilled, and none after a failure;
 *   _p   all at once: f is called with each, in their order, and then the
 *        promises are awaited.
 *
 *     static lwt_t *size(lwt_value path, void *env);
 *     lwt_value paths[] = {(void *)"a", (void *)"b", (void *)"c"};
 *     lwt_t *sizes = lwt_list_map_p(paths, 3, size, NULL, NULL);
 *
 * The array is copied at the call. The elements are words that the caller keeps
 * alive until the result has resolved; f borrows them.
 *
 * Of several failures of a _p function it is not the first in time that counts:
 * see lwt_list_iter_p and lwt_list_map_p. That is as in Lwt, where it comes from
 * the reversed lists that these functions work on, and programs rely on it.
 *
 * A list of any length is walked in constant stack, and as long as f returns
 * promises that are fulfilled already, without a promise for each element. */
