// Builds the addon: `npm install` runs it. It needs a C compiler ($CC), and by
// pkg-config liblwt and libffi; the headers of N-API come with the package
// node-api-headers, or with Node. What functions there are lwt-api.json says,
// which comes with liblwt.
'use strict';
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const here = (...names) => path.join(__dirname, ...names);

function flags(library, ...what) {
  try {
    const text = execFileSync(process.env.PKG_CONFIG || 'pkg-config', [...what, library], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // A backslash stands before what the shell would take for its own.
    return (text.trim().match(/(?:\\.|[^\s\\])+/g) ?? []).map((word) => word.replace(/\\(.)/g, '$1'));
  } catch (error) {
    throw new Error(
      `lwt: pkg-config finds no ${library}` +
        (library === 'lwt' ? ': install liblwt, or set PKG_CONFIG_PATH' : ' (Debian: libffi-dev)') +
        `\n${error.stderr ?? error.message}`,
    );
  }
}

function headers() {
  const beside = path.resolve(process.execPath, '../../include/node');
  try {
    return require('node-api-headers').include_dir;
  } catch {
    if (fs.existsSync(path.join(beside, 'node_api.h'))) return beside;
    throw new Error('lwt: there are no headers of N-API; npm brings them with `npm install --install-links`');
  }
}

// The description of the library that is there; in its source tree, that one.
function describe() {
  const prefix = execFileSync(process.env.PKG_CONFIG || 'pkg-config', ['--variable=prefix', 'lwt'], {
    encoding: 'utf8',
  }).trim();
  const places = [path.join(prefix, 'share/lwt/lwt-api.json'), here('..', 'lwt-api.json')];
  const found = places.find((place) => fs.existsSync(place));
  const api = found ? JSON.parse(fs.readFileSync(found, 'utf8')) : { functions: [] };
  if (!found) console.warn('lwt: there is no lwt-api.json: `c` has no functions');
  const functions = require('./lib/describe.js').describe(api);
  fs.writeFileSync(here('build', 'functions.json'), JSON.stringify(functions));
}

function build() {
  const sources = fs.readdirSync(here('src')).filter((name) => name.endsWith('.c'));
  const libraries = flags('lwt', '--libs-only-L');
  // A library that is not where the system looks is found where it was built with.
  const runpath = libraries.map((flag) => `-Wl,-rpath,${flag.slice(2)}`);
  fs.mkdirSync(here('build'), { recursive: true });
  const target = here('build', 'lwt.node');
  const fresh = `${target}.${process.pid}`;
  const words = (process.env.CC || 'cc').split(' ');
  const args = [
    ...words.slice(1),
    ...['-std=gnu11', '-D_GNU_SOURCE', '-O2', '-g', '-fPIC', '-shared', '-fvisibility=hidden', '-Wall', '-Wextra'],
    ...(process.env.CFLAGS ?? '').split(' ').filter(Boolean),
    `-I${headers()}`,
    ...flags('lwt', '--cflags'),
    ...flags('libffi', '--cflags'),
    ...sources.map((name) => here('src', name)),
    ...['-o', fresh],
    ...runpath,
    ...flags('lwt', '--libs'),
    ...flags('libffi', '--libs'),
    '-lm',
    '-Wl,-z,nodelete', // what the library keeps of a worker's it calls after Node has closed this
  ];
  execFileSync(words[0], args, { stdio: 'inherit' });
  describe();
  fs.renameSync(fresh, target); // a program that runs keeps the old one
}

try {
  build();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
