// The main thread does not know the addon, so that Node closes it with the worker.
'use strict';
const { Worker } = require('node:worker_threads');

const work = `
  const lwt = require(${JSON.stringify(require.resolve('../..'))});
  lwt.sleep(1000);
  lwt.io.pipe().then(([input]) => input.readLine());
  lwt.pause().then(() => lwt.unix.stat('/')).then(() => process.exit());
`;

async function main() {
  for (let i = 0; i < 2; i++) {
    const worker = new Worker(work, { eval: true });
    await new Promise((resolve, reject) => worker.on('exit', resolve).on('error', reject));
    console.log('ended');
  }
}
main();
