//! Sorted lists as maps and sets: whatever is done to them, they hold what a B-tree would.

#[cfg(not(target_arch = "wasm32"))]
mod property {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;
    use roomglass_protocol::{OrderedMap, OrderedSet};

    #[derive(Debug, Clone)]
    enum Act {
        Insert(u8, u16),
        Remove(u8),
        Extend(Vec<(u8, u16)>),
        KeepBelow(u8),
        Entry(u8),
    }

    fn acts() -> impl Strategy<Value = Vec<Act>> {
        let act = prop_oneof![
            any::<(u8, u16)>().prop_map(|(key, value)| Act::Insert(key, value)),
            any::<u8>().prop_map(Act::Remove),
            prop::collection::vec(any::<(u8, u16)>(), 0..8).prop_map(Act::Extend),
            any::<u8>().prop_map(Act::KeepBelow),
            any::<u8>().prop_map(Act::Entry),
        ];
        prop::collection::vec(act, 0..24)
    }

    proptest! {
        #[test]
        fn a_map_holds_what_a_tree_holds(acts in acts()) {
            let (mut list, mut tree) = (OrderedMap::new(), BTreeMap::new());
            for act in acts {
                match act {
                    Act::Insert(key, value) => prop_assert_eq!(list.insert(key, value), tree.insert(key, value)),
                    Act::Remove(key) => prop_assert_eq!(list.remove(&key), tree.remove(&key)),
                    Act::Extend(more) => {
                        list.extend(more.clone());
                        tree.extend(more);
                    }
                    Act::KeepBelow(limit) => {
                        list.retain(|key, _| *key < limit);
                        tree.retain(|key, _| *key < limit);
                    }
                    Act::Entry(key) => {
                        let held = *list.entry(key).or_default();
                        prop_assert_eq!(held, *tree.entry(key).or_default());
                    }
                }
                prop_assert!(list.iter().eq(tree.iter()));
                prop_assert!(tree.iter().all(|(key, value)| list.get(key) == Some(value)));
            }
            let text = serde_json::to_string(&list).unwrap();
            prop_assert_eq!(&text, &serde_json::to_string(&tree).unwrap());
            prop_assert_eq!(serde_json::from_str::<OrderedMap<u8, u16>>(&text).unwrap(), list);
        }

        #[test]
        fn a_set_holds_what_a_tree_holds(elements in prop::collection::vec(any::<u8>(), 0..40), gone in any::<u8>()) {
            let mut list: OrderedSet<u8> = elements.iter().copied().collect();
            let mut tree: BTreeSet<u8> = elements.into_iter().collect();
            prop_assert_eq!(list.remove(&gone), tree.remove(&gone));
            prop_assert_eq!(list.insert(gone), tree.insert(gone));
            prop_assert_eq!(list.insert(gone), tree.insert(gone));
            prop_assert_eq!((list.len(), list.contains(&gone)), (tree.len(), true));
            prop_assert!(list.iter().eq(tree.iter()));
            let text = serde_json::to_string(&list).unwrap();
            prop_assert_eq!(&text, &serde_json::to_string(&tree).unwrap());
            prop_assert_eq!(serde_json::from_str::<OrderedSet<u8>>(&text).unwrap(), list);
        }
    }
}
