// Lwt_io: buffered channels on files, pipes, connections and servers.
'use strict';
const { O_WRONLY, O_CREAT, O_TRUNC, O_APPEND, O_RDONLY } = require('node:fs').constants;
const native = require('./native.js');
const { bind } = require('./signature.js');
const { TextStream, dispose } = require('./stream.js');

const INPUT = 0;
const OUTPUT = 1;
const O_CLOEXEC = 0o2000000;

/** A channel that is read or written. */
class Channel extends native.Handle {
  /** The next line without its end; null at the end of the input. */
  readLine(options) {
    return readLine(this, options);
  }

  /** Everything up to the end, or at most `count` bytes, as text. */
  read(count, options) {
    return typeof count === 'number' ? readCount(this, count, options) : readAll(this, options ?? count);
  }

  /** The same as a Buffer. */
  readBytes(count, options) {
    return typeof count === 'number'
      ? readCountBytes(this, count, options)
      : readAllBytes(this, options ?? count);
  }

  /** Reads into a Uint8Array, and tells how many bytes; 0 at the end. */
  readInto(buffer, options) {
    return readInto(this, buffer, options);
  }

  /** The lines as a stream, which does not close the channel. */
  lines() {
    return readLines(this);
  }

  /** Writes text or bytes: done when the channel has taken them. */
  write(data, options) {
    return write(this, data, options);
  }

  writeLine(line, options) {
    return writeLine(this, line, options);
  }

  /** Done when all that was written is sent. */
  flush(options) {
    return flush(this, options);
  }

  /** Closes the channel: what was written is sent before. */
  close() {
    return close(this);
  }

  /** Closes the channel at once: what is unsent is lost. */
  abort() {
    return abort(this);
  }

  get closed() {
    return isClosed(this);
  }

  /** The length of the file. */
  length(options) {
    return length(this, options);
  }

  [Symbol.asyncIterator]() {
    return this.lines();
  }

  async [dispose]() {
    await this.close();
    this.release();
  }
}

const readLine = bind('lwt_io_read_line_opt', 'p?s:h');
const readAll = bind('lwt_io_read', 'ps:h');
const readCount = bind('lwt_io_read_count', 'ps:hz');
const readAllBytes = bind('lwt_io_read', 'pB:h');
const readCountBytes = bind('lwt_io_read_count', 'pB:hz');
const readInto = bind('lwt_io_read_into', 'pi:hK');
const readLines = bind('lwt_io_read_lines', 'h0:h', TextStream);
const write = bind('lwt_io_write', 'pu:hk');
const writeLine = bind('lwt_io_write_line', 'pu:hk');
const flush = bind('lwt_io_flush', 'pu:h');
const close = bind('lwt_io_close', 'pu:h');
const abort = bind('lwt_io_abort', 'pu:h');
const isClosed = bind('lwt_io_is_closed', 'b:h');
const length = bind('lwt_io_length', 'pi:h');
const openFile = bind('lwt_io_open_file', 'ph0:isiiz', Channel);
const pipe = bind('lwt_io_pipe', 'pVh0:bzz', Channel);
const connect = bind('lwt_io_open_connection_name', 'pVh0:ssh', Channel);
const connectTo = bind('lwt_node_connect', 'pVh0:s', Channel);
const modes = {
  r: [INPUT, O_RDONLY],
  w: [OUTPUT, O_WRONLY | O_CREAT | O_TRUNC],
  a: [OUTPUT, O_WRONLY | O_CREAT | O_APPEND],
};

/** Opens a file: 'r' to read, 'w' to write it anew, 'a' to append. */
async function open(path, mode = 'r', { permissions = 0o666, signal } = {}) {
  const known = modes[mode];
  if (known === undefined) throw new TypeError(`lwt: there is no mode ${mode}`);
  return openFile(known[0], path, known[1] | O_CLOEXEC, permissions, 0, { signal });
}

// Runs `f` with a channel that is closed whatever happens; what was written is
// known to be sent when it is done.
async function withFile(path, mode, f, options) {
  const channel = await open(path, mode, options);
  try {
    const result = await f(channel);
    if (mode !== 'r') await channel.flush(options);
    return result;
  } finally {
    await channel.close();
    channel.release();
  }
}

/** A server, which keeps the process alive until it is closed. */
class Server extends native.Handle {
  #address = serverAddress(this);
  #closing;

  constructor() {
    super();
    native.hold();
  }

  /** Where it listens, in words, with the port that the system has chosen. */
  get address() {
    return this.#address;
  }

  /** Accepts no more; the clients that there are go on. */
  close() {
    if (this.#closing === undefined) {
      native.letGo();
      this.#closing = shutDown(this);
    }
    return this.#closing;
  }

  async [dispose]() {
    await this.close();
  }
}

const serverAddress = bind('lwt_node_server_address', 'S:h');
const shutDown = bind('lwt_io_shutdown_server', 'pu:h');
const serve = bind('lwt_node_serve', 'ph1:sFx', Channel, Server);

module.exports = {
  Channel,
  Server,
  stdin: bind('lwt_node_stdin', 'h0:', Channel),
  stdout: bind('lwt_node_stdout', 'h0:', Channel),
  stderr: bind('lwt_node_stderr', 'h0:', Channel),
  serve: (address, f, options) => serve(address, f, options),
  open,
  withFile,
  readFile: (path, options) => withFile(path, 'r', (channel) => channel.read(options), options),
  readFileBytes: (path, options) => withFile(path, 'r', (channel) => channel.readBytes(options), options),
  writeFile: (path, data, options) => withFile(path, 'w', (channel) => channel.write(data, options), options),
  linesOfFile: bind('lwt_io_lines_of_file', 'h0:s', TextStream),
  pipe: () => pipe(true, 0, 0),
  /** Connects to an address, or to a name and a port. */
  connect: async (address, ...rest) => {
    const isName = typeof rest[0] === 'number' || typeof rest[0] === 'string';
    const [input, output] = isName
      ? await connect(address, String(rest[0]), null, rest[1])
      : await connectTo(address, rest[0]);
    return { input, output };
  },
};
