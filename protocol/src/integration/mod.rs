//! Integrations as their providers describe them: descriptors, their UI extensions, and the data tiles show.
//!
//! A descriptor arrives as JSON in the keys of HipChat Connect or those of the source, is checked as a whole
//! ([`Descriptor::parse`]), and is kept in its *normal form*: canonical keys, lists where lists are meant, unknown
//! members and kinds as they came. Tokens are computed from that form alone.

mod address;
mod call;
mod card;
mod check;
mod collection;
mod condition;
mod contact;
mod descriptor;
mod difference;
pub mod element;
mod extension;
mod general;
mod normal_form;
mod oddity;
mod offered;
mod place;
mod reading;
mod supplement;
mod tile;
mod warning;

pub use address::{APPLICATION_SCHEMES, application_of, origin_of};
pub use call::{fill_variables, is_signed};
pub use card::{Activity, Attribute, AttributeValue, Card, CardStyle, Description, Thumbnail};
pub use condition::{
    CARD_STYLE, Condition, ConditionContext, ConditionList, ElementContext, Explained, Explanation, MessageContext,
    Shown, Tested,
};
pub use contact::{Listening, Purpose};
pub use descriptor::{Descriptor, Lifecycle, MAX_DESCRIPTOR_BYTES, MAX_EXTENSIONS, Scope};
pub use difference::{Difference, DifferenceItem};
pub use element::Element;
pub use extension::{
    Action, Dialog, ExtensionKind, ExtensionRef, Extensions, ExternalPage, Glance, Icon, Name, Target, WebPanel,
    Webhook,
};
pub use offered::Offered;
pub use tile::{Label, Lozenge, LozengeKind, Status, TileData};
