//! What is changed in a page: the address of HipChat's script, and where its own addresses begin.

use std::cell::{Cell, RefCell};

use lol_html::{
    AsciiCompatibleEncoding, ElementContentHandlers, HtmlRewriter, MemorySettings, Settings, element,
    errors::RewritingError,
    html_content::{ContentType, Element},
};
use url::Url;

/// Memory for open tags and the like, of which a page of 1 MiB needs a small part.
const MAX_MEMORY: usize = 4 * 1024 * 1024;
/// Hosts from which pages loaded HipChat's script.
const HIPCHAT: [&str; 3] = ["www.hipchat.com", "hipchat.com", "api.hipchat.com"];
const SCRIPTS: [&str; 2] = ["/atlassian-connect/all.js", "/atlassian-connect/all-debug.js"];
const STYLE: &str = "/atlassian-connect/all.css";

/// Lets a page load `script` in place of HipChat's, and everything else from where it would have at its own address. All other
/// bytes stay as they are.
pub(super) fn rewritten(html: &[u8], page: &Url, script: &str) -> Result<Vec<u8>, RewritingError> {
    let base = base_of(html, page)?;
    let tag = format!("<base href=\"{}\">", base.as_str().replace('&', "&amp;").replace('"', "&quot;"));
    let is_placed = Cell::new(false);
    let place = |element: &mut Element<'_, '_>| {
        if element.tag_name() == "html" || is_placed.replace(true) {
            return;
        }
        match element.tag_name().as_str() {
            "head" => element.prepend(&tag, ContentType::Html),
            // Pages without a head: their first element follows an implied one.
            _ => element.before(&tag, ContentType::Html),
        }
    };
    let replace = |element: &mut Element<'_, '_>| {
        if is_of_hipchat(element, "src", &base, &SCRIPTS) {
            // The checksum was that of another script, and ours is for everybody.
            ["integrity", "crossorigin"].iter().for_each(|name| element.remove_attribute(name));
            element.set_attribute("src", script)?;
        }
        Ok::<(), lol_html::errors::AttributeNameError>(())
    };
    let all = element!("*", |element| {
        place(element);
        Ok(())
    });
    let scripts = element!("script[src]", |element| Ok(replace(element)?));
    let styles = element!("link[href]", |element| {
        // Nobody answers for it any more, and the page would wait.
        if is_of_hipchat(element, "href", &base, &[STYLE]) {
            element.remove();
        }
        Ok(())
    });
    run(html, [all, scripts, styles])
}

/// Where addresses of a page begin: where it is, unless it says otherwise.
fn base_of(html: &[u8], page: &Url) -> Result<Url, RewritingError> {
    let own = RefCell::new(None);
    let bases = element!("base[href]", |element| {
        own.borrow_mut().get_or_insert(element.get_attribute("href").unwrap_or_default());
        Ok(())
    });
    run(html, [bases])?;
    let is_of_web = |url: &Url| matches!(url.scheme(), "http" | "https");
    let own = own.into_inner().and_then(|href| page.join(&href).ok()).filter(is_of_web);
    Ok(own.unwrap_or_else(|| page.clone()))
}

fn is_of_hipchat(element: &Element<'_, '_>, attribute: &str, base: &Url, paths: &[&str]) -> bool {
    let address = element.get_attribute(attribute).and_then(|address| base.join(&address).ok());
    address.is_some_and(|address| {
        address.host_str().is_some_and(|host| HIPCHAT.contains(&host)) && paths.contains(&address.path())
    })
}

type Handler<'h> = (std::borrow::Cow<'h, lol_html::Selector>, ElementContentHandlers<'h>);

