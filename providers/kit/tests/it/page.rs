use roomglass_provider_kit::testing::client;

use crate::World;

#[tokio::test]
async fn a_page_is_locked_down_and_escaped() {
    let world = World::new().await;
    let installed = world.chat.install(&world.provider.url, Some(123)).await;
    let token = world.chat.token(&installed, 12);
    let address = format!("{}/page/builds.sidebar?signed_request={token}&theme=dark", world.provider.url);
    let answer = client().get(&address).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert_eq!(answer.headers()["referrer-policy"], "no-referrer");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let page = answer.text().await.unwrap();
    let (_, rest) = page.split_once("nonce=\"").unwrap();
    let nonce = rest.split_once('"').unwrap().0;
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    assert!(policy.contains(&format!("script-src 'nonce-{nonce}';")) && nonce.len() >= 22, "{policy}");
    assert!(policy.contains(&format!("connect-src {};", world.provider.url)), "{policy}");
    assert!(policy.contains("frame-ancestors http://127.0.0.1:") && !policy.contains('*'), "{policy}");
    assert!(page.contains("<p>&lt;Emma&gt;</p>") && page.contains("data-theme=\"dark\""), "{page}");
    let again = client().get(&address).send().await.unwrap().text().await.unwrap();
    assert!(!again.contains(nonce), "a nonce is used once");
}

#[tokio::test]
async fn a_refused_page_tells_a_person_why() {
    let world = World::new().await;
    let answer = client().get(format!("{}/page/builds.sidebar", world.provider.url)).send().await.unwrap();
    assert_eq!(answer.status(), 401);
    assert_eq!(answer.headers()["content-type"], "text/html; charset=utf-8");
    assert!(answer.headers()["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
    assert!(answer.text().await.unwrap().contains("not signed by a chat server"));
}

#[tokio::test]
async fn the_helper_script_and_style_are_served() {
    let world = World::new().await;
    for (path, kind) in
        [("roomglass.js", "text/javascript; charset=utf-8"), ("roomglass.css", "text/css; charset=utf-8")]
    {
        let answer = client().get(format!("{}/{path}", world.provider.url)).send().await.unwrap();
        assert_eq!((answer.status().as_u16(), answer.headers()["content-type"].to_str().unwrap()), (200, kind));
    }
}
