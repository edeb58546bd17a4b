//! Notifications that hold pictures, tables or coloured words (contract §6.1), read into a tree that can only be drawn as such.
//! Few do: browsers fetch the code that draws them with the first one.

use super::{
    Span, Style,
    spans::{Elements, Writer, safe_address},
    token::{Tag, Token, tokens},
};

/// Pictures are drawn no larger, in CSS pixels.
const MAX_SIDE: u16 = 2000;
/// A cell spans no more columns or rows.
const MAX_SPAN: u8 = 20;

/// A part of a notification, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Text.
    Text(Vec<Span>),
    /// A picture, in the line.
    Picture(Picture),
    /// Rows of cells.
    Table(Vec<Vec<Cell>>),
}

/// A picture. Browsers fetch it through the server, never from where it lies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Picture {
    /// http(s).
    pub url: String,
    /// What is said in its stead.
    pub alt: String,
    /// Width in CSS pixels, if it is told.
    pub width: Option<u16>,
    /// Height in CSS pixels, if it is told.
    pub height: Option<u16>,
    /// http(s) or mailto address of the surrounding `a`.
    pub href: Option<String>,
    /// Whether a new line begins after it.
    pub line_break: bool,
}

/// A cell of a table. A table inside a cell is read as the text of its cells.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    /// `th`.
    pub is_heading: bool,
    /// How many columns it takes.
    pub columns: u8,
    /// How many rows it takes.
    pub rows: u8,
    /// Text and pictures.
    pub content: Vec<Piece>,
}

/// Whether a notification that the server has reduced holds anything that [`super::notification_spans`] leaves out.
pub fn is_rich(html: &str) -> bool {
    ["<img ", "<table", "<span "].into_iter().any(|start| html.contains(start))
}

/// Reads an `html` notification with its pictures and tables, and its words in the colours they have.
pub fn pieces(html: &str) -> Vec<Piece> {
    let mut reader = Reader::default();
    for token in tokens(html) {
        match token {
            Token::Text(text) => reader.writer.text(text),
            Token::Start(tag) => reader.start(&tag),
            Token::End(name) => reader.end(name),
        }
    }
    reader.finish()
}

/// Addresses of all pictures of a notification: what the server may fetch for it.
pub fn pictures(html: &str) -> Vec<String> {
    let images = tokens(html).filter_map(|token| match token {
        Token::Start(tag) if tag.name.eq_ignore_ascii_case("img") => picture_address(&tag),
        _ => None,
    });
    images.collect()
}

fn picture_address(tag: &Tag<'_>) -> Option<String> {
    safe_address(tag.value("src")?).filter(|address| !address.starts_with("mailto:"))
}

struct Reader {
    writer: Writer,
    pieces: Vec<Piece>,
    table: Option<Vec<Vec<Cell>>>,
    /// Tables that were opened inside the table.
    inner_tables: usize,
    styles: Vec<Style>,
}

impl Default for Reader {
    fn default() -> Self {
        let writer = Writer::new(Elements::OfNotifications);
        Self { writer, pieces: Vec::new(), table: None, inner_tables: 0, styles: Vec::new() }
    }
}

impl Reader {
    fn start(&mut self, tag: &Tag<'_>) {
        let is_structure = self.is_in_table();
        match tag.name.to_ascii_lowercase().as_str() {
            "table" if self.table.is_some() => {
                self.inner_tables += 1;
                self.writer.start(tag);
            }
            "table" => {
                self.flush();
                self.table = Some(Vec::new());
            }
            "tr" if is_structure => {
                self.flush();
                if let Some(rows) = &mut self.table {
                    rows.push(Vec::new());
                }
            }
            name @ ("td" | "th") if is_structure => {
                self.flush();
                self.begin_cell(name == "th", tag);
            }
            "img" => self.picture(tag),
            "br" if self.writer.is_empty() => self.break_after_picture(),
            "span" => {
                self.styles.push(self.writer.style);
                self.writer.style = self.writer.style.with(tag.value("style").unwrap_or_default());
            }
            _ => self.writer.start(tag),
        }
    }

    fn end(&mut self, name: &str) {
        match name.to_ascii_lowercase().as_str() {
            "table" if self.inner_tables > 0 => {
                self.inner_tables -= 1;
                self.writer.end(name);
            }
            "table" => self.end_table(),
            "td" | "th" | "tr" if self.is_in_table() => self.flush(),
            "span" => self.writer.style = self.styles.pop().unwrap_or_default(),
            _ => self.writer.end(name),
        }
    }

    /// Whether rows and cells are those of the table that is open.
    fn is_in_table(&self) -> bool {
        self.table.is_some() && self.inner_tables == 0
    }

    fn begin_cell(&mut self, is_heading: bool, tag: &Tag<'_>) {
        let span = |name: &str| tag.value(name).and_then(|text| text.parse().ok()).unwrap_or(1).clamp(1, MAX_SPAN);
        let cell = Cell { is_heading, columns: span("colspan"), rows: span("rowspan"), content: Vec::new() };
        let Some(rows) = &mut self.table else { return };
        match rows.last_mut() {
            Some(row) => row.push(cell),
            None => rows.push(vec![cell]),
        }
    }

    fn picture(&mut self, tag: &Tag<'_>) {
        let alt = tag.value("alt").unwrap_or_default().to_owned();
        let Some(url) = picture_address(tag) else { return self.writer.text(&alt) };
        self.flush();
        let side = |name: &str| {
            let digits: String = tag.value(name)?.trim().chars().take_while(char::is_ascii_digit).take(5).collect();
            digits.parse::<u16>().ok().filter(|side| (1..=MAX_SIDE).contains(side))
        };
        let (width, height) = (side("width"), side("height"));
        let picture = Picture {
            url,
            alt: super::plain_text(&alt),
            width,
            height,
            href: self.writer.href.clone(),
            line_break: false,
        };
        self.place().push(Piece::Picture(picture));
    }

    fn break_after_picture(&mut self) {
        if let Some(Piece::Picture(picture)) = self.place().last_mut() {
            picture.line_break = true;
        }
    }

    /// What was written goes to its place.
    fn flush(&mut self) {
        let spans = self.writer.take();
        if spans.iter().any(|span| !span.text.trim().is_empty()) {
            self.place().push(Piece::Text(spans));
        }
    }

    /// The cell that is open, else the notification itself.
    fn place(&mut self) -> &mut Vec<Piece> {
        let cell = self.table.as_mut().and_then(|rows| rows.last_mut()).and_then(|row| row.last_mut());
        cell.map_or(&mut self.pieces, |cell| &mut cell.content)
    }

    fn end_table(&mut self) {
        self.flush();
        let mut rows = self.table.take().unwrap_or_default();
        rows.retain(|row| !row.is_empty());
        if !rows.is_empty() {
            self.pieces.push(Piece::Table(rows));
        }
    }

    fn finish(mut self) -> Vec<Piece> {
        self.end_table();
        self.pieces
    }
}
