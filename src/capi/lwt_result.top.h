/* PROMISES OF SUCCESS OR AN ERROR. Their value is a `struct lwt_result *` (lwt.h),
 * which the promise owns: an error that is expected is a value like others, and
 * does not make the promise fail. That a promise fails is a third outcome, which
 * passes through all of these functions untouched.
 *
 *     static lwt_t *load(lwt_value number, void *env);    // a promise of a result
 *     static lwt_t *parse(lwt_value text, void *env) {
 *       if (*(char *)text == '\0') return lwt_result_fail("no number");
 *       return lwt_result_return(LWT_INT(atoi(text)));
 *     }
 *     ...
 *     lwt_t *p = lwt_result_bind(lwt_result_bind(read_text(), parse, NULL, NULL),
 *                                load, NULL, NULL);
 *
 * An error is a word of the program's own, or an exception (lwt_result_fail_exn,
 * lwt_result_catch), whose handle is then the word.
 *
 * Such a promise owns its value, as all do that are made here, by lwt_owned_result,
 * or with lwt_result_release as the drop function. A promise of a plain word or of
 * a handle is found out and fails with LWT_INVALID_ARGUMENT; an owned pointer to
 * something else must not be given.
 *
 * A result that a function does not act on is handed on as it is: it is the same
 * structure. A value with a drop function that is moved out of a result which
 * others can see leaves them LWT_UNIT, as with promises.
 *
 * Not in the manual. */
