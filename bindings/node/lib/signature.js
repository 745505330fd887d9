// Signatures in words, as the letters that the addon reads (src/call.c), and
// functions of them.
//
//   { args: ['string', 'int'], returns: { promise: 'void' } }
'use strict';
const native = require('./native.js');

const argumentLetters = {
  int: 'i', uint: 'u', long: 'l', size: 'z', double: 'd', float: 'f', bool: 'b',
  string: 's', strings: 'a', bytes: 'k', buffer: 'K', handle: 'h', consumed: 'H',
  promise: 'P', value: 'j', callback: 'Fu', task: 'Ft',
};
const resultLetters = {
  void: 'v', error: 'e', int: 'i', uint: 'u', long: 'l', size: 'z', double: 'd', bool: 'b',
  string: 'c', ownedString: 'S',
};
const valueLetters = {
  void: 'u', int: 'i', bool: 'b', word: 'w', double: 'd', string: 's', bytes: 'B', value: 'j',
};

function unknown(what, word) {
  return new TypeError(`lwt: there is no ${what} ${JSON.stringify(word) ?? String(word)}`);
}

// A class of handles, or true for the base class, as the letter and its number.
function handleLetter(letter, type, classes) {
  const named = type === true ? native.Handle : type;
  if (named !== native.Handle && !(named?.prototype instanceof native.Handle)) {
    throw unknown('class of handles', type);
  }
  let index = classes.indexOf(named);
  if (index < 0) index = classes.push(named) - 1;
  return `${letter}${index}`;
}

// A kind of value: a word, { handle }, { array } or { optional }.
function valueLetter(kind, classes) {
  if (typeof kind === 'string' && Object.hasOwn(valueLetters, kind)) return valueLetters[kind];
  if (kind?.handle) return handleLetter('h', kind.handle, classes);
  if (kind?.array) return `V${valueLetter(kind.array, classes)}`;
  if (kind?.optional) return `?${valueLetter(kind.optional, classes)}`;
  throw unknown('kind of value', kind);
}

function resultLetter(kind, classes) {
  if (typeof kind === 'string' && Object.hasOwn(resultLetters, kind)) return resultLetters[kind];
  if (kind?.promise) return `p${valueLetter(kind.promise, classes)}`;
  if (kind?.handle) return handleLetter('h', kind.handle, classes);
  if (kind?.optional?.handle) return handleLetter('n', kind.optional.handle, classes);
  throw unknown('result', kind);
}

/** The letters of a signature in words, and the classes that they count. */
function parse({ args = [], returns = 'void' }) {
  const classes = [];
  const result = resultLetter(returns, classes);
  const letters = args.map((kind) => {
    if (typeof kind === 'string' && Object.hasOwn(argumentLetters, kind)) return argumentLetters[kind];
    throw unknown('argument', kind);
  });
  return { letters: `${result}:${letters.join('')}`, classes };
}

/** A function of liblwt by its name and letters. */
function bind(name, letters, ...classes) {
  const bound = native.bind(null, name, letters, classes);
  if (bound === undefined) throw new Error(`lwt: this liblwt has no ${name}`);
  return bound;
}

module.exports = { parse, bind };
