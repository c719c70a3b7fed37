//! Certificates: X.509 as Go writes it, and the object that templates get.

use std::any::Any;
use std::net::IpAddr;
use std::rc::Rc;

use num_bigint::BigUint;
use sha2::{Digest, Sha256};
use skeg_value::quote::quote;
use skeg_value::{Map, Object, Str, Value};

use super::der::{self, Reader, element, sequence};
use super::keys::PrivateKey;
use super::pem;
use crate::dates::Calendar;

/// `sprig.certificate`: a certificate and its key, both in PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Certificate {
    pub(super) cert: Str,
    pub(super) key: Str,
}

impl Certificate {
    pub(super) fn into_value(self) -> Value {
        Value::Object(Rc::new(self))
    }

    fn fields(&self) -> Vec<(Str, Value)> {
        vec![
            ("Cert".into(), Value::String(self.cert.clone())),
            ("Key".into(), Value::String(self.key.clone())),
        ]
    }
}

impl Object for Certificate {
    fn type_name(&self) -> &str {
        "sprig.certificate"
    }

    fn field(&self, name: &str) -> Option<Value> {
        match name {
            "Cert" => Some(Value::String(self.cert.clone())),
            "Key" => Some(Value::String(self.key.clone())),
            _ => None,
        }
    }

    fn print(&self) -> String {
        format!("{{{} {}}}", self.cert, self.key)
    }

    fn go_syntax(&self) -> Option<String> {
        let (cert, key) = (quote(&self.cert), quote(&self.key));
        Some(format!("sprig.certificate{{Cert:{cert}, Key:{key}}}"))
    }

    fn to_json(&self) -> Value {
        self.fields().into_iter().collect::<Map>().into()
    }

    fn go_fields(&self) -> Option<Vec<(Str, Value)>> {
        Some(self.fields())
    }

    fn equals(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref::<Certificate>() == Some(self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// What a new certificate says.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) common_name: Str,
    pub(super) addresses: Vec<IpAddr>,
    pub(super) names: Vec<Str>,
    /// 128 random bits.
    pub(super) serial: [u8; 16],
    pub(super) not_before: Calendar,
    pub(super) not_after: Calendar,
    /// Whether it may sign others.
    pub(super) authority: bool,
}

/// The certificate that signs another, as far as that other says so.
#[derive(Debug)]
pub(super) struct Parent {
    subject: Vec<u8>,
    public: Vec<u8>,
    key_id: Option<Vec<u8>>,
}

const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
/// The extensions' names begin with 2.5.29 and differ in the last byte.
const fn extension_name(last: u8) -> [u8; 3] {
    [0x55, 0x1d, last]
}
const SUBJECT_KEY_ID: [u8; 3] = extension_name(14);
const KEY_USAGE: [u8; 3] = extension_name(15);
const SUBJECT_NAMES: [u8; 3] = extension_name(17);
const BASIC_CONSTRAINTS: [u8; 3] = extension_name(19);
const AUTHORITY_KEY_ID: [u8; 3] = extension_name(35);
const EXTENDED_KEY_USAGE: [u8; 3] = extension_name(37);
const SERVER_AUTH: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01];
const CLIENT_AUTH: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02];
const TRUE: &[u8] = &[0x01, 0x01, 0xff];

impl Parent {
    /// Reads a certificate in DER; none where it is none.
    pub(super) fn read(bytes: &[u8]) -> Option<Parent> {
        let mut whole = Reader(bytes).sequence()?;
        let mut body = whole.sequence()?;
        whole.sequence()?;
        whole.content(der::BIT_STRING)?;
        // The version; certificates of version 1 have none.
        if body.tag() == Some(0xa0) {
            body.any()?;
        }
        body.number()?;
        body.sequence()?;
        body.sequence()?;
        body.sequence()?;
        let (subject, _) = body.any()?;
        let (public, _) = body.any()?;
        let mut key_id = None;
        while let Some(tag) = body.tag() {
            let (_, content) = body.any()?;
            if tag == 0xa3 {
                key_id = subject_key_id(content)?;
            }
        }
        Some(Parent {
            subject: subject.to_vec(),
            public: public.to_vec(),
            key_id,
        })
    }
}

/// The key's identifier among extensions; the outer none is damage.
fn subject_key_id(extensions: &[u8]) -> Option<Option<Vec<u8>>> {
    let mut extensions = Reader(extensions).sequence()?;
    let mut found = None;
    while extensions.tag().is_some() {
        let mut extension = extensions.sequence()?;
        let name = extension.content(der::OID)?;
        if extension.tag() == Some(0x01) {
            extension.any()?;
        }
        let value = extension.content(der::OCTET_STRING)?;
        if name == SUBJECT_KEY_ID {
            found = Some(Reader(value).content(der::OCTET_STRING)?.to_vec());
        }
    }
    Some(found)
}

