// What `c` refuses and leaves out, for C would take it for something else; and
// what values that may be missing are.
'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const lwt = require('..');
const described = require('../build/functions.json');
const { inScratch, program } = require('./kit.js');
const { c, io, Stream } = lwt;

const file = (text) => {
  const path = inScratch('elements');
  fs.writeFileSync(path, text);
  return path;
};

test('where the input has ended lines and characters are null', async () => {
  const path = file('ab\n');
  const lines = await io.open(path);
  assert.equal(await c.lwt_io_read_line_opt(lines), 'ab');
  assert.equal(await c.lwt_io_read_line_opt(lines), null);
  const chars = await io.open(path);
  for (const expected of [97, 98, 10, null, null])
    assert.equal(await c.lwt_io_read_char_opt(chars), expected);
  const text = c.lwt_text_make(await io.open(path), 'UTF-8', 0);
  assert.equal(await c.lwt_text_read_char_opt(text), 'a');
  assert.equal(await c.lwt_text_read_line_opt(text), 'b');
  assert.equal(await c.lwt_text_read_line_opt(text), null);
  assert.equal(await c.lwt_text_read_char_opt(text), null);
});

test('sockets come in pairs, and what they do not have is null', async () => {
  const AF_UNIX = 1, SOCK_STREAM = 1, SOL_SOCKET = 1, SO_LINGER = 13;
  const [one, other] = await c.lwt_unix_socketpair(AF_UNIX, SOCK_STREAM, 0);
  assert.equal(await one.write('across'), 6);
  assert.equal(await c.lwt_unix_recv(other, Buffer.alloc(10), 0), 6);
  assert.equal(await c.lwt_unix_getsockopt_error(one), null);
  assert.equal(await c.lwt_unix_getsockopt_optint(one, SOL_SOCKET, SO_LINGER), null);
  await one.close();
  await other.close();
});

const made = {
  'value stream': () => Stream.from(['a', 'b']),
  'text stream': () => io.linesOfFile(file('a\nb\n')),
  'integer stream': () => c.lwt_stream_of_string('ab'),
};

test('a stream whose elements are of another kind is a TypeError', async () => {
  const words = { 'value stream': /JavaScript values/, 'text stream': /texts/, 'integer stream': /integers/ };
  const seen = [];
  for (const [name, [signature, ...classes]] of Object.entries(described)) {
    const letters = signature.split(':')[1].match(/o\d|F.|[hH]\d?|./g) ?? [];
    const at = letters.findIndex((letter) => /^[hH]\d/.test(letter));
    if (at < 0) continue;
    const wanted = classes[letters[at][1]];
    for (const kind of Object.keys(made).filter((kind) => kind !== wanted)) {
      const stream = made[kind]();
      const args = letters.map((_, i) => (i === at ? stream : null));
      const known = { s: inScratch('never'), i: 0 };
      letters.forEach((letter, i) => (args[i] = known[letter] ?? args[i]));
      const call = async () => c[name](...args);
      await assert.rejects(call, { name: 'TypeError', message: words[wanted] }, `${name} of a ${kind}`);
      assert.equal(stream.released, false);
    }
    seen.push(name);
  }
  for (const name of ['lwt_io_write_lines', 'lwt_io_write_chars', 'lwt_text_lines_to_file', 'lwt_term_parse_key_raw'])
    assert.ok(seen.includes(name), name);
  assert.equal(fs.existsSync(inScratch('never')), false);
  // What reads the elements is not to be had by a detour either.
  const text = made['text stream']();
  await assert.rejects(text.constructor.next(Stream.from([1])), TypeError);
  assert.throws(() => text.constructor.clone(Stream.from([1])), TypeError);
  assert.throws(() => { text.constructor.elements = 'j'; }, TypeError);
  assert.throws(() => Stream.prototype.clone.call(Object.create(text)), TypeError);
  const disguised = Object.setPrototypeOf(Stream.from([1]), Object.getPrototypeOf(text));
  await assert.rejects(disguised.next(), TypeError);
});

test('streams of the right kind are taken', async () => {
  const path = inScratch('written');
  const output = await io.open(path, 'w');
  await c.lwt_io_write_lines(output, made['text stream']());
  await c.lwt_io_write_chars(output, c.lwt_io_chars_of_file(file('bytes\n')));
  await c.lwt_io_hexdump_stream(output, made['integer stream']());
  await output.close();
  assert.match(await io.readFile(path), /^a\nb\nbytes\n00000000\|  61 62 +\|ab\|\n$/);
  assert.deepEqual(await c.lwt_io_read_chars(await io.open(file('ab'))).toArray(), [97, 98]);
  assert.deepEqual(await c.lwt_text_read_lines(c.lwt_text_make(await io.open(file('é\n')), 'UTF-8', 0)).toArray(), ['é']);
  const both = c.lwt_stream_append(made['value stream'](), Stream.from([{ third: 1 }]));
  assert.deepEqual(await both.toArray(), ['a', 'b', { third: 1 }]);
  assert.equal(await c.lwt_term_parse_key_raw(c.lwt_text_chars_of_file(file('q'), 'UTF-8', 0)), 'q');
});

test('what would have C look at JavaScript values, or keep their copies, is left out', () => {
  const left = [
    'lwt_signal_op1', 'lwt_signal_op2', 'lwt_signal_app', 'lwt_event_app', 'lwt_event_run_s', 'lwt_event_delay',
    'lwt_stream_flatten', 'lwt_stream_concat', 'lwt_stream_combine', 'lwt_seq_from', 'lwt_retry_on_error',
    'lwt_fmt_make_stream', 'lwt_term_events', 'lwt_term_size_signal', 'lwt_clipboard_contents',
    'lwt_debug_here', 'lwt_rte_emit_trace', 'lwt_bytes_map_file', 'lwt_unix_strdup',
  ];
  for (const name of left) assert.equal(c[name], undefined, name);
  assert.deepEqual(Object.keys(c).filter((name) => name.endsWith('_at')), []);
});

test('each function that has streams is described with what they are of', () => {
  for (const [name, [signature, ...classes]] of Object.entries(described)) assert.ok(!classes.includes('lwt_stream'), name);
});

test('no stream, mailbox or signal, whatever it is of, ends the process', () => {
  const done = program('elements.js');
  assert.equal(done.status, 0, `${done.out.split('\r').at(-1)}\n${done.signal}\n${done.err}`);
  assert.match(done.out, /more than 4000 calls: true\n$/);
});

test('a function that gives a byte, or fails, gives the byte or throws', () => {
  const bytes = c.lwt_bytes_of_string('\0A');
  assert.equal(c.lwt_bytes_get(bytes, 0), 0);
  assert.equal(c.lwt_bytes_get(bytes, 1), 65);
  assert.throws(() => c.lwt_bytes_get(bytes, 2), { code: 'LWT_INVALID_ARGUMENT' });
});

test('a condition hands its value on', async () => {
  const condition = c.lwt_condition_create();
  const value = { waited: 'for' };
  const waits = [c.lwt_condition_wait(condition, null), c.lwt_condition_wait(condition, null)];
  c.lwt_condition_broadcast_owned(condition, value);
  for (const got of await Promise.all(waits)) assert.equal(got, value);
});
