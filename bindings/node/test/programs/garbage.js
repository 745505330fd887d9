// Calls each function of liblwt with what it does not take. Each has to throw, to
// fail, or to do nothing: the name of one that ends the process is the last that
// is printed.
'use strict';
const fs = require('node:fs');
const lwt = require('../..');
const described = require('../../build/functions.json');

const mutex = lwt.c.lwt_mutex_create();
const released = lwt.c.lwt_mutex_create();
released.release();
const garbage = [
  undefined, null, NaN, 1.5, Infinity, 2n ** 70n, -(2n ** 64n), 'a\0b', Symbol('s'), {}, [], [1], ['a\0'],
  () => {}, new Date(), new Uint8Array(0), mutex, released, Object.create(mutex), new Proxy({}, {}),
];

async function main() {
  process.on('unhandledRejection', () => {});
  process.on('uncaughtException', () => {}); // failures that the library tells to nobody else
  let calls = 0;
  for (const [name, [letters]] of Object.entries(described)) {
    const count = letters.split(':')[1].replace(/o?\d/g, '').replace(/F./g, 'F').length;
    if (count === 0) continue;
    fs.writeSync(1, `\r${name}`.padEnd(60));
    for (const value of garbage) {
      // Texts and handles may be null, which is NULL; what else fits would be done.
      const isText = /^[sc]+$/.test(letters.split(':')[1]);
      if (isText && (value === null || value === undefined)) continue;
      try {
        Promise.resolve(lwt.c[name](...Array(count).fill(value))).catch(() => {});
      } catch (error) {
        if (!(error instanceof Error)) throw error;
      }
      calls++;
    }
  }
  await lwt.pause();
  gc();
  await lwt.sleep(0.001);
  fs.writeSync(1, `\nmore than 5000 calls: ${calls > 5000}\n`);
  process.exit(); // a sleep for ever is pending, among others
}
main();