/// Writes and signs a certificate: `key` is what it is for, `signer` the parent and its key, or none where it signs
/// itself.
///
/// # Errors
/// Go's text.
pub(super) fn create(
    request: &Request,
    key: &PrivateKey,
    signer: Option<(&Parent, &PrivateKey)>,
) -> Result<Certificate, String> {
    let signing_key = signer.map_or(key, |(_, key)| key);
    let algorithm = signing_key.signature_algorithm()?;
    let public = key.public_der()?;
    if let Some((parent, signing_key)) = signer
        && parent.public != signing_key.public_der()?
    {
        return Err("x509: provided PrivateKey doesn't match parent's PublicKey".to_owned());
    }
    let subject = subject(&request.common_name)?;
    let issuer = signer.map_or(&subject, |(parent, _)| &parent.subject);
    let authority_id = signer
        .filter(|(parent, _)| parent.subject != subject)
        .and_then(|(parent, _)| parent.key_id.as_deref());
    let validity = sequence(&[&time(&request.not_before)?, &time(&request.not_after)?]);
    let extensions = extensions(request, key, authority_id, request.common_name.is_empty())?;
    let version = element(0xa0, &der::small(2));
    let body = sequence(&[
        &version,
        &der::number(&BigUint::from_bytes_be(&request.serial)),
        &algorithm,
        issuer,
        &validity,
        &subject,
        &public,
        &element(0xa3, &extensions),
    ]);
    let signature = signing_key
        .sign(&body)
        .ok_or("crypto/rsa: message too long for RSA key size")?;
    let whole = sequence(&[&body, &algorithm, &der::bit_string(&signature)]);
    Ok(Certificate {
        cert: pem::encode("CERTIFICATE", &whole).into(),
        key: key.to_pem().into(),
    })
}

/// A name of nothing but a common name, or of nothing.
fn subject(common_name: &Str) -> Result<Vec<u8>, String> {
    if common_name.is_empty() {
        return Ok(sequence(&[]));
    }
    if std::str::from_utf8(common_name).is_err() {
        return Err("asn1: string not valid UTF-8".to_owned());
    }
    let printable = |byte: &u8| byte.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(byte);
    let (printable_string, utf8_string) = (0x13, 0x0c);
    let tag = if common_name.iter().all(printable) {
        printable_string
    } else {
        utf8_string
    };
    let pair = sequence(&[&element(der::OID, COMMON_NAME), &element(tag, common_name)]);
    Ok(sequence(&[&element(der::SET, &pair)]))
}

/// Two digits of the year where that is clear, else four.
fn time(moment: &Calendar) -> Result<Vec<u8>, String> {
    let rest = format!(
        "{:02}{:02}{:02}{:02}{:02}Z",
        moment.month, moment.day, moment.hour, moment.minute, moment.second
    );
    match moment.year {
        1950..2050 => Ok(element(0x17, format!("{:02}{rest}", moment.year % 100).as_bytes())),
        0..=9999 => Ok(element(0x18, format!("{:04}{rest}", moment.year).as_bytes())),
        _ => Err("asn1: structure error: cannot represent time as GeneralizedTime".to_owned()),
    }
}

fn extension(name: [u8; 3], critical: bool, value: &[u8]) -> Vec<u8> {
    let critical = if critical { TRUE } else { &[] };
    sequence(&[&element(der::OID, &name), critical, &element(der::OCTET_STRING, value)])
}

fn extensions(
    request: &Request,
    key: &PrivateKey,
    authority_id: Option<&[u8]>,
    names_critical: bool,
) -> Result<Vec<u8>, String> {
    // Digital signature and key encipherment; an authority signs certificates too.
    let usage: [u8; 2] = if request.authority { [2, 0xa4] } else { [5, 0xa0] };
    let extended = sequence(&[&element(der::OID, SERVER_AUTH), &element(der::OID, CLIENT_AUTH)]);
    let constraints = sequence(&[if request.authority { TRUE } else { &[] }]);
    let mut all = vec![
        extension(KEY_USAGE, true, &element(der::BIT_STRING, &usage)),
        extension(EXTENDED_KEY_USAGE, false, &extended),
        extension(BASIC_CONSTRAINTS, true, &constraints),
    ];
    if request.authority {
        let digest = Sha256::digest(key.public_bytes());
        all.push(extension(
            SUBJECT_KEY_ID,
            false,
            &element(der::OCTET_STRING, &digest[..20]),
        ));
    }
    if let Some(id) = authority_id {
        all.push(extension(AUTHORITY_KEY_ID, false, &sequence(&[&element(0x80, id)])));
    }
    let mut names = Vec::new();
    for name in &request.names {
        if !name.is_ascii() {
            return Err(format!("x509: {} cannot be encoded as an IA5String", quote(name)));
        }
        names.push(element(0x82, name));
    }
    for address in &request.addresses {
        names.push(match address.to_canonical() {
            IpAddr::V4(address) => element(0x87, &address.octets()),
            IpAddr::V6(address) => element(0x87, &address.octets()),
        });
    }
    if !names.is_empty() {
        let names = element(der::SEQUENCE, &names.concat());
        all.push(extension(SUBJECT_NAMES, names_critical, &names));
    }
    Ok(element(der::SEQUENCE, &all.concat()))
}
