// The addon, and what it calls. There is one of it for each thread.
'use strict';
const native = require('../build/lwt.node');
const { makeError, abortError } = require('./errors.js');

// Follows an AbortSignal as long as a promise is pending: `handle` is the
// library's promise, which aborting cancels.
function attach(signal, promise, handle) {
  const cancel = () => native.cancel(handle);
  const detach = () => {
    signal.removeEventListener('abort', cancel);
    handle.release();
  };
  try {
    signal.addEventListener('abort', cancel, { once: true });
  } catch (error) {
    promise.catch(() => {}); // what has failed is that the signal can't be followed
    cancel();
    handle.release();
    throw error;
  }
  return promise.then(
    (value) => {
      detach();
      return value;
    },
    (error) => {
      detach();
      throw error?.code === 'ABORT_ERR' && signal.aborted ? abortError(signal.reason) : error;
    },
  );
}

// Resolves a promise of the library as a JavaScript promise does.
function adopt(promise, wakener) {
  promise.then(
    (value) => native.wakeup(wakener, false, value),
    (error) => native.wakeup(wakener, true, error),
  );
}

// What a signal says before the call: undefined, or the error to fail with.
function aborted(signal) {
  if (typeof signal.addEventListener !== 'function') {
    throw Object.assign(new TypeError('lwt: signal must be an AbortSignal'), { code: 'ERR_INVALID_ARG_TYPE' });
  }
  return signal.aborted ? abortError(signal.reason) : undefined;
}

native.start(makeError, aborted, attach, adopt);
process.once('exit', native.leave);

module.exports = native;
