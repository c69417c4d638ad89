//! Telephone numbers: however one is spelled, it finds and names the one user; the product holds international digits, the IdP
//! reads back what it sent.

use json::json;

use crate::people::{NORTH, user};
use crate::world::{CUSTOMERS, Customer, Setup, World};

/// One customer for each region.
fn customers() -> Vec<Customer> {
    let customer = |id, region| Customer { id, region: Some(region), tid: None, ..CUSTOMERS[0] };
    vec![customer("us", "US"), customer("gb", "GB"), customer("hk", "HK"), customer("it", "IT"), customer("zz", "ZZ")]
}

/// Customer, the number as sent, other spellings of it, the digits that the product holds (`docs/expressions.md`, E164).
const NUMBERS: [(&str, &str, &[&str], &str); 8] = [
    ("us", "123 456 7890", &["11234567890", "(123) 456-7890", "+1 123 456 7890"], "11234567890"),
    (
        "gb",
        "0123 456 7890",
        &["441234567890", "+44 123 456 7890", "0044 1234567890", "(0123) 456-7890"],
        "441234567890",
    ),
    ("hk", "1234 5678", &["85212345678", "12345678", "+852 1234 5678"], "85212345678"),
    ("it", "06 698 12345", &["390669812345", "+39 06 698 12345"], "390669812345"),
    ("us", "+1-555-010-0188", &["15550100188", "555 010 0188", "tel:+1-555-010-0188"], "15550100188"),
    ("us", "441632960234", &["+44 1632 960234", "011 44 1632 960234"], "441632960234"),
    ("gb", "+44 (0)7700 900123", &["07700 900123", "447700900123"], "447700900123"),
    ("zz", "85221234567", &["+852 2123 4567"], "85221234567"),
];

async fn world() -> World {
    World::with(Setup { customers: customers(), ..Setup::default() }).await
}

#[tokio::test]
async fn a_number_is_held_as_digits_shown_as_sent_and_found_in_every_spelling() {
    let world = world().await;
    for (customer, sent, spellings, digits) in NUMBERS {
        let idp = world.caller(customer);
        for spelling in spellings.iter().chain(&[sent]) {
            idp.find("userName", spelling).await.expect_list(0);
        }
        let made = idp.create(&user(sent, NORTH)).await.expect(201);
        assert_eq!((made.text_at("/userName"), made.text_at("/externalId")), (sent, sent), "{made}");
        let held = world.users(customer).pop().unwrap();
        assert_eq!(held["msisdn"], digits, "{sent}");

        for spelling in spellings.iter().chain(&[sent]) {
            let found = idp.find("userName", spelling).await.expect_list(1);
            assert_eq!(found.text_at("/Resources/0/id"), made.id(), "{found}");
            assert_eq!(found.text_at("/Resources/0/userName"), sent, "{found}");
            assert_eq!(found.text_at("/Resources/0/externalId"), sent, "{found}");
        }
        idp.find("externalId", sent).await.expect_list(1);
    }
}

#[tokio::test]
async fn another_spelling_of_the_same_number_is_no_change_and_no_second_user() {
    let world = world().await;
    for (customer, sent, spellings, digits) in NUMBERS {
        let idp = world.caller(customer);
        let id = idp.create(&user(sent, NORTH)).await.expect(201).id();
        world.take_writes();
        for spelling in spellings {
            let told = idp.patch(&id, &[("userName", json!(spelling))]).await.expect(200);
            assert_eq!(told.text_at("/userName"), *spelling, "{told}");
            assert_eq!(idp.read(&id).await.expect(200).text_at("/userName"), *spelling);
            let mut again = user(sent, NORTH);
            again["userName"] = json!(spelling);
            assert_eq!(idp.create(&again).await.expect(201).id(), id, "{spelling}");
        }
        assert_eq!(world.take_writes(), [], "{sent}");
        let same = world.users(customer).into_iter().filter(|held| held["msisdn"] == digits).count();
        assert_eq!(same, 1, "{sent}");
    }
}

#[tokio::test]
async fn a_new_number_changes_the_account_and_keeps_the_id() {
    let world = world().await;
    let idp = world.caller("gb");
    let id = idp.create(&user("07700 900123", NORTH)).await.expect(201).id();
    let changes = [("userName", json!("07700 900199")), ("externalId", json!("07700 900199"))];
    assert_eq!(idp.patch(&id, &changes).await.expect(200).id(), id);
    assert_eq!(world.only_user("gb")["msisdn"], "447700900199");
    idp.find("userName", "+44 7700 900123").await.expect_list(0);
    idp.find("externalId", "07700 900123").await.expect_list(0);
    assert_eq!(idp.find("externalId", "07700 900199").await.expect_list(1).text_at("/Resources/0/id"), id);
}

#[tokio::test]
async fn what_is_no_number_is_refused_and_the_rule_is_told() {
    let world = world().await;
    let idp = world.caller("us");
    for wrong in ["call me", "0123", "7.234567890E9", "+1-555-010-0188 ext. 5", "ada.reyes@example.com"] {
        let told = idp.create(&user(wrong, NORTH)).await.expect_error(400, "invalidValue");
        assert!(told.text_at("/detail").contains("`userName`"), "{told}");
        assert!(told.text_at("/detail").contains("international format such as 441632960234"), "{told}");
        idp.find("userName", wrong).await.expect_list(0);
    }
    let mut number = user("x", NORTH);
    number["userName"] = json!(15_550_100_188_u64);
    idp.create(&number).await.expect(400);
    assert_eq!(world.users("us"), [] as [json::Value; 0]);
}
