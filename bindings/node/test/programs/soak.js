// Uses everything again and again, with the collector forced at each step; at
// the end nothing may be left: no promise, no handle, no wakener, no memory of
// the addon's. LWT_DEBUG=1 tells on standard error what is.
'use strict';
const fs = require('node:fs');
const lwt = require('../..');
const { inScratch } = require('../kit.js');

const rounds = Number(process.argv[3] ?? 200);
const stubs = lwt.load(process.argv[2]);
const reverse = stubs.function('reverse', { args: ['bytes'], returns: { promise: 'string' } });
const task = stubs.function('run_task', { args: ['task'], returns: { promise: 'value' } });

// Each step lets go of what it has made in another way.
const steps = {
  sleep: () => lwt.sleep(0.0001),
  async canceled() {
    const controller = new AbortController();
    const promise = lwt.sleep(1000, { signal: controller.signal });
    gc();
    controller.abort();
    await promise.catch(() => {});
  },
  error: () => lwt.unix.rmdir('/no/such/folder').catch(() => {}),
  wrongArguments: () => lwt.unix.rename('only one', 5).catch(() => {}),
  stat: () => lwt.unix.stat('/'),
  async pipe() {
    const [input, output] = await lwt.io.pipe();
    const line = input.readLine();
    gc();
    await output.writeLine('x'.repeat(1000));
    await output.flush();
    await line;
    // Neither is closed: the collector does it.
  },
  async file() {
    const path = inScratch('soak');
    await lwt.io.writeFile(path, 'one\ntwo\n');
    for await (const line of lwt.io.linesOfFile(path)) {
      gc();
      if (line === 'one') break;
    }
    const fd = await lwt.unix.open(path);
    gc();
    await fd.read(new Uint8Array(4));
  },
  async streams() {
    const [stream, push] = lwt.Stream.create();
    push.push({ some: 'object' });
    push.push('never read');
    gc();
    await stream.next();
    const read = stream.clone();
    gc();
    await read.next();
  },
  async iterable() {
    const stream = lwt.Stream.from(
      (async function* () {
        yield 1;
        await lwt.pause();
        yield 2;
      })(),
    );
    await stream.next();
    gc();
  },
  // A promise of JavaScript that never resolves, and nobody waits for any more.
  async forgotten() {
    const controller = new AbortController();
    const promise = task(() => new Promise(() => {}), { signal: controller.signal });
    gc();
    controller.abort();
    await promise.catch(() => {});
  },
  // One that nothing of the library's can resolve.
  async abandoned() {
    const [stream, push] = lwt.Stream.create();
    const next = stream.next();
    stream.release();
    gc();
    await lwt.pause();
    push.release();
    await next.catch(() => {});
  },
  job: () => reverse('abc'),
  async timeout() {
    await lwt.withTimeout(0.001, (signal) => lwt.sleep(1000, { signal })).catch(() => {});
  },
  async server() {
    const server = await lwt.io.serve('127.0.0.1:0', async (input, output) => {
      gc();
      await output.write(await input.read());
    });
    const { input, output } = await lwt.io.connect(server.address);
    await output.write('x');
    await output.flush();
    await output.close();
    await input.close();
    await server.close();
  },
  process: () => lwt.process.map('cat', 'text'),
};

async function settled() {
  for (let i = 0; i < 5; i++) {
    gc();
    await new Promise((resolve) => setImmediate(resolve));
    await lwt.sleep(0.001);
  }
}

async function main() {
  const memory = [];
  for (let round = 0; round < rounds; round++) {
    for (const [name, step] of Object.entries(steps)) {
      if (name === 'process' && round % 10 !== 0) continue;
      await step();
      gc();
    }
    if (round === Math.floor(rounds / 2)) {
      await settled();
      memory.push(process.memoryUsage().rss, fs.readdirSync('/proc/self/fd').length);
    }
  }
  await settled();
  memory.push(process.memoryUsage().rss, fs.readdirSync('/proc/self/fd').length);
  const { pending, promises, descriptors, timers, jobs } = lwt.debug.dump();
  const left = { pending, promises, descriptors, timers, jobs, held: lwt.debug.pending() };
  console.log(JSON.stringify({ left, more: { memory: memory[2] - memory[0], fds: memory[3] - memory[1] } }));
}
main();
