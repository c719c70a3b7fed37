//! Keys, certificates, passwords and encryption.
//!
//! # Source
//! spec/rendering.md 2.9.

mod bcrypt;
mod certificate;
mod cipher;
mod der;
mod keys;
mod montgomery;
mod password;
mod pem;
mod prime;
mod rsa;

use std::net::IpAddr;

use skeg_template::function::{CallError, Context, Function, Param, Purity};
use skeg_template::print::sprint_v;
use skeg_value::{ListType, Str, Value};

use crate::encoding::decode64;
use crate::random::fill;
use crate::table::{fixed, impure};
use crate::{args, dates};
use certificate::{Certificate, Parent, Request};
use keys::PrivateKey;

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
        bcrypt_of,
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

fn bcrypt_of(context: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(hashed(context, args::string(args, 0))?.into())
}

/// The hash of a text, or why there is none.
fn hashed(context: &mut dyn Context, text: &Str) -> Result<String, CallError> {
    let mut salt = [0; 16];
    fill(context, &mut salt)?;
    Ok(bcrypt::hash(text, &salt, bcrypt::COST)
        .unwrap_or_else(|reason| format!("failed to encrypt string with bcrypt: {reason}")))
}

fn htpasswd(context: &mut dyn Context, args: &[Value]) -> Answer {
    let user = args::string(args, 0);
    if user.contains(&b':') {
        return Ok(Value::string([b"invalid username: ", &**user].concat()));
    }
    let hash = hashed(context, args::string(args, 1))?;
    Ok(Value::string([user, b":".as_slice(), hash.as_bytes()].concat()))
}

fn derive_password(_: &mut dyn Context, args: &[Value]) -> Answer {
    let counter = match &args[0] {
        Value::Int(int) => int.value as u32,
        _ => 0,
    };
    let text = |position| args::string(args, position);
    Ok(match password::derive(counter, text(1), text(2), text(3), text(4)) {
        Ok(password) => Value::string(password),
        Err(reason) => reason.into(),
    })
}

fn encrypt_aes(context: &mut dyn Context, args: &[Value]) -> Answer {
    let text = args::string(args, 1);
    if text.is_empty() {
        return Ok("".into());
    }
    let mut vector = [0; 16];
    fill(context, &mut vector)?;
    Ok(Value::string(cipher::encrypt(args::string(args, 0), text, vector)))
}

fn decrypt_aes(_: &mut dyn Context, args: &[Value]) -> Answer {
    match cipher::decrypt(args::string(args, 0), args::string(args, 1)) {
        Ok(text) => Ok(Value::string(text)),
        Err(reason) => Err(CallError::new(reason)),
    }
}

fn gen_private_key(context: &mut dyn Context, args: &[Value]) -> Answer {
    let kind = args::string(args, 0);
    let key = match &**kind {
        b"" | b"rsa" => PrivateKey::rsa(context, 4096)?,
        b"ecdsa" => PrivateKey::ecdsa(context)?,
        b"ed25519" => PrivateKey::ed25519(context)?,
        b"dsa" => PrivateKey::dsa(context)?,
        _ => return Ok(Value::string([b"Unknown type ", &**kind].concat())),
    };
    Ok(key.to_pem().into())
}

/// The key that was given in PEM, if one was.
fn given_key(pem: Option<&Str>) -> Result<Option<PrivateKey>, CallError> {
    let key = pem.map(|pem| PrivateKey::from_pem(pem)).transpose();
    key.map_err(|reason| CallError::new(format!("parsing private key: {reason}")))
}

/// That key or a new one: called last, for making one takes longer than all the rest.
fn key_or_new(context: &mut dyn Context, key: Option<PrivateKey>) -> Result<PrivateKey, CallError> {
    key.map_or_else(|| PrivateKey::rsa(context, 2048), Ok)
}

/// What all certificates are asked to say; `lists` are the addresses and names.
fn request(
    context: &mut dyn Context,
    common_name: &Str,
    lists: Option<(&Value, &Value)>,
    days: i64,
    authority: bool,
) -> Result<Request, CallError> {
    let (mut addresses, mut names) = (Vec::new(), Vec::new());
    if let Some((given_addresses, given_names)) = lists {
        for value in items(given_addresses) {
            let text = text_of(value, "error parsing ip")?;
            let address: Option<IpAddr> = text.as_str().and_then(|text| text.parse().ok());
            addresses.push(address.ok_or_else(|| CallError::new(format!("error parsing ip: {text}")))?);
        }
        for value in items(given_names) {
            names.push(text_of(value, "error processing alternate dns name")?.clone());
        }
    }
    let mut serial = [0; 16];
    fill(context, &mut serial)?;
    let (not_before, not_after) = dates::validity(context, days);
    Ok(Request {
        common_name: common_name.clone(),
        addresses,
        names,
        serial,
        not_before,
        not_after,
        authority,
    })
}

