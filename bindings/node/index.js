// liblwt for Node. README.md has the first example, index.d.ts the types.
'use strict';
const native = require('./lib/native.js');
const { LwtError, AbortError } = require('./lib/errors.js');
const { bind } = require('./lib/signature.js');
const { Stream } = require('./lib/stream.js');
const { load, foreign } = require('./lib/library.js');
const unix = require('./lib/unix.js');
const io = require('./lib/io.js');
const process = require('./lib/process.js');
const { c } = require('./lib/c.js');

/** Waits so many seconds. */
const sleep = bind('lwt_unix_sleep', 'pu:d');
/** Waits until the next turn of the scheduler. */
const pause = bind('lwt_pause', 'pu:');
const { Handle } = native;

const withTimeoutOf = bind('lwt_with_timeout', 'pj:dFt');
/** What `f`'s promise is fulfilled with, or a failure when the time is over:
 * then `f`'s signal has been aborted. */
const withTimeout = (seconds, f, options) => {
  const controller = new AbortController();
  const result = withTimeoutOf(seconds, () => f(controller.signal), options);
  result.catch((error) => controller.abort(error));
  return result;
};

const dumpText = bind('lwt_dump_to_string', 'S:i');
const debug = {
  /** What this thread waits for, as an object. */
  dump: () => JSON.parse(dumpText(1)),
  /** The same as text. */
  dumpText: () => dumpText(0),
  /** How many promises and servers keep the process alive. */
  pending: () => native.pending(),
  start: bind('lwt_debug_start', 'b:'),
  stop: bind('lwt_debug_stop', 'v:'),
};

module.exports = {
  sleep, pause, withTimeout, Stream, Handle, LwtError, AbortError, unix, io, process, load, foreign, c,
  debug,
};
