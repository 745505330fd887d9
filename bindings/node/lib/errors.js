// Exceptions of the library as errors of JavaScript. Those of system calls look
// as Node's own do; a cancelled promise is an AbortError.
'use strict';
const { getSystemErrorMap } = require('node:util');

// The kinds of lwt.h, by their numbers.
const kinds = [
  'OK', 'CANCELED', 'INVALID_ARGUMENT', 'WRONG_THREAD', 'FAILURE', 'NOT_FOUND', 'UNIX_ERROR',
  'END_OF_FILE', 'TIMEOUT', 'EMPTY', 'CLOSED', 'FULL', 'ABANDONED', 'OUT_OF_MEMORY', 'STALLED',
  'OFF', 'ASSERT_FAILED', 'NOT_AVAILABLE', 'FORKED', 'LOGGER_CLOSED', 'INTERRUPT', 'SSL',
];
const CANCELED = kinds.indexOf('CANCELED');
const UNIX_ERROR = kinds.indexOf('UNIX_ERROR');

/** What the library fails with, but for system calls: `code` is `LWT_` and its kind. */
class LwtError extends Error {
  constructor(kind, message) {
    super(message);
    this.kind = kind;
    this.code = `LWT_${kinds[kind] ?? kind}`;
  }
}
LwtError.prototype.name = 'LwtError';

class AbortError extends Error {
  constructor(options) {
    super('The operation was aborted', options);
    this.code = 'ABORT_ERR';
  }
}
AbortError.prototype.name = 'AbortError';

const abortError = (reason) => new AbortError(reason === undefined ? undefined : { cause: reason });

let systemErrors; // made once: it is made anew each time that it is asked for

// As Node does it: `ENOENT: no such file or directory, open 'x'`, errno negative.
function systemError(errno, syscall, argument) {
  systemErrors ??= getSystemErrorMap();
  const [code, words] = systemErrors.get(-errno) ?? [`E${errno}`, 'unknown error'];
  const path = argument === '' ? '' : ` '${argument}'`;
  const error = new Error(`${code}: ${words}, ${syscall}${path}`);
  error.errno = -errno;
  error.code = code;
  error.syscall = syscall;
  if (argument !== '') error.path = argument;
  return error;
}

function errorOf(kind, message, errno, syscall, argument) {
  if (kind === CANCELED) return abortError();
  if (kind === UNIX_ERROR) return systemError(errno, syscall, argument);
  return new LwtError(kind, message);
}

function makeError(kind, message, errno, syscall, argument, backtrace) {
  // The stack is that of the main loop, which tells nothing: it is not taken.
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  const error = errorOf(kind, message, errno, syscall, argument);
  Error.stackTraceLimit = limit;
  if (backtrace !== '') error.backtrace = backtrace; // with LWT_DEBUG=1
  return error;
}

module.exports = { LwtError, AbortError, abortError, makeError, kinds };
