//! Keys, certificates, passwords and encryption.
//!
//! # Source
//! spec/rendering.md 2.9.

use skeg_template::function::{CallError, Context, Function, Param, Purity};
use skeg_value::{ListType, Value};

use crate::table::{fixed, impure};

type Answer = Result<Value, CallError>;

/// The Go type of what the certificate functions return and take.
const CERTIFICATE: Param = Param::Object("sprig.certificate");
const ITEMS: Param = Param::List(ListType::Any);

const fn random(
    name: &'static str,
    params: &'static [Param],
    run: skeg_template::function::Run,
    doc: &'static str,
    example: (&'static str, &'static str),
) -> Function {
    impure(Purity::Random, fixed(name, params, run, doc, example))
}

/// The family's functions, sorted by name.
pub const FUNCTIONS: &[Function] = &[
    random(
        "bcrypt",
        &[Param::String],
        bcrypt,
        "The text's bcrypt hash at cost 10, with a random salt. Texts over 72 bytes yield an error's text.",
        ("", ""),
    ),
    fixed(
        "buildCustomCert",
        &[Param::String, Param::String],
        build_custom_cert,
        "A certificate object of a certificate and a key, both Base64 of PEM; fails where either cannot be read.",
        ("", ""),
    ),
    fixed(
        "decryptAES",
        &[Param::String, Param::String],
        decrypt_aes,
        "What `encryptAES` made of a text, by the password, back as the text.",
        ("", ""),
    ),
    fixed(
        "derivePassword",
        &[
            Param::Uint32,
            Param::String,
            Param::String,
            Param::String,
            Param::String,
        ],
        derive_password,
        "The Master Password of a counter, a type (`maximum`, `long`, `medium`, `short`, `basic`, `pin`), a password, \
         a user and a site.",
        ("", ""),
    ),
    random(
        "encryptAES",
        &[Param::String, Param::String],
        encrypt_aes,
        "The second text encrypted by the password: AES-256-CBC under a random vector, in Base64.",
        ("", ""),
    ),
    random(
        "genCA",
        &[Param::String, Param::Int],
        gen_ca,
        "A certificate authority of that common name, valid for so many days: an object with `.Cert` and `.Key` in \
         PEM, the key a new RSA key of 2048 bits.",
        ("", ""),
    ),
    random(
        "genCAWithKey",
        &[Param::String, Param::Int, Param::String],
        gen_ca_with_key,
        "Like `genCA`, with a private key in PEM.",
        ("", ""),
    ),
    random(
        "genPrivateKey",
        &[Param::String],
        gen_private_key,
        "A new private key in PEM: `rsa` (4096 bits), `ecdsa` (P-256), `ed25519` or `dsa`.",
        ("", ""),
    ),
    random(
        "genSelfSignedCert",
        &[Param::String, ITEMS, ITEMS, Param::Int],
        gen_self_signed_cert,
        "A certificate signed by its own key: common name, IP addresses, DNS names, days.",
        ("", ""),
    ),
    random(
        "genSelfSignedCertWithKey",
        &[Param::String, ITEMS, ITEMS, Param::Int, Param::String],
        gen_self_signed_cert_with_key,
        "Like `genSelfSignedCert`, with a private key in PEM.",
        ("", ""),
    ),
    random(
        "genSignedCert",
        &[Param::String, ITEMS, ITEMS, Param::Int, CERTIFICATE],
        gen_signed_cert,
        "A certificate signed by an authority: common name, IP addresses, DNS names, days, the object of `genCA`.",
        ("", ""),
    ),
    random(
        "genSignedCertWithKey",
        &[Param::String, ITEMS, ITEMS, Param::Int, CERTIFICATE, Param::String],
        gen_signed_cert_with_key,
        "Like `genSignedCert`, with a private key in PEM.",
        ("", ""),
    ),
    random(
        "htpasswd",
        &[Param::String, Param::String],
        htpasswd,
        "A line for an `.htpasswd` file: the user and the password's bcrypt hash.",
        ("", ""),
    ),
];

fn bcrypt(_: &mut dyn Context, _: &[Value]) -> Answer {
    Err(CallError::new("not yet"))
}

fn build_custom_cert(_: &mut dyn Context, _: &[Value]) -> Answer {
    Err(CallError::new("not yet"))
}

fn decrypt_aes(_: &mut dyn Context, _: &[Value]) -> Answer {
    Err(CallError::new("not yet"))
}

fn derive_password(_: &mut dyn Context, _: &[Value]) -> Answer {
    Err(CallError::new("not yet"))
}

fn encrypt_aes(_: &mut dyn Context, _: &[Value]) -> Answer {
    Err(CallError::new("not yet"))
}

fn gen_ca(_: &mut dyn Context, _: &[Value]) -> Answer {
    Err(CallError::new("not yet"))
}

fn gen_ca_with_key(_: &mut dyn Context, _: &[Value]) -> Answer {
    Err(CallError::new("not yet"))
}

fn gen_private_key(_: &mut dyn Context, _: &[Value]) -> Answer {
    Err(CallError::new("not yet"))
}

fn gen_self_signed_cert(_: &mut dyn Context, _: &[Value]) -> Answer {
    Err(CallError::new("not yet"))
}

fn gen_self_signed_cert_with_key(_: &mut dyn Context, _: &[Value]) -> Answer {
    Err(CallError::new("not yet"))
}

fn gen_signed_cert(_: &mut dyn Context, _: &[Value]) -> Answer {
    Err(CallError::new("not yet"))
}

fn gen_signed_cert_with_key(_: &mut dyn Context, _: &[Value]) -> Answer {
    Err(CallError::new("not yet"))
}

fn htpasswd(_: &mut dyn Context, _: &[Value]) -> Answer {
    Err(CallError::new("not yet"))
}
