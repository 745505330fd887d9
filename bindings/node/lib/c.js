// The functions of liblwt under their own names, as lwt-api.json describes them:
// `await c.lwt_mutex_lock(mutex)`. A function is bound when it is first used.
'use strict';
const native = require('./native.js');
const { bind } = require('./signature.js');
const { ValueStream, TextStream, IntegerStream, Push, BoundedPush } = require('./stream.js');
const { Channel, Server } = require('./io.js');
const { Fd } = require('./unix.js');
const { Process } = require('./process.js');

let functions;
try {
  functions = require('../build/functions.json');
} catch {
  functions = {}; // the library came without its description
}

const classes = {
  'value stream': ValueStream,
  'text stream': TextStream,
  'integer stream': IntegerStream,
  lwt_stream_push: Push,
  lwt_stream_bounded_push: BoundedPush,
  lwt_io_channel: Channel,
  lwt_io_server: Server,
  lwt_unix_fd: Fd,
  lwt_process: Process,
};

// Handles without a class of their own have one with their name.
function classOf(name) {
  classes[name] ??= { [name]: class extends native.Handle {} }[name];
  return classes[name];
}

const c = {};
for (const [name, [letters, ...handles]] of Object.entries(functions)) {
  c[name] = (...args) => {
    c[name] = bind(name, letters, ...handles.map(classOf));
    return c[name](...args);
  };
}

module.exports = { c };
