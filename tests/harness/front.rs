//! What stands before servers at one address: it passes each connection on to a server that takes it, and can do to
//! requests what networks and proxies do.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is done, and its answer is lost.
    LostAnswer,
    /// The proxy refuses it by itself.
    Busy,
    /// The connection is reset.
    Reset,
    /// Nobody ever answers.
    HalfOpen,
}

/// It answers at [`Front::origin`].
pub struct Front {
    /// `http://127.0.0.1:PORT`.
    pub origin: String,
    servers: watch::Sender<Vec<SocketAddr>>,
    faults: watch::Sender<Vec<Fault>>,
}

impl Front {
    /// Before these.
    pub async fn start(servers: Vec<SocketAddr>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let (servers, passing) = watch::channel(servers);
        let (faults, failing) = watch::channel(Vec::new());
        tokio::spawn(async move {
            for number in 0.. {
                let Ok((client, _)) = listener.accept().await else { return };
                // Half of all connections, and of those each kind of fault in turn.
                let faults = failing.borrow();
                let fault = faults.get(number / 2 % faults.len().max(1)).filter(|_| number % 2 == 1).copied();
                let mut servers = passing.borrow().clone();
                let first = number % servers.len().max(1);
                servers.rotate_left(first);
                tokio::spawn(pass(client, servers, fault));
            }
        });
        Self { origin, servers, faults }
    }

    /// From here on it stands before these.
    pub fn stand_before(&self, servers: impl IntoIterator<Item = SocketAddr>) {
        self.servers.send_replace(servers.into_iter().collect());
    }

    /// From here on every other connection has one of these faults.
    pub fn fail(&self, faults: &[Fault]) {
        self.faults.send_replace(faults.to_vec());
    }
}

async fn pass(mut client: TcpStream, servers: Vec<SocketAddr>, fault: Option<Fault>) {
    match fault {
        Some(Fault::Reset) => return reset(client),
        Some(Fault::HalfOpen) => {
            let mut rest = Vec::new();
            drop(client.read_to_end(&mut rest).await);
            return;
        }
        Some(Fault::Busy) => {
            drop(client.read(&mut [0; 16 * 1024]).await);
            let busy = "HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\ncontent-length: 0\r\n\
                        connection: close\r\n\r\n";
            drop(client.write_all(busy.as_bytes()).await);
            return;
        }
        Some(Fault::LostAnswer) | None => {}
    }
    let Some(mut server) = connect(servers).await else { return reset(client) };
    if fault.is_none() {
        drop(tokio::io::copy_bidirectional(&mut client, &mut server).await);
        return;
    }
    let (mut from_client, mut to_server) = (client, server);
    let mut answer = [0; 1024];
    let (mut client_half, mut server_half) = (from_client.split(), to_server.split());
    tokio::select! {
        _ = tokio::io::copy(&mut client_half.0, &mut server_half.1) => {}
        _ = server_half.0.read(&mut answer) => {}
    }
    reset(from_client);
}

/// As when a host has gone: nothing more is said on it.
fn reset(client: TcpStream) {
    drop(client.set_zero_linger());
}

/// A server that takes it within a moment: one that is frozen is left out, as a proxy's health check would.
async fn connect(servers: Vec<SocketAddr>) -> Option<TcpStream> {
    for server in servers {
        let connected = tokio::time::timeout(Duration::from_secs(1), TcpStream::connect(server)).await;
        if let Ok(Ok(server)) = connected {
            return Some(server);
        }
    }
    None
}
