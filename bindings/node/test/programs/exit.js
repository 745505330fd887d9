// Leaves with promises, a server, a stream and a process pending; what was
// written to standard output is sent all the same.
'use strict';
const lwt = require('../..');

async function main() {
  await lwt.io.serve('127.0.0.1:0', async () => {});
  const [input] = await lwt.io.pipe();
  input.readLine();
  lwt.sleep(1000);
  lwt.process.open(['cat']);
  const [stream] = lwt.Stream.create();
  stream.next();
  lwt.pause().then(() => console.log('too late'));
  await lwt.io.stdout().write('flushed\n');
  process.exit(3);
}
main();
