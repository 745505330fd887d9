// Promises: what they are fulfilled with, how they fail, and are cancelled.
'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const lwt = require('..');
const { inScratch, program } = require('./kit.js');

test('a promise is a JavaScript promise', async () => {
  const promise = lwt.sleep(0.001);
  assert.ok(promise instanceof Promise);
  assert.equal(await promise, undefined);
});

test('sleeping takes the time that it says', async () => {
  const start = performance.now();
  await lwt.sleep(0.05);
  assert.ok(performance.now() - start >= 50);
});

test('promises of the library and of Node go on together', async () => {
  const order = [];
  await Promise.all([
    lwt.sleep(0.06).then(() => order.push('sleep 60')),
    new Promise((resolve) => setTimeout(resolve, 30)).then(() => order.push('timeout 30')),
    lwt.pause().then(() => order.push('pause')),
  ]);
  assert.deepEqual(order, ['pause', 'timeout 30', 'sleep 60']);
});

test('a system call fails with the error that Node has for it', async () => {
  const path = inScratch('missing');
  const ours = await lwt.unix.open(path).catch((error) => error);
  const theirs = await require('node:fs').promises.open(path).catch((error) => error);
  assert.ok(ours instanceof Error);
  for (const member of ['code', 'errno', 'syscall', 'path', 'message'])
    assert.equal(ours[member], theirs[member], member);
});

test('other failures are an LwtError with the name of their kind', async () => {
  const [stream, push] = lwt.Stream.create();
  push.close();
  assert.throws(() => push.push(1), { name: 'LwtError', code: 'LWT_CLOSED' });
  stream.release();
});

test('each kind of failure has the name that lwt.h gives it', () => {
  const { kinds } = require('../lib/errors.js');
  const { enumerations } = require('../../lwt-api.json');
  const { members } = enumerations.find((one) => one.members.some(({ name }) => name === 'LWT_CANCELED'));
  assert.deepEqual(
    kinds.map((kind, value) => [`LWT_${kind}`, value]),
    members.map(({ name, value }) => [name, value]),
  );
});

test('an AbortSignal cancels', async () => {
  const controller = new AbortController();
  const promise = lwt.sleep(1000, { signal: controller.signal });
  controller.abort('enough');
  await assert.rejects(promise, { name: 'AbortError', code: 'ABORT_ERR', cause: 'enough' });
  assert.equal(lwt.debug.dump().pending, 0);
});

test('a signal that was aborted before: the call is not made', async () => {
  const path = inScratch('never');
  await assert.rejects(lwt.unix.mkdir(path, { signal: AbortSignal.abort() }), { name: 'AbortError' });
  assert.equal(await lwt.unix.exists(path), false);
});

test('a signal that is aborted afterwards does nothing, and is not followed any more', async () => {
  const controller = new AbortController();
  const { getEventListeners } = require('node:events');
  await lwt.sleep(0.001, { signal: controller.signal });
  assert.equal(getEventListeners(controller.signal, 'abort').length, 0);
  controller.abort();
});

test('a signal that throws is what the promise is rejected with, and the call is given up', async () => {
  const thrown = new Error('its own');
  const options = {
    get signal() {
      throw thrown;
    },
  };
  const isThrown = (error) => error === thrown;
  await assert.rejects(lwt.sleep(1000, options), isThrown);
  await assert.rejects(lwt.pause(options), isThrown);
  const unfollowed = {
    aborted: false,
    addEventListener() {
      throw thrown;
    },
  };
  await assert.rejects(lwt.sleep(1000, { signal: unfollowed }), isThrown);
  const lying = {
    ...unfollowed,
    addEventListener(_, aborted) {
      aborted();
      throw thrown;
    },
  };
  await assert.rejects(lwt.sleep(1000, { signal: lying }), isThrown);
  await lwt.pause();
  assert.equal(lwt.debug.dump().pending, 0);
});

test('AbortSignal.timeout ends a wait', async () => {
  await assert.rejects(lwt.sleep(1000, { signal: AbortSignal.timeout(10) }), (error) => {
    assert.equal(error.name, 'AbortError');
    assert.equal(error.cause.name, 'TimeoutError');
    return true;
  });
});

