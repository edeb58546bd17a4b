use roomglass_samples::links::provider;

use crate::World;

const MESSAGE: &str = "019b76da-a800-7000-8000-000000000001";

#[tokio::test]
async fn the_external_page_shows_where_the_links_of_its_message_lead_cc_17() {
    let world = World::with(provider()).await;
    world.chat.put_message(123, MESSAGE, "Please read https://example.com/spec?a=1&b=<2> before noon");
    let answer = world.get(&format!("/page/links.external?message_id={MESSAGE}")).await;
    assert_eq!(answer.status(), 200);
    let page = answer.text().await.unwrap();
    assert!(page.contains("<h1>Links in a message from Alana</h1>"), "{page}");
    assert!(page.contains("<b>example.com</b>") && page.contains("/spec?a=1&amp;b="), "{page}");
    assert!(page.contains("rel=\"noopener noreferrer\"") && !page.contains("{{"), "{page}");
}

#[tokio::test]
async fn a_message_that_cannot_be_read_is_told_in_a_sentence() {
    let world = World::with(provider()).await;
    world.chat.put_message(123, MESSAGE, "thanks!");
    let without_links = world.get(&format!("/page/links.external?message_id={MESSAGE}")).await;
    assert_eq!(without_links.status(), 404);
    assert!(without_links.text().await.unwrap().contains("This message has no links."));
    assert_eq!(world.get("/page/links.external").await.status(), 400);
    let other = MESSAGE.replace("0001", "0002");
    assert_eq!(world.get(&format!("/page/links.external?message_id={other}")).await.status(), 502);
}
