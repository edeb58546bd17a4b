-- Where a descriptor is asked for: add-ons name addresses as their own at which they are not.
ALTER TABLE integrations RENAME COLUMN self_url TO address;
