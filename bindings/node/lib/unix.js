// Lwt_unix: files, directories, descriptors. The calls are done by worker
// threads of liblwt, or wait for their descriptor; none blocks.
'use strict';
const { constants } = require('node:fs');
const native = require('./native.js');
const { bind } = require('./signature.js');
const { TextStream, dispose } = require('./stream.js');

/** What is known of a file, as `fs.Stats` tells it. */
class Stats {
  constructor(dev, mode, nlink, uid, gid, rdev, blksize, ino, size, blocks, atimeMs, mtimeMs, ctimeMs) {
    Object.assign(this, {
      dev, mode, nlink, uid, gid, rdev, blksize, ino, size, blocks, atimeMs, mtimeMs, ctimeMs,
    });
  }

  get atime() {
    return new Date(this.atimeMs);
  }

  get mtime() {
    return new Date(this.mtimeMs);
  }

  get ctime() {
    return new Date(this.ctimeMs);
  }

  isFile() {
    return (this.mode & constants.S_IFMT) === constants.S_IFREG;
  }

  isDirectory() {
    return (this.mode & constants.S_IFMT) === constants.S_IFDIR;
  }

  isSymbolicLink() {
    return (this.mode & constants.S_IFMT) === constants.S_IFLNK;
  }
}

// DT_... of dirent.h.
const entryKinds = {
  1: 'fifo', 2: 'character device', 4: 'directory', 6: 'block device', 8: 'file', 10: 'link', 12: 'socket',
};

/** An entry of a directory; its kind is 'unknown' where the file system does not say. */
class Entry {
  constructor(name, ino, kind) {
    this.name = name;
    this.ino = ino;
    this.kind = entryKinds[kind] ?? 'unknown';
  }
}

/** A descriptor. */
class Fd extends native.Handle {
  /** Reads into a Uint8Array, and tells how many bytes; at `position` of a file. */
  read(buffer, { position, signal } = {}) {
    return position === undefined ? read(this, buffer, { signal }) : pread(this, buffer, position, { signal });
  }

  /** Writes text or bytes, or some of them, and tells how many. */
  write(data, { position, signal } = {}) {
    return position === undefined ? write(this, data, { signal }) : pwrite(this, data, position, { signal });
  }

  stat(options) {
    return fstat(this, options);
  }

  sync(options) {
    return fsync(this, options);
  }

  truncate(length, options) {
    return ftruncate(this, length, options);
  }

  close() {
    return close(this);
  }

  async [dispose]() {
    await this.close();
    this.release();
  }
}

const read = bind('lwt_unix_read', 'pi:hK');
const pread = bind('lwt_unix_pread', 'pi:hKl');
const write = bind('lwt_unix_write', 'pi:hk');
const pwrite = bind('lwt_unix_pwrite', 'pi:hkl');
const fstat = bind('lwt_unix_fstat', 'pS0:h', Stats);
const fsync = bind('lwt_unix_fsync', 'pu:h');
const ftruncate = bind('lwt_unix_ftruncate', 'pu:hl');
const close = bind('lwt_unix_close', 'pu:h');
const open = bind('lwt_unix_openfile', 'ph0:sii', Fd);
const makeDirectory = bind('lwt_unix_mkdir', 'pu:si');
const changeMode = bind('lwt_unix_chmod', 'pu:si');
const access = bind('lwt_unix_access', 'pu:si');
const pipe = bind('lwt_unix_pipe', 'pVh0:b', Fd);

// The flags of open(2) by the words that `fs.open` has for them.
const flagWords = {
  r: constants.O_RDONLY,
  'r+': constants.O_RDWR,
  w: constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC,
  'w+': constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC,
  wx: constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_EXCL,
  a: constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND,
};
const O_CLOEXEC = 0o2000000;

module.exports = {
  Stats,
  Entry,
  Fd,
  open: (path, flags = 'r', { mode = 0o666, signal } = {}) =>
    open(path, (flagWords[flags] ?? flags) | O_CLOEXEC, mode, { signal }),
  pipe: () => pipe(true),
  mkdir: (path, { mode = 0o777, signal } = {}) => makeDirectory(path, mode, { signal }),
  chmod: changeMode,
  access: (path, mode = constants.F_OK, options) => access(path, mode, options),
  rmdir: bind('lwt_unix_rmdir', 'pu:s'),
  unlink: bind('lwt_unix_unlink', 'pu:s'),
  rename: bind('lwt_unix_rename', 'pu:ss'),
  link: bind('lwt_unix_link', 'pu:ss'),
  symlink: bind('lwt_unix_symlink', 'pu:ss'),
  readlink: bind('lwt_unix_readlink', 'ps:s'),
  truncate: bind('lwt_unix_truncate', 'pu:sl'),
  utimes: bind('lwt_unix_utimes', 'pu:sdd'),
  stat: bind('lwt_unix_stat', 'pS0:s', Stats),
  lstat: bind('lwt_unix_lstat', 'pS0:s', Stats),
  exists: bind('lwt_unix_file_exists', 'pb:s'),
  readdir: bind('lwt_unix_entries_of_directory', 'pD0:s', Entry),
  names: bind('lwt_unix_files_of_directory', 'h0:s', TextStream),
  getcwd: bind('lwt_unix_getcwd', 'ps:'),
  gethostname: bind('lwt_unix_gethostname', 'ps:'),
};
