// Files, channels, streams, servers, processes, stubs.
'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const lwt = require('..');
const { inScratch, stubs } = require('./kit.js');
const { io, unix, Stream } = lwt;

test('a folder is made, told of, read and removed', async () => {
  const path = inScratch('folder');
  await unix.mkdir(path, { mode: 0o700 });
  const stats = await unix.stat(path);
  const theirs = fs.statSync(path);
  for (const member of ['dev', 'ino', 'mode', 'nlink', 'uid', 'gid', 'rdev', 'size', 'blksize', 'blocks'])
    assert.equal(stats[member], theirs[member], member);
  assert.ok(Math.abs(stats.mtimeMs - theirs.mtimeMs) < 1);
  assert.ok(stats.isDirectory() && !stats.isFile() && stats.mtime instanceof Date);
  await io.writeFile(`${path}/β`, 'x');
  await unix.symlink('β', `${path}/link`);
  const entries = await unix.readdir(path);
  assert.deepEqual(
    entries.map(({ name, kind }) => [name, kind]).sort(),
    [['link', 'link'], ['β', 'file']],
  );
  assert.equal(await unix.readlink(`${path}/link`), 'β');
  assert.ok((await unix.lstat(`${path}/link`)).isSymbolicLink());
  const names = (await unix.names(path).toArray()).sort();
  assert.deepEqual(names, ['.', '..', 'link', 'β']);
  await unix.rename(`${path}/β`, `${path}/γ`);
  await unix.unlink(`${path}/γ`);
  await unix.unlink(`${path}/link`);
  await unix.rmdir(path);
  assert.equal(await unix.exists(path), false);
});

test('a file is written and read, as text and as bytes', async () => {
  const path = inScratch('file');
  const bytes = Buffer.from([0, 255, 10, 128, 0]);
  await io.writeFile(path, bytes);
  assert.deepEqual(await io.readFileBytes(path), bytes);
  await io.writeFile(path, 'žluť\nsecond');
  assert.equal(await io.readFile(path), 'žluť\nsecond');
  const lines = [];
  for await (const line of io.linesOfFile(path)) lines.push(line);
  assert.deepEqual(lines, ['žluť', 'second']);
  const channel = await io.open(path);
  assert.equal(await channel.length(), 13);
  assert.equal(await channel.readLine(), 'žluť');
  const rest = new Uint8Array(3);
  assert.equal(await channel.readInto(rest), 3);
  assert.equal(Buffer.from(rest).toString(), 'sec');
  assert.equal(await channel.read(), 'ond');
  assert.equal(await channel.readLine(), null);
  await channel.close();
  await assert.rejects(channel.readLine(), { code: 'LWT_CLOSED' });
  assert.equal(channel.closed, true);
});

test('a descriptor is read and written at places', async () => {
  const fd = await unix.open(inScratch('places'), 'w+');
  assert.equal(await fd.write('hello, world'), 12);
  assert.equal(await fd.write(Buffer.from('W'), { position: 7 }), 1);
  const buffer = Buffer.alloc(20);
  assert.equal(await fd.read(buffer, { position: 0 }), 12);
  assert.equal(buffer.toString('utf8', 0, 12), 'hello, World');
  await fd.truncate(5);
  assert.equal((await fd.stat()).size, 5);
  await fd.close();
  await assert.rejects(fd.close(), { code: 'EBADF' });
});

test('a buffer that is transferred while it is read to is left alone', async () => {
  const [input, output] = await unix.pipe();
  const buffer = new Uint8Array(8);
  const promise = input.read(buffer);
  structuredClone(buffer.buffer, { transfer: [buffer.buffer] });
  await output.write('bytes');
  assert.equal(await promise, 5);
  assert.equal(buffer.length, 0);
});

test('a handle that nobody keeps stays as long as a call needs it', async () => {
  const writer = await (async () => {
    const [input, output] = await io.pipe();
    return { line: input.readLine(), output };
  })();
  globalThis.gc?.();
  await lwt.pause();
  globalThis.gc?.();
  await writer.output.writeLine('still read');
  await writer.output.flush();
  assert.equal(await writer.line, 'still read');
});

