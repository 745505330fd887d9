// What an `await` costs: liblwt's promises beside Node's own, each doing the same
// and checking what comes of it. Prints nanoseconds and ratios.
//
//   node bench/round_trip.js [ROUNDS]
'use strict';
const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const lwt = require('..');

const rounds = Number(process.argv[2] ?? 20_000);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lwt-bench-'));
let next = 0;

const immediate = () => new Promise((resolve) => setImmediate(resolve));
const code = (promise) => promise.then(() => 'made', (error) => error.code);

// [what, liblwt's, Node's, how many of the rounds]
const pairs = [
  ['a turn of the loop', () => lwt.pause(), immediate, undefined, 1],
  ['a timer of no time', () => lwt.sleep(0), () => require('node:timers/promises').setTimeout(0), undefined, 0.05],
  [
    'mkdir of what is there: an error',
    () => code(lwt.unix.mkdir(folder)),
    () => code(fs.promises.mkdir(folder)),
    'EEXIST',
    1,
  ],
  [
    'mkdir and rmdir',
    async () => {
      const name = path.join(folder, String(next++));
      await lwt.unix.mkdir(name);
      await lwt.unix.rmdir(name);
    },
    async () => {
      const name = path.join(folder, String(next++));
      await fs.promises.mkdir(name);
      await fs.promises.rmdir(name);
    },
    undefined,
    0.1,
  ],
  [
    'stat',
    async () => (await lwt.unix.stat(folder)).isDirectory(),
    async () => (await fs.promises.stat(folder)).isDirectory(),
    true,
    1,
  ],
];

async function nanoseconds(f, expected, count) {
  for (let i = 0; i < count / 10; i++) await f();
  const start = process.hrtime.bigint();
  for (let i = 0; i < count; i++) assert.equal(await f(), expected);
  return Number(process.hrtime.bigint() - start) / count;
}

// 100 at once.
async function together(f, expected, count) {
  const start = process.hrtime.bigint();
  for (let i = 0; i < count; i += 100) {
    const all = await Promise.all(Array.from({ length: 100 }, f));
    assert.ok(all.every((value) => value === expected));
  }
  return Number(process.hrtime.bigint() - start) / Math.max(count, 100);
}

function print(what, ours, theirs) {
  const ns = (number) => `${number.toFixed(0).padStart(9)} ns`;
  console.log(`${what.padEnd(44)} liblwt ${ns(ours)}   Node ${ns(theirs)}   ratio ${(ours / theirs).toFixed(2)}`);
}

async function main() {
  console.log(`an await of a resolved promise: ${(await nanoseconds(async () => {}, undefined, rounds)).toFixed(0)} ns`);
  for (const [what, ours, theirs, expected, share] of pairs) {
    const count = Math.max(20, Math.floor(rounds * share));
    print(what, await nanoseconds(ours, expected, count), await nanoseconds(theirs, expected, count));
    if (share === 1)
      print(`${what}, 100 at once`, await together(ours, expected, count), await together(theirs, expected, count));
  }
  assert.equal(lwt.debug.dump().pending, 0);
}

main().finally(() => fs.rmSync(folder, { recursive: true, force: true }));
