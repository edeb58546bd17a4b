-- Events of rooms where an integration listens, until the webhooks that want them have been found.
CREATE TABLE webhook_events (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    room_id BIGINT NOT NULL,
    seq BIGINT NOT NULL
);

-- An address of one installation; what is told there is told in order. due_at is NULL when nothing waits.
CREATE TABLE webhook_receivers (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    oauth_id TEXT NOT NULL REFERENCES installations (oauth_id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    due_at BIGINT,
    suspended_at BIGINT,
    trial_at BIGINT
);
CREATE INDEX webhook_receivers_of_installation ON webhook_receivers (oauth_id);
CREATE INDEX webhook_receivers_due ON webhook_receivers (due_at) WHERE due_at IS NOT NULL;

-- The event is looked up when it is told, so no text is kept twice. since and tries begin anew with a replay.
CREATE TABLE webhook_deliveries (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    receiver_id BIGINT NOT NULL REFERENCES webhook_receivers (id) ON DELETE CASCADE,
    oauth_id TEXT NOT NULL,
    webhook TEXT NOT NULL,
    event TEXT NOT NULL,
    room_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    state TEXT NOT NULL,
    since BIGINT NOT NULL,
    tries BIGINT NOT NULL
);
CREATE INDEX webhook_deliveries_of_receiver ON webhook_deliveries (receiver_id, state, id);
CREATE INDEX webhook_deliveries_in_room ON webhook_deliveries (oauth_id, room_id, id);
CREATE INDEX webhook_deliveries_finished ON webhook_deliveries (oauth_id, id) WHERE state <> 'waiting';

CREATE TABLE webhook_attempts (
    delivery_id BIGINT NOT NULL REFERENCES webhook_deliveries (id) ON DELETE CASCADE,
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    took_ms BIGINT NOT NULL,
    status BIGINT,
    note TEXT,
    PRIMARY KEY (delivery_id, number)
);
