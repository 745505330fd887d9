// Libraries of stubs: functions in C that return promises, with jobs in them.
'use strict';
const native = require('./native.js');
const { parse } = require('./signature.js');

/** A library that was loaded. It stays so. */
class Library {
  #loaded;

  constructor(path) {
    this.#loaded = native.load(path);
  }

  /** A function by its name and its signature in words, which has to be the right one. */
  function(name, signature) {
    const { letters, classes } = parse(signature);
    const bound = native.bind(this.#loaded, name, letters, classes);
    if (bound === undefined) throw new Error(`lwt: the library has no ${name}`);
    return bound;
  }
}

const load = (path) => new Library(path);

/** A function of liblwt itself by its name and its signature in words. */
function foreign(name, signature) {
  const { letters, classes } = parse(signature);
  const bound = native.bind(null, name, letters, classes);
  if (bound === undefined) throw new Error(`lwt: this liblwt has no ${name}`);
  return bound;
}

module.exports = { Library, load, foreign };
