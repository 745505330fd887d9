//! TLS with OpenSSL at the other end: its `s_client` and `s_server` talk to a program made
//! of the library (`peer.c`), both ways round, in both versions.

#[path = "../house/mod.rs"]
mod house;
mod keys;

use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use house::library::{Library, Variant};
use house::process::{Run, run};
use house::{c, root, scratch, tool};

/// For one talk.
const LIMIT: Duration = Duration::from_secs(60);

/// The program and the certificates; None: OpenSSL is not there.
fn ready() -> Option<&'static (PathBuf, PathBuf)> {
    static READY: OnceLock<Option<(PathBuf, PathBuf)>> = OnceLock::new();
    let made = READY.get_or_init(|| {
        let openssl = Command::new("openssl").arg("version").output();
        if !openssl.is_ok_and(|answer| answer.status.success()) {
            tool::skip("tls", "openssl is not installed (make prepare)");
            return None;
        }
        let folder = scratch("tls");
        let program = folder.join("peer");
        let library = Library::build(Variant::Shipped).expect("the library");
        let source = root().join("tests/tls/peer.c");
        c::build(&library, &source, None, &["-D_GNU_SOURCE".into()], &program)
            .expect_success("peer.c");
        let mut make = Command::new("sh");
        make.arg(root().join("c_tests/certificates/make"))
            .arg(&folder);
        run(&mut make, LIMIT).expect_success("the certificates");
        Some((program, folder))
    });
    made.as_ref()
}

/// A server that runs, and its port. Killed when it is dropped.
struct Server {
    child: Child,
    port: String,
    lines: BufReader<std::process::ChildStdout>,
}

impl Server {
    /// Starts it: it says its port after `before` in one of its lines.
    fn start(command: &mut Command, before: &str) -> Server {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let lines = BufReader::new(child.stdout.take().expect("its output"));
        let port = String::new();
        let mut server = Server { child, port, lines };
        while server.port.is_empty() {
            let mut line = String::new();
            let got = server.lines.read_line(&mut line);
            assert!(
                got.expect("its output is text") > 0,
                "the server does not start"
            );
            if let Some(port) = line.trim().strip_prefix(before) {
                server.port = port.rsplit(':').next().unwrap_or_default().to_owned();
            }
        }
        server
    }