fn run<'h>(html: &[u8], handlers: impl IntoIterator<Item = Handler<'h>>) -> Result<Vec<u8>, RewritingError> {
    let memory = MemorySettings::new().with_max_allowed_memory_usage(MAX_MEMORY);
    let settings = Settings::new()
        .with_encoding(AsciiCompatibleEncoding::utf_8())
        .with_memory_settings(memory)
        // What is ambiguous stays as it is: the page can do no more than any other foreign page.
        .with_strict(false);
    let settings = handlers.into_iter().fold(settings, Settings::append_element_content_handler);
    let mut out = Vec::with_capacity(html.len() + 256);
    let mut rewriter = HtmlRewriter::new(settings, |piece: &[u8]| out.extend_from_slice(piece));
    rewriter.write(html)?;
    rewriter.end()?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = "https://chat.example.org/atlassian-connect/all.js";

    fn page(html: &str) -> String {
        let address = Url::parse("https://addon.example.com/views/panel?a=1&b=2").unwrap();
        String::from_utf8(rewritten(html.as_bytes(), &address, OURS).unwrap()).unwrap()
    }

    const BASE: &str = r#"<base href="https://addon.example.com/views/panel?a=1&amp;b=2">"#;

    #[test]
    fn hipchats_script_becomes_ours_however_it_is_written() {
        for source in [
            "https://www.hipchat.com/atlassian-connect/all.js",
            "//www.hipchat.com/atlassian-connect/all.js",
            "HTTPS://WWW.HipChat.com/atlassian-connect/all-debug.js?x=1",
            " https://api.hipchat.com/atlassian-connect/all.js ",
        ] {
            let html = format!(r#"<head><script src="{source}" integrity="sha384-x" crossorigin></script></head>"#);
            assert_eq!(page(&html), format!(r#"<head>{BASE}<script src="{OURS}"></script></head>"#), "{source}");
        }
    }

    #[test]
    fn everything_else_stays_to_the_byte() {
        let html = "<!doctype html>\n<html><head><title>é</title><script src=\"https://evil.example/?www.hipchat.com/atlassian-connect/all.js\">\
                    </script><script src=/all.js></script><link href=//cdn.example/all.css rel=stylesheet></head>\
                    <body><!-- <script src='https://www.hipchat.com/atlassian-connect/all.js'> --><p>1 < 2 &amp; x";
        let (before, after) = html.split_once("<head>").unwrap();
        assert_eq!(page(html), format!("{before}<head>{BASE}{after}"));
        let latin = b"<p>caf\xe9</p>";
        let address = Url::parse("https://addon.example.com/").unwrap();
        assert!(rewritten(latin, &address, OURS).unwrap().ends_with(latin));
    }

    #[test]
    fn addresses_begin_where_the_page_says() {
        assert_eq!(page("<p>hi</p>"), format!("{BASE}<p>hi</p>"));
        assert_eq!(page("just text"), "just text");
        let own = page(r#"<head><base href="/static/"><script src="x.js"></script></head>"#);
        assert!(own.starts_with(r#"<head><base href="https://addon.example.com/static/">"#), "{own}");
        for hostile in ["javascript:alert(1)", "data:text/html,x", "https://"] {
            let own = page(&format!(r#"<head><base href="{hostile}"></head>"#));
            assert!(own.starts_with(&format!("<head>{BASE}")), "{own}");
        }
        let quoted = Url::parse("https://addon.example.com/\"><script>alert(1)</script>?\"><b>#\"><i>").unwrap();
        let html = String::from_utf8(rewritten(b"<p>", &quoted, OURS).unwrap()).unwrap();
        assert_eq!(html.matches('<').count(), 2, "{html}");
    }

    #[test]
    fn the_style_nobody_serves_is_not_waited_for() {
        let html = r#"<head><link rel="stylesheet" href="//www.hipchat.com/atlassian-connect/all.css"><title>x</title></head>"#;
        assert_eq!(page(html), format!("<head>{BASE}<title>x</title></head>"));
    }

    /// A megabyte of anything is rewritten or refused.
    #[test]
    fn large_and_broken_pages_end() {
        let address = Url::parse("https://addon.example.com/").unwrap();
        for piece in [
            "<div>",
            "<script src='",
            "<base href=",
            "<!--",
            "<a b=c ",
            "<svg><script>",
            "<template><select><xmp>",
            "\0<\u{80}>",
        ] {
            let html = piece.repeat(1024 * 1024 / piece.len());
            let _ = rewritten(html.as_bytes(), &address, OURS);
        }
    }
}
