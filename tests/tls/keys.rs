//! Keys and groups of every sort that `lwt_ssl_context_use_certificate` takes, in every
//! form that it reads, with OpenSSL at the other end.

use super::*;

/// A key and a certificate of its own, for localhost, in files of these names.
fn make(name: &str, sort: &[&str]) {
    let (_, folder) = ready().expect("asked before");
    let openssl = |arguments: &[&str]| {
        let mut command = Command::new("openssl");
        run(command.args(arguments).current_dir(folder), LIMIT).expect_success("openssl");
    };
    let (key, certificate) = (format!("{name}.key"), format!("{name}.pem"));
    openssl(&[&["genpkey", "-out", &key], sort].concat());
    openssl(&[
        "req",
        "-x509",
        "-new",
        "-key",
        &key,
        "-out",
        &certificate,
        "-days",
        "30",
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=DNS:localhost",
        "-addext",
        "basicConstraints=critical,CA:FALSE",
    ]);
    openssl(&[
        "x509",
        "-in",
        &certificate,
        "-outform",
        "DER",
        "-out",
        &format!("{name}.der"),
    ]);
    openssl(&[
        "pkey",
        "-in",
        &key,
        "-outform",
        "DER",
        "-out",
        &format!("{name}.key.der"),
    ]);
    // PKCS#1 or SEC1, where there is such a form.
    if !name.starts_with("ed") {
        let old = format!("{name}.old");
        openssl(&["pkey", "-traditional", "-in", &key, "-out", &old]);
        openssl(&[
            "pkey",
            "-traditional",
            "-in",
            &key,
            "-outform",
            "DER",
            "-out",
            &format!("{old}.der"),
        ]);
    }
}

#[test]
fn keys_of_every_sort_are_used_in_every_form() {
    if ready().is_none() {
        return;
    }
    for (name, sort) in [
        (
            "p256",
            &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"][..],
        ),
        (
            "p384",
            &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
        ),
        ("ed25519", &["-algorithm", "ED25519"]),
        (
            "rsa3072",
            &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072"],
        ),
    ] {
        make(name, sort);
        let forms: &[(&str, &str)] = match name {
            "ed25519" => &[("pem", "key"), ("der", "key.der")],
            _ => &[
                ("pem", "key"),
                ("der", "key.der"),
                ("pem", "old"),
                ("der", "old.der"),
            ],
        };
        let authority = format!("{name}.pem");
        for (certificate, key) in forms {
            let files = (format!("{name}.{certificate}"), format!("{name}.{key}"));
            let server = accept(1, &["--cert", &files.0, &files.1, "--once"]);
            let heard = s_client(&server, "hello\n", &["-CAfile", &authority]);
            has(&heard, "Verify return code: 0 (ok)");
            has(&server.rest(), "read hello");
        }
        let server = s_server(&[
            "-cert",
            &authority,
            "-key",
            &format!("{name}.key"),
            "-naccept",
            "1",
        ]);
        let done = connect(&server, &["--ca", &authority, "--say", "ab", "--once"]);
        has(&done.out, "read ba");
    }
}

#[test]
fn every_group_is_agreed_on() {
    if ready().is_none() {
        return;
    }
    for version in ["-tls1_2", "-tls1_3"] {
        for group in ["X25519", "P-256", "P-384"] {
            let server = accept(1, &[&RSA[..], &["--once"]].concat());
            let heard = s_client(&server, "hello\n", &[version, "-groups", group]);
            has(&heard, "Verify return code: 0 (ok)");
            has(&server.rest(), "read hello");
            let files = ["-cert", "rsa.pem", "-key", "rsa.key", "-naccept", "1"];
            let server = s_server(&[&files[..], &[version, "-groups", group]].concat());
            let done = connect(&server, &["--ca", "authority.pem", "--say", "ab", "--once"]);
            has(&done.out, "read ba");
        }
    }
}
