//! Reading real files: what becomes of their lines, and that neither chunks nor garbage change it.

use headwater::model::workload::Rows;
use headwater::session::import::*;
use proptest::prelude::*;

const NDJSON: Format = Format::Ndjson;
const CSV: Format = Format::Csv(Delimiter::Comma);

fn reading(format: Format) -> Reading {
    Reading { format, key: None, timestamp: None, on_bad_line: OnBadLine::Skip }
}

fn keyed(format: Format) -> Reading {
    Reading { key: Some("id".into()), timestamp: Some("ts".into()), ..reading(format) }
}

fn import(reading: Reading, file: impl AsRef<[u8]>) -> Result<Imported, Stop> {
    import_chunks(reading, [file.as_ref()])
}

fn import_chunks<'a>(reading: Reading, chunks: impl IntoIterator<Item = &'a [u8]>) -> Result<Imported, Stop> {
    let mut import = Import::new(reading);
    chunks.into_iter().try_for_each(|chunk| import.feed(chunk))?;
    import.finish()
}

fn values(rows: &Rows) -> Vec<&str> {
    (0..rows.len()).map(|row| str::from_utf8(rows.value(row)).unwrap()).collect()
}

/// The reason given for a file's only bad line.
fn reason(reading: Reading, file: &str) -> String {
    let imported = import(reading, file).unwrap();
    assert_eq!(imported.bad_line_count, 1, "{file}: {imported:?}");
    imported.bad_lines[0].to_string()
}

#[test]
fn a_json_line_is_the_value_and_names_its_key_and_time() {
    let file = r#"{"id": "a", "ts": "2026-03-01T00:00:00Z", "n": 1}
{"n": 2, "ts": 1772323201.5, "id": 17}
{"id": null, "ts": "1772323202000"}"#;
    let Imported { rows, bad_line_count, .. } = import(keyed(NDJSON), file).unwrap();
    assert_eq!((values(&rows), bad_line_count), (file.lines().collect(), 0));
    assert_eq!([0, 1, 2].map(|row| rows.key(row)), [Some(&b"a"[..]), Some(b"17"), None]);
    let start = 1_772_323_200_000_000;
    assert_eq!([0, 1, 2].map(|row| rows.timestamp_us(row)), [0, 1_500_000, 2_000_000].map(|us| Some(start + us)));
}

