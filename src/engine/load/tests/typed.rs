//! A converted column is what its texts would have given.

use std::sync::{Arc, Mutex};

use arrow::array::*;
use arrow::datatypes::{DataType, TimeUnit, UInt32Type};
use proptest::prelude::*;

use super::super::grid::Rows;
use super::super::layout::{FileLayout, Slot};
use super::super::memory::Memory;
use super::super::parse::{self, Chunk, Identity};
use super::super::recipe::Recipe;
use super::super::typed;
use super::*;
use FieldType::{Date, Duration, Money, Number, Text, Timestamp, Whole, YesNo};

const KINDS: [FieldType; 8] = [Text, YesNo, Whole, Number, Money, Duration, Timestamp, Date];

/// The recipe of a field, made once: a case needs many.
fn recipe(kind: FieldType, more: &str) -> Recipe {
    static MADE: Mutex<Vec<(FieldType, String, Recipe)>> = Mutex::new(Vec::new());
    let mut made = MADE.lock().unwrap();
    if let Some((_, _, recipe)) = made.iter().find(|it| it.0 == kind && it.1 == more) {
        return recipe.clone();
    }
    made.push((kind, more.to_string(), new_recipe(kind, more)));
    made.last().unwrap().2.clone()
}

fn new_recipe(kind: FieldType, more: &str) -> Recipe {
    let text =
        format!("zone: Europe/London\ntables:\n  t:\n    files: f\n    columns: {{v: {{from: v{more}}}}}\n");
    let mut book = book::read(&text, Path::new("data.yaml")).unwrap();
    let zone = book.zone.clone();
    let mut table = book.tables.remove("t").unwrap();
    table.zone = table.zone.or(zone);
    Recipe::new("v", kind, table.columns["v"].clone(), &table, None)
}

/// Whether the column is converted; it must then be what its texts give, and no row be at fault.
fn check(array: &ArrayRef, kind: FieldType, more: &str) -> bool {
    let batch = RecordBatch::try_from_iter_with_nullable([("v", array.clone(), true)]).unwrap();
    let layout = FileLayout {
        table: "t".into(),
        name: "f".into(),
        index: 0,
        slots: vec![Slot::Column(0, "v".into())],
        width: Some(1),
    };
    let chunk = Chunk { layout: Arc::new(layout), rows: Rows::Records(batch, 1, vec![0]) };
    let recipes = [recipe(kind, more)];
    for identity in [Identity::None, Identity::Key(vec![0])] {
        let memory = &mut Memory::default();
        let converted = typed::columns(&chunk, &recipes, &identity, memory);
        let is_converted = converted[0].is_some();
        let way = parse::parsed(&chunk, &recipes, &identity, memory, converted).unwrap().unwrap();
        let texts = parse::parsed(&chunk, &recipes, &identity, memory, Vec::new()).unwrap().unwrap();
        assert_eq!(way.faults, texts.faults, "{kind:?}{more} of {array:?}");
        assert!(!is_converted || way.faults.iter().all(Option::is_none));
        for row in 0..array.len() {
            let (one, other) = (value(&way.columns[0], row), value(&texts.columns[0], row));
            assert_eq!(one, other, "row {row} as {kind:?}{more} of {array:?}");
            let key = |keys: &Option<crate::engine::Texts>| {
                keys.as_ref().and_then(|keys| keys.get(row).map(|key| key.into_owned()))
            };
            assert_eq!(key(&way.keys), key(&texts.keys), "{kind:?}{more} of {array:?}");
        }
        if identity == Identity::None && !is_converted {
            return false;
        }
    }
    true
}

fn all_ways(array: ArrayRef) {
    for kind in KINDS {
        let more: &[&str] = match kind {
            Duration => &[", unit: seconds", ", unit: minutes", ", unit: days"],
            Timestamp => &["", ", format: epoch-seconds", ", format: epoch-milliseconds"],
            _ => &["", ", missing: [\"-1\", \"7\", x]", ", map: {\"1\": \"2\"}, unmapped: keep"],
        };
        for more in more {
            check(&array, kind, more);
        }
    }
}

fn edge() -> impl Strategy<Value = i64> {
    prop_oneof![
        4 => -40_i64..40,
        2 => -2_000_000_000_000_000..2_000_000_000_000_000_i64,
        1 => any::<i64>(),
        // Ends of the years 1 and 9999 in microseconds, and the clocks of London on 29 March 2026.
        1 => prop::sample::select(vec![
            -62_135_596_800_000_000, -62_135_596_800_000_001, 253_402_300_799_999_999, 253_402_300_800_000_000,
            1_774_747_800_000_000, 1_774_749_600_000_000, i64::MIN, i64::MAX, 999_999_999_999_999_999,
            1_000_000_000_000_000_000,
        ]),
    ]
}

fn column() -> impl Strategy<Value = Vec<Option<i64>>> {
    prop_oneof![
        prop::collection::vec(prop::option::weighted(0.8, edge()), 1..6),
        prop::collection::vec(prop::option::weighted(0.9, -30_000_i64..30_000), 1..6),
    ]
}

