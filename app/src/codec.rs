//! Reads a request body as JSON or as a plain form, so that programs and a page without JavaScript post to one address.

use serde::{Serialize, de::DeserializeOwned};
use server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType};

/// Writes JSON; reads JSON when the body begins with `{`, a URL-encoded form otherwise. No form field begins so.
pub struct JsonOrForm;

/// The body is neither.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// It begins like JSON and is none.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// It is no form of the expected fields.
    #[error(transparent)]
    Form(#[from] serde_qs::Error),
}

impl ContentType for JsonOrForm {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for JsonOrForm {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for JsonOrForm {
    type Error = serde_json::Error;

    fn encode(output: &T) -> Result<Bytes, Self::Error> {
        serde_json::to_vec(output).map(Bytes::from)
    }
}

impl<T: DeserializeOwned> Decodes<T> for JsonOrForm {
    type Error = BodyError;

    fn decode(bytes: Bytes) -> Result<T, BodyError> {
        if bytes.first() == Some(&b'{') {
            Ok(serde_json::from_slice(&bytes)?)
        } else {
            Ok(serde_qs::Config::new(1, true).deserialize_bytes(&bytes)?)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Credentials {
        account: String,
        password: String,
    }

    fn read(body: &'static str) -> Result<Credentials, BodyError> {
        JsonOrForm::decode(Bytes::from_static(body.as_bytes()))
    }

    #[test]
    fn a_program_and_a_plain_form_say_the_same() {
        let said = Credentials { account: "agente1".into(), password: "{a b}&é".into() };
        assert_eq!(read(r#"{"account":"agente1","password":"{a b}&é"}"#).unwrap(), said);
        assert_eq!(read("account=agente1&password=%7Ba+b%7D%26%C3%A9").unwrap(), said);
    }

    #[test]
    fn a_body_without_the_fields_is_an_error() {
        assert!(read("{}").is_err());
        assert!(read("").is_err());
    }
}
