// Types of the package `lwt`: liblwt for Node.

/** Options of all that returns a promise: aborting the signal cancels it. */
export interface Options {
  signal?: AbortSignal | undefined;
}

/** Waits so many seconds. */
export function sleep(seconds: number, options?: Options): Promise<void>;

/** Waits until the next turn of the scheduler. */
export function pause(options?: Options): Promise<void>;

/**
 * What `f`'s promise is fulfilled with; or, when the time is over, a failure with the code
 * `LWT_TIMEOUT`, and the signal that `f` was given is aborted.
 */
export function withTimeout<T>(
  seconds: number,
  f: (signal: AbortSignal) => Promise<T> | T,
  options?: Options,
): Promise<T>;

/** A failure of the library that is none of a system call: `code` is `LWT_` and its kind. */
export class LwtError extends Error {
  readonly kind: number;
  readonly code: string;
  /** With LWT_DEBUG=1: where it was raised, and what it went through. */
  readonly backtrace?: string;
}

/** A promise was cancelled; `code` is `ABORT_ERR`, and `cause` the signal's reason. */
export class AbortError extends Error {
  readonly code: 'ABORT_ERR';
}

/** Something of the library's. It is given up when it is collected, or now. */
export class Handle {
  protected constructor();
  /** Gives it up. Calls that are under way go on. */
  release(): void;
  readonly released: boolean;
}

/** Elements that come one after the other. What was read is gone for this reader. */
export class Stream<T> extends Handle implements AsyncIterableIterator<T> {
  private constructor();
  next(options?: Options): Promise<IteratorResult<T, undefined>>;
  return(value?: any): Promise<IteratorResult<T, any>>;
  /** A second reader at the same place. */
  clone(): Stream<T>;
  /** All elements to the end. */
  toArray(options?: Options): Promise<T[]>;
  [Symbol.asyncIterator](): this;

  /** A stream that elements are pushed into, and its writing end. */
  static create<T = unknown>(): [Stream<T>, Push<T>];
  /** The same with room for `size` elements: pushing waits for it. */
  static createBounded<T = unknown>(size: number): [Stream<T>, BoundedPush<T>];
  /** A stream of what an iterable gives, which is asked when an element is needed. */
  static from<T>(iterable: AsyncIterable<T> | Iterable<T | Promise<T>>): Stream<T>;
}

/** The writing end of a stream. When it is given up the stream is closed. */
export class Push<T> extends Handle {
  private constructor();
  push(value: T): void;
  close(): void;
}

/** The writing end of a bounded stream. */
export class BoundedPush<T> extends Handle {
  private constructor();
  /** Done when there is room for the element. One push may wait. */
  push(value: T, options?: Options): Promise<void>;
  close(): void;
  readonly count: number;
  readonly closed: boolean;
}

export namespace unix {
  interface Stats {
    readonly dev: number;
    readonly ino: number;
    readonly mode: number;
    readonly nlink: number;
    readonly uid: number;
    readonly gid: number;
    readonly rdev: number;
    readonly size: number;
    readonly blksize: number;
    readonly blocks: number;
    readonly atimeMs: number;
    readonly mtimeMs: number;
    readonly ctimeMs: number;
    readonly atime: Date;
    readonly mtime: Date;
    readonly ctime: Date;
    isFile(): boolean;
    isDirectory(): boolean;
    isSymbolicLink(): boolean;
  }

  interface Entry {
    readonly name: string;
    readonly ino: number;
    readonly kind:
      | 'file' | 'directory' | 'link' | 'fifo' | 'socket' | 'block device' | 'character device' | 'unknown';
  }

  /** A descriptor. */
  class Fd extends Handle {
    private constructor();
    /** Reads into an array, and tells how many bytes; at `position` of a file. */
    read(buffer: Uint8Array, options?: Options & { position?: number | bigint }): Promise<number>;
    /** Writes text or bytes, or some of them, and tells how many. */
    write(data: string | Uint8Array, options?: Options & { position?: number | bigint }): Promise<number>;
    stat(options?: Options): Promise<Stats>;
    sync(options?: Options): Promise<void>;
    truncate(length: number | bigint, options?: Options): Promise<void>;
    close(): Promise<void>;
  }