fn padded() -> impl Strategy<Value = Vec<Option<String>>> {
    let text = prop_oneof![
        4 => "[a-c]{0,3}", 1 => " [ab7x]{0,2} ?", 1 => "[-x7]", 1 => "\u{a0}?é[ \u{3000}]?", 1 => "-?[0-9]{1,3}",
        1 => "true|false|yes|No", 1 => "2026-0[1-3]-[0-2]9( [01][0-9]:30)?", 1 => "[a-z]{10,20}",
    ];
    prop::collection::vec(prop::option::weighted(0.9, text), 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whole_numbers(values in column()) {
        all_ways(Arc::new(Int64Array::from(values.clone())));
        let narrow = |value: &Option<i64>| value.and_then(|value| i8::try_from(value % 128).ok());
        all_ways(Arc::new(values.iter().map(narrow).collect::<Int8Array>()));
        let wide = |value: &Option<i64>| value.map(|value| value.cast_unsigned());
        all_ways(Arc::new(values.iter().map(wide).collect::<UInt64Array>()));
    }

    #[test]
    fn decimals(values in column(), scale in -1_i8..12) {
        let wide = values.iter().map(|value| value.map(|value| i128::from(value) * 1_000)).collect::<Decimal128Array>();
        all_ways(Arc::new(wide.with_precision_and_scale(38, scale).unwrap()));
        let narrow = values.iter().map(|value| value.map(|value| value % 1_000_000)).collect::<Decimal64Array>();
        all_ways(Arc::new(narrow.with_precision_and_scale(18, scale).unwrap()));
    }

    #[test]
    fn doubles(values in prop::collection::vec(prop::option::weighted(0.9, prop_oneof![
        any::<f64>(), (-900_000_i32..900_000).prop_map(|cents| format!("{cents}e-2").parse::<f64>().unwrap()), (-50_i32..50).prop_map(f64::from),
    ]), 1..6)) {
        all_ways(Arc::new(Float64Array::from(values.clone())));
        all_ways(Arc::new(values.iter().map(|value| value.map(|value| value as f32)).collect::<Float32Array>()));
    }

    #[test]
    fn times(values in column()) {
        let all = Int64Array::from(values);
        let as_type = |kind: DataType| arrow::compute::cast(&all, &kind).unwrap();
        for unit in [TimeUnit::Second, TimeUnit::Millisecond, TimeUnit::Microsecond, TimeUnit::Nanosecond] {
            all_ways(as_type(DataType::Timestamp(unit, None)));
            all_ways(as_type(DataType::Timestamp(unit, Some("America/Sao_Paulo".into()))));
            all_ways(as_type(DataType::Duration(unit)));
        }
        all_ways(as_type(DataType::Time64(TimeUnit::Microsecond)));
        let days: Int32Array = all.iter().map(|day| day.and_then(|day| i32::try_from(day % 5_000_000).ok())).collect();
        all_ways(arrow::compute::cast(&days, &DataType::Date32).unwrap());
        all_ways(Arc::new(all.iter().map(|value| value.map(|value| value % 2 == 0)).collect::<BooleanArray>()));
    }

    #[test]
    fn texts(values in padded()) {
        all_ways(Arc::new(StringArray::from(values.clone())));
        all_ways(Arc::new(values.iter().collect::<StringViewArray>()));
        let values: DictionaryArray<UInt32Type> = values.iter().map(Option::as_deref).collect();
        all_ways(Arc::new(values));
    }
}

#[test]
fn the_usual_columns_are_converted() {
    let numbers: ArrayRef = Arc::new(Int64Array::from(vec![Some(1), None, Some(1_700_000_000)]));
    let local = arrow::compute::cast(&numbers, &DataType::Timestamp(TimeUnit::Second, None)).unwrap();
    let texts: ArrayRef = Arc::new(StringViewArray::from(vec!["a", "b"]));
    let coded: DictionaryArray<UInt32Type> = vec!["a ", "a", "-"].into_iter().collect();
    let usual: [(&ArrayRef, FieldType, &str); 10] = [
        (&numbers, Text, ""),
        (&numbers, Whole, ", missing: [none]"),
        (&numbers, Money, ""),
        (&numbers, Duration, ", unit: seconds"),
        (&numbers, Timestamp, ", format: epoch-seconds"),
        (&local, Timestamp, ""),
        (&local, Date, ""),
        (&texts, Text, ""),
        (&(Arc::new(Float64Array::from(vec![0.1, 7.0])) as ArrayRef), Number, ""),
        (&(Arc::new(coded) as ArrayRef), Text, ", missing: [\"-\"]"),
    ];
    for (array, kind, more) in usual {
        assert!(check(array, kind, more), "{kind:?}{more} of {array:?}");
    }
    assert!(!check(&numbers, Whole, ", missing: [\"1\"]"), "a number may be a spelling of missing");
}
