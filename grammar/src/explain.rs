//! The page of each diagnostic code: what, why, a wrong example and a right one.

macro_rules! pages {
    ($($code:literal),* $(,)?) => {
        const PAGES: &[(&str, &str)] = &[$(($code, include_str!(concat!("../explain/", $code, ".md")))),*];
    };
}

#[rustfmt::skip]
pages! {
    "E0101", "E0102", "E0103", "E0104", "E0105", "E0106", "E0107", "E0108",
    "E0109", "E0110", "E0111", "E0112", "E0113", "E0114", "E0115", "E0116",
    "E0117", "E0118", "E0200", "E0201", "E0202", "E0203", "E0204", "E0205",
    "E0206", "E0207", "E0208", "E0209", "E0210", "E0300", "E0301", "E0302",
    "E0303", "E0304", "E0305", "E0306", "E0307", "E0308", "E0309", "E0400",
    "E0401", "E0402", "E0403", "E0404", "E0405", "E0406", "E0500", "E0501",
    "E0502", "E0503", "E0504", "E0505", "E0506", "E0507", "E0508", "E0509",
    "E0510", "E0511", "E0512", "E0513", "E0514", "E0515", "E0516", "E0520",
    "E0521", "E0522", "E0523", "E0524", "E0525", "E0526", "E0527", "E0530",
    "E0531", "E0532", "E0533", "E0534", "E0540", "E0541", "E0542", "E0543",
    "E0544", "E0545", "E0550", "E0551", "E0552", "E0553", "E0554", "E0555",
    "E0556", "E0557", "E0570", "E0700", "E0701", "W0601", "W0602", "W0603",
    "W0604", "W0605", "W0606", "W0607", "W0610", "W0611", "W0612", "W0613",
    "W0614", "W0615", "W0630", "W0640", "W0645",
}

/// The page of `code` as Markdown; none when the code is not registered.
#[must_use]
pub fn page(code: &str) -> Option<&'static str> {
    PAGES.iter().find(|(known, _)| *known == code).map(|(_, page)| *page)
}
