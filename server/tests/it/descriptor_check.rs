//! `roomglass check-descriptor`: what the author of an integration reads.

use std::process::{Command, Output};

const REAL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../protocol/tests/descriptors");

fn check(source: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_roomglass")).args(["check-descriptor", source]).output().unwrap()
}

fn lines(text: &[u8]) -> Vec<String> {
    String::from_utf8(text.to_vec()).unwrap().lines().map(str::to_owned).collect()
}

/// DESC-15, decision 11: what is odd is told with line and pointer, and is no failure.
#[test]
fn warnings_are_told_with_line_and_pointer() {
    let file = format!("{REAL}/autotask.json");
    let output = check(&file);
    assert!(output.status.success());
    let told = [
        format!("{file}: Autotask for Hipchat (hipchat-autotask-add-on) is a valid descriptor"),
        "  action: 1".to_owned(),
        "  webhook: 1".to_owned(),
        format!(
            "{file}:29: warning: /capabilities/action/0/target: \
             there is no \"test-dialog\" in this descriptor, so nothing will open"
        ),
        format!("{file}:21: warning: /capabilities/installable/unistalledUrl: nothing is done with \"unistalledUrl\""),
        format!("{file}:40: warning: /capabilities/oauth2Provider: nothing is done with \"oauth2Provider\""),
    ];
    assert_eq!(lines(&output.stdout), told);
}

/// DESC-19: every fault with line and pointer; the line of what is missing is that of what it is missing in.
#[test]
fn faults_are_told_with_line_and_pointer() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("descriptor.json");
    let descriptor = r#"{
  "key": "com.example.faulty", "description": "",
  "links": { "self": "https://example.com/descriptor" },
  "capabilities": {
    "glance": [
      { "key": "good", "name": "Good" },
      { "key": "bad",
        "queryUrl": "ftp://example.com" }
    ]
  }
}"#;
    std::fs::write(&file, descriptor).unwrap();
    let output = check(file.to_str().unwrap());
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let file = file.display();
    let told = [
        format!("{file}:1: fault: /name: \"name\" is missing"),
        format!("{file}:7: fault: /capabilities/glance/1/name: \"name\" is missing"),
        format!("{file}:8: fault: /capabilities/glance/1/queryUrl: only http and https addresses are allowed"),
        format!("{file}: 3 fault(s)"),
    ];
    assert_eq!(lines(&output.stderr), told);
}

/// A text that is no JSON is told where it stops being JSON, and scottbot's author what to move.
#[test]
fn what_cannot_be_read_is_told_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("descriptor.json");
    std::fs::write(&file, "{\n  \"key\": \"com.example\",\n}").unwrap();
    let told = lines(&check(file.to_str().unwrap()).stderr);
    let expected = format!("{}:3: fault: /: not acceptable JSON: trailing comma at line 3 column 1", file.display());
    assert_eq!(told[0], expected);

    let scottbot = format!("{REAL}/scottbot.json");
    let told = lines(&check(&scottbot).stderr);
    let expected = format!(
        "{scottbot}:1: fault: /links/self: \"self\" is missing, the address this descriptor is served at; \
         \"links\" belongs beside \"capabilities\", not into it"
    );
    assert_eq!(told, [expected, format!("{scottbot}: 1 fault(s)")]);
    assert!(lines(&check("/nowhere.json").stderr)[0].starts_with("/nowhere.json: No such file"));
}
