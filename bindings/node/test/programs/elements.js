// Calls what takes streams, mailboxes, events and so on with each of them, whatever
// it is of, and has the library use them. No such call may end the process: the
// name of one that does is the last that is printed.
'use strict';
const fs = require('node:fs');
const lwt = require('../..');
const { inScratch } = require('../kit.js');
const described = require('../../build/functions.json');
const { c, io, Stream } = lwt;

const concerned = /^lwt_(stream|event|signal|seq|sequence|mvar|condition|io_(write|hexdump|lines|chars)|text_(write|hexdump|lines|chars)|term_parse)/;
const path = inScratch('lines');
fs.writeFileSync(path, 'one\ntwo\n');

const makers = [
  () => Stream.from(['a', {}, null]),
  () => io.linesOfFile(path),
  () => c.lwt_io_chars_of_file(path),
  () => c.lwt_mvar_create_owned({}),
  () => c.lwt_condition_create(),
  () => c.lwt_sequence_create(),
  () => c.lwt_sequence_add_l_owned(c.lwt_sequence_create(), {}),
  () => c.lwt_seq_return_owned({}),
  () => c.lwt_event_of_stream(Stream.from([{}, 'b'])),
  () => c.lwt_event_create()[0],
  () => c.lwt_event_create()[1],
  () => c.lwt_signal_create_owned({})[0],
  () => c.lwt_signal_create_owned({})[1],
  () => Stream.create()[1],
  () => c.lwt_io_null(),
  () => c.lwt_text_null(),
];
const others = {
  i: () => 1, u: () => 1, l: () => 1, z: () => 1, d: () => 1, f: () => 1, b: () => true,
  s: () => path, k: () => 'text', K: () => Buffer.alloc(8), j: () => ({}), P: () => Promise.resolve({}),
  u_: () => () => {}, t_: () => async () => {
    await lwt.sleep(0.01);
    return {};
  },
};

// The arguments by letters, with handles by their makers' numbers.
function argumentsOf(letters, numbers) {
  const left = [...numbers];
  return letters.map((letter) => {
    if (/^[hH]/.test(letter)) return makers[left.shift()]();
    return others[letter[0] === 'F' ? `${letter[1]}_` : letter]();
  });
}

// All the ways to choose so many.
function* choices(count) {
  if (count === 0) return yield [];
  for (const rest of choices(count - 1)) for (let i = 0; i < makers.length; i++) yield [i, ...rest];
}

async function main() {
  process.on('unhandledRejection', () => {});
  process.on('uncaughtException', () => {});
  let calls = 0;
  for (const [name, [signature]] of Object.entries(described)) {
    if (!concerned.test(name)) continue;
    fs.writeSync(1, `\r${name}`.padEnd(60));
    const letters = signature.split(':')[1].replace(/o\d/g, '').match(/F.|[hH]\d?|./g) ?? [];
    for (const numbers of choices(letters.filter((letter) => /^[hH]/.test(letter)).length)) {
      try {
        const result = c[name](...argumentsOf(letters, numbers));
        Promise.resolve(result).catch(() => {});
        if (result instanceof Stream) result.next().catch(() => {});
      } catch (error) {
        if (!(error instanceof Error)) throw error;
      }
      calls++;
    }
    await lwt.pause();
    await lwt.sleep(0.001);
    gc();
  }
  fs.writeSync(1, `\nmore than 4000 calls: ${calls > 4000}\n`);
  process.exit(); // reads are pending
}
main();
