import { io, sleep, unix } from 'lwt';

// A promise of liblwt is a JavaScript promise.
await io.writeFile('greetings.txt', 'hello\nworld\n');
for await (const line of io.linesOfFile('greetings.txt')) {
  await sleep(0.01);
  console.log(line);
}

// Errors look as Node's own do.
try {
  await unix.mkdir('greetings.txt');
} catch (error) {
  console.log(`${error.code} from ${error.syscall} of ${error.path}`);
}

// An AbortSignal cancels.
try {
  await sleep(3600, { signal: AbortSignal.timeout(10) });
} catch (error) {
  console.log(error.name);
}
await unix.unlink('greetings.txt');