fn items(list: &Value) -> &[Value] {
    list.as_list().map_or(&[], |list| list.as_slice())
}

fn text_of<'a>(value: &'a Value, what: &str) -> Result<&'a Str, CallError> {
    value.as_string().ok_or_else(|| {
        let shown = String::from_utf8_lossy(&sprint_v(value)).into_owned();
        CallError::new(format!("{what}: {shown} is not a string"))
    })
}

fn created(certificate: Result<Certificate, String>) -> Answer {
    match certificate {
        Ok(certificate) => Ok(certificate.into_value()),
        Err(reason) => Err(CallError::new(format!("error creating certificate: {reason}"))),
    }
}

fn authority(context: &mut dyn Context, args: &[Value], pem: Option<&Str>) -> Answer {
    let key = given_key(pem)?;
    let request = request(context, args::string(args, 0), None, args::int(args, 1), true)?;
    let key = key_or_new(context, key)?;
    created(certificate::create(&request, &key, None))
}

fn gen_ca(context: &mut dyn Context, args: &[Value]) -> Answer {
    authority(context, args, None)
}

fn gen_ca_with_key(context: &mut dyn Context, args: &[Value]) -> Answer {
    authority(context, args, Some(args::string(args, 2)))
}

fn self_signed(context: &mut dyn Context, args: &[Value], pem: Option<&Str>) -> Answer {
    let key = given_key(pem)?;
    let lists = Some((&args[1], &args[2]));
    let request = request(context, args::string(args, 0), lists, args::int(args, 3), false)?;
    let key = key_or_new(context, key)?;
    created(certificate::create(&request, &key, None))
}

fn gen_self_signed_cert(context: &mut dyn Context, args: &[Value]) -> Answer {
    self_signed(context, args, None)
}

fn gen_self_signed_cert_with_key(context: &mut dyn Context, args: &[Value]) -> Answer {
    self_signed(context, args, Some(args::string(args, 4)))
}

fn signed(context: &mut dyn Context, args: &[Value], pem: Option<&Str>) -> Answer {
    let key = given_key(pem)?;
    let (cert, ca_key) = match &args[4] {
        Value::Object(object) => match object.as_any().downcast_ref::<Certificate>() {
            Some(certificate) => (certificate.cert.clone(), certificate.key.clone()),
            None => Default::default(),
        },
        _ => Default::default(),
    };
    let block = pem::decode(&cert).ok_or("unable to decode certificate")?;
    let parent = Parent::read(&block.bytes)
        .ok_or("error parsing certificate: decodedSignerCert.Bytes: x509: malformed certificate")?;
    let signer = PrivateKey::from_pem(&ca_key).map_err(|reason| format!("error parsing private key: {reason}"))?;
    let lists = Some((&args[1], &args[2]));
    let request = request(context, args::string(args, 0), lists, args::int(args, 3), false)?;
    let key = key_or_new(context, key)?;
    created(certificate::create(&request, &key, Some((&parent, &signer))))
}

fn gen_signed_cert(context: &mut dyn Context, args: &[Value]) -> Answer {
    signed(context, args, None)
}

fn gen_signed_cert_with_key(context: &mut dyn Context, args: &[Value]) -> Answer {
    signed(context, args, Some(args::string(args, 5)))
}

fn build_custom_cert(_: &mut dyn Context, args: &[Value]) -> Answer {
    let cert = decode64(args::string(args, 0)).map_err(|_| "unable to decode base64 certificate")?;
    let key = decode64(args::string(args, 1)).map_err(|_| "unable to decode base64 private key")?;
    let block = pem::decode(&cert).ok_or("unable to decode certificate")?;
    Parent::read(&block.bytes).ok_or("error parsing certificate: decodedCert.Bytes: x509: malformed certificate")?;
    PrivateKey::from_pem(&key).map_err(|reason| format!("error parsing private key: {reason}"))?;
    Ok(Certificate {
        cert: cert.into(),
        key: key.into(),
    }
    .into_value())
}
