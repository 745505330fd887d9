// Ends when the sleep is over: not before, and not after.
'use strict';
const lwt = require('../..');
lwt.sleep(0.05).then(() => console.log('slept'));
