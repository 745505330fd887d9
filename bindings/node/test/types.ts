// Compiled, and not run: what the types allow, and what they do not.
import { sleep, withTimeout, Stream, unix, io, process, load, LwtError, c, debug } from 'lwt';

export async function uses(): Promise<void> {
  await sleep(1, { signal: AbortSignal.timeout(5) });
  const stats = await unix.stat('/');
  const size: number = stats.size;
  const entries: string[] = (await unix.readdir('/')).map((entry) => entry.name);
  for await (const line of io.linesOfFile('x')) line.toUpperCase();
  const channel = await io.open('x', 'w');
  await channel.write(new Uint8Array(size));
  for await (const line of channel) entries.push(line);
  const [stream, push] = Stream.create<number>();
  push.push(3);
  const n: number | undefined = (await stream.next()).value;
  const numbers: Stream<number> = Stream.from([1, Promise.resolve(2)]);
  const text: string = await withTimeout(1, async (signal) => io.readFile('x', { signal }));
  const server = await io.serve('127.0.0.1:0', async (input, output) => output.write(await input.read()));
  const ended = await process.exec(['true']);
  if (ended.signal === null) ended.code.toFixed();
  const make = load('./stubs.so').function<(path: string) => Promise<void>>('make_directory', {
    args: ['string'],
    returns: { promise: 'void' },
  });
  await make(server.address + text + String(n));
  await c.lwt_pause();
  debug.dump().pending;
  numbers.release();

  // @ts-expect-error: a number is no path
  await unix.mkdir(5);
  // @ts-expect-error: a string stream gives no numbers
  const wrong: Stream<number> = io.linesOfFile('x');
  // @ts-expect-error: handles are made by functions
  new io.Channel();
  // @ts-expect-error: there is no such kind
  load('x').function('f', { args: ['nonsense'] });
  // @ts-expect-error: the code is a number only if there was no signal
  ended.code.toFixed();
  void wrong;
}

export const told = (error: unknown): string => (error instanceof LwtError ? error.code : 'another');
