//! A mail server on this machine: it speaks SMTP, keeps what it took, and refuses as it is told.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};

/// A test that waits longer than this for something has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// A mail as it was taken.
#[derive(Clone, Debug)]
pub struct TakenMail {
    /// The address of its envelope.
    pub to: String,
    /// All of it.
    pub raw: String,
}

#[derive(Default)]
struct MailRules {
    /// Whether nobody is let in.
    away: AtomicBool,
    /// What is said to mail for an address.
    refusals: Mutex<HashMap<String, String>>,
}

/// The server.
pub struct MailServer {
    /// `smtp://127.0.0.1:PORT`.
    pub url: String,
    rules: Arc<MailRules>,
    taken: mpsc::UnboundedReceiver<TakenMail>,
}

impl MailServer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let rules = Arc::<MailRules>::default();
        let (tell, taken) = mpsc::unbounded_channel();
        let told = Arc::clone(&rules);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, Arc::clone(&told), tell.clone()));
            }
        });
        Self { url, rules, taken }
    }

    /// From here on nobody is let in, or everybody again.
    pub fn away(&self, away: bool) {
        self.rules.away.store(away, Ordering::SeqCst);
    }

    /// From here on mail for this address is answered with this line.
    pub fn refuse(&self, address: &str, line: &str) {
        self.rules.refusals.lock().unwrap().insert(address.to_owned(), line.to_owned());
    }

    /// The next mail.
    pub async fn next(&mut self) -> TakenMail {
        tokio::time::timeout(PATIENCE, self.taken.recv()).await.expect("no mail comes").unwrap()
    }

    /// The next so many.
    pub async fn take(&mut self, count: usize) -> Vec<TakenMail> {
        let mut mails = Vec::new();
        while mails.len() < count {
            mails.push(self.next().await);
        }
        mails
    }

    /// What has come by now.
    pub fn rest(&mut self) -> Vec<TakenMail> {
        std::iter::from_fn(|| self.taken.try_recv().ok()).collect()
    }
}

async fn converse(
    stream: TcpStream,
    rules: Arc<MailRules>,
    tell: mpsc::UnboundedSender<TakenMail>,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let (mut to, mut line) = (String::new(), String::new());
    let mut answer = "220 mail.test ESMTP".to_owned();
    loop {
        if rules.away.load(Ordering::SeqCst) {
            answer = "421 mail.test takes nothing now".to_owned();
        }
        stream.get_mut().write_all(format!("{answer}\r\n").as_bytes()).await?;
        if answer.starts_with("421") || answer.starts_with("221") {
            return Ok(());
        }
        if answer.starts_with("354") {
            let raw = read_mail(&mut stream).await?;
            drop(tell.send(TakenMail { to: to.clone(), raw }));
            answer = "250 Taken".to_owned();
            continue;
        }
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        answer = match line.get(..4).unwrap_or_default() {
            "EHLO" => "250-mail.test\r\n250 8BITMIME".to_owned(),
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                rules.refusals.lock().unwrap().get(&to).cloned().unwrap_or_else(|| "250 Fine".to_owned())
            }
            "DATA" => "354 Go on".to_owned(),
            "QUIT" => "221 Bye".to_owned(),
            _ => "250 Fine".to_owned(),
        };
    }
}

async fn read_mail(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut raw = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 || line == ".\r\n" {
            return Ok(raw);
        }
        raw.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
