// The functions of liblwt that can be called as they are, from the description
// that comes with it (lwt-api.json): a signature for each whose every argument
// and result has a counterpart in JavaScript. `build.js` keeps them in
// build/functions.json, as NAME: [letters, names of handles...].
'use strict';

const integers = {
  int: 'i', 'unsigned int': 'u', int8_t: 'i', int16_t: 'i', int32_t: 'i', uint8_t: 'u', uint16_t: 'u',
  uint32_t: 'u', pid_t: 'i', int64_t: 'l', intptr_t: 'l', ssize_t: 'l', size_t: 'z', uint64_t: 'z',
};
const callbacks = { lwt_unit_fn: 'Fu', lwt_thunk_fn: 'Ft' };
// These call functions on other threads than JavaScript's, keep memory that is
// lent for longer than a call, or take the process or the loop from under Node.
const excluded =
  /^lwt_(main_post|main_run|main_iter|preemptive_|unix_io_vectors_|unix_fork|unix_reset_after|daemon_|engine_)/;
// Values of the library's own machinery, for which JavaScript has its own.
const foreign = new Set(['lwt_exn', 'lwt_u', 'lwt_key', 'lwt_storage']);

// What these promises are of, which their descriptions tell in words of their own.
const values = {
  lwt_pause: 'u', lwt_main_yield: 'u', lwt_unix_yield: 'u', lwt_mvar_put_owned: 'u', lwt_mvar_take: 'j',
  lwt_mutex_with_lock: 'j', lwt_with_timeout: 'j', lwt_unix_with_timeout: 'j', lwt_switch_run_for: 'j',
  lwt_io_close: 'u', lwt_io_abort: 'u', lwt_unix_lseek: 'i', lwt_throttle_wait: 'b', lwt_io_copy: 'i',
  lwt_unix_get_cpu: 'i', lwt_io_read_int: 'i', lwt_io_read_int16: 'i', lwt_io_read_int32: 'i',
  lwt_io_read_int64: 'i', lwt_condition_wait: 'u',
};

const handleName = (type) => type.replace(/^const /, '').replace(/ ?\*+$/, '');

// What a promise is of, by the words of its description; undefined: not known.
function valueOf(words, handle) {
  if (words === undefined || words === null) return undefined;
  const plain = words.replaceAll('`', '');
  if (/^LWT_UNIT( if |$)/.test(plain)) return 'u';
  if (/^a struct lwt_string \*$/.test(plain)) return 's';
  if (/^a struct lwt_values \* of struct lwt_string \*$/.test(plain)) return 'Vs';
  if (/^(LWT_INT\(1\) or LWT_INT\(0\)|0 or 1|1 or 0)$/.test(plain)) return 'b';
  if (/LWT_TO_INT|LWT_INT|as an integer$|^how many bytes/.test(plain)) return 'i';
  const one = plain.match(/^an? (lwt_\w+) \*$/);
  if (one) return handle(one[1], 'h');
  const two = plain.match(/^a struct lwt_values \* of two (lwt_\w+) \*$/);
  if (two) return handle(two[1], 'Vh');
  return undefined;
}

function resultOf({ name, returns, fails_by: fails }, handle) {
  const { type, kind, ownership, nullable } = returns;
  if (type === 'lwt_t *') {
    const value = values[name] ?? valueOf(returns.promise_of, handle);
    return value && `p${value}`;
  }
  if (kind === 'void') return 'v';
  if (kind === 'boolean') return 'b';
  if (kind === 'enumeration') return 'i';
  if (kind === 'number' && type === 'double') return 'd';
  if (kind === 'integer') return type === 'int' && fails === 'kind' ? 'e' : integers[type];
  if (kind === 'string' && ownership === 'borrowed') return 'c';
  if (type.replace('struct ', '') === 'lwt_string *' && ownership === 'owned') return 'S';
  if (type === 'lwt_stream *' && /struct lwt_string \*/.test(returns.doc)) return handle('text stream', 'h');
  if (kind === 'handle' && ownership === 'owned' && nullable) return handle(handleName(type), 'h');
  return undefined;
}

// The letters of the arguments from the `at`th on, and how many they are.
function argumentOf(parameters, at, handle) {
  const { type, kind, ownership } = parameters[at];
  const next = parameters[at + 1];
  const after = parameters[at + 2];
  switch (kind) {
    case 'integer':
      return [integers[type], 1];
    case 'enumeration':
      return ['i', 1];
    case 'boolean':
      return ['b', 1];
    case 'number':
      return [{ double: 'd', float: 'f' }[type], 1];
    case 'string':
    case 'buffer':
      if (next?.type === 'size_t' && next.kind === 'integer' && /len|size|count/.test(next.name))
        return [type.startsWith('const ') ? 'k' : 'K', 2];
      return [kind === 'string' ? 's' : undefined, 1];
    case 'handle':
      if (type === 'lwt_t *') return ['P', 1];
      if (type === 'const lwt_t *' || foreign.has(handleName(type))) return [undefined, 1];
      return [ownership === 'consumed' ? 'H' : 'h', 1];
    case 'handle out':
      return [handle(handleName(type), 'o'), 1];
    case 'value':
      return next?.kind === 'drop' ? ['j', 2] : [undefined, 1];
    case 'callback':
      return next?.kind === 'env' && after?.kind === 'drop' ? [callbacks[type], 3] : [undefined, 1];
    default:
      return [undefined, 1];
  }
}

function signatureOf(api) {
  const names = [];
  const handle = (name, letter) => {
    if (foreign.has(name) || name === 'lwt_t') return undefined;
    let index = names.indexOf(name);
    if (index < 0) index = names.push(name) - 1;
    return index < 4 ? `${letter}${index}` : undefined;
  };
  const result = resultOf(api, handle);
  if (result === undefined) return undefined;
  let letters = '';
  for (let at = 0; at < api.parameters.length; ) {
    const [letter, count] = argumentOf(api.parameters, at, handle);
    if (letter === undefined) return undefined;
    letters += letter;
    at += count;
  }
  return [`${result}:${letters}`, ...names];
}

/** The signatures of a description. */
function describe({ functions }) {
  const found = {};
  for (const api of functions) {
    // Objects let go of handles by themselves; inline functions have no address.
    if (api.inline || excluded.test(api.name) || /_(release|retain)$/.test(api.name)) continue;
    const signature = signatureOf(api);
    if (signature !== undefined) found[api.name] = signature;
  }
  return found;
}

module.exports = { describe };
