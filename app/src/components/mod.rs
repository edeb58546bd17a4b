//! What pages are made of; one file or folder for each component of the design.

pub mod avatar;
pub mod catalogue;
pub mod composer;
pub mod controls;
pub mod dialog;
pub mod field;
pub mod focus;
pub mod frame;
pub mod icon;
pub mod log;
pub mod long_press;
pub mod lozenge;
pub mod markup;
pub mod menu;
pub mod moment;
pub mod notice;
pub mod panel;
pub mod people;
pub mod phone;
pub mod privacy;
pub mod provider;
pub mod rail;
pub mod room;
pub mod sending;
pub mod shelf;
pub mod toasts;