#[test]
fn of_a_field_given_twice_the_last_counts() {
    let Imported { rows, .. } = import(keyed(NDJSON), r#"{"id": 1, "ts": 1, "id": 2}"#).unwrap();
    assert_eq!(rows.key(0), Some(&b"2"[..]));
}

#[test]
fn a_csv_row_becomes_a_json_object_of_strings() {
    let file = "id,ts,\"the \"\"name\"\"\"\na,2026-03-01,007\n,2026-03-01,\"x,\ny\"\n";
    let Imported { rows, .. } = import(keyed(CSV), file).unwrap();
    let expected = [
        r#"{"id":"a","ts":"2026-03-01","the \"name\"":"007"}"#,
        r#"{"id":"","ts":"2026-03-01","the \"name\"":"x,\ny"}"#,
    ];
    assert_eq!(values(&rows), expected);
    assert_eq!([0, 1].map(|row| rows.key(row)), [Some(&b"a"[..]), None], "an empty cell is no key");
}

#[test]
fn without_a_chosen_field_rows_have_no_key_and_no_time() {
    let Imported { rows, .. } = import(reading(NDJSON), r#"{"id": "a", "ts": 1}"#).unwrap();
    assert_eq!((rows.len(), rows.key(0), rows.timestamp_us(0)), (1, None, None));
}

#[test]
fn windows_line_ends_a_byte_order_mark_and_blank_lines_leave_no_trace() {
    let plain = import(keyed(NDJSON), "{\"id\":1,\"ts\":1}\n{\"id\":2,\"ts\":2}\n").unwrap();
    let dressed = import(keyed(NDJSON), "\u{feff}{\"id\":1,\"ts\":1}\r\n\r\n  \n{\"id\":2,\"ts\":2}").unwrap();
    assert_eq!(plain, dressed);
    let plain = import(keyed(CSV), "id,ts\n1,1\n2,2\n").unwrap();
    let dressed = import(keyed(CSV), "\u{feff}id,ts\r\n1,1\r\n\r\n2,2").unwrap();
    assert_eq!(plain, dressed);
}

#[test]
fn only_the_first_byte_order_mark_is_dropped() {
    let file = "\u{feff}\u{feff}a\n1\n".as_bytes();
    for chunk_bytes in [1, file.len()] {
        let imported = import_chunks(reading(CSV), file.chunks(chunk_bytes)).unwrap();
        assert_eq!(values(&imported.rows), ["{\"\u{feff}a\":\"1\"}"]);
    }
}

#[test]
fn other_delimiters_separate_as_commas_do() {
    let plain = import(keyed(CSV), "id,ts\n1,1\n").unwrap();
    assert_eq!(import(keyed(Format::Csv(Delimiter::Semicolon)), "id;ts\n1;1\n").unwrap(), plain);
    assert_eq!(import(keyed(Format::Csv(Delimiter::Tab)), "id\tts\n1\t1\n").unwrap(), plain);
}

#[test]
fn a_bad_line_is_reported_with_its_number_and_its_reason() {
    for (file, expected) in [
        ("\n{\"id\": 1", "line 2: malformed JSON at column 8: EOF while parsing an object"),
        ("[]", "line 1: a JSON list, where each line should be an object"),
        ("{\"ts\":1}", "line 1: no field \"id\""),
        ("{\"id\":1}", "line 1: no field \"ts\""),
        ("{\"id\":{},\"ts\":1}", "line 1: field \"id\" is an object or a list"),
        ("{\"id\":1,\"ts\":\"noon\"}", "line 1: field \"ts\" is not a timestamp: noon"),
        ("{\"id\":1,\"ts\":null}", "line 1: field \"ts\" is not a timestamp: null"),
    ] {
        assert_eq!(reason(keyed(NDJSON), file), expected);
    }
    for (file, expected) in [
        ("id,ts\n\"a\nb\",1\nc\n", "line 4: 1 fields, where the header has 2"),
        ("id,ts\n1,2,3", "line 2: 3 fields, where the header has 2"),
        ("id,ts\n1,", "line 2: field \"ts\" is not a timestamp: "),
    ] {
        assert_eq!(reason(keyed(CSV), file), expected);
    }
}

#[test]
fn bytes_that_are_not_utf8_spoil_their_line_and_no_other() {
    let json = import(reading(NDJSON), b"{}\n{\"a\":\"\xFF\"}\n{}").unwrap();
    let csv = import(reading(CSV), b"a\n1\n\xFF\n3").unwrap();
    for (imported, line) in [(json, 2), (csv, 3)] {
        assert_eq!(
            (imported.rows.len(), imported.bad_lines),
            (2, vec![BadLine { line, reason: "not UTF-8 text".into() }])
        );
    }
}

#[test]
fn a_line_may_have_a_million_bytes_and_not_one_more() {
    let line = |bytes: usize| format!("{{\"a\":\"{}\"}}", "x".repeat(bytes - r#"{"a":""}"#.len()));
    let file = format!("{}\r\n{}\r\n{{}}", line(MAX_ROW_BYTES), line(MAX_ROW_BYTES + 1));
    for chunk_bytes in [1 << 16, file.len()] {
        let imported = import_chunks(reading(NDJSON), file.as_bytes().chunks(chunk_bytes)).unwrap();
        assert_eq!(imported.rows.len(), 2);
        let reason = "longer than 1,048,576 bytes, a producer's max.request.size".into();
        assert_eq!(imported.bad_lines, [BadLine { line: 2, reason }]);
    }
}

#[test]
fn a_csv_row_that_only_its_json_makes_too_large_is_bad_too() {
    let file = format!("a\n{}\n", "\\".repeat(MAX_ROW_BYTES / 2));
    assert!(reason(reading(CSV), &file).starts_with("line 2: longer than 1,048,576 bytes"));
}

#[test]
fn asked_to_stop_the_import_ends_at_the_first_bad_line_and_stays_ended() {
    let mut import = Import::new(Reading { on_bad_line: OnBadLine::Stop, ..reading(NDJSON) });
    let stop = Stop::BadLine(BadLine { line: 2, reason: "not a JSON object".into() });
    assert_eq!(import.feed(b"{}\n1\n{}\n"), Err(stop.clone()));
    assert_eq!(import.feed(b"{}\n"), Err(stop.clone()));
    assert_eq!(import.finish(), Err(stop));
}

#[test]
fn a_header_without_the_chosen_column_ends_the_import() {
    let stop = import(keyed(CSV), "name,ts\na,1\n").unwrap_err();
    assert_eq!(stop.to_string(), "line 1: no column \"id\"");
}

#[test]
fn the_first_thousand_bad_lines_are_kept_and_all_are_counted() {
    let imported = import(reading(NDJSON), "x\n".repeat(1_500)).unwrap();
    assert_eq!((imported.bad_lines.len(), imported.bad_line_count), (1_000, 1_500));
    assert_eq!(imported.bad_lines.last().unwrap().line, 1_000);
}

#[test]
fn half_a_million_rows_are_read_and_one_more_is_refused() {
    let file = "{}\n".repeat(MAX_ROWS as usize);
    assert_eq!(import(reading(NDJSON), &file).unwrap().rows.len(), MAX_ROWS);
    assert_eq!(import(reading(NDJSON), file.clone() + "bad\n").unwrap().rows.len(), MAX_ROWS);
    assert_eq!(import(reading(NDJSON), file + "{}"), Err(Stop::TooManyRows));
}

#[test]
fn fifty_megabytes_are_read_and_one_byte_more_is_refused() {
    let mut import = Import::new(reading(NDJSON));
    let blank = vec![b'\n'; 1 << 20];
    for _ in 0..MAX_FILE_BYTES >> 20 {
        import.feed(&blank).unwrap();
    }
    assert_eq!(import.progress(), Progress { bytes: MAX_FILE_BYTES, rows: 0, bad_lines: 0 });
    assert_eq!(import.feed(b"\n"), Err(Stop::TooManyBytes));
}

#[test]
fn an_empty_file_has_no_rows_and_nothing_wrong() {
    for format in [NDJSON, CSV] {
        assert_eq!(import(keyed(format), ""), Ok(Imported::default()));
    }
    assert_eq!(import(keyed(CSV), "id,ts\n"), Ok(Imported::default()));
}

#[test]
fn a_glance_at_json_lines_finds_the_fields_the_key_and_the_time() {
    let head = br#"{"event": {"kind": "order"}, "user_id": 7, "created_at": "2026-03-01T00:00:00Z"}
{"event": [], "user_id": 8, "created_at": "2026-03-01T00:00:01Z", "note": null}
{"user_id": 9, "cre"#;
    let sniffed = sniff("orders.txt", head, Extent::Beginning);
    let field = |name: &str, samples: &[&str]| Field {
        name: name.into(),
        samples: samples.iter().map(|it| it.to_string()).collect(),
    };
    let expected = [
        field("event", &["{\"kind\": \"order\"}", "[]"]),
        field("user_id", &["7", "8"]),
        field("created_at", &["2026-03-01T00:00:00Z", "2026-03-01T00:00:01Z"]),
        field("note", &[]),
    ];
    assert_eq!(sniffed.fields, expected);
    assert_eq!((sniffed.key.as_deref(), sniffed.timestamp.as_deref()), (Some("user_id"), Some("created_at")));
    assert_eq!(sniffed.reading(), Reading { key: sniffed.key, timestamp: sniffed.timestamp, ..reading(NDJSON) });
}

#[test]
fn a_glance_at_a_table_finds_its_delimiter_and_its_columns() {
    let sniffed =
        sniff("orders.csv", b"\xEF\xBB\xBFid;amount;when\r\n1;2,50;1772323200\r\n2;;1772323201", Extent::Whole);
    let names: Vec<&str> = sniffed.fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!((sniffed.format, names), (Format::Csv(Delimiter::Semicolon), vec!["id", "amount", "when"]));
    assert_eq!((sniffed.key.as_deref(), sniffed.timestamp.as_deref()), (Some("id"), Some("when")));
    assert_eq!(sniffed.fields[1].samples, ["2,50"]);
}

#[test]
fn a_field_that_some_rows_lack_is_not_proposed() {
    let sniffed = sniff("x.jsonl", b"{\"id\": 1, \"ts\": 1}\n{\"id\": null}\n", Extent::Whole);
    assert_eq!((sniffed.key, sniffed.timestamp), (None, None));
}

#[test]
fn the_format_follows_from_the_first_character_and_then_from_the_name() {
    for (name, head, format) in [
        ("a.csv", "{\"id\": 1}", NDJSON),
        ("a.csv", "\u{feff}\n{\"id\": 1}", NDJSON),
        ("a.csv", "id,ts", CSV),
        ("a.json", "", NDJSON),
        ("a.tsv", "id,ts", Format::Csv(Delimiter::Tab)),
        ("a.txt", "id\tts", Format::Csv(Delimiter::Tab)),
        ("pasted", "id", CSV),
    ] {
        assert_eq!(sniff(name, head.as_bytes(), Extent::Whole).format, format, "{name} {head}");
    }
}

#[test]
fn long_samples_are_shortened() {
    let sniffed = sniff("a.csv", format!("a\n{}\n", "é".repeat(1_000)).as_bytes(), Extent::Whole);
    assert_eq!(sniffed.fields[0].samples, [format!("{}…", "é".repeat(60))]);
}

proptest! {
    #[test]
    fn any_chunking_gives_the_same_rows(file in any_file(), cuts in prop::collection::vec(0..400_usize, 0..20), reading in any_reading()) {
        let whole = import(reading.clone(), &file);
        prop_assert_eq!(&import_chunks(reading.clone(), chunks(&file, cuts)), &whole);
        prop_assert_eq!(&import_chunks(reading, file.chunks(1)), &whole);
    }

    #[test]
    fn no_input_panics(file in prop::collection::vec(any::<u8>(), 0..300), reading in any_reading()) {
        let _ = import(reading, &file);
        for name in ["a.csv", "a.json"] {
            sniff(name, &file, Extent::Whole);
            sniff(name, &file, Extent::Beginning);
        }
    }

    #[test]
    fn no_almost_readable_file_panics_when_glanced_at(file in any_file()) {
        sniff("", &file, Extent::Beginning);
        sniff("a.csv", &file, Extent::Whole);
    }

    #[test]
    fn every_line_that_is_not_blank_is_a_row_or_a_bad_line(file in any_file()) {
        let imported = import(keyed(NDJSON), &file).unwrap();
        let text = file.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&file);
        let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).count();
        prop_assert_eq!(u64::from(imported.rows.len()) + imported.bad_line_count, lines as u64);
    }

    #[test]
    fn every_csv_field_arrives_as_it_was_written(fields in prop::collection::vec(("\\PC*|[\",\r\n;]*", "[a-z\",\r\n]*"), 1..20)) {
        let quoted = |field: &str| format!("\"{}\"", field.replace('"', "\"\""));
        let lines = fields.iter().map(|(a, b)| format!("{},{}\r\n", quoted(a), quoted(b)));
        let imported = import(reading(CSV), format!("a,b\n{}", lines.collect::<String>())).unwrap();
        let objects = fields.iter().map(|(a, b)| serde_json::json!({ "a": a, "b": b }).to_string());
        prop_assert_eq!(values(&imported.rows), objects.collect::<Vec<_>>());
        prop_assert_eq!(imported.bad_line_count, 0);
    }
}

/// Files made of what readers stumble over.
fn any_file() -> impl Strategy<Value = Vec<u8>> {
    let parts: [&[u8]; 22] = [
        b"\n",
        b"\n",
        b"\r\n",
        b"\r",
        b",",
        b"\"",
        b"\"\"",
        b" ",
        b"\xEF\xBB\xBF",
        b"\xEF",
        b"\xC3",
        "é".as_bytes(),
        b"{\"id\":\"a\",\"ts\":1}\n",
        b"{\"id\":2,\"ts\":\"2026-03-01\"}\r\n",
        b"{\"id\":null,\"ts\":3}",
        b"{}",
        b"{",
        b"[",
        b"\\",
        b"id,ts\n",
        b"a,1\n",
        b"\"a\nb\",2\n",
    ];
    prop::collection::vec(prop::sample::select(parts.to_vec()), 0..30).prop_map(|parts| parts.concat())
}

fn any_reading() -> impl Strategy<Value = Reading> {
    let formats = prop::sample::select(vec![NDJSON, CSV, Format::Csv(Delimiter::Tab)]);
    let on_bad_line = prop::sample::select(vec![OnBadLine::Skip, OnBadLine::Stop]);
    (formats, on_bad_line, any::<bool>()).prop_map(|(format, on_bad_line, has_key)| {
        let fields = if has_key { keyed(format) } else { reading(format) };
        Reading { on_bad_line, ..fields }
    })
}

fn chunks(file: &[u8], mut cuts: Vec<usize>) -> Vec<&[u8]> {
    cuts.iter_mut().for_each(|cut| *cut = (*cut).min(file.len()));
    cuts.sort_unstable();
    let starts = std::iter::once(0).chain(cuts.iter().copied());
    let ends = cuts.iter().copied().chain([file.len()]);
    starts.zip(ends).map(|(start, end)| &file[start..end]).collect()
}
