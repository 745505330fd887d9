// The functions of liblwt that can be called as they are, from the description
// that comes with it (lwt-api.json): a signature for each whose every argument
// and result has a counterpart in JavaScript. `build.js` keeps them in
// build/functions.json, as NAME: [letters, names of handles...].
'use strict';
const { taken, given, isOfOneKind } = require('./elements.js');

const integers = {
  int: 'i', 'unsigned int': 'u', int8_t: 'i', int16_t: 'i', int32_t: 'i', uint8_t: 'u', uint16_t: 'u',
  uint32_t: 'u', pid_t: 'i', int64_t: 'l', intptr_t: 'l', ssize_t: 'l', size_t: 'z', uint64_t: 'z',
};
const callbacks = { lwt_unit_fn: 'Fu', lwt_thunk_fn: 'Ft' };
// These call functions on other threads than JavaScript's, keep memory that is
// lent for longer than a call, take the process or the loop from under Node, or
// give memory that goes when a file is cut.
const excluded = new RegExp(
  '^lwt_(main_post|main_run|main_iter|preemptive_|unix_io_vectors_|unix_fork|unix_reset_after|daemon_' +
    '|engine_|debug_here|rte_emit_|unix_strdup|bytes_map_file)|_at$',
);
// Values of the library's own machinery, for which JavaScript has its own.
const foreign = new Set(['lwt_exn', 'lwt_u', 'lwt_key', 'lwt_storage']);

// What these promises are of, which their descriptions tell in words of their own,
// or by naming another function.
const values = {
  lwt_pause: 'u', lwt_main_yield: 'u', lwt_unix_yield: 'u', lwt_mvar_put_owned: 'u', lwt_mvar_take: 'j',
  lwt_mutex_with_lock: 'j', lwt_with_timeout: 'j', lwt_unix_with_timeout: 'j', lwt_switch_run_for: 'j',
  lwt_io_close: 'u', lwt_io_abort: 'u', lwt_unix_lseek: 'i', lwt_throttle_wait: 'b', lwt_io_copy: 'i',
  lwt_unix_get_cpu: 'i', lwt_unix_getsockopt_error: '?i', lwt_io_read_int: 'i', lwt_io_read_int16: 'i',
  lwt_io_read_int32: 'i', lwt_io_read_int64: 'i', lwt_io_read_char: 'i', lwt_io_read_char_opt: '?i',
  lwt_io_read: 's', lwt_io_read_count: 's', lwt_io_read_line_opt: '?s', lwt_text_read: 's',
  lwt_text_read_count: 's', lwt_text_read_line: 's', lwt_text_read_line_opt: '?s',
  lwt_text_read_char_opt: '?s', lwt_condition_wait: 'j',
};
// These promises are of handles, which they say in that way.
const handles = {
  lwt_unix_pipe_in: ['lwt_unix_fd', 'Vh'], lwt_unix_pipe_out: ['lwt_unix_fd', 'Vh'],
  lwt_unix_socketpair: ['lwt_unix_fd', 'Vh'], lwt_ssl_accept: ['lwt_ssl_socket', 'h'],
};

const handleName = (type) => type.replace(/^const /, '').replace(/ ?\*+$/, '');

// What a promise is of, by the words of its description; undefined: not known.
function valueOf({ name, doc, returns }, handle) {
  if (name in values) return values[name];
  if (name in handles) return handle(...handles[name]);
  if (!returns.promise_of) return undefined;
  const spaced = (text) => text.replaceAll('`', '').replace(/\s+/g, ' ');
  const plain = spaced(returns.promise_of);
  if (/^LWT_UNIT( if |$)/.test(plain)) return 'u';
  if (/^(LWT_INT\(1\) or LWT_INT\(0\)|0 or 1|1 or 0)$/.test(plain)) return 'b';
  if (/LWT_TO_INT|LWT_INT|as an integer$|^how many bytes/.test(plain)) return 'i';
  // Places in memory: only if it says so itself.
  if (!spaced(doc).includes(plain)) return undefined;
  if (/^a struct lwt_string \*$/.test(plain)) return 's';
  if (/^a struct lwt_values \* of struct lwt_string \*$/.test(plain)) return 'Vs';
  const one = plain.match(/^an? (lwt_\w+) \*$/);
  if (one) return handle(one[1], 'h');
  const two = plain.match(/^a struct lwt_values \* of two (lwt_\w+) \*$/);
  if (two) return handle(two[1], 'Vh');
  return undefined;
}

function resultOf(api, handle) {
  const { doc, returns, fails_by: fails } = api;
  const { type, kind, ownership, nullable } = returns;
  if (type === 'lwt_t *') {
    const value = valueOf(api, handle);
    return value && (/LWT_NONE/.test(doc) && value[0] !== '?' ? `p?${value}` : `p${value}`);
  }
  if (type === 'int' && /minus the kind/.test(`${doc} ${returns.doc}`)) return 'm';
  if (kind === 'void') return 'v';
  if (kind === 'boolean') return 'b';
  if (kind === 'enumeration') return 'i';
  if (kind === 'number' && type === 'double') return 'd';
  if (kind === 'integer') return type === 'int' && fails === 'kind' ? 'e' : integers[type];
  if (kind === 'string' && ownership === 'borrowed') return 'c';
  if (type.replace('struct ', '') === 'lwt_string *' && ownership === 'owned') return 'S';
  if (kind === 'handle' && ownership === 'owned' && nullable) return handle(handleName(type), 'h');
  return undefined;
}

// `handle` gives the letters of a handle that is given, `takes` of one that is
// taken.
//
// The letters of the arguments from the `at`th on, and how many they are.
function argumentOf(parameters, at, handle, takes) {
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
      return [takes(handleName(type), ownership === 'consumed' ? 'H' : 'h'), 1];
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
  const numbered = (name, letter) => {
    let index = names.indexOf(name);
    if (index < 0) index = names.push(name) - 1;
    return index < 4 ? `${letter}${index}` : undefined;
  };
  // A handle that the function gives.
  const handle = (type, letter) => {
    const name = foreign.has(type) || type === 'lwt_t' ? undefined : given(api.name, type);
    return name && numbered(name, letter);
  };
  // One that it takes. liblwt knows its handles, but not what streams are of.
  const takes = (type, letter) => {
    const name = taken(api.name, type);
    return isOfOneKind(name) ? numbered(name, letter) : name && letter;
  };
  const result = resultOf(api, handle);
  if (result === undefined) return undefined;
  let letters = '';
  for (let at = 0; at < api.parameters.length; ) {
    const [letter, count] = argumentOf(api.parameters, at, handle, takes);
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
