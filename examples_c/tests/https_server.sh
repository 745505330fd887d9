#!/bin/sh
# https_server with curl and openssl, and http_get with it and with openssl's server.
. "$(dirname "$0")/prepare"
for tool in curl openssl python3; do
  command -v $tool >/dev/null || skip "$tool is not there"
done
make=$(cd "$(dirname "$0")" && pwd)/../../c_tests/certificates/make
cd "$work"
sh "$make" . || fail "no certificates"

mkdir -p files/sub
printf 'hello\n' >files/hello.txt
printf '<p>here' >files/sub/index.html
python3 -c 'import sys; sys.stdout.write("".join("%07d\n" % i for i in range(200000)))' >files/big
: >files/empty

stop() {
  kill $servers 2>/dev/null || :
  rm -rf "$work"
}
servers=''
trap stop EXIT
await_line() { # FILE TEXT
  tries=0
  until grep -q "$2" "$1" 2>/dev/null; do
    tries=$((tries + 1))
    [ $tries -lt 400 ] || fail "the server does not start: $(cat "$1")"
    sleep 0.05
  done
}

"$LWT_EXAMPLES/https_server" server-chain.pem server.key files >server.out 2>server.err &
servers=$!
await_line server.out 'serving files at'
port=$(sed -n 's|.*https://127.0.0.1:\([0-9]*\)/.*|\1|p' server.out)
at="https://localhost:$port"

# curl, in both versions; several files by one connection.
for version in '--tlsv1.2 --tls-max 1.2' '--tlsv1.3'; do
  # shellcheck disable=SC2086
  expect 0 curl -sS $version --cacert authority.pem "$at/hello.txt" "$at/sub/" "$at/empty"
  printf 'hello\n<p>here' | cmp - out || fail "curl has not got the three files"
  # shellcheck disable=SC2086
  expect 0 curl -sS $version --cacert authority.pem "$at/big"
  cmp out files/big || fail "curl has not got the large file"
done
expect 0 curl -sS --cacert authority.pem -I "$at/hello.txt"
grep -q 'Content-Length: 6' out || fail "there is no answer to HEAD"
expect 22 curl -sS --fail --cacert authority.pem "$at/nothing"
expect 22 curl -sS --fail --cacert authority.pem --path-as-is "$at/../server.key"
expect 60 curl -sS --cacert nobody.pem "$at/hello.txt"
expect 60 curl -sS --cacert authority.pem --resolve "other.test:$port:127.0.0.1" "https://other.test:$port/"

# openssl's client; and one that speaks no TLS.
(printf 'GET /hello.txt HTTP/1.1\r\nConnection: close\r\n\r\n'; sleep 0.3) |
  expect 0 openssl s_client -quiet -verify_quiet -verify_return_error -CAfile authority.pem \
    -verify_hostname localhost -connect "127.0.0.1:$port"
grep -q '^hello$' out || fail "openssl has not got the file"
expect 1 example http_get "http://localhost:$port/hello.txt"

# http_get, which resumes nothing, but verifies all.
expect 0 example http_get --cacert authority.pem "$at/big"
cmp out files/big || fail "http_get has not got the large file"
expect 0 example http_get --cacert authority.pem "https://127.0.0.1:$port/hello.txt"
printf 'hello\n' | cmp - out || fail "http_get has not got the file"
expect 1 example http_get --cacert nobody.pem "$at/hello.txt"
said "nobody who is trusted has issued the certificate"
expect 0 example http_get --insecure "$at/hello.txt"
expect 22 example http_get --cacert authority.pem "$at/nothing"

# http_get with openssl's server.
for version in -tls1_2 -tls1_3; do
  (cd files && exec openssl s_server -accept 127.0.0.1:0 -WWW -cert ../rsa.pem -key ../rsa.key \
    $version) >other.out 2>&1 &
  servers="$servers $!"
  await_line other.out 'ACCEPT 127'
  other=$(sed -n 's|ACCEPT 127.0.0.1:||p' other.out)
  expect 0 example http_get --cacert authority.pem "https://localhost:$other/hello.txt"
  printf 'hello\n' | cmp - out || fail "http_get has not got the file of openssl's server"
  : >other.out
done

# It serves others while one says nothing.
(sleep 5 | openssl s_client -quiet -connect "127.0.0.1:$port" >/dev/null 2>&1) &
servers="$servers $!"
expect 0 curl -sS --cacert authority.pem "$at/hello.txt"

# Who says nothing, or a byte now and then, or reads nothing, is hung up on.
"$LWT_EXAMPLES/https_server" --patience 0.5 server-chain.pem server.key files >short.out 2>short.err &
short=$!
servers="$servers $short"
await_line short.out 'serving files at'
port=$(sed -n 's|.*https://127.0.0.1:\([0-9]*\)/.*|\1|p' short.out)
python3 - "$port" "$short" <<'END' || fail "somebody is waited for: $(cat short.err)"
import os, socket, ssl, sys, time

port, server = int(sys.argv[1]), sys.argv[2]
context = ssl.create_default_context(cafile="authority.pem")

def clients():
    names = (f"/proc/{server}/fd/" + fd for fd in os.listdir(f"/proc/{server}/fd"))
    return sum("socket:" in os.readlink(name) for name in names)

before = clients()

def raw():
    return socket.create_connection(("127.0.0.1", port))

def shaken():
    return context.wrap_socket(raw(), server_hostname="localhost")

silent, slow_hands = raw(), raw()
silent_later, slow, reads_nothing = shaken(), shaken(), shaken()
reads_nothing.sendall(b"GET /big HTTP/1.1\r\n\r\n" * 20)
end = time.monotonic() + 60
while clients() > before:
    assert time.monotonic() < end
    for one, byte in ((slow_hands, b"\x16"), (slow, b"G")):
        try:
            one.sendall(byte)
        except OSError:
            pass
    time.sleep(0.05)
END
