//! Talks to the simulated ERP as a browser would, without a browser.

mod bot;
mod documents;
mod faults;
mod lists;
mod logins;
mod orders;
mod worlds;