    /// What it says until it ends.
    fn rest(mut self) -> String {
        let mut text = String::new();
        let _ = self.lines.read_to_string(&mut text);
        let _ = self.child.wait();
        text
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Ours, for so many clients.
fn accept(count: usize, options: &[&str]) -> Server {
    let (program, folder) = ready().expect("asked before");
    let mut command = Command::new(program);
    command.current_dir(folder);
    command.arg("accept").arg(count.to_string()).args(options);
    Server::start(&mut command, "port ")
}

/// OpenSSL's, which says every line backwards.
fn s_server(options: &[&str]) -> Server {
    let (_, folder) = ready().expect("asked before");
    let mut command = Command::new("openssl");
    command.args(["s_server", "-accept", "127.0.0.1:0", "-rev"]);
    command.args(options).current_dir(folder);
    Server::start(&mut command, "ACCEPT ")
}

/// Our client.
fn connect(server: &Server, options: &[&str]) -> Run {
    let (program, folder) = ready().expect("asked before");
    let mut command = Command::new(program);
    command.current_dir(folder).arg("connect").arg(&server.port);
    run(command.args(options), LIMIT)
}

/// OpenSSL's client says `said`, and waits until the server closes. What it prints.
fn s_client(server: &Server, said: &str, options: &[&str]) -> String {
    let (_, folder) = ready().expect("asked before");
    let mut child = Command::new("timeout")
        .args(["30", "openssl", "s_client", "-connect"])
        .arg(format!("127.0.0.1:{}", server.port))
        .args(["-CAfile", "authority.pem", "-servername", "localhost"])
        .args(options)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("openssl starts");
    let mut stdin = child.stdin.take().expect("its input");
    // A line at a time: a single letter is a command.
    for line in said.split_inclusive('\n') {
        let _ = stdin.write_all(line.as_bytes());
        let _ = stdin.flush();
        std::thread::sleep(Duration::from_millis(if line.len() == 2 { 500 } else { 0 }));
    }
    let output = child.wait_with_output().expect("it ends");
    drop(stdin);
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    String::from_utf8_lossy(&output.stdout).into_owned() + &err
}

#[track_caller]
fn has(text: &str, part: &str) {
    assert!(text.contains(part), "no {part:?} in:\n{text}");
}

const SERVER: [&str; 3] = ["--cert", "server-chain.pem", "server.key"];
const RSA: [&str; 3] = ["--cert", "rsa.pem", "rsa.key"];

/// The names of ciphers: OpenSSL's, IANA's, and the sort of the key.
const OLD: [(&str, &str, bool); 6] = [
    (
        "ECDHE-ECDSA-AES128-GCM-SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        false,
    ),
    (
        "ECDHE-ECDSA-AES256-GCM-SHA384",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        false,
    ),
    (
        "ECDHE-ECDSA-CHACHA20-POLY1305",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        false,
    ),
    (
        "ECDHE-RSA-AES128-GCM-SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        true,
    ),
    (
        "ECDHE-RSA-AES256-GCM-SHA384",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        true,
    ),
    (
        "ECDHE-RSA-CHACHA20-POLY1305",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        true,
    ),
];
const NEW: [&str; 3] = [
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
];

#[test]
fn openssls_client_is_served_with_every_cipher() {
    if ready().is_none() {
        return;
    }
    let old = OLD.map(|(cipher, name, rsa)| (["-tls1_2", "-cipher", cipher], name, "12", rsa));
    let new = NEW.map(|cipher| (["-tls1_3", "-ciphersuites", cipher], cipher, "13", false));
    for (options, name, version, rsa) in old.into_iter().chain(new) {
        let certificate = if rsa { RSA } else { SERVER };
        let server = accept(1, &[&certificate[..], &["--once"]].concat());
        let heard = s_client(&server, "hello there\n", &options);
        has(&heard, "hello there");
        has(&heard, "Verify return code: 0 (ok)");
        let told = server.rest();
        has(
            &told,
            &format!("agreed {version} {name} alpn=- name=localhost"),
        );
        has(&told, "read hello there");
    }
}

#[test]
fn openssls_server_is_talked_to_with_every_cipher() {
    if ready().is_none() {
        return;
    }
    let old = OLD.map(|(cipher, name, rsa)| (["-tls1_2", "-cipher", cipher], name, "12", rsa));
    let new = NEW.map(|cipher| (["-tls1_3", "-ciphersuites", cipher], cipher, "13", false));
    for (options, name, version, rsa) in old.into_iter().chain(new) {
        let files = match rsa {
            true => ["-cert", "rsa.pem", "-key", "rsa.key"],
            false => ["-cert", "server.pem", "-key", "server.key"],
        };
        let chain = ["-cert_chain", "middle.pem", "-naccept", "1"];
        let server = s_server(&[&files[..], &options, &chain].concat());
        let done = connect(
            &server,
            &["--ca", "authority.pem", "--say", "stressed", "--once"],
        );
        has(&done.out, &format!("agreed {version} {name} "));
        has(&done.out, "CN=localhost");
        has(&done.out, "read desserts");
    }
}

#[test]
fn what_both_do_not_speak_is_refused() {
    if ready().is_none() {
        return;
    }
    let server = accept(3, &SERVER);
    let heard = s_client(
        &server,
        "",
        &["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"],
    );
    has(&heard, "handshake failure");
    let heard = s_client(&server, "", &["-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"]);
    has(&heard, "alert");
    let heard = s_client(&server, "", &["-tls1_3", "-groups", "ffdhe2048"]);
    has(&heard, "handshake failure");
    let told = server.rest();
    has(&told, "error handshake 12 "); // LWT_SSL_NO_COMMON_CIPHER
    has(&told, "error handshake 11 "); // LWT_SSL_NO_COMMON_VERSION
    let files = ["-cert", "server.pem", "-key", "server.key", "-naccept", "1"];
    let server = s_server(&[&files[..], &["-tls1_2"]].concat());
    let done = connect(&server, &["--ca", "authority.pem", "--min", "13"]);
    assert!(
        done.out.contains("error handshake 14 ") || done.out.contains("error handshake 11 "),
        "{}",
        done.out
    );
    let server = s_server(&[&files[..], &["-tls1_3"]].concat());
    let done = connect(&server, &["--ca", "authority.pem", "--max", "12"]);
    has(&done.out, "error handshake 14 ");
}

#[test]
fn a_protocol_of_alpn_is_agreed_on_with_openssl() {
    if ready().is_none() {
        return;
    }
    let server = accept(
        2,
        &[&SERVER[..], &["--alpn", "http/1.1", "--once"]].concat(),
    );
    let heard = s_client(&server, "x\n", &["-alpn", "h2,http/1.1"]);
    has(&heard, "ALPN protocol: http/1.1");
    let heard = s_client(&server, "x\n", &["-alpn", "h2"]);
    has(&heard, "no application protocol");
    let told = server.rest();
    has(&told, "alpn=http/1.1");
    has(&told, "error handshake 13 "); // LWT_SSL_NO_COMMON_PROTOCOL
    let files = [
        "-cert",
        "rsa.pem",
        "-key",
        "rsa.key",
        "-naccept",
        "1",
        "-alpn",
        "mine,other",
    ];
    let server = s_server(&files);
    let done = connect(
        &server,
        &[
            "--ca",
            "authority.pem",
            "--alpn",
            "other",
            "--say",
            "x",
            "--once",
        ],
    );
    has(&done.out, "alpn=other");
}

#[test]
fn openssls_client_shows_its_certificate() {
    if ready().is_none() {
        return;
    }
    for version in ["-tls1_2", "-tls1_3"] {
        let options = ["--ca", "authority.pem", "--verify", "2", "--once"];
        let server = accept(3, &[&SERVER[..], &options].concat());
        let heard = s_client(
            &server,
            "in\n",
            &[version, "-cert", "client.pem", "-key", "client.key"],
        );
        has(&heard, "Verify return code: 0 (ok)");
        s_client(&server, "out\n", &[version]);
        s_client(
            &server,
            "out\n",
            &[version, "-cert", "stranger.pem", "-key", "stranger.key"],
        );
        let told = server.rest();
        has(&told, "peer=CN=A client");
        has(&told, "read in");
        has(&told, "error handshake 10 "); // LWT_SSL_NO_CERTIFICATE
        has(&told, "error handshake 4 "); // LWT_SSL_UNKNOWN_ISSUER
        assert!(!told.contains("read out"), "{told}");
    }
}

#[test]
fn openssls_server_asks_for_a_certificate() {
    if ready().is_none() {
        return;
    }
    for version in ["-tls1_2", "-tls1_3"] {
        let files = [
            "-cert", "rsa.pem", "-key", "rsa.key", "-naccept", "2", version,
        ];
        let asks = [
            "-Verify",
            "2",
            "-verify_return_error",
            "-CAfile",
            "authority.pem",
        ];
        let server = s_server(&[&files[..], &asks].concat());
        let say = ["--ca", "authority.pem", "--say", "live", "--once"];
        let done = connect(
            &server,
            &[&say[..], &["--cert", "client.pem", "client.key"]].concat(),
        );
        has(&done.out, "read evil");
        let done = connect(&server, &say);
        has(&done.out, " 14 lwt_ssl: the peer has given up"); // LWT_SSL_ALERT
    }
}

#[test]
fn bad_certificates_of_openssls_server_are_told_apart() {
    if ready().is_none() {
        return;
    }
    for (name, host, lists, code) in [
        ("expired", "localhost", &[][..], 1),
        ("early", "localhost", &[], 2),
        ("rsa", "elsewhere.test", &[], 3),
        ("rogue", "localhost", &[], 4),
        ("alone", "localhost", &[], 5),
        ("revoked", "localhost", &["--crl", "revoked.crl"], 6),
        ("rsa", "localhost", &["--crl", "late.crl"], 7),
    ] {
        let (cert, key) = (format!("{name}.pem"), format!("{name}.key"));
        let server = s_server(&["-cert", &cert, "-key", &key, "-naccept", "1"]);
        let options = ["--ca", "authority.pem", "--name", host];
        let done = connect(&server, &[&options[..], lists].concat());
        has(&done.out, &format!("error handshake {code} "));
    }
}

#[test]
fn sessions_with_openssl_are_resumed() {
    if ready().is_none() {
        return;
    }
    for version in ["-tls1_2", "-tls1_3"] {
        let server = accept(2, &[&SERVER[..], &["--once"]].concat());
        let kept = ready().expect("asked before").1.join("session");
        let kept = kept.to_str().expect("a name of text");
        has(
            &s_client(&server, "x\n", &[version, "-sess_out", kept]),
            "New, TLSv1",
        );
        has(
            &s_client(&server, "x\n", &[version, "-sess_in", kept]),
            "Reused, TLSv1",
        );
        let told = server.rest();
        has(&told, "resumed=0");
        has(&told, "resumed=1");
        let files = [
            "-cert", "rsa.pem", "-key", "rsa.key", "-naccept", "2", version,
        ];
        let server = s_server(&files);
        let (program, folder) = ready().expect("asked before");
        let mut twice = Command::new(program);
        twice
            .current_dir(folder)
            .env("TWICE", "yes")
            .args(["connect", &server.port]);
        let done = run(
            twice.args(["--ca", "authority.pem", "--say", "ab", "--once"]),
            LIMIT,
        );
        has(&done.out, "resumed=0");
        has(&done.out, "resumed=1");
    }
}

#[test]
fn renegotiation_is_refused_and_new_keys_are_not() {
    if ready().is_none() {
        return;
    }
    // A line of R has it renegotiate, one of K has it change its keys.
    let server = accept(2, &SERVER);
    let heard = s_client(&server, "R\nafter\n", &["-tls1_2"]);
    has(&heard, "RENEGOTIATING");
    has(&heard, "no renegotiation");
    let server = accept(1, &[&SERVER[..], &["--once"]].concat());
    let heard = s_client(&server, "K\nwith new keys\n", &["-tls1_3"]);
    has(&heard, "KEYUPDATE");
    has(&server.rest(), "read with new keys");
}

#[test]
fn an_end_without_goodbye_is_told_to_openssl_and_by_us() {
    if ready().is_none() {
        return;
    }
    let server = accept(1, &[&SERVER[..], &["--once", "--hang-up"]].concat());
    let heard = s_client(&server, "x\n", &[]);
    assert!(
        heard.contains("unexpected eof") || !heard.contains("closed"),
        "{heard}"
    );
    // Killed while it talks.
    let files = ["-cert", "rsa.pem", "-key", "rsa.key"];
    let server = s_server(&files);
    let (program, folder) = ready().expect("asked before");
    let mut child = Command::new(program)
        .current_dir(folder)
        .args([
            "connect",
            &server.port,
            "--ca",
            "authority.pem",
            "--say",
            "ab",
        ])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the client starts");
    let mut lines = BufReader::new(child.stdout.take().expect("its output"));
    let mut text = String::new();
    while !text.contains("read ba") {
        assert!(lines.read_line(&mut text).expect("text") > 0, "{text}");
    }
    drop(server);
    lines.read_to_string(&mut text).expect("text");
    child.wait().expect("it ends");
    has(&text, "error talk 16 "); // LWT_SSL_TRUNCATED
}