  /** `flags` as of `fs.open`, in words or of `fs.constants`. */
  function open(path: string, flags?: string | number, options?: Options & { mode?: number }): Promise<Fd>;
  /** The end that is read, and the end that is written. */
  function pipe(): Promise<[Fd, Fd]>;
  function mkdir(path: string, options?: Options & { mode?: number }): Promise<void>;
  function rmdir(path: string, options?: Options): Promise<void>;
  function unlink(path: string, options?: Options): Promise<void>;
  function rename(from: string, to: string, options?: Options): Promise<void>;
  function link(from: string, to: string, options?: Options): Promise<void>;
  function symlink(target: string, path: string, options?: Options): Promise<void>;
  function readlink(path: string, options?: Options): Promise<string>;
  function chmod(path: string, mode: number, options?: Options): Promise<void>;
  function access(path: string, mode?: number, options?: Options): Promise<void>;
  function truncate(path: string, length: number | bigint, options?: Options): Promise<void>;
  function utimes(path: string, access: number, modification: number, options?: Options): Promise<void>;
  function stat(path: string, options?: Options): Promise<Stats>;
  function lstat(path: string, options?: Options): Promise<Stats>;
  function exists(path: string, options?: Options): Promise<boolean>;
  /** The entries of a directory, but for "." and "..". */
  function readdir(path: string, options?: Options): Promise<Entry[]>;
  /** The names in a directory, as they are read. */
  function names(path: string): Stream<string>;
  function getcwd(options?: Options): Promise<string>;
  function gethostname(options?: Options): Promise<string>;
}

export namespace io {
  /** A buffered channel that is read or written. Iterating it gives its lines. */
  class Channel extends Handle implements AsyncIterable<string> {
    private constructor();
    /** The next line without its end; null at the end of the input. */
    readLine(options?: Options): Promise<string | null>;
    /** Everything up to the end. */
    read(options?: Options): Promise<string>;
    /** At most `count` bytes, and at least one unless at the end. */
    read(count: number, options?: Options): Promise<string>;
    readBytes(options?: Options): Promise<Buffer>;
    readBytes(count: number, options?: Options): Promise<Buffer>;
    /** Reads into an array, and tells how many bytes; 0 at the end. */
    readInto(buffer: Uint8Array, options?: Options): Promise<number>;
    /** The lines as a stream, which does not close the channel. */
    lines(): Stream<string>;
    /** Done when the channel has taken the bytes; `flush` tells that they are sent. */
    write(data: string | Uint8Array, options?: Options): Promise<void>;
    writeLine(line: string | Uint8Array, options?: Options): Promise<void>;
    flush(options?: Options): Promise<void>;
    /** Closes the channel: what was written is sent before. */
    close(): Promise<void>;
    /** Closes the channel at once: what is unsent is lost. */
    abort(): Promise<void>;
    readonly closed: boolean;
    /** The length of the file. */
    length(options?: Options): Promise<number>;
    [Symbol.asyncIterator](): Stream<string>;
  }

  /** A server, which keeps the process alive until it is closed. */
  class Server extends Handle {
    private constructor();
    /** Where it listens, with the port that the system has chosen. */
    readonly address: string;
    /** Accepts no more; the clients that there are go on. */
    close(): Promise<void>;
  }

  type Mode = 'r' | 'w' | 'a';
  type FileOptions = Options & { permissions?: number };

  function stdin(): Channel;
  function stdout(): Channel;
  function stderr(): Channel;
  /** Opens a file: 'r' to read, 'w' to write it anew, 'a' to append. */
  function open(path: string, mode?: Mode, options?: FileOptions): Promise<Channel>;
  /** Runs `f` with a channel on a file that is closed whatever happens. */
  function withFile<T>(
    path: string, mode: Mode, f: (channel: Channel) => Promise<T> | T, options?: FileOptions): Promise<T>;
  function readFile(path: string, options?: Options): Promise<string>;
  function readFileBytes(path: string, options?: Options): Promise<Buffer>;
  function writeFile(path: string, data: string | Uint8Array, options?: FileOptions): Promise<void>;
  function linesOfFile(path: string): Stream<string>;
  function pipe(): Promise<[Channel, Channel]>;
  /** Connects to `127.0.0.1:80`, `[::1]:80` or `unix:/tmp/socket`. */
  function connect(address: string, options?: Options): Promise<{ input: Channel; output: Channel }>;
  /** Connects to a host by its name. */
  function connect(
    host: string, port: number | string, options?: Options): Promise<{ input: Channel; output: Channel }>;
  /** Serves at such an address; a client's channels are closed when `f`'s promise resolves. */
  function serve(
    address: string, f: (input: Channel, output: Channel) => unknown, options?: Options): Promise<Server>;
}

