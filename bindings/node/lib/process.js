// Lwt_process: child processes with channels.
'use strict';
const { constants } = require('node:os');
const native = require('./native.js');
const { bind } = require('./signature.js');
const { Channel } = require('./io.js');
const { TextStream, dispose } = require('./stream.js');

// A command is a line for the shell, or an array of the program and its
// arguments; as the addon wants it, with the options.
function words(command, { env, cwd = null, timeout = 0 } = {}) {
  const pairs = env && Object.entries(env).map(([name, value]) => `${name}=${value}`);
  return [...(Array.isArray(command) ? [null, command] : [command, null]), pairs ?? null, cwd, timeout];
}

const signals = Object.fromEntries(Object.entries(constants.signals).map(([name, n]) => [n, name]));

/** How a process has ended: its code, or the name of the signal. */
function ended(status) {
  const signal = status & 0x7f;
  return signal === 0
    ? { code: (status >> 8) & 0xff, signal: null }
    : { code: null, signal: signals[signal] ?? signal };
}

/** A process with channels to its standard streams. */
class Process extends native.Handle {
  #stdin = stdin(this);
  #stdout = stdout(this);
  #stderr = stderr(this);

  get pid() {
    return pid(this);
  }

  get stdin() {
    return this.#stdin;
  }

  get stdout() {
    return this.#stdout;
  }

  get stderr() {
    return this.#stderr;
  }

  kill(signal = 'SIGTERM') {
    return kill(this, constants.signals[signal] ?? signal);
  }

  /** Waits for the end. */
  async status(options) {
    return ended(await status(this, options));
  }

  /** Closes the channels, and waits for the end. */
  async close() {
    return ended(await close(this));
  }

  async [dispose]() {
    await this.close();
  }
}

const pid = bind('lwt_process_pid', 'i:h');
const stdin = bind('lwt_process_stdin', 'n0:h', Channel);
const stdout = bind('lwt_process_stdout', 'n0:h', Channel);
const stderr = bind('lwt_process_stderr', 'n0:h', Channel);
const kill = bind('lwt_process_kill', 'pu:hi');
const status = bind('lwt_process_status', 'pi:h');
const close = bind('lwt_process_close', 'pi:h');
const exec = bind('lwt_node_process_exec', 'pi:saasd');
const open = bind('lwt_node_process_open', 'ph0:saasd', Process);
const map = bind('lwt_node_process_map', 'ps:saasdk');
const read = bind('lwt_node_process_read', 'ps:saasd');
const lines = bind('lwt_node_process_lines', 'h0:saasd', TextStream);

module.exports = {
  Process,
  /** Runs a program, and tells how it has ended. */
  exec: async (command, options) => ended(await exec(...words(command, options), options)),
  /** Starts a program. */
  open: (command, options) => open(...words(command, options), options),
  /** What a program writes when it is given a text. */
  map: (command, data, options) => map(...words(command, options), data, options),
  /** What a program writes. */
  read: (command, options) => read(...words(command, options), options),
  /** The lines that a program writes. */
  lines: (command, options) => lines(...words(command, options)),
};
