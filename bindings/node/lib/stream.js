// Streams: elements that come one after the other, as async iterables.
'use strict';
const native = require('./native.js');
const { bind } = require('./signature.js');

const dispose = Symbol.asyncDispose ?? Symbol.for('nodejs.asyncDispose');

/** A reader. What it has taken is gone for it; a clone reads the same elements. */
class Stream extends native.Handle {
  /** The next element as an iterator gives it. */
  next(options) {
    return this.constructor.next(this, options);
  }

  /** Ends the reading: what nobody else reads is given up. */
  return(value) {
    this.release();
    return Promise.resolve({ value, done: true });
  }

  /** A second reader at the same place. */
  clone() {
    return this.constructor.clone(this);
  }

  /** All elements to the end. */
  async toArray(options) {
    const all = [];
    for (;;) {
      const { value, done } = await this.next(options);
      if (done) return all;
      all.push(value);
    }
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  async [dispose]() {
    this.release();
  }
}

// A class of streams whose elements are of a kind: the addon notes it in each
// handle that it makes of the class, and takes no other for one.
function streamOf(kind) {
  class StreamOf extends Stream {}
  Object.defineProperty(StreamOf, 'elements', { value: kind });
  Object.defineProperty(StreamOf, 'name', { value: 'Stream' });
  StreamOf.next = bind('lwt_stream_get', `pI${kind}:h0`, StreamOf);
  StreamOf.clone = bind('lwt_stream_clone', 'h0:h0', StreamOf);
  return StreamOf;
}

/** Streams of text: lines, names. */
const TextStream = streamOf('s');
/** Streams of bytes, and of other integers. */
const IntegerStream = streamOf('i');
/** Streams of JavaScript values. */
const ValueStream = streamOf('j');

/** The writing end of a stream, which never blocks. */
class Push extends native.Handle {
  /** Pushes an element; throws if the stream is closed. */
  push(value) {
    pushValue(this, value);
  }

  /** The end: readers find it after what was pushed. */
  close() {
    pushClose(this);
  }
}

/** The writing end of a stream that stores so many elements at most. */
class BoundedPush extends native.Handle {
  /** Pushes an element: done when there is room for it. One push may wait. */
  push(value, options) {
    return boundedPush(this, value, options);
  }

  close() {
    boundedClose(this);
  }

  /** How many elements are stored. */
  get count() {
    return boundedCount(this);
  }

  get closed() {
    return boundedClosed(this);
  }
}

const pushValue = bind('lwt_stream_push_owned', 'e:hj');
const pushClose = bind('lwt_stream_push_close', 'e:h');
const create = bind('lwt_stream_create', 'h0:o1', ValueStream, Push);
const createBounded = bind('lwt_stream_create_bounded', 'h0:lo1', ValueStream, BoundedPush);
const boundedPush = bind('lwt_stream_bounded_push_push_owned', 'pu:hj');
const boundedClose = bind('lwt_stream_bounded_push_close', 'e:h');
const boundedCount = bind('lwt_stream_bounded_push_count', 'z:h');
const boundedClosed = bind('lwt_stream_bounded_push_closed', 'b:h');
const from = bind('lwt_stream_from', 'h0:Fq', ValueStream);

/** A stream that elements are pushed into: `[stream, push]`. */
Stream.create = () => create();
/** The same with room for `size` elements: pushing waits for it. */
Stream.createBounded = (size) => createBounded(size);

// The function that a stream asks, which the stream keeps: so it must not know
// the stream, or neither would ever be collected.
function sourceOf(iterable) {
  if (iterable[Symbol.asyncIterator] !== undefined) {
    const iterator = iterable[Symbol.asyncIterator]();
    return [iterator, () => iterator.next()];
  }
  const iterator = iterable[Symbol.iterator]();
  return [
    iterator,
    async () => {
      const { value, done } = iterator.next();
      return { value: await value, done };
    },
  ];
}

/** A stream of what an iterable gives, which is asked when an element is needed. */
Stream.from = (iterable) => {
  const [iterator, source] = sourceOf(iterable);
  const stream = from(source);
  stream.return = async (value) => {
    stream.release();
    await iterator.return?.();
    return { value, done: true };
  };
  return stream;
};

module.exports = { Stream, TextStream, IntegerStream, ValueStream, Push, BoundedPush, dispose };
