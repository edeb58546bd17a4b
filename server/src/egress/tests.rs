//! The client against real sockets on loopback.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use super::*;

fn open() -> Egress {
    Egress::new(PrivateProviders::Allow).unwrap()
}

/// Answers each connection in turn with the next of these texts, to the byte; `{port}` stands for its port.
async fn provider(answers: &[&'static str]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let answers: Vec<String> = answers.iter().map(|text| text.replace("{port}", &port.to_string())).collect();
    tokio::spawn(async move {
        for answer in answers {
            let (mut socket, _) = listener.accept().await.unwrap();
            read_head(&mut socket).await;
            let _ = socket.write_all(answer.as_bytes()).await;
        }
    });
    format!("http://127.0.0.1:{port}")
}

async fn read_head(socket: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(socket.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap()
}

const HELLO: &str = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello";

#[tokio::test]
async fn a_name_that_leads_to_loopback_is_refused_without_a_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    for name in ["localhost", "LOCALHOST"] {
        for policy in [PrivateProviders::Refuse, PrivateProviders::Only(vec![address])] {
            let egress = Egress::new(policy).unwrap();
            let outcome = egress.get(&format!("http://{name}:{}/", address.port()), 100).await;
            assert!(matches!(outcome, Err(EgressError::Refused(Refusal::PrivateAddress))), "{name}: {outcome:?}");
        }
    }
    let nobody = futures_util::poll!(std::pin::pin!(listener.accept()));
    assert!(nobody.is_pending(), "somebody connected");
}

#[tokio::test]
async fn a_listed_socket_is_reached_and_its_neighbour_is_not() {
    let url = provider(&[HELLO]).await;
    let socket = url.trim_start_matches("http://").parse().unwrap();
    let egress = Egress::new(PrivateProviders::Only(vec![socket])).unwrap();
    assert_eq!(egress.get(&url, 100).await.unwrap().body, b"hello");
    let neighbour = provider(&[HELLO]).await;
    assert!(matches!(egress.get(&neighbour, 100).await, Err(EgressError::Refused(Refusal::PrivateAddress))));
}

#[tokio::test]
async fn redirects_within_the_origin_are_followed_three_times() {
    const AGAIN: &str = "HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let url = provider(&[AGAIN, AGAIN, AGAIN, HELLO]).await;
    assert_eq!(open().get(&url, 100).await.unwrap().body, b"hello");
    let url = provider(&[AGAIN, AGAIN, AGAIN, AGAIN, HELLO]).await;
    assert!(matches!(open().get(&url, 100).await, Err(EgressError::Refused(Refusal::Redirect))));
}

#[tokio::test]
async fn redirects_to_another_origin_are_refused() {
    const AWAY: &str = "HTTP/1.1 302 Found\r\nLocation: http://localhost:{port}/\r\nConnection: close\r\n\r\n";
    let url = provider(&[AWAY, HELLO]).await;
    assert!(matches!(open().get(&url, 100).await, Err(EgressError::Refused(Refusal::Redirect))));
}

#[tokio::test]
async fn a_head_is_looked_at_where_the_page_leads_unless_nobody_may_connect_there() {
    const AWAY: &str = "HTTP/1.1 302 Found\r\nLocation: http://localhost:{port}/\r\nConnection: close\r\n\r\n";
    const METADATA: &str = "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nConnection: close\r\n\r\n";
    let url = provider(&[AWAY, HELLO]).await;
    assert!(open().get_head(&url).await.is_ok());
    let url = provider(&[METADATA]).await;
    let refused = open().get_head(&url).await;
    assert!(matches!(refused, Err(EgressError::Refused(Refusal::SpecialAddress))), "{refused:?}");
}

#[tokio::test]
async fn posts_are_never_redirected() {
    const AGAIN: &str = "HTTP/1.1 307 Moved\r\nLocation: /next\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let url = provider(&[AGAIN, HELLO]).await;
    assert_eq!(open().post(&url, &serde_json::json!({})).await.unwrap().status, StatusCode::TEMPORARY_REDIRECT);
}

#[tokio::test]
async fn a_body_over_the_limit_is_cut_whether_announced_or_not() {
    const ENDLESS: &str = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nmore than five bytes";
    for answer in [HELLO, ENDLESS] {
        let url = provider(&[answer]).await;
        assert!(matches!(open().get(&url, 4).await, Err(EgressError::TooLarge(4))));
    }
}

#[tokio::test]
async fn a_compressed_body_stays_as_it_is() {
    const PACKED: &str =
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 6\r\nConnection: close\r\n\r\npacked";
    let url = provider(&[PACKED]).await;
    assert_eq!(open().get(&url, 100).await.unwrap().body, b"packed");
}

#[tokio::test(start_paused = true)]
async fn silence_ends_after_the_time_limit() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let begun = tokio::time::Instant::now();
    let outcome = open().get(&url, 100).await;
    assert!(matches!(outcome, Err(EgressError::TimedOut)), "{outcome:?}");
    assert_eq!(begun.elapsed().as_secs(), TIME_LIMIT.as_secs());
}

