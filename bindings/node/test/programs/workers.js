// Workers that use the library at the same time, and some that are ended while
// they wait.
'use strict';
const { Worker, isMainThread, workerData, parentPort } = require('node:worker_threads');
const lwt = require('../..');

async function work() {
  for (let i = 0; i < 50; i++) {
    await lwt.pause();
    await lwt.unix.stat('/');
  }
  const { output, input } = await lwt.io.connect(workerData.address);
  await output.writeLine('from a worker');
  const answer = await input.readLine();
  await output.close();
  await input.close();
  parentPort.postMessage(answer);
}

async function main() {
  const server = await lwt.io.serve('127.0.0.1:0', async (input, output) => {
    for await (const line of input) await output.writeLine(line.toUpperCase());
  });
  const run = (how) =>
    new Promise((resolve, reject) => {
      const worker = new Worker(__filename, { workerData: { how, address: server.address } });
      let answer;
      worker.on('message', (message) => {
        answer = message;
        if (how === 'hang') worker.terminate();
      });
      worker.on('error', reject);
      worker.on('exit', () => resolve(answer));
    });
  const answers = await Promise.all(['work', 'work', 'work', 'work'].map(run));
  if (answers.every((answer) => answer === 'FROM A WORKER')) console.log('four workers');
  const ended = await Promise.all(['hang', 'hang', 'hang', 'hang'].map(run));
  if (ended.every((answer) => answer === 'waiting')) console.log('terminated');
  await server.close();
}

async function hang() {
  const [input] = await lwt.io.pipe();
  input.readLine();
  lwt.sleep(1000);
  lwt.process.exec('exit 0');
  const loop = lwt.Stream.from(
    (async function* () {
      for (;;) yield await lwt.pause();
    })(),
  );
  parentPort.postMessage('waiting');
  for await (const step of loop) void step;
}

if (isMainThread) main();
else if (workerData.how === 'hang') hang();
else work();
