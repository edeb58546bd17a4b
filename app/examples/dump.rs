#[path = "/tmp/d1/ff.rs"]
#[allow(dead_code)]
mod f;
fn main() {
    let pages = [("room", f::launch(), "/rooms/7"), ("rooms", f::workspace(None), "/rooms"), ("people", f::workspace(None), "/people"), ("signin", f::PageKind::SignIn, "/signin"), ("setup", f::PageKind::Setup, "/setup"), ("integrations", f::workspace(None), "/integrations"),("none", f::workspace(None), "/rooms/99")];
    for (name, page, address) in pages {
        std::fs::write(format!("/tmp/d1/site/{name}.html"), f::drawn(page, address).replace("data-theme=\"dark\"", "data-theme=\"light\"")).unwrap();
    }
}
