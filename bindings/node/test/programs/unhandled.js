'use strict';
const lwt = require('../..');
const stubs = lwt.load(process.argv[2]);
process.once('uncaughtException', (error) => {
  console.log(`uncaught: ${error.message}`);
  process.once('unhandledRejection', (reason) => console.log(`unhandled: ${reason.code}`));
  lwt.unix.rmdir('/no/such/folder');
});
stubs.function('fail_unhandled', {})();