#[tokio::test]
async fn nobody_listening_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    assert!(matches!(open().get(&url, 100).await, Err(EgressError::Unreachable(_))));
}

#[tokio::test]
async fn webhooks_are_signed_and_come_from_hipchat() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let call = tokio::spawn(async move { open().call_webhook(webhook(&url, Some("a.b.c"))).await });
    let (mut socket, _) = listener.accept().await.unwrap();
    let head = read_head(&mut socket).await;
    socket.write_all(HELLO.as_bytes()).await.unwrap();
    assert_eq!(call.await.unwrap().unwrap().body.unwrap(), b"hello");
    assert!(head.contains("x-roomglass-delivery: 7\r\n"), "{head}");
    assert!(head.contains("authorization: JWT a.b.c\r\n"), "{head}");
    assert!(head.contains("user-agent: HipChat.com\r\n"), "{head}");
}

fn webhook<'a>(url: &'a str, jwt: Option<&'a str>) -> WebhookCall<'a> {
    WebhookCall { url, delivery: DeliveryId(7), body: b"{}".to_vec(), jwt }
}

/// HOOK-07, HOOK-04: what follows the status of a receiver cannot make the call a failure, nor be large.
#[tokio::test]
async fn a_webhook_is_taken_whatever_follows_its_status() {
    let megabyte = "HTTP/1.1 200 OK\r\nContent-Length: 1048576\r\nConnection: close\r\n\r\nxxxx";
    let broken = "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz";
    let cut = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\nhello";
    let url = provider(&[megabyte, broken, cut]).await;
    let answer = open().call_webhook(webhook(&url, None)).await.unwrap();
    assert_eq!(answer.status, StatusCode::OK);
    assert!(matches!(answer.body, Err(EgressError::TooLarge(MAX_WEBHOOK_ANSWER_BYTES))), "{answer:?}");
    assert_eq!(open().call_webhook(webhook(&url, None)).await.unwrap().status, StatusCode::NO_CONTENT);
    let answer = open().call_webhook(webhook(&url, None)).await.unwrap();
    assert!(
        matches!(answer, WebhookAnswer { status: StatusCode::OK, body: Err(EgressError::Broken(_)) }),
        "{answer:?}"
    );
}

/// HOOK-07: a webhook is not sent on to another place, and an answer that is not HTTP is none.
#[tokio::test]
async fn webhooks_follow_no_redirect_and_garbage_is_no_answer() {
    let moved =
        "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:{port}/other\r\nContent-Length: 0\r\n\r\n";
    let url = provider(&[moved, "what is this\r\n\r\n"]).await;
    assert_eq!(open().call_webhook(webhook(&url, None)).await.unwrap().status, StatusCode::TEMPORARY_REDIRECT);
    let outcome = open().call_webhook(webhook(&url, None)).await;
    assert!(matches!(outcome, Err(EgressError::Broken(_))), "{outcome:?}");
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_never_answers_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let begun = tokio::time::Instant::now();
    let outcome = open().get(&url, 1024).await;
    assert!(matches!(outcome, Err(EgressError::TimedOut)), "{outcome:?}");
    assert_eq!(begun.elapsed().as_secs(), TIME_LIMIT.as_secs());
}
