//! The page: mounts the app.

fn main() {
    headwater::ui::start();
}