export namespace process {
  /** A line for the shell, or a program and its arguments. */
  type Command = string | readonly string[];
  interface ProcessOptions extends Options {
    /** The whole environment, in place of this process's. */
    env?: Record<string, string>;
    /** The folder in which it runs. */
    cwd?: string;
    /** After so many seconds it is killed. */
    timeout?: number;
  }
  /** How a process has ended: by its code, or by a signal. */
  type Ended = { code: number; signal: null } | { code: null; signal: string };

  class Process extends Handle {
    private constructor();
    readonly pid: number;
    readonly stdin: io.Channel;
    readonly stdout: io.Channel;
    readonly stderr: io.Channel;
    kill(signal?: NodeJS.Signals | number): Promise<void>;
    /** Waits for the end. */
    status(options?: Options): Promise<Ended>;
    /** Closes the channels, and waits for the end. */
    close(): Promise<Ended>;
  }

  function open(command: Command, options?: ProcessOptions): Promise<Process>;
  function exec(command: Command, options?: ProcessOptions): Promise<Ended>;
  /** What a program writes when it is given a text. */
  function map(command: Command, data: string | Uint8Array, options?: ProcessOptions): Promise<string>;
  /** What a program writes. */
  function read(command: Command, options?: ProcessOptions): Promise<string>;
  /** The lines that a program writes. */
  function lines(command: Command, options?: Omit<ProcessOptions, 'signal'>): Stream<string>;
}

/** A kind of an argument of a function in C. */
export type ArgumentKind =
  | 'int' | 'uint' | 'long' | 'size' | 'double' | 'float' | 'bool'
  /** `const char *`, until the promise has resolved; null is NULL. */
  | 'string'
  /** `const char *const *`, with NULL at the end. */
  | 'strings'
  /** A pointer to a copy of a string's or Uint8Array's bytes, and how many. */
  | 'bytes'
  /** The same of a Uint8Array that is written to, when the promise resolves. */
  | 'buffer'
  /** A handle, borrowed; or consumed. */
  | 'handle' | 'consumed'
  /** A promise or a value as a `lwt_t *`, consumed. */
  | 'promise'
  /** A JavaScript value as a `lwt_value`, and its drop function. */
  | 'value'
  /** A function as `lwt_unit_fn` or `lwt_thunk_fn`, its environment, and its drop function. */
  | 'callback' | 'task';

/** What a promise of a function in C is fulfilled with. */
export type ValueKind =
  | 'void' | 'int' | 'bool' | 'word' | 'double' | 'string' | 'bytes' | 'value'
  | { handle: true | typeof Handle }
  | { array: ValueKind }
  | { optional: ValueKind };

/** What a function in C returns. */
export type ResultKind =
  /** `error`: a kind of error, which is thrown unless it is LWT_OK. */
  | 'void' | 'error' | 'int' | 'uint' | 'long' | 'size' | 'double' | 'bool' | 'string' | 'ownedString'
  | { promise: ValueKind }
  | { handle: true | typeof Handle }
  | { optional: { handle: true | typeof Handle } };

export interface Signature {
  args?: readonly ArgumentKind[];
  returns?: ResultKind;
}

/** A library of functions in C, such as stubs with jobs. */
export class Library {
  /** A function by its name. The signature has to be the right one: nothing checks it. */
  function<F extends (...args: any[]) => any = (...args: any[]) => any>(name: string, signature: Signature): F;
}

export function load(path: string): Library;

/** A function of liblwt by its name and its signature, which has to be the right one. */
export function foreign<F extends (...args: any[]) => any = (...args: any[]) => any>(
  name: string, signature: Signature): F;

/** The functions of liblwt under their own names, as bindings/lwt-api.json describes them: those whose
 * arguments can be checked. */
export const c: Readonly<Record<string, (...args: any[]) => any>>;

export namespace debug {
  /** What this thread waits for; lwt_debug.h describes it. */
  function dump(): Record<string, any>;
  function dumpText(): string;
  /** How many promises and servers keep the process alive. */
  function pending(): number;
  /** Has failures carry a backtrace, from now on. */
  function start(): boolean;
  function stop(): void;
}
