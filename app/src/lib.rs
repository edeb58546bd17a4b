//! What people see: components, the state behind them, and the browser's client of the server.

pub mod client;
pub mod page_data;
pub mod state;
