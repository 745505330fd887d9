// Nothing is left behind: neither what JavaScript forgot nor what was cancelled.
'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { program, stubs } = require('./kit.js');

test('with the collector forced at every step nothing leaks, and no handle is stale', () => {
  const done = program('soak.js', stubs(), '12');
  assert.equal(done.status, 0, done.err);
  // With LWT_DEBUG=1 the library tells at the end what was never released.
  assert.equal(done.err, '');
  const { left, more } = JSON.parse(done.out);
  assert.deepEqual(left, { pending: 0, promises: [], descriptors: [], timers: [], jobs: [], held: 0 });
  assert.ok(more.fds <= 0, `${more.fds} descriptors more`);
  assert.ok(more.memory < 8 << 20, `${more.memory} bytes more`);
});
