#!/bin/sh
# http_get against a server that answers in all the ways it has to know.
. "$(dirname "$0")/prepare"
command -v python3 >/dev/null || skip "python3 is not there, of which the server is made"
cd "$work"

cat >server.py <<'END'
import socketserver, time

BIG = b"".join(b"%07d\n" % i for i in range(50000))

class Answer(socketserver.StreamRequestHandler):
    def say(self, *parts):
        for part in parts:
            self.wfile.write(part)
            self.wfile.flush()

    def handle(self):
        words = self.rfile.readline().split()
        host = b""
        while True:
            line = self.rfile.readline().strip()
            if line.lower().startswith(b"host:"):
                host = line[5:].strip()
            if not line:
                break
        path = words[1].decode() if len(words) == 3 and words[0] == b"GET" else "bad"
        ok = b"HTTP/1.1 200 OK\r\n"
        if path == "/length":
            self.say(ok, b"Content-Length: %d\r\n\r\n" % len(BIG), BIG, b"more than it said")
        elif path == "/end":
            self.say(b"HTTP/1.0 200 OK\r\nX: y\r\n\r\n", BIG)
        elif path == "/chunked":
            self.say(ok, b"Transfer-Encoding: chunked\r\n\r\n")
            for size in (1, 10, 100, 4095, 60000):
                self.say(b"%x;ext=1\r\n" % size, b"c" * size, b"\r\n")
            self.say(b"0\r\nTrailer: t\r\n\r\n")
        elif path == "/pieces":
            for byte in ok + b"content-length: 5\r\n\r\nhello":
                self.say(bytes([byte]))
        elif path == "/continue":
            self.say(b"HTTP/1.1 100 Continue\r\n\r\n", ok, b"Content-Length: 2\r\n\r\nok")
        elif path == "/empty":
            self.say(b"HTTP/1.1 204 No Content\r\n\r\n")
        elif path == "/host":
            self.say(ok, b"Content-Length: %d\r\n\r\n" % len(host), host)
        elif path == "/dir/here?q=1":
            self.say(b"HTTP/1.1 302 Found\r\nLocation: there\r\nContent-Length: 0\r\n\r\n")
        elif path == "/dir/there":
            self.say(b"HTTP/1.1 307 Temporary\r\nLocation: http://%s/host\r\n\r\n" % host)
        elif path == "/loop":
            self.say(b"HTTP/1.1 301 Moved\r\nLocation: /loop\r\nContent-Length: 0\r\n\r\n")
        elif path == "/ftp":
            self.say(b"HTTP/1.1 301 Moved\r\nLocation: ftp://x/\r\n\r\n")
        elif path == "/cut":
            self.say(ok, b"Content-Length: 100\r\n\r\nonly this")
        elif path == "/cutchunk":
            self.say(ok, b"Transfer-Encoding: chunked\r\n\r\n10\r\nonly this")
        elif path == "/badchunk":
            self.say(ok, b"Transfer-Encoding: chunked\r\n\r\nzz\r\n")
        elif path == "/badlength":
            self.say(ok, b"Content-Length: -5\r\n\r\n")
        elif path == "/nonsense":
            self.say(b"SSH-2.0-nothing for you\r\n")
        elif path == "/long":
            self.say(b"HTTP/1.1 200 " + b"x" * 20000)
        elif path == "/silent":
            time.sleep(20)
        elif path == "/slow":
            self.say(ok, b"Content-Length: 10\r\n\r\nhalf.")
            time.sleep(20)
        elif path == "/close":
            pass
        else:
            self.say(b"HTTP/1.1 404 Not Found\r\nContent-Length: 8\r\n\r\nno such\n")

class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

server = Server(("127.0.0.1", 0), Answer)
open("big", "wb").write(BIG)
open("port.new", "w").write(str(server.server_address[1]))
import os
os.rename("port.new", "port")
server.serve_forever()
END
python3 server.py 2>server.err &
server=$!
trap 'kill $server 2>/dev/null || :; rm -rf "$work"' EXIT
tries=0
while [ ! -s port ]; do
  tries=$((tries + 1))
  [ $tries -lt 200 ] || fail "the server does not start: $(cat server.err)"
  sleep 0.05
done
port=$(cat port)
at="http://127.0.0.1:$port"

gets() {
  expect 0 example http_get "$1"
  printf '%s' "$2" | cmp -s - out || fail "$1 is not $2"
}

expect 0 example http_get "$at/length"
cmp big out || fail "the page of a length is not what was sent"
expect 0 example http_get "$at/end"
cmp big out || fail "the page up to the end is not what was sent"
expect 0 example http_get -o page "$at/chunked"
[ ! -s out ] || fail "it writes to a file and to standard output"
[ "$(wc -c <page)" -eq 64206 ] || fail "the chunks have $(wc -c <page) bytes"
[ "$(tr -d c <page | wc -c)" -eq 0 ] || fail "there are other bytes among the chunks"
gets "$at/pieces" hello
gets "$at/continue" ok
gets "$at/empty" ""
gets "$at/host" "127.0.0.1:$port"
gets "http://localhost:$port/host#fragment" "localhost:$port"
gets "$at/dir/here?q=1" "127.0.0.1:$port"

expect 0 example http_get -i "$at/pieces"
printf 'HTTP/1.1 200 OK\ncontent-length: 5\n\nhello' | cmp - out || fail "the headers are not there"

refuses() {
  wanted=$1
  text=$2
  shift 2
  expect "$wanted" example http_get "$@"
  said "$text"
}
refuses 22 "the server answers 404" "$at/nothing"
printf 'no such\n' | cmp - out || fail "the page that says what is wrong is not there"
refuses 1 "one redirection too many, to /loop" "$at/loop"
refuses 1 "one redirection too many" --redirects 1 "$at/dir/here?q=1"
refuses 1 "only addresses that begin with http:// or https://" "$at/ftp"
refuses 1 "91 bytes before the end" -o part "$at/cut"
[ ! -e part ] || fail "a page that is not whole is left behind"
refuses 1 "before the end of the page" "$at/cutchunk"
refuses 1 "chunk has no size: zz" "$at/badchunk"
refuses 1 "tells no length" "$at/badlength"
refuses 1 "no answer by HTTP/1.1: SSH-2.0-nothing for you" "$at/nonsense"
refuses 1 "line is too long" "$at/long"
refuses 1 "closed the connection in the middle" "$at/close"
refuses 1 "not within 0.2 seconds" --timeout 0.2 "$at/silent"
refuses 1 "not within 0.3 seconds" --timeout 0.3 -o part "$at/slow"
[ ! -e part ] || fail "a page that came too slowly is left behind"
refuses 1 "No such file or directory" -o there/is/no/folder "$at/host"
refuses 1 "is no number" "http://127.0.0.1:x/"
refuses 1 "no name of a host" "http:///path"
refuses 1 "blanks" "http://127.0.0.1:$port/a b"
refuses 2 "--help" --nothing "$at/"
refuses 2 "an address is wanted"
refuses 2 "no number" --timeout soon "$at/"
expect 0 example http_get --help
grep -q '^Usage: http_get' out || fail "it gives no help"

# Nobody listens there any more.
kill $server
wait $server 2>/dev/null || :
refuses 1 "Connection refused" "$at/host"