test('streams of values', async () => {
  const [stream, push] = Stream.create();
  const values = [1, 'two', null, undefined, { three: 3 }, Symbol.iterator, 4n];
  for (const value of values) push.push(value);
  const clone = stream.clone();
  push.close();
  assert.deepEqual(await stream.toArray(), values);
  assert.equal((await clone.next()).value, 1);
});

test('a bounded stream makes who pushes wait', async () => {
  const [stream, push] = Stream.createBounded(1);
  await push.push('a');
  let pushed = false;
  const second = push.push('b').then(() => {
    pushed = true;
  });
  await lwt.pause();
  assert.equal(pushed, false);
  await assert.rejects(push.push('c'), { code: 'LWT_FULL' });
  assert.deepEqual(await stream.next(), { value: 'a', done: false });
  await second;
  assert.deepEqual(await stream.next(), { value: 'b', done: false });
  push.close();
  assert.deepEqual(await stream.next(), { value: undefined, done: true });
});

test('a stream of an iterable asks it, tells its failure, and ends it', async () => {
  let ended = false;
  async function* numbers() {
    try {
      for (let i = 0; ; i++) {
        await lwt.pause();
        yield i;
      }
    } finally {
      ended = true;
    }
  }
  const seen = [];
  for await (const n of Stream.from(numbers())) {
    seen.push(n);
    if (n === 3) break;
  }
  assert.deepEqual(seen, [0, 1, 2, 3]);
  assert.equal(ended, true);
  const failing = Stream.from(
    (async function* () {
      yield 1;
      throw new RangeError('enough');
    })(),
  );
  await failing.next();
  await assert.rejects(failing.next(), RangeError);
  assert.deepEqual(await Stream.from([1, Promise.resolve(2)]).toArray(), [1, 2]);
});

test('cancelling a read of a stream loses no element', async () => {
  const [stream, push] = Stream.create();
  const controller = new AbortController();
  const read = stream.next({ signal: controller.signal });
  controller.abort();
  await assert.rejects(read, { name: 'AbortError' });
  push.push('kept');
  assert.equal((await stream.next()).value, 'kept');
});

test('a server answers its clients', async () => {
  const server = await io.serve('127.0.0.1:0', async (input, output) => {
    for await (const line of input) await output.writeLine(line.toUpperCase());
  });
  assert.match(server.address, /^127\.0\.0\.1:\d+$/);
  const port = Number(server.address.split(':')[1]);
  const ask = async (n) => {
    const { input, output } = await (n % 2 ? io.connect(server.address) : io.connect('127.0.0.1', port));
    await output.writeLine(`client ${n}`);
    await output.flush();
    const answer = await input.readLine();
    await output.close();
    await input.close();
    return answer;
  };
  const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => ask(n)));
  assert.deepEqual(answers, Array.from({ length: 20 }, (_, n) => `CLIENT ${n}`));
  await server.close();
  await server.close();
  await assert.rejects(io.connect(server.address), { code: 'ECONNREFUSED', syscall: 'connect' });
  await assert.rejects(io.serve('nonsense', async () => {}), { code: 'LWT_INVALID_ARGUMENT' });
});

test('processes are fed, read, killed and told of', async () => {
  const { process } = lwt;
  assert.equal(await process.map('tr a-z A-Z', 'hello'), 'HELLO');
  assert.equal(await process.read(['echo', 'a b']), 'a b\n');
  assert.deepEqual(await process.lines('printf "1\\n2\\n"').toArray(), ['1', '2']);
  assert.deepEqual(await process.exec('exit 3'), { code: 3, signal: null });
  assert.equal(await process.read('echo $NAME; pwd', { env: { NAME: 'n', PATH: '/bin:/usr/bin' }, cwd: '/' }), 'n\n/\n');
  const child = await process.open(['cat']);
  assert.ok(child.pid > 0);
  await child.stdin.write('one\ntwo\n');
  await child.stdin.close();
  const lines = [];
  for await (const line of child.stdout) lines.push(line);
  assert.deepEqual(lines, ['one', 'two']);
  assert.deepEqual(await child.close(), { code: 0, signal: null });
  const sleeper = await process.open('exec sleep 1000');
  await sleeper.kill('SIGTERM');
  assert.deepEqual(await sleeper.status(), { code: null, signal: 'SIGTERM' });
  await sleeper.close();
  const { execFile } = require('node:child_process');
  const out = await require('node:util').promisify(execFile)('echo', ['Node runs its own'], {});
  assert.equal(out.stdout, 'Node runs its own\n');
});

