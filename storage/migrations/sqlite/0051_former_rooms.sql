-- Rooms that were deleted, as they were, as long as a webhook waits to tell of it.
CREATE TABLE former_rooms (
    room_id BIGINT NOT NULL PRIMARY KEY,
    room TEXT NOT NULL,
    deleted_by BIGINT NOT NULL REFERENCES users (id)
);
