#!/bin/sh
# The small examples check what they did themselves.
. "$(dirname "$0")/prepare"

for name in hello mkdir timeout notification direct; do
  expect 0 example "$name"
  [ -s "$work/out" ] || fail "$name says nothing"
done
