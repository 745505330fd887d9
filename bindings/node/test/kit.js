// What the tests share: a scratch folder, and the stubs of stubs.c.
'use strict';
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'lwt-node-'));
process.on('exit', () => fs.rmSync(scratch, { recursive: true, force: true }));

/** A path in a folder that is removed at the end. */
const inScratch = (...names) => path.join(scratch, ...names);

/** The library of stubs, compiled for this run. */
function stubs() {
  const flags = execFileSync('pkg-config', ['--cflags', '--libs', 'lwt'], { encoding: 'utf8' });
  const library = inScratch('stubs.so');
  const source = path.join(__dirname, 'stubs.c');
  execFileSync('cc', ['-shared', '-fPIC', '-o', library, source, ...flags.trim().split(/\s+/)]);
  return library;
}

/** The outcome of a program of test/programs. */
function program(name, ...args) {
  const { spawnSync } = require('node:child_process');
  const file = path.join(__dirname, 'programs', name);
  const done = spawnSync(process.execPath, ['--expose-gc', file, ...args], {
    encoding: 'utf8',
    timeout: 120_000,
    env: { ...process.env, LWT_DEBUG: name === 'soak.js' ? '1' : '' },
  });
  return { status: done.status, signal: done.signal, out: done.stdout, err: done.stderr };
}

module.exports = { inScratch, stubs, program };
