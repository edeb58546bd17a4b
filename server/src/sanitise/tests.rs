//! Hostile and sloppy HTML, and what is left of it.

use roomglass_protocol::text::html::{label_spans, notification_spans};

use super::*;

/// ELEM-13, DCI: emphasis stays to the byte, everything else leaves its text.
#[test]
fn labels_keep_emphasis_alone() {
    let table = [
        ("<b>2</b> failed builds", "<b>2</b> failed builds"),
        ("<strong>4</strong> <em>open</em> <i>issues</i>", "<strong>4</strong> <em>open</em> <i>issues</i>"),
        ("<b>31</b> °C", "<b>31</b> °C"),
        ("a < b & c", "a &lt; b &amp; c"),
        ("<b onclick=alert(1) class=x style='color:red' id=y>1</b>", "<b>1</b>"),
        ("<script>alert(1)</script>safe", "safe"),
        ("<style>*{display:none}</style>safe", "safe"),
        ("<img src=x onerror=alert(1)>safe", "safe"),
        ("<svg><script>alert(1)</script></svg>safe", "safe"),
        ("<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>", ""),
        ("<a href='javascript:alert(1)'>go</a>", "go"),
        ("<iframe src='https://evil.example'></iframe>safe", "safe"),
        ("<!-- <b>hidden</b> -->safe", "safe"),
        ("<b>open", "<b>open</b>"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    ];
    for (html, expected) in table {
        assert_eq!(label(html), expected, "{html}");
    }
}

/// HCC-17: the wider list, still without scripts and odd schemes; pictures have no more than an address, words and a size.
#[test]
fn notifications_keep_links_lists_and_code() {
    let table = [
        ("Build #129 of <b>main</b> started", "Build #129 of <b>main</b> started"),
        ("<a href=\"https://example.com/1\">one</a>", "<a href=\"https://example.com/1\">one</a>"),
        ("<a href=\"mailto:a@example.com\">mail</a>", "<a href=\"mailto:a@example.com\">mail</a>"),
        ("<a href=\"javascript:alert(1)\">x</a>", "<a>x</a>"),
        (
            "<a href='#' data-target='d' data-target-options='{&quot;a&quot;:1}' onclick=x data-x=1>x</a>",
            "<a data-target=\"d\" data-target-options=\"{&quot;a&quot;:1}\">x</a>",
        ),
        ("<a href=\" jAvaScript:alert(1)\">x</a>", "<a>x</a>"),
        ("<a href=\"data:text/html,x\">x</a>", "<a>x</a>"),
        ("<a href=\"/relative\">x</a>", "<a>x</a>"),
        (
            "<a href=\"https://example.com\" onclick=x target=_top style=x>x</a>",
            "<a href=\"https://example.com\">x</a>",
        ),
        (
            "<img src=http://a.example/p.gif width=32px onerror=x style='position:fixed' alt='a \"b\"'>text",
            "<img src=\"http://a.example/p.gif\" width=\"32px\" alt=\"a &quot;b&quot;\">text",
        ),
        ("<img src='javascript:alert(1)' alt=a>b", "<img alt=\"a\">b"),
        ("<img src='data:image/png;base64,AAAA'>b", "<img>b"),
        (
            "<table class=x><tr><th colspan=2 onclick=x>a<td rowspan=2 style=x>b</table>",
            "<table><tbody><tr><th colspan=\"2\">a</th><td rowspan=\"2\">b</td></tr></tbody></table>",
        ),
        (
            "<span style='color: red; position: fixed; font-weight:bold' class=x>a</span>",
            "<span style=\"color:red;font-weight:bold\">a</span>",
        ),
        ("one</br >two<p>three", "one<br>two<p>three</p>"),
        ("<ul><li>a<li>b</ul><pre>c</pre><code>d</code>", "<ul><li>a</li><li>b</li></ul><pre>c</pre><code>d</code>"),
        ("<form action=x><input name=y></form>z", "z"),
    ];
    for (html, expected) in table {
        assert_eq!(notification(html), expected, "{html}");
    }
}

/// Safety, finding 6: what comes out is stable, and says what the input said.
#[test]
fn cleaning_twice_is_cleaning_once() {
    let table = [
        "<a><table><a href='https://e.example'>x</a></table></a>",
        "<b><p>1</b>2</p>",
        "<p><b a=1></p><p><b a=2></p>",
        "<table><td><b>x<table><b>y",
        "<em><em><em><em>deep</em></em></em></em>",
        "<select><option><b>x</select>",
    ];
    for html in table {
        let once = notification(html);
        assert_eq!(notification(&once), once, "{html}");
        let once = label(html);
        assert_eq!(label(&once), once, "{html}");
    }
}

/// Safety, finding 4: what would cost the parser dearly is shown as text.
#[test]
fn deep_or_long_input_becomes_plain_text() {
    let deep = format!("{}x{}", "<b>".repeat(17), "</b>".repeat(17));
    assert_eq!(label(&deep), "x");
    assert_eq!(label(&format!("{}<b>1</b>", "&amp;".repeat(1000))), format!("{}1", "&amp;".repeat(1000)));
    assert_eq!(
        notification(&format!("<b>{}</b>", "a".repeat(MAX_NOTIFICATION_BYTES))),
        "a".repeat(MAX_NOTIFICATION_BYTES)
    );
    for bomb in ["<div>", "<p><b a=1>", "<table>", "<a><table>", "<font size=1>", "<b><i><p>"] {
        let cleaned = notification(&bomb.repeat(2000));
        assert!(cleaned.len() <= 2 * MAX_NOTIFICATION_BYTES, "{bomb}");
    }
}

/// The two fences agree: whatever is left has an address only where the browser's reader allows one.
#[test]
fn the_reader_of_the_browser_sees_the_same_text() {
    for html in
        ["<b>1</b> a &amp; b", "x <a href='https://e.example/?a=1&amp;b=2'>y</a>", "<div>a</div><script>b</script>"]
    {
        let text = |html: &str| notification_spans(html).into_iter().map(|span| span.text).collect::<String>();
        assert_eq!(text(&notification(html)), text(html), "{html}");
        assert!(label_spans(&label(html)).iter().all(|span| span.href.is_none()));
    }
}
