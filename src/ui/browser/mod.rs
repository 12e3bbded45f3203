//! One file per browser API.

pub mod address;
pub mod clipboard;
pub mod crash;
pub mod database;
pub mod download;
pub mod file;
pub mod focus;
pub mod frames;
pub mod keys;
pub mod modal;
pub mod offline;
pub mod png;
pub mod recorder;
pub mod resize;
pub mod storage;
pub mod tabs;
pub mod theme;
pub mod window;
