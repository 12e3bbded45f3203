//! A static host as plain as the plainest: files of one folder, right media types, nothing clever. Own code, because
//! every server crate brings a framework and this is sixty lines.

use std::collections::BTreeMap;
use std::io;
use std::path::{Component, Path, PathBuf};

use std::sync::{Arc, Mutex};

use tokio::fs;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, spawn};

/// The site is served from here and not from the root, which proves that its paths are relative.
const FOLDER: &str = "/some/folder/";

/// Serves until the last of its clones is dropped, or it is stopped.
#[derive(Clone)]
pub struct Site {
    pub address: String,
    server: Arc<Server>,
    log: Arc<Mutex<Log>>,
}

struct Server(AbortHandle);

/// What was asked for, and what is served in place of what is in the files.
#[derive(Default)]
struct Log {
    served: BTreeMap<String, u32>,
    replaced: Vec<(String, String)>,
}

impl Site {
    pub async fn serve(root: &Path) -> Site {
        let root = root.to_path_buf();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = format!("http://{}{FOLDER}", listener.local_addr().expect("a bound port"));
        let log = Arc::new(Mutex::new(Log::default()));
        let kept = log.clone();
        let server = spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                spawn(answer(stream, root.clone(), kept.clone()));
            }
        });
        Site { address, server: Arc::new(Server(server.abort_handle())), log }
    }

    /// From now on nobody answers.
    pub fn stop(&self) {
        self.server.0.abort();
    }

    /// How often each file was sent.
    pub fn served(&self) -> BTreeMap<String, u32> {
        self.log.lock().expect("nobody panics with it").served.clone()
    }

    /// From now on text files say `new` where they say `old`.
    pub fn replace(&self, old: &str, new: &str) {
        self.log.lock().expect("nobody panics with it").replaced.push((old.to_owned(), new.to_owned()));
    }
}

impl Log {
    fn send(&mut self, file: &Path, body: Vec<u8>) -> Vec<u8> {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        *self.served.entry(name).or_default() += 1;
        match String::from_utf8(body) {
            Ok(text) => self.replaced.iter().fold(text, |text, (old, new)| text.replace(old, new)).into_bytes(),
            Err(binary) => binary.into_bytes(),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// One request a connection. A browser that hangs up early is its own affair.
async fn answer(mut stream: TcpStream, root: PathBuf, log: Arc<Mutex<Log>>) -> io::Result<()> {
    let request = head(&mut stream).await?;
    let target = request.split(' ').nth(1).unwrap_or_default();
    let (status, kind, body) = match file_for(target, &root) {
        Some(file) if file.is_file() => {
            let body = fs::read(&file).await?;
            ("200 OK", media_type(&file), log.lock().expect("nobody panics with it").send(&file, body))
        }
        _ => ("404 Not Found", "text/plain", b"no such file".to_vec()),
    };
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&body).await?;
    stream.shutdown().await
}

/// Reads up to the empty line that ends a request's head.
async fn head(stream: &mut TcpStream) -> io::Result<String> {
    let mut read = Vec::new();
    while !read.ends_with(b"\r\n\r\n") {
        read.push(stream.read_u8().await?);
    }
    Ok(String::from_utf8_lossy(&read).into_owned())
}

/// The file that a request means; none outside the folder, whatever the request says.
fn file_for(target: &str, root: &Path) -> Option<PathBuf> {
    let path = target.split(['?', '#']).next()?.strip_prefix(FOLDER)?;
    let path = Path::new(if path.is_empty() { "index.html" } else { path });
    path.components().all(|part| matches!(part, Component::Normal(_))).then(|| root.join(path))
}

fn media_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("json") => "application/json",
        Some("png") => "image/png",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    }
}
