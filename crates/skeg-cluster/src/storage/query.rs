//! Lists of stored objects, as they are asked for.
//!
//! # Source
//! Kubernetes API concepts, "Retrieving large results sets in chunks", "Alternate representations of resources".

use super::objects::Objects;
use super::page::Pages;
use super::wire::Item;
use crate::error::ApiError;
use crate::request::Request;

/// Records for each page of a list: what the server has to have in memory at once.
const PAGE: usize = 500;
/// The same where only metadata come.
const METADATA_PAGE: usize = 2500;
/// Asks for objects in the form that costs the server least.
const OBJECTS: &str = "application/vnd.kubernetes.protobuf,application/json";
/// Asks for the metadata of objects only.
const METADATA_ONLY: &str = "application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,\
                             application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

/// What is listed.
pub(super) struct Query {
    path: String,
    selector: String,
    metadata_only: bool,
    /// Objects of a page.
    page: usize,
    /// No page after the first one.
    first_only: bool,
}

impl Query {
    /// The objects of a collection with these labels.
    pub(super) fn new(path: String, selector: &str) -> Query {
        Query {
            path,
            selector: selector.to_owned(),
            metadata_only: false,
            page: PAGE,
            first_only: false,
        }
    }

    /// Their metadata.
    pub(super) fn metadata_only(self) -> Query {
        Query {
            metadata_only: true,
            page: METADATA_PAGE,
            ..self
        }
    }

    /// Only so many, the first ones.
    pub(super) fn first(self, page: usize) -> Query {
        Query {
            page,
            first_only: true,
            ..self
        }
    }

    /// The request for the first page, or for that which begins at a token.
    fn request(&self, token: &str) -> Request {
        let request = Request::get(&self.path)
            .query("labelSelector", &self.selector)
            .query("limit", &self.page.to_string())
            .accept(if self.metadata_only { METADATA_ONLY } else { OBJECTS });
        match token {
            "" => request,
            token => request.query("continue", token),
        }
    }
}

impl Objects {
    /// What `read` makes of each object of a list, page by page.
    pub(super) async fn items<T>(
        &self,
        query: &Query,
        read: &dyn Fn(Item<'_>) -> Option<T>,
    ) -> Result<Vec<T>, ApiError> {
        let mut pages = Pages::new(read);
        let mut token = String::new();
        let mut restarts = 0;
        loop {
            let request = query.request(&token);
            let url = request.path.clone();
            match self.client.send_to(request, &mut pages).await {
                Ok(_) => {}
                // A list that takes longer than the server remembers begins again.
                Err(error) if error.is_expired() && !token.is_empty() && restarts < 2 => {
                    restarts += 1;
                    token.clear();
                    pages.clear();
                    continue;
                }
                Err(error) => return Err(error),
            };
            token = pages.turn().map_err(|reason| ApiError::Malformed {
                method: "GET".to_owned(),
                url: format!("{}{url}", self.client.address()),
                reason,
            })?;
            if token.is_empty() || query.first_only {
                return Ok(pages.found());
            }
        }
    }
}
