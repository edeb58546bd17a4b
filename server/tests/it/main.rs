//! The server, through its router and its sockets, in the words of the product.

mod compression;
mod descriptor_check;
mod integration;
mod openapi;
mod people;
mod push;
mod support;
