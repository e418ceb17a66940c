//! Just enough HTTP to ask a server on this machine whether it is ready.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

/// Whether `GET path` on this port of this machine answers 200 within a second.
pub fn answers_ok(port: u16, path: &str) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let second = Duration::from_secs(1);
    let Ok(mut stream) = TcpStream::connect_timeout(&address, second) else {
        return false;
    };
    let prepared = stream.set_read_timeout(Some(second)).and_then(|()| stream.set_write_timeout(Some(second)));
    let request = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    if prepared.and_then(|()| stream.write_all(request.as_bytes())).is_err() {
        return false;
    }
    let mut status = [0_u8; 12];
    stream.read_exact(&mut status).is_ok() && status.ends_with(b" 200")
}
