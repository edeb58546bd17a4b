//! The little HTML of providers (ELEM-13, HCC-17).

use roomglass_protocol::text::html::{
    Cell, Picture, Piece, Span, Tone, is_rich, label_spans, notification_spans, pictures, pieces, plain_text,
};

use crate::support::test;

/// Spans in a short notation: `*bold*`, `_italic_`, `` `code` ``, `[text](href)`, `⏎`.
fn drawn(spans: Vec<Span>) -> String {
    let draw = |span: Span| {
        let mut text = span.text;
        for (flag, mark) in [(span.code, '`'), (span.italic, '_'), (span.bold, '*')] {
            if flag {
                text = format!("{mark}{text}{mark}");
            }
        }
        if let Some(href) = span.href {
            text = format!("[{text}]({href})");
        }
        text + if span.line_break { "⏎" } else { "" }
    };
    spans.into_iter().map(draw).collect()
}

fn label(html: &str) -> String {
    drawn(label_spans(html))
}

fn notification(html: &str) -> String {
    drawn(notification_spans(html))
}

#[test]
fn labels_keep_emphasis_alone() {
    // ELEM-05, ELEM-06.
    assert_eq!(label("<b>4</b> Repositories"), "*4* Repositories");
    assert_eq!(label("<b>61</b> hostile, <b>70</b> positive"), "*61* hostile, *70* positive");
    assert_eq!(label("<STRONG>a</STRONG><b>b</b><em>c</em><i>d</i>"), "*ab*_cd_");
    assert_eq!(label("<b>x<i>y</i></b>"), "*x**_y_*");
    assert_eq!(label(r#"<a href="https://a.example">a</a> <code>b</code>"#), "a b");
    assert_eq!(label("<p>one</p><p>two<br>three</p>"), "one two three");
    assert_eq!(label("<ul><li>a<li>b</ul>"), "a b");
}

#[test]
fn nothing_can_run() {
    for html in [
        "a<script>alert(1)</script>",
        "a<SCRIPT src=x>alert(1)</ScRiPt >",
        "a<script>x</scriptx></script>",
        "a<script>never closed",
        "a<style>b{color:red}</style>",
        "a<!-- comment -- > still --> ",
        "a<!-->",
        "a<!--->",
        "a<!--x--!>",
        "a<!-- never closed",
        "a<img src=x onerror=alert(1)>",
        "a<svg/onload=alert(1)>",
        "a<!DOCTYPE html>",
        "a<?php evil ?>",
        "a</ bogus>",
        "a<b title='>' data-x=\"</b>\"></b>",
        "a<b never closed",
        "a<b x='never closed>",
    ] {
        assert_eq!(label(html), "a", "{html}");
        assert_eq!(notification(html), "a", "{html}");
    }
}

#[test]
fn what_looks_like_markup_but_is_not_is_text() {
    assert_eq!(label("1 < 2 > 0 <3 <"), "1 < 2 > 0 <3 <");
    assert_eq!(label("a</"), "a</");
    assert_eq!(label("&lt;b&gt;x&lt;/b&gt;"), "<b>x</b>");
}

#[test]
fn entities_are_resolved_once() {
    assert_eq!(label("&amp;lt; &quot;&apos; &#65;&#x42;&#X43;"), "&lt; \"' ABC");
    assert_eq!(label("a&nbsp;b"), "a\u{a0}b");
    assert_eq!(label("&copy; &amp &; &#; &#x; &#9999999999; a&b"), "&copy; &amp &; &#; &#x; &#9999999999; a&b");
    assert_eq!(label("&#0;&#xD800;&#x110000;&#7;"), "\u{fffd}".repeat(4));
}

#[test]
fn notifications_have_links_lists_code_and_lines() {
    assert_eq!(
        notification(r#"See <a href="https://a.example/x?a=1&amp;b=2"><b>this</b></a>."#),
        "See [*this*](https://a.example/x?a=1&b=2)."
    );
    assert_eq!(notification("one<br>two<br/><br/>three"), "one⏎two⏎⏎three");
    assert_eq!(notification("<p>a</p> <p>b</p>"), "a⏎b");
    assert_eq!(notification("x<p>a</p>y<div>z</div>"), "x⏎a⏎y⏎z");
    assert_eq!(notification("<ul><li>a</li><li>b</li></ul><ol><li>c<li>d</ol>e"), "• a⏎• b⏎1. c⏎2. d⏎e");
    assert_eq!(notification("<code>a</code> <pre>b\n  c</pre>d"), "`a`⏎`b`⏎`  c`⏎d");
    assert_eq!(notification("<h1>Title</h1>text"), "*Title*⏎text");
}

#[test]
fn white_space_runs_together() {
    assert_eq!(notification("  a \n\t <b> b </b>  c  "), "a *b *c");
    assert_eq!(notification("a <br> b"), "a⏎b");
    assert_eq!(notification("a<b> </b>"), "a");
}

#[test]
fn only_harmless_addresses_are_followed() {
    assert_eq!(notification("<a href='mailto:a@b.example'>a</a>"), "[a](mailto:a@b.example)");
    assert_eq!(notification("<a HREF=http://a.example>a</a>b"), "[a](http://a.example)b");
    for href in [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "java\tscript:alert(1)",
        "&#106;avascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//a.example",
        "/relative",
        "https://",
        "",
    ] {
        assert_eq!(notification(&format!("<a href=\"{href}\">a</a>")), "a", "{href}");
    }
    assert_eq!(
        notification("<a href='https://one.example' href='https://two.example'>a</a>"),
        "[a](https://one.example)"
    );
}

#[test]
fn surplus_and_missing_end_tags_harm_nothing() {
    assert_eq!(label("</b></b><b>a<b>b</b>c</b>d"), "*abc*d");
    assert_eq!(notification("</ul></pre><ol><li>a"), "1. a");
    assert_eq!(notification("<a href=https://a.example>a<a>b</a>c"), "[a](https://a.example)bc");
}

#[test]
fn plain_text_keeps_lines_apart() {
    assert_eq!(plain_text("<b>2</b> failed<br>see <a href='https://a.example'>log</a>"), "2 failed\nsee log");
    assert_eq!(plain_text("<script>x</script>"), "");
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn hostile_input_takes_linear_time() {
    // 256 KiB of each; anything quadratic would take so many minutes that the test's time is up.
    for piece in [
        "<",
        "<!",
        "<!--",
        "<!---->",
        "<!----!>",
        "&",
        "&#",
        "<b>",
        "</b",
        "<a href=",
        "<a href='",
        "<a href=\"https://a.example\">x",
        "<script>",
        "</script",
        "<script></",
        "<ol><li>",
        "<pre>\n",
        "<b =",
        "<b / = ' ",
        "--",
        "<style></style ",
        "<br>",
        " ",
    ] {
        let html = piece.repeat(256 * 1024 / piece.len());
        label_spans(&html);
        notification_spans(&html);
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod property {
    use proptest::prelude::*;
    use roomglass_protocol::text::html::{Piece, label_spans, notification_spans, pictures, pieces};

    fn soup() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("<"),
            Just(">"),
            Just("</"),
            Just("<b>"),
            Just("</b>"),
            Just("<i"),
            Just("<!--"),
            Just("-->"),
            Just("--!>"),
            Just("<script>"),
            Just("</script>"),
            Just("<style>"),
            Just("</style"),
            Just("<a href="),
            Just("'"),
            Just("\""),
            Just("="),
            Just("&"),
            Just("&amp;"),
            Just("&#"),
            Just(";"),
            Just("x"),
            Just("é"),
            Just(" "),
            Just("\n"),
            Just("/"),
            Just("<pre>"),
            Just("</pre>"),
            Just("<br>"),
            Just("<li>"),
            Just("<ol>"),
            Just("https://a.example"),
        ];
        prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    /// Visible text, and what must never be seen, marked by a skull.
    fn with_hidden_parts() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "[a-z>&'\" ]{0,5}|< ",
            "[a-z<>'\"=/ ]{0,8}".prop_map(|inside| format!("<script>{inside}☠</script>")),
            "[a-z<>'\"=/ ]{0,8}".prop_map(|inside| format!("<STYLE type=x>☠{inside}</style >")),
            "[a-z<'\"=/ ]{0,8}".prop_map(|inside| format!("<!--{inside}☠-->")),
        ];
        prop::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat())
    }

    fn rich_part() -> impl Strategy<Value = String> {
        prop_oneof![
            "[a-z ]{0,5}",
            "</?(table|tr|td|th|span|a|br|p)>",
            "<img src=['\"]?(https?|javascript|data|mailto)://?[a-z.]{0,5}['\"]?( width=[0-9]{0,6}(px)?)?>",
            "<span style='(color|font-weight|position): ?[a-z#0-9]{0,7}'>",
            "<t[dh] (col|row)span=-?[0-9]{0,4}>",
        ]
    }

    proptest! {
        #[test]
        fn any_text_is_read(html in soup()) {
            for spans in [label_spans(&html), notification_spans(&html)] {
                for pair in spans.windows(2) {
                    let same = |a: &roomglass_protocol::text::html::Span| (a.bold, a.italic, a.code, a.href.clone());
                    prop_assert!(pair[0].line_break || same(&pair[0]) != same(&pair[1]), "equal looks are merged");
                }
            }
            prop_assert!(label_spans(&html).iter().all(|span| !span.code && span.href.is_none() && !span.line_break));
        }

        #[test]
        fn anything_at_all_is_read(html in any::<String>()) {
            notification_spans(&html);
            pieces(&html);
        }

        // HCC-17: what stands in a tree is in the text as well, and addresses are of the web alone.
        #[test]
        fn pictures_and_tables_are_read_from_anything(parts in prop::collection::vec(rich_part(), 0..12)) {
            let html = parts.concat();
            for address in pictures(&html) {
                prop_assert!(address.starts_with("http://") || address.starts_with("https://"), "{address}");
            }
            let mut waiting = pieces(&html);
            while let Some(piece) = waiting.pop() {
                match piece {
                    Piece::Table(rows) => {
                        prop_assert!(rows.iter().all(|row| !row.is_empty()));
                        waiting.extend(rows.into_iter().flatten().flat_map(|cell| cell.content));
                    }
                    Piece::Picture(picture) => prop_assert!(pictures(&html).contains(&picture.url)),
                    Piece::Text(spans) => prop_assert!(spans.iter().all(|span| !span.text.contains('<'))),
                }
            }
        }

        #[test]
        fn hidden_parts_stay_hidden(html in with_hidden_parts()) {
            prop_assert!(notification_spans(&html).iter().all(|span| !span.text.contains('☠')), "{html}");
        }
    }
}

/// HCC-17, contract §6.2: a link that opens a page of its sender's.
#[test]
fn links_say_what_they_open() {
    let options = r##"{"parameters":{"source":"# \"a\""}}"##;
    let html = format!(
        "See <a href=\"#\" data-target=\"viewer.dialog\" data-target-options='{}'>the <b>text</b></a>.",
        options.replace('&', "&amp;").replace('"', "&quot;")
    );
    let spans = notification_spans(&html);
    assert_eq!(spans.iter().map(|span| span.text.as_str()).collect::<Vec<_>>(), ["See ", "the ", "text", "."]);
    for (span, opens) in spans.iter().zip([false, true, true, false]) {
        assert_eq!(span.opens.is_some(), opens, "{span:?}");
        assert_eq!(span.href, None, "# leads nowhere");
    }
    let opens = spans[1].opens.as_ref().unwrap();
    assert_eq!((opens.target.as_str(), opens.options.as_str()), ("viewer.dialog", options));
    let none = |html: &str| notification_spans(html)[0].opens.is_none();
    assert!(none("<a data-target=''>a</a>"));
    assert!(none(&format!("<a data-target='{}'>a</a>", "k".repeat(513))));
    assert!(none("<b data-target='k'>a</b>"));
    assert!(label_spans("<a data-target='k'>a</a>")[0].opens.is_none());
    let long = format!("<a data-target='k' data-target-options='{}'>a</a>", "o".repeat(8193));
    assert_eq!(notification_spans(&long)[0].opens.as_ref().unwrap().options, "");
}

/// HCC-17, contract §6.1, in a short notation: text as above, `{alt|url|width×height}` with `→href`, and tables as `|cell|cell|⏎`.
fn rich(html: &str) -> String {
    let side = |side: Option<u16>| side.map_or("?".to_owned(), |side| side.to_string());
    let cell = |cell: Cell| {
        let mark = if cell.is_heading { "!" } else { "" };
        let span = if (cell.columns, cell.rows) == (1, 1) {
            String::new()
        } else {
            format!("{}×{} ", cell.columns, cell.rows)
        };
        format!("|{mark}{span}{}", drawn_pieces(cell.content, &side, None))
    };
    drawn_pieces(pieces(html), &side, Some(&cell))
}

fn drawn_pieces(
    list: Vec<Piece>,
    side: &dyn Fn(Option<u16>) -> String,
    cell: Option<&dyn Fn(Cell) -> String>,
) -> String {
    let draw = |piece: Piece| match (piece, cell) {
        (Piece::Text(spans), _) => drawn(spans),
        (Piece::Picture(Picture { url, alt, width, height, href, line_break }), _) => {
            let link = href.map(|href| format!("→{href}")).unwrap_or_default();
            let end = if line_break { "⏎" } else { "" };
            format!("{{{alt}|{url}|{}×{}{link}}}{end}", side(width), side(height))
        }
        (Piece::Table(rows), Some(cell)) => {
            rows.into_iter().map(|row| row.into_iter().map(cell).collect::<String>() + "|⏎").collect()
        }
        (Piece::Table(_), None) => panic!("a table in a cell"),
    };
    list.into_iter().map(draw).collect()
}

#[test]
fn hcc_17_pictures_and_tables_are_read_in_their_place() {
    let table = [
        ("plain <b>text</b>", "plain *text*"),
        (
            "a <img src='https://a.example/p.png?a=1&amp;b=2' alt='a &quot;p&quot;' width=32px height='16'> b",
            "a {a \"p\"|https://a.example/p.png?a=1&b=2|32×16}b",
        ),
        (
            "<a href='https://a.example'><img src=https://a.example/p.png></a>",
            "{|https://a.example/p.png|?×?→https://a.example}",
        ),
        ("<img src=https://a.example/p.png width=0 height=99999><br>b", "{|https://a.example/p.png|?×?}⏎b"),
        ("<img alt=gone>b", "goneb"),
        ("<img src='javascript:alert(1)'>b", "b"),
        ("<img src='mailto:a@a.example'>b", "b"),
        ("<table><tr><th>A<th>B<tr><td>1<td><b>2</b></table>after", "|!A|!B|⏎|1|*2*|⏎after"),
        ("<table><tr><td colspan=2 rowspan=200>wide</table>", "|2×20 wide|⏎"),
        ("<table><tr><td colspan=99>wide</table>", "|20×1 wide|⏎"),
        ("before<table><tr><td>out<table><tr><td>in</table>on</table>", "before|out⏎in⏎on|⏎"),
        ("<td>a cell</td> of nothing", "a cell of nothing"),
        ("<table></table>x", "x"),
        ("<table><td>never <img src=http://a.example/p.gif>ends", "|never {|http://a.example/p.gif|?×?}ends|⏎"),
    ];
    for (html, expected) in table {
        assert_eq!(rich(html), expected, "{html}");
    }
}

#[test]
fn hcc_17_words_keep_their_colour_where_they_end() {
    let styles = |html: &str| -> Vec<(String, Option<Tone>, bool)> {
        let texts = pieces(html).into_iter().filter_map(|piece| match piece {
            Piece::Text(spans) => Some(spans),
            _ => None,
        });
        texts.flatten().map(|span| (span.text, span.style.tone, span.style.bold)).collect()
    };
    let red = Some(Tone::Red);
    assert_eq!(
        styles("a<span style='color:red'>b<span style='font-weight:bold'>c</span>d</span></span>e"),
        [
            ("a".to_owned(), None, false),
            ("b".to_owned(), red, false),
            ("c".to_owned(), red, true),
            ("d".to_owned(), red, false),
            ("e".to_owned(), None, false)
        ]
    );
    assert!(is_rich("<span style=\"color:red\">x</span>") && is_rich("<img src=\"x\">") && !is_rich("<b>spanner</b>"));
    assert_eq!(
        pictures("<img src=http://a.example/1><table><td><IMG SRC='http://a.example/2'>"),
        ["http://a.example/1", "http://a.example/2"]
    );
}