test('withTimeout tells what is done in time, and aborts what is not', async () => {
  assert.equal(await lwt.withTimeout(100, async () => 'in time'), 'in time');
  await assert.rejects(
    lwt.withTimeout(100, async () => {
      throw new RangeError('its own');
    }),
    RangeError,
  );
  let aborted;
  const promise = lwt.withTimeout(0.01, async (signal) => {
    try {
      await lwt.sleep(1000, { signal });
    } catch (error) {
      aborted = error.name;
      throw error;
    }
  });
  await assert.rejects(promise, { code: 'LWT_TIMEOUT' });
  await lwt.pause();
  assert.equal(aborted, 'AbortError');
});

test('a promise that nothing can resolve any more is rejected', async () => {
  const taken = (() => {
    const box = lwt.c.lwt_mvar_create_empty();
    const promise = lwt.c.lwt_mvar_take(box);
    box.release();
    return promise;
  })();
  await assert.rejects(taken, { code: 'LWT_ABANDONED' });
});

test('wrong arguments are TypeErrors that name the function, told by the promise', async () => {
  const wrong = [
    [() => lwt.unix.mkdir(5), /lwt_unix_mkdir: argument 1 must be a string/],
    [() => lwt.unix.mkdir('a\0b'), /without NUL/],
    [() => lwt.unix.mkdir('x', { mode: 1.5 }), /argument 2 must be an integer/],
    [() => lwt.unix.mkdir('x', { mode: 2 ** 40 }), /argument 2 must be an integer/],
    [() => lwt.unix.mkdir(), { code: 'LWT_INVALID_ARGUMENT' }],
    [() => lwt.sleep('long'), /argument 1 must be a number/],
    [() => lwt.sleep(1, { signal: 5 }), /signal must be an AbortSignal/],
    [() => lwt.io.Channel.prototype.readLine.call({}), /a handle that was not released/],
  ];
  for (const [call, expected] of wrong) {
    const promise = call();
    await assert.rejects(promise, expected instanceof RegExp ? { message: expected, name: 'TypeError' } : expected);
  }
});

test('handles are made by functions alone, and are of their class', async () => {
  assert.throws(() => new lwt.Handle(), TypeError);
  assert.throws(() => new lwt.io.Channel(), TypeError);
  const [input, output] = await lwt.io.pipe();
  assert.ok(input instanceof lwt.io.Channel && input instanceof lwt.Handle);
  await assert.rejects(lwt.unix.Fd.prototype.close.call(input), { code: 'LWT_INVALID_ARGUMENT' });
  input.release();
  assert.equal(input.released, true);
  await assert.rejects(input.readLine(), TypeError);
  input.release();
  await output.close();
});

test('no argument that a function does not take ends the process', () => {
  const done = program('garbage.js');
  assert.equal(done.status, 0, `${done.out.split('\r').at(-1)}\n${done.err}`);
  assert.match(done.out, /more than 5000 calls: true\n$/);
});

test('what is pending keeps the process alive, and nothing else does', () => {
  assert.deepEqual(program('alive.js'), { status: 0, signal: null, out: 'slept\n', err: '' });
});

test('a failure that nobody handles is an uncaught exception', () => {
  const done = program('unhandled.js', require('./kit.js').stubs());
  assert.equal(done.status, 0, done.err);
  assert.equal(done.out, 'uncaught: nobody handles this\nunhandled: ENOENT\n');
});

test('each worker has a scheduler of its own, and may be ended at any time', () => {
  const done = program('workers.js');
  assert.equal(done.err, '');
  assert.deepEqual(done, { status: 0, signal: null, out: 'four workers\nterminated\n', err: '' });
});

test('a worker may be the only one that has loaded the package', () => {
  const done = program('lone_worker.js');
  assert.deepEqual(done, { status: 0, signal: null, out: 'ended\nended\n', err: '' });
});

test('the package may be loaded twice', async () => {
  const { dirname, sep } = require('node:path');
  const ours = dirname(require.resolve('..')) + sep;
  for (const name of Object.keys(require.cache)) if (name.startsWith(ours)) delete require.cache[name];
  const again = require('..');
  assert.notEqual(again, lwt);
  await Promise.all([again.sleep(0.001), lwt.sleep(0.001)]);
  assert.equal(await again.io.readFile('/dev/null'), '');
});

test('an exit with everything pending is an exit', () => {
  const done = program('exit.js');
  assert.deepEqual(done, { status: 3, signal: null, out: 'flushed\n', err: '' });
});
