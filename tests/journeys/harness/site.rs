//! A static host as plain as the plainest: files of one folder, right media types, nothing clever. Own code, because
//! every server crate brings a framework and this is sixty lines.

use std::io;
use std::path::{Component, Path, PathBuf};

use tokio::fs;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, spawn};

/// The site is served from here and not from the root, which proves that its paths are relative.
const FOLDER: &str = "/some/folder/";

/// Serves until it is dropped.
pub struct Site {
    pub address: String,
    server: AbortHandle,
}

impl Site {
    pub async fn serve(root: &Path) -> Site {
        let root = root.to_path_buf();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = format!("http://{}{FOLDER}", listener.local_addr().expect("a bound port"));
        let server = spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                spawn(answer(stream, root.clone()));
            }
        });
        Site { address, server: server.abort_handle() }
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// One request a connection. A browser that hangs up early is its own affair.
async fn answer(mut stream: TcpStream, root: PathBuf) -> io::Result<()> {
    let request = head(&mut stream).await?;
    let target = request.split(' ').nth(1).unwrap_or_default();
    let (status, kind, body) = match file_for(target, &root) {
        Some(file) if file.is_file() => ("200 OK", media_type(&file), fs::read(&file).await?),
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
        _ => "application/octet-stream",
    }
}
