-- What an identity provider sends and the product does not take.

-- Names of attributes with commas between.
ALTER TABLE audit ADD COLUMN left_out TEXT NOT NULL DEFAULT '';
