//! Starts the real parts for the tests: databases, server, browser.
