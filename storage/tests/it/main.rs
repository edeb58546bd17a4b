//! The suite both databases must pass. Each case is written once; here is the list of all of them.

#[macro_use]
mod support;
mod durability;

conformance! {
    access: {
        setting_up_happens_once,
        e_mail_addresses_are_unique_in_any_letter_case,
        handles_are_made_unique,
        guests_see_those_they_share_a_room_with,
        sessions_end,
        sessions_are_prolonged_at_most_once_an_hour,
        signing_out_everywhere_names_every_session,
        invitations_work_once,
        expired_things_are_removed,
    }
    writing: {
        a_failing_write_leaves_its_neighbours_alone,
        a_panicking_write_is_undone_and_goes_on_in_its_caller,
        an_ignored_error_harms_no_neighbour,
        changes_are_told_before_the_answer,
        an_abandoned_write_is_still_made,
        closing_finishes_what_is_queued,
        reopening_keeps_everything,
        a_reader_sees_one_moment,
    }
    messages: {
        concurrent_writers_get_every_position_once,
        the_same_message_twice_is_one,
        a_message_id_cannot_be_taken_over,
        only_members_write,
        integrations_write_without_being_members,
        pages_go_both_ways,
        pages_of_messages_skip_other_events,
        unread_counts_follow_the_read_position,
        a_call_leaves_two_lines_that_are_no_messages,
    }
    rooms: {
        making_a_room_makes_its_maker_a_member,
        room_names_are_unique_in_any_letter_case,
        joining_and_leaving_are_told,
        an_owner_who_leaves_is_followed_by_the_oldest_member,
        an_empty_room_waits_for_a_new_owner,
        changes_of_a_room_are_told_with_what_changed,
        a_room_is_handed_over_to_a_member,
        joinable_rooms_are_public_and_not_ones_own,
        a_conversation_is_one_for_its_people,
        a_conversation_stays_as_it_is,
        rooms_are_listed_with_read_positions,
        a_deleted_room_leaves_nothing_behind,
        an_integration_has_one_conversation_with_each_person,
    }
    archiving: {
        members_read_an_archived_room_and_nothing_is_said_in_it,
        an_archived_room_is_left_entered_and_brought_back,
        rooms_to_join_leave_out_archived_ones,
    }
    files: {
        a_message_takes_the_files_that_its_sender_stored,
        files_together_have_a_limit_and_only_members_store_them,
        only_so_many_files_of_one_person_wait_for_a_message,
        files_without_a_message_are_forgotten_after_a_time,
        a_deleted_message_leaves_its_place_and_nothing_else,
    }
    history: {
        messages_are_read_by_time_newest_first,
        profiles_and_activity_are_read_together,
    }
    incoming_webhooks: {
        an_address_speaks_until_it_is_removed,
        a_room_has_only_so_many_addresses,
    }
    integrations: {
        installing_takes_two_steps,
        an_abandoned_installation_leaves_no_trace,
        what_was_begun_and_never_finished_can_be_ended,
        a_descriptor_is_asked_for_where_its_publisher_is,
        the_six_queries_answer,
        updating_changes_tokens_everywhere,
        an_update_of_nothing_tells_nobody,
        an_update_changes_what_installations_may_do,
        a_version_waits_until_somebody_decides,
        who_owns_every_room_of_an_integration_is_known,
        descriptors_are_looked_at_after_a_time,
        removing_takes_credentials_away,
        deleting_removes_from_everywhere,
        webhooks_of_a_room_end_with_their_installation,
        access_tokens_run_out,
        a_handover_is_read_once,
        credentials_change_while_both_pairs_count,
        strangers_learn_no_room_state,
        the_catalogue_is_searched_by_words,
        catalogues_of_other_servers_are_searched_too,
        whatever_happens_tokens_are_those_of_protocol,
        every_extension_has_a_row_of_its_own,
        an_integration_may_add_nothing_to_the_interface,
        installations_outlive_the_server,
    }
    supplements: {
        what_is_added_in_a_room_is_told_there_alone,
        what_is_added_goes_with_the_integration,
    }
    rewriting: {
        rewriting_is_decided_for_an_integration_and_goes_with_it,
    }
    webhooks: {
        events_are_noted_where_somebody_listens,
        calls_of_an_address_wait_for_each_other,
        a_queue_outlives_a_restart,
        a_suspended_address_gets_one_call_now_and_then,
        a_call_can_be_made_again,
        queue_and_log_are_bounded,
        deliveries_go_with_their_installation,
        a_deleted_room_is_remembered_until_that_is_told,
        what_covers_a_room_names_its_versions,
    }
}