test('a job written in C is a promise', async () => {
  const library = lwt.load(stubs());
  const makeDirectory = library.function('make_directory', { args: ['string'], returns: { promise: 'void' } });
  const path = inScratch('made-by-a-stub');
  assert.equal(await makeDirectory(path), undefined);
  assert.ok(fs.statSync(path).isDirectory());
  await assert.rejects(makeDirectory(path), { code: 'EEXIST', syscall: 'mkdir', path });
  const reverse = library.function('reverse', { args: ['bytes'], returns: { promise: 'string' } });
  assert.deepEqual(await Promise.all(['abc', '', 'ab'].map((text) => reverse(text))), ['cba', '', 'ba']);
  const reverseBytes = library.function('reverse', { args: ['bytes'], returns: { promise: 'bytes' } });
  assert.deepEqual(await reverseBytes(Uint8Array.of(1, 2, 3)), Buffer.from([3, 2, 1]));
  const weigh = library.function('weigh', {
    args: ['int', 'double', 'uint', 'long', 'bool', 'string', 'float'],
    returns: 'double',
  });
  assert.equal(weigh(-1, 0.5, 4e9, -(2n ** 40n), true, 'four', 0.25), -1 + 0.5 + 4e9 - 2 ** 40 + 1000 + 4 + 0.25);
  assert.throws(() => weigh(1), { name: 'TypeError', message: /weigh: argument 2/ });
  const task = library.function('run_task', { args: ['task'], returns: { promise: 'value' } });
  assert.equal(await task(async () => lwt.pause().then(() => 'from JavaScript')), 'from JavaScript');
  const thrown = new Error('the very same');
  assert.equal(await task(() => { throw thrown; }).catch((error) => error), thrown);
  assert.equal(await task(async () => { throw thrown; }).catch((error) => error), thrown);
  await assert.rejects(library.function('raise_failure', { args: ['string'], returns: { promise: 'void' } })('why'),
    { code: 'LWT_FAILURE', message: 'why' });
  assert.throws(() => library.function('missing', {}), /has no missing/);
  assert.throws(() => library.function('reverse', { args: ['nonsense'] }), TypeError);
  assert.throws(() => lwt.load('/no/such/library.so'), { code: 'ERR_DLOPEN_FAILED' });
});

test('functions of liblwt under their own names, as their description has it', async () => {
  const { c } = lwt;
  assert.ok(Object.keys(c).length > 500, `${Object.keys(c).length} functions`);
  const mutex = c.lwt_mutex_create();
  await c.lwt_mutex_lock(mutex);
  assert.equal(c.lwt_mutex_is_locked(mutex), true);
  let locked = false;
  const second = c.lwt_mutex_lock(mutex).then(() => {
    locked = true;
  });
  await lwt.pause();
  assert.equal(locked, false);
  c.lwt_mutex_unlock(mutex);
  await second;
  assert.throws(() => c.lwt_mutex_unlock(c.lwt_mvar_create_empty()), { code: 'LWT_INVALID_ARGUMENT' });
  assert.equal(await c.lwt_mutex_with_lock(c.lwt_mutex_create(), async () => 'alone'), 'alone');
  const box = c.lwt_mvar_create_empty();
  const taken = c.lwt_mvar_take(box);
  await c.lwt_mvar_put_owned(box, { any: 'value' });
  assert.deepEqual(await taken, { any: 'value' });
  const [input, output] = await lwt.io.pipe();
  await c.lwt_io_write_line(output, 'through a channel of the other half');
  await output.flush();
  assert.equal(await c.lwt_io_read_line(input), 'through a channel of the other half');
});
