use super::*;
use crate::model::Name;
use crate::scene::fixture::{Still, orders, scene};
use crate::view::packets::{Cargo, PacketView, Route};

const STYLE: &str = include_str!("../../../static/style.css");

/// A property of the light theme, off the style sheet itself.
fn property(name: &str) -> String {
    let line = STYLE.lines().find_map(|line| line.trim().strip_prefix(&format!("{name}: ")));
    line.unwrap_or_else(|| panic!("{name} is in the style sheet")).trim_end_matches(';').to_string()
}

/// `oklch(L C H)` as `#rrggbb`, by the matrices of CSS Color 4.
fn hex(color: &str) -> String {
    let inner = color.strip_prefix("oklch(").and_then(|rest| rest.strip_suffix(')'));
    let numbers: Vec<f64> = inner.unwrap_or_else(|| panic!("{color}")).split(' ').map(|n| n.parse().unwrap()).collect();
    let [lightness, chroma, hue] = numbers[..] else { panic!("{color}") };
    let (a, b) = (chroma * libm::cos(hue.to_radians()), chroma * libm::sin(hue.to_radians()));
    let cubed = |x: f64| x * x * x;
    let l = cubed(lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b);
    let m = cubed(lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b);
    let s = cubed(lightness - 0.089_484_177_5 * a - 1.291_485_548 * b);
    let linear = [
        4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
        -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
        -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701 * s,
    ];
    let byte = |x: f64| {
        let x = x.clamp(0.0, 1.0);
        let x = if x <= 0.003_130_8 { 12.92 * x } else { 1.055 * libm::pow(x, 1.0 / 2.4) - 0.055 };
        libm::round(x * 255.0) as u8
    };
    let [r, g, b] = linear.map(byte);
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn light() -> Palette {
    Palette::read(property, hex)
}

fn flying() -> Still {
    let partition = crate::model::TopicPartition::new(&Name::from("orders"), 1);
    let route = Route::ProducerToLane { producer: "checkout".into(), partition };
    let packet = PacketView { route, progress_ppm: 500_000, cargo: Cargo::Records { count: 3, key: Some(14) } };
    Still { packets: vec![packet], ..Still::orders() }
}

fn drawn() -> Drawing {
    Drawing::of(&scene(), &Rc::new(orders()), &flying())
}

fn texts<'a>(shapes: &'a [Shape]) -> Vec<&'a str> {
    let of = |shape: &'a Shape| match shape {
        Shape::Text { text, .. } => vec![text.as_str()],
        Shape::Clipped(_, shapes) => texts(shapes),
        Shape::Figure { .. } => Vec::new(),
    };
    shapes.iter().flat_map(of).collect()
}

/// The picture of the opening scene in full. To look at it, open the file; to renew it, delete it and run the test.
#[test]
fn the_opening_scene_is_the_picture_that_it_was() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pictures/orders.svg");
    let picture = svg(&drawn(), &light(), "Orders fan-out at 0:42.310");
    if !path.exists() {
        std::fs::write(&path, &picture).expect("the folder of pictures can be written");
        panic!("there was no {}: look at the new one and keep it", path.display());
    }
    let kept = std::fs::read_to_string(&path).expect("a text file");
    let differs = kept.lines().zip(picture.lines()).position(|(kept, drawn)| kept != drawn);
    assert!(kept == picture, "line {differs:?} of {} differs", path.display());
}

#[test]
fn every_part_and_every_member_is_in_the_picture_by_name() {
    let drawing = drawn();
    let texts = texts(&drawing.shapes);
    for name in
        ["checkout", "orders", "inventory", "fraud", "inventory-1", "inventory-2", "killed 6.1 s ago", "1 silent"]
    {
        assert!(texts.contains(&name), "{name} is not in {texts:?}");
    }
    assert!(texts.contains(&"lag 9 · unread 6.1 s"));
}

#[test]
fn the_whole_stage_is_drawn_wherever_the_camera_looks() {
    let mut away = scene();
    away.camera.offset = Point::new(-5_000.0, 0.0);
    away.camera.zoom = 0.3;
    let view = Rc::new(orders());
    assert_eq!(Drawing::of(&away, &view, &flying()), drawn());
}

#[test]
fn names_are_text_and_never_markup() {
    let mut view = orders();
    view.groups[0].label = "<script>alert('&')</script>\u{1}".into();
    let drawing = Drawing::of(&scene(), &Rc::new(view), &Still::orders());
    let svg = svg(&drawing, &light(), "<b>");
    assert!(!svg.contains("<script>") && !svg.contains("<b>") && !svg.contains('\u{1}'), "{svg}");
    assert!(svg.contains("&lt;script&gt;"));
}

#[test]
fn a_text_that_is_too_long_ends_in_an_ellipsis() {
    let style = TextStyle::new(10.0, 400);
    assert_eq!(style.cut("short", 100.0), "short");
    let cut = style.cut("a name that goes on and on and on", 66.0);
    assert!(cut.ends_with('…') && style.width(&cut) <= 66.0, "{cut}");
}

#[test]
fn an_empty_stage_is_an_empty_picture() {
    let drawing = Drawing::of(&Scene::default(), &Rc::default(), &Still::orders());
    assert_eq!(drawing.bounds, EMPTY);
    assert!(texts(&drawing.shapes).is_empty());
}
