use super::*;

fn text(text: &str) -> Inline {
    Inline::Text(text.to_owned())
}

fn link(href: &str, shown: &str) -> Inline {
    Inline::Link { href: href.to_owned(), content: vec![text(shown)] }
}

fn paragraph(content: Vec<Inline>) -> Vec<Block> {
    vec![Block::Paragraph(content)]
}

/// Everything a reader would see, and every address that could be followed.
#[derive(Default)]
struct Drawn {
    words: String,
    hrefs: Vec<String>,
    deepest: usize,
}

impl Drawn {
    fn of(message: &str) -> Self {
        let mut drawn = Self::default();
        drawn.blocks(&parse(message), 1);
        drawn
    }

    fn blocks(&mut self, blocks: &[Block], depth: usize) {
        self.deepest = self.deepest.max(depth);
        for block in blocks {
            match block {
                Block::Paragraph(content) => self.inlines(content, depth + 1),
                Block::Code { text, .. } => self.words.push_str(text),
                Block::List { items, .. } => items.iter().for_each(|item| self.blocks(item, depth + 1)),
                Block::Quote(blocks) => self.blocks(blocks, depth + 1),
                Block::Rule => {}
            }
            self.words.push('\n');
        }
    }

    fn inlines(&mut self, content: &[Inline], depth: usize) {
        self.deepest = self.deepest.max(depth);
        for inline in content {
            match inline {
                Inline::Text(text) | Inline::Code(text) | Inline::Mention { text, .. } => self.words.push_str(text),
                Inline::Emphasis(content) | Inline::Strong(content) => self.inlines(content, depth + 1),
                Inline::Link { href, content } => {
                    self.hrefs.push(href.clone());
                    self.inlines(content, depth + 1);
                }
                Inline::Break => self.words.push('\n'),
            }
        }
    }
}

#[test]
fn emphasis_code_and_line_breaks() {
    assert_eq!(
        parse("*a* **b** `c`\nd"),
        paragraph(vec![
            Inline::Emphasis(vec![text("a")]),
            text(" "),
            Inline::Strong(vec![text("b")]),
            text(" "),
            Inline::Code("c".to_owned()),
            Inline::Break,
            text("d"),
        ])
    );
}

#[test]
fn fenced_code_is_kept_to_the_letter() {
    let blocks = parse("```rust\nlet x = \"<b>\";\n\n  @amina http://a.example\n```");
    let code = "let x = \"<b>\";\n\n  @amina http://a.example".to_owned();
    assert_eq!(blocks, vec![Block::Code { language: "rust".to_owned(), text: code }]);
}

#[test]
fn lists_and_quotes() {
    assert_eq!(
        parse("3. one\n4. two\n\n> said"),
        vec![
            Block::List { start: Some(3), items: vec![paragraph(vec![text("one")]), paragraph(vec![text("two")])] },
            Block::Quote(paragraph(vec![text("said")])),
        ]
    );
}

#[test]
fn written_and_bare_links() {
    assert_eq!(
        parse("see [it](https://a.example/x) or http://b.example/foo_bar_baz."),
        paragraph(vec![
            text("see "),
            link("https://a.example/x", "it"),
            text(" or "),
            link("http://b.example/foo_bar_baz", "http://b.example/foo_bar_baz"),
            text("."),
        ])
    );
}

#[test]
fn mentions_outside_code_and_links() {
    assert_eq!(
        parse("hello @Amina, `@jonas`"),
        paragraph(vec![
            text("hello "),
            Inline::Mention { handle: "amina".to_owned(), text: "@Amina".to_owned() },
            text(", "),
            Inline::Code("@jonas".to_owned()),
        ])
    );
}

#[test]
fn html_is_text() {
    for hostile in [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "a <b onclick=\"x()\">bold</b> c",
        "<!-- <a href=\"javascript:x\"> -->",
        "<div>\n<iframe src=\"https://evil.example\"></iframe>\n</div>",
    ] {
        let drawn = Drawn::of(hostile);
        assert_eq!(drawn.words.split_whitespace().collect::<String>(), hostile.split_whitespace().collect::<String>());
        assert!(drawn.hrefs.iter().all(|href| is_safe_href(href)), "{hostile}: {:?}", drawn.hrefs);
    }
}

#[test]
fn only_harmless_addresses_can_be_followed() {
    for hostile in [
        "[click](javascript:alert(1))",
        "[click](JaVaScRiPt:alert(1))",
        "[click](&#106;avascript:alert(1))",
        "[click](java&#10;script:alert(1))",
        "[click](data:text/html;base64,PHN2Zz4=)",
        "[click](vbscript:x)",
        "[click](//evil.example)",
        "[click](/api/v1/session)",
        "[click](file:///etc/passwd)",
        "![click](javascript:x)",
        "<javascript:alert(1)> click",
        "[click][d]\n\n[d]: javascript:alert(1)",
    ] {
        let drawn = Drawn::of(hostile);
        assert_eq!(drawn.hrefs, Vec::<String>::new(), "{hostile}");
        assert!(drawn.words.contains("click"), "{hostile}");
    }
}

#[test]
fn an_image_is_a_link_to_it() {
    assert_eq!(parse("![chart](https://a.example/c.png)"), paragraph(vec![link("https://a.example/c.png", "chart")]));
}

#[test]
fn link_definitions_are_not_swallowed() {
    let drawn = Drawn::of("before\n\n[note]: https://a.example \"the title\"\n\nafter");
    let words: Vec<_> = drawn.words.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(words, ["before", "[note]: https://a.example \"the title\"", "after"]);
}

#[test]
fn no_word_is_lost() {
    for message in [
        "# heading\n\nsetext\n===\ntext",
        "* one\n  * two\n    * three\n\n      four",
        "> a\n>> b\n>>> c",
        "+ x\n+ y\n\n***\n\nz ~~struck~~ | cell | &amp; \\*literal\\*",
        "    indented code\n\nplain",
        "**unclosed *mixed** words*",
        "[a][missing] [b] ![c]",
        "@amina: http://a.example/@jonas and <mailto:x@b.example>",
    ] {
        let drawn = Drawn::of(message).words;
        for word in message.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty() && *word != "amp") {
            assert!(drawn.contains(word), "{word:?} of {message:?} is missing in {drawn:?}");
        }
    }
}

#[test]
fn nesting_is_bounded() {
    let quotes = ">".repeat(5_000) + " deep";
    let emphasis = "*a **b ".repeat(1_000) + &"** *".repeat(1_000);
    let lists: String = (0..500).map(|level| format!("{}- deep\n", "  ".repeat(level))).collect();
    for message in [quotes, emphasis, lists] {
        let drawn = Drawn::of(&message);
        assert!(drawn.deepest <= 3 * MAX_DEPTH, "{} levels", drawn.deepest);
        assert!(drawn.words.contains("deep") || drawn.words.contains('b'));
    }
}
